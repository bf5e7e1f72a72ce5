"""Real git around the workspace: clones that merge and rebase, branches, stashes, work trees, hooks and locks.

After everything, clones that have exchanged their commits hold the same bytes, every acknowledged write is found,
and what was deleted stays deleted.
"""
from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import harness
from harness import Case, issue_line, read_lines

FILE = ".beads/issues.jsonl"


class GitCase(Case):
    def pair(self, driver: bool = True) -> tuple[Path, Path]:
        """Two clones of one origin, with a workspace each."""
        origin, one, two = self.root / "origin.git", self.root / "one", self.root / "two"
        self.git("init", "-q", "--bare", str(origin), cwd=self.root)
        options = [] if driver else ["--skip-merge-driver", "--skip-hooks"]
        self.git("clone", "-q", str(origin), str(one), cwd=self.root)
        self.bd("init", "--prefix", "t", "--quiet", *options, cwd=one)
        self.create(one, "the first")
        self.commit(one)
        self.git("push", "-q", "-u", "origin", "main", cwd=one)
        self.git("clone", "-q", str(origin), str(two), cwd=self.root)
        self.bd("init", "--prefix", "t", "--quiet", *options, cwd=two)
        self.assertEqual(set(self.issues(two)), set(self.issues(one)), "a clone's init does not take the issues in")
        self.commit(two)
        self.exchange(two)
        return one, two

    def repository(self) -> Path:
        work = self.workspace()
        self.create(work, "the first")
        self.commit(work)
        return work

    def commit(self, work: Path) -> None:
        self.bd("sync", "--flush-only", cwd=work)
        self.git("add", "-A", cwd=work)
        self.git("commit", "-q", "-m", f"work of {work.name}", cwd=work, ok=False)

    def exchange(self, work: Path, rebase: bool = False) -> None:
        """Commit, pull and push, as a person would; conflicts are resolved by bd."""
        self.commit(work)
        how = ["--rebase"] if rebase else ["--no-rebase", "--no-edit"]
        pulled = self.git("pull", "-q", *how, cwd=work, ok=False)
        for _ in range(30):
            if pulled.ok:
                break
            self.assertIn("<<<<<<<", (work / FILE).read_text(), f"no conflict, but: {pulled}")
            self.assertIn("conflict", self.bd("list", cwd=work).err)
            self.bd("sync", "--resolve", cwd=work)
            self.git("add", "-A", cwd=work)
            end = ["rebase", "--continue"] if rebase else ["commit", "-q", "--no-edit"]
            pulled = self.git(*end, cwd=work, ok=False, env={"GIT_EDITOR": "true"})
        self.assertTrue(pulled.ok, str(pulled))
        self.bd("sync", cwd=work)
        self.commit(work)
        self.git("push", "-q", "origin", "HEAD", cwd=work)

    def assert_agreed(self, one: Path, two: Path) -> dict[str, dict[str, Any]]:
        for work in (one, two, one, two):
            self.exchange(work)
        lines = self.assert_store_sound(one)
        self.assertEqual((one / FILE).read_bytes(), (two / FILE).read_bytes(), "the clones differ")
        self.assertEqual(self.assert_store_sound(two), lines)
        for work in (one, two):
            self.assertEqual(self.git("status", "--porcelain", cwd=work).out, "")
        return lines


class TwoClones(GitCase):
    def random_work(self, driver: bool, rebase: bool) -> None:
        print(f"seed {self.seed}", end=" ", flush=True)
        one, two = self.pair(driver)
        ids = [self.create(one, f"shared {n}") for n in range(8)]
        self.exchange(one)
        self.exchange(two)
        made: set[str] = set()
        closed: set[str] = set()
        deleted: set[str] = set()
        labels: dict[str, set[str]] = {issue: set() for issue in ids}
        comments: dict[str, set[str]] = {issue: set() for issue in ids}
        values: dict[tuple[str, str], set[str]] = {}
        for turn in range(3):
            for work in (one, two):
                there = self.issues(work)
                for step in range(5):
                    issue = self.random.choice([issue for issue in ids if issue not in deleted])
                    mark = f"{work.name}-{turn}-{step}"
                    what = self.random.choice(["create", "title", "notes", "label", "comment", "close", "delete"])
                    if what == "create":
                        made.add(self.create(work, mark))
                    elif issue not in there:
                        continue
                    elif what in ("title", "notes"):
                        self.bd("update", issue, f"--{what}", mark, cwd=work)
                        values.setdefault((issue, what), set()).add(mark)
                    elif what == "label":
                        self.bd("label", "add", issue, mark, cwd=work)
                        labels[issue].add(mark)
                    elif what == "comment":
                        self.bd("comments", "add", issue, mark, cwd=work)
                        comments[issue].add(mark)
                    elif what == "close":
                        self.bd("close", issue, cwd=work)
                        closed.add(issue)
                    elif turn == 2 and len(deleted) < 3:
                        self.bd("delete", issue, "--force", cwd=work)
                        deleted.add(issue)
                        there.pop(issue)
            for work in (one, two) if turn % 2 else (two, one):
                self.exchange(work, rebase)
        lines = self.assert_agreed(one, two)
        self.assert_all_in(made | set(ids), lines)
        for issue in ids:
            line = lines[issue]
            if issue in deleted:
                self.assertEqual(line["status"], "tombstone", "a deleted issue came back")
                self.assertNotIn(issue, self.issues(one))
                continue
            if issue in closed:
                self.assertEqual(line["status"], "closed")
            self.assert_all_in(labels[issue], line.get("labels", []), "a label is lost")
            self.assert_all_in(comments[issue], [entry["text"] for entry in line.get("comments", [])])
            for what in ("title", "notes"):
                if (issue, what) in values:
                    self.assertIn(line[what], values[issue, what], "neither side's value")

    def test_merges_by_the_driver_keep_both_sides_of_everything(self) -> None:
        self.random_work(driver=True, rebase=False)

    def test_rebases_by_the_driver_keep_both_sides_of_everything(self) -> None:
        self.random_work(driver=True, rebase=True)

    def test_merges_without_driver_keep_both_sides_of_everything(self) -> None:
        self.random_work(driver=False, rebase=False)

    def test_rebases_without_driver_keep_both_sides_of_everything(self) -> None:
        self.random_work(driver=False, rebase=True)

    def test_a_conflict_is_named_and_both_sides_are_kept_until_it_is_resolved(self) -> None:
        one, two = self.pair(driver=False)
        issue = next(iter(self.issues(one)))
        for work in (one, two):
            self.bd("update", issue, "--notes", f"by {work.name}", "--add-label", work.name, cwd=work)
            self.commit(work)
        self.git("push", "-q", cwd=one)
        self.assertFalse(self.git("pull", "-q", "--no-rebase", "--no-edit", cwd=two, ok=False).ok)
        conflicted = (two / FILE).read_bytes()
        listed = self.bd("list", "--json", cwd=two)
        self.assertIn(str(two / FILE), listed.err)
        self.assertIn("To resolve", listed.err)
        during = self.create(two, "made in the conflict")
        self.assertEqual((two / FILE).read_bytes(), conflicted)
        refused = self.fail_bd("sync", "--full", cwd=two)
        self.assertIn("merge in progress", refused.err)
        self.bd("sync", "--resolve", cwd=two)
        self.git("add", "-A", cwd=two)
        self.git("commit", "-q", "--no-edit", cwd=two)
        lines = self.assert_agreed(one, two)
        self.assertIn(during, lines)
        self.assertEqual(lines[issue]["labels"], ["one", "two"])
        self.assertIn(lines[issue]["notes"], ("by one", "by two"))

    def test_children_that_both_clones_numbered_alike_are_both_kept(self) -> None:
        for driver, rebase in ((True, False), (False, True)):
            with self.subTest(driver=driver, rebase=rebase):
                one, two = self.pair(driver)
                epic = self.create(one, "the epic", "-t", "epic")
                self.exchange(one)
                self.exchange(two)
                titles = set()
                for work in (one, two):
                    for n in range(2):
                        titles.add(f"part {n} of {work.name}")
                        part = self.create(work, f"part {n} of {work.name}", "--parent", epic)
                        self.assertEqual(part, f"{epic}.{n + 1}")
                for work in (one, two):
                    self.exchange(work, rebase)
                lines = self.assert_agreed(one, two)
                parts = {id: line for id, line in lines.items() if id.startswith(f"{epic}.")}
                self.assertEqual({line["title"] for line in parts.values()}, titles)
                for id, line in parts.items():
                    self.assertEqual([(edge["issue_id"], edge["depends_on_id"]) for edge in line["dependencies"]],
                                     [(id, epic)])
                for work in (one, two, self.root / "origin.git"):
                    harness.remove_tree(work)

    def test_a_deletion_wins_over_changes_of_the_other_clone(self) -> None:
        for driver, rebase in ((True, False), (False, True)):
            with self.subTest(driver=driver, rebase=rebase):
                one, two = self.pair(driver)
                issue, waiting = self.create(one, "doomed"), self.create(one, "waits")
                self.bd("dep", "add", waiting, issue, cwd=one)
                self.exchange(one)
                self.exchange(two)
                self.bd("delete", issue, "--force", cwd=one)
                self.bd("update", issue, "--title", "still wanted", "--add-label", "late", cwd=two)
                self.bd("close", issue, cwd=two)
                for work in (one, two):
                    self.exchange(work, rebase)
                self.assertEqual(self.assert_agreed(one, two)[issue]["status"], "tombstone")
                for work in (one, two):
                    self.assertNotIn(issue, self.issues(work))
                    self.assertIn(waiting, {one["id"] for one in self.bd("ready", "--json", cwd=work).json()})
                for work in (one, two, self.root / "origin.git"):
                    harness.remove_tree(work)

    def test_sync_full_from_both_sides_brings_them_together(self) -> None:
        one, two = self.pair()
        issue = next(iter(self.issues(one)))
        made = set()
        for turn in range(3):
            for work in (one, two):
                made.add(self.create(work, f"{work.name} {turn}"))
                self.bd("label", "add", issue, f"{work.name}-{turn}", cwd=work)
                self.bd("sync", "--full", cwd=work)
        lines = self.assert_agreed(one, two)
        self.assert_all_in(made, lines)
        self.assertEqual(len(lines[issue]["labels"]), 6)

    def test_a_sync_merges_where_no_driver_was_set_up(self) -> None:
        """As in a clone in which nobody ran init, on a machine where git does not find bd."""
        one, two = self.pair()
        issue = next(iter(self.issues(one)))
        self.env["PATH"] = "/usr/local/bin:/usr/bin:/bin"
        for turn in range(2):
            for work in (one, two):
                self.bd("label", "add", issue, f"{work.name}-{turn}", cwd=work)
                self.bd("sync", "--full", cwd=work)
            self.bd("sync", "--full", cwd=one)
            self.git("config", "--remove-section", "merge.beads", cwd=two, ok=False)
        self.assertEqual(len(self.assert_agreed(one, two)[issue]["labels"]), 4)

    def test_what_a_sync_cannot_merge_is_named(self) -> None:
        one, two = self.pair()
        for work in (one, two):
            (work / "notes.txt").write_text(work.name)
            self.git("add", "notes.txt", cwd=work)
            self.git("commit", "-q", "-m", "notes", cwd=work)
        self.bd("sync", "--full", cwd=one)
        done = self.start("sync", "--full", cwd=two).wait()
        self.assertFalse(done.ok)
        self.assertIn("CONFLICT (add/add): Merge conflict in notes.txt", done.err)
        self.assertEqual(self.git("status", "--porcelain", "--untracked-files=no", cwd=two).out, "")

    def test_the_variants_of_sync_do_what_they_say(self) -> None:
        work = self.repository()
        issue = self.create(work, "pending", "--no-auto-flush")
        self.assertNotIn(issue, read_lines(work / FILE))
        status = self.bd("sync", "--status", cwd=work)
        self.assertRegex(status.out, r"\b1\b")
        self.assertNotIn(issue, read_lines(work / FILE), "--status wrote")
        self.bd("sync", "--dry-run", cwd=work)
        self.assertNotIn(issue, read_lines(work / FILE), "--dry-run wrote")
        self.assertEqual(self.bd("sync", "--flush-only", cwd=work).out, "")
        self.assertIn(issue, read_lines(work / FILE))
        with open(work / FILE, "a") as file:
            file.write(issue_line("t-zz1", "from elsewhere") + "\n")
        self.bd("sync", "--import-only", cwd=work)
        self.assertIn("t-zz1", self.issues(work, "--allow-stale"))
        other = self.create(work, "other", "--no-auto-flush")
        with open(work / FILE, "a") as file:
            file.write(issue_line("t-zz2", "from elsewhere") + "\n")
        self.bd("sync", cwd=work)
        self.assertEqual(set(self.assert_store_sound(work)), set(read_lines(work / FILE)))
        self.assert_all_in({issue, other, "t-zz1", "t-zz2"}, read_lines(work / FILE))
        head = self.git("rev-parse", "HEAD", cwd=work).out
        self.assertEqual(self.git("log", "-1", "--format=%H", cwd=work).out, head, "plain sync made a commit")


class OneRepository(GitCase):
    def test_switching_branches_back_and_forth_loses_nothing_and_brings_nothing_back(self) -> None:
        work = self.repository()
        closed, deleted = self.create(work, "to be closed"), self.create(work, "to be deleted")
        self.commit(work)
        self.git("checkout", "-q", "-b", "feature", cwd=work)
        self.bd("close", closed, cwd=work)
        self.bd("comments", "add", closed, "why", cwd=work)
        self.bd("delete", deleted, "--force", cwd=work)
        made = self.create(work, "made on feature")
        self.commit(work)
        for turn in range(3):
            self.git("checkout", "-q", "main", cwd=work)
            there = self.issues(work)
            self.assertNotIn(deleted, there, "a deleted issue came back with an old branch")
            self.assertEqual(there[closed]["status"], "closed")
            self.assertIn(made, there)
            other = self.create(work, f"made on main {turn}")
            self.commit(work)
            self.git("checkout", "-q", "feature", cwd=work)
            self.assert_all_in({other, made, closed}, self.issues(work))
            self.commit(work)
        self.git("merge", "-q", "--no-edit", "main", cwd=work)
        lines = self.assert_store_sound(work)
        self.assertEqual((lines[deleted]["status"], lines[closed]["status"]), ("tombstone", "closed"))
        self.assertEqual([comment["text"] for comment in lines[closed]["comments"]], ["why"])
        self.assertEqual(len(lines), 7)

    def test_an_old_branch_under_pending_changes_takes_nothing_back(self) -> None:
        work = self.repository()
        issue = self.create(work, "mine")
        self.commit(work)
        self.bd("comments", "add", issue, "said on main", cwd=work)
        self.commit(work)
        self.bd("update", issue, "--title", "pending", "--no-auto-flush", cwd=work)
        self.git("checkout", "-q", "HEAD~1", cwd=work)
        now = self.show(work, issue)
        self.assertEqual((now["title"], [one["text"] for one in now["comments"]]), ("pending", ["said on main"]))
        self.bd("sync", cwd=work)
        self.git("checkout", "-q", "-f", "main", cwd=work)
        line = self.assert_store_sound(work)[issue]
        self.assertEqual((line["title"], len(line["comments"])), ("pending", 1))

    def test_stashes_lose_nothing(self) -> None:
        work = self.repository()
        made = {self.create(work, "before the stash")}
        self.git("stash", "-q", cwd=work)
        self.assert_all_in(made, self.issues(work))
        made.add(self.create(work, "after the stash"))
        self.commit(work)
        popped = self.git("stash", "pop", "-q", cwd=work, ok=False)
        if not popped.ok:
            self.bd("list", cwd=work)
            if "<<<<<<<" in (work / FILE).read_text():
                self.bd("sync", "--resolve", cwd=work)
            self.git("add", "-A", cwd=work)
        self.assert_all_in(made, self.assert_store_sound(work))

    def test_resets_and_cleans_lose_nothing(self) -> None:
        work = self.repository()
        made = {self.create(work, "uncommitted")}
        self.git("reset", "-q", "--hard", cwd=work)
        self.assert_all_in(made, self.issues(work))
        made.add(self.create(work, "after reset"))
        self.git("clean", "-q", "-fd", cwd=work)
        self.git("checkout", "-q", "--", ".", cwd=work)
        made.add(self.create(work, "after clean"))
        self.assert_all_in(made, self.assert_store_sound(work))
        # Without the ignored files the database is gone; what is in the file is not.
        self.git("clean", "-q", "-fdx", cwd=work)
        self.assert_all_in(made, self.issues(work))

    def test_work_trees_share_the_workspace_of_the_main_one(self) -> None:
        work = self.repository()
        side = self.root / "side"
        self.git("worktree", "add", "-q", str(side), "-b", "side", cwd=work)
        made = {self.create(side, "from the side"), self.create(work, "from the main tree")}
        for cwd in (work, side):
            self.assert_all_in(made, self.issues(cwd))
        self.assert_all_in(made, read_lines(work / FILE))
        done = self.at_once([("create", f"at once {n}", "--json") for n in range(4)], side) + \
            self.at_once([("create", f"at once {n}", "--json") for n in range(4)], work)
        self.assertEqual([str(one) for one in done if not one.ok], [])
        self.assert_all_in(made | {one.id() for one in done}, self.assert_store_sound(work))
        self.git("worktree", "remove", "--force", str(side), cwd=work)

    def test_a_sparse_checkout_without_the_file_keeps_the_issues(self) -> None:
        work = self.repository()
        (work / "src").mkdir()
        (work / "src/main.c").write_text("int main;\n")
        self.commit(work)
        before = set(self.issues(work))
        # In cone mode git would remove the whole directory, what it ignores included.
        self.git("sparse-checkout", "set", "--no-cone", "/src/", cwd=work)
        self.assertFalse((work / FILE).exists())
        self.assertEqual(set(self.issues(work)), before)
        new = self.create(work, "made in a sparse tree")
        self.assertEqual(set(self.assert_store_sound(work)), before | {new})
        self.git("sparse-checkout", "disable", cwd=work, ok=False)
        self.assertEqual(set(self.assert_store_sound(work)), before | {new})

    def test_in_a_bare_repository_there_is_no_workspace_and_that_is_said(self) -> None:
        bare = self.root / "bare.git"
        self.git("init", "-q", "--bare", str(bare), cwd=self.root)
        done = self.fail_bd("list", cwd=bare)
        self.assertEqual(done.code, 1)
        self.assertIn("bd init", done.err)

    def test_while_git_holds_its_index_changes_wait_for_the_file_but_are_kept(self) -> None:
        work = self.repository()
        lock = work / ".git/index.lock"
        lock.write_text("")
        begin = time.monotonic()
        done = self.bd("create", "beside git", "--json", cwd=work)
        self.assertLess(time.monotonic() - begin, 20)
        self.assertIn("git", done.err)
        self.assertNotIn(done.id(), read_lines(work / FILE))
        self.assertIn(done.id(), self.issues(work))
        lock.unlink()
        second = self.create(work, "git is done")
        self.assert_all_in({done.id(), second}, read_lines(work / FILE))
        # One that a killed git left long ago stops nobody.
        lock.write_text("")
        os.utime(lock, (time.time() - 86400,) * 2)
        third = self.create(work, "long after")
        self.assertIn(third, read_lines(work / FILE))

    def test_the_hooks_put_pending_changes_into_the_commit_and_keep_older_hooks(self) -> None:
        work = self.root / "work"
        work.mkdir()
        self.git("init", "-q", cwd=work)
        hook = work / ".git/hooks/pre-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\necho ran >> \"$(git rev-parse --show-toplevel)/../ran\"\n")
        hook.chmod(0o755)
        self.bd("init", "--prefix", "t", "--quiet", cwd=work)
        self.create(work, "first")
        self.commit(work)
        pending = self.create(work, "pending", "--no-auto-flush")
        (work / "code").write_text("code\n")
        self.git("add", "code", cwd=work)
        self.git("commit", "-q", "-m", "code", cwd=work)
        self.assertIn(pending, self.git("show", f"HEAD:{FILE}", cwd=work).out)
        self.assertEqual(self.git("status", "--porcelain", cwd=work).out, "")
        self.assertEqual((self.root / "ran").read_text(), "ran\nran\n", "the hook that was there did not run")
        # A commit goes on without bd.
        (work / "code").write_text("more\n")
        self.git("commit", "-qam", "more", cwd=work, env={"PATH": "/usr/bin:/bin"})

    def test_a_clone_of_a_workspace_without_issues_says_what_to_do(self) -> None:
        work = self.workspace()
        self.git("add", "-A", cwd=work)
        self.git("commit", "-q", "-m", "empty", cwd=work)
        clone = self.root / "clone"
        self.git("clone", "-q", str(work), str(clone), cwd=self.root)
        done = self.try_bd("create", "first", "--json", cwd=clone)
        if not done.ok:
            self.assertIn("bd init", done.err)
            self.bd("init", "--quiet", cwd=clone)
            done = self.bd("create", "first", "--json", cwd=clone)
        self.assertIn(done.id(), self.assert_store_sound(clone))


if __name__ == "__main__":
    harness.main()
