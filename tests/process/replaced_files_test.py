"""Files that are replaced, emptied, damaged or removed under running commands."""
from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from pathlib import Path
from typing import Any, Callable

import harness
from harness import Case, issue_line, read_lines

STORE = ("beads.db", "beads.db-wal", "beads.db-shm")


class ReplacedFiles(Case):
    def while_creating(self, work: Path, disturb: Callable[[], None], processes: int = 4, turns: int = 12,
                       may_fail: bool = False, least: int | None = None) -> set[str]:
        """Runs creates in several processes and `disturb` again and again beside them.

        Returns the acknowledged ids. A failure must be a typed error that one can try again."""
        acknowledged: set[str] = set()
        failures: list[str] = []
        took = [0.01]  # seconds
        over = threading.Event()

        def disturber() -> None:
            while not over.is_set():
                disturb()
                # As long as a few creates take here: on a busy machine none would ever get through.
                time.sleep(self.random.uniform(0.5, 4) * min(took[-4:]))

        def create(number: int) -> None:
            for turn in range(turns):
                began = time.monotonic()
                done = self.try_bd("create", f"issue {number}.{turn}", "--json", cwd=work)
                took.append(time.monotonic() - began)
                if done.ok:
                    acknowledged.add(done.id())
                else:
                    failures.append(str(done))
                    self.assertTrue(done.err.startswith("Error: ") or "\nError: " in done.err, str(done))

        thread = threading.Thread(target=disturber)
        thread.start()
        try:
            self.in_threads(processes, create)
        finally:
            over.set()
            thread.join()
        if not may_fail:
            self.assertEqual(failures, [])
        least = processes * turns // 2 if least is None else least
        self.assertGreaterEqual(len(acknowledged), least, "\n".join(failures[:3]))
        return acknowledged


class SharedFile(ReplacedFiles):
    def in_order(self, work: Path) -> dict[str, Any]:
        """Others append where they like; written anew, the file is sorted again."""
        self.bd("sync", "--force", cwd=work)
        return self.assert_store_sound(work)

    def test_issues_of_files_renamed_into_place_are_taken_in_and_none_of_ours_is_lost(self) -> None:
        work = self.workspace()
        mine = self.create(work, "mine")
        path = work / ".beads/issues.jsonl"
        brought: list[str] = []

        def replace() -> None:
            # What an editor or a script does: read, add a line, write a new file, rename it into place.
            brought.append(f"t-x{len(brought):04}")
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                content = b""
            temporary = path.with_suffix(".editor")
            temporary.write_bytes(content + issue_line(brought[-1], "brought").encode() + b"\n")
            temporary.rename(path)

        acknowledged = self.while_creating(work, replace)
        self.bd("list", cwd=work)
        lines = self.in_order(work)
        self.assert_all_in(acknowledged | {mine}, lines, "a change of ours was lost")
        # The editor may overwrite the line that it added before; the one that it wrote last is there.
        self.assertIn(brought[-1], lines)
        self.assertLessEqual(set(lines), acknowledged | {mine} | set(brought))

    def test_appended_lines_are_taken_in_beside_running_writers(self) -> None:
        work = self.workspace()
        self.create(work, "mine")
        path = work / ".beads/issues.jsonl"
        brought: set[str] = set()

        def append() -> None:
            number = f"t-x{len(brought):04}"
            file = os.open(path, os.O_WRONLY | os.O_APPEND)
            os.write(file, issue_line(number, "appended").encode() + b"\n")
            # Two publishes between our open and write, and it went into a file that is gone: not counted.
            if os.fstat(file).st_nlink:
                brought.add(number)
            os.close(file)

        acknowledged = self.while_creating(work, append)
        self.bd("list", cwd=work)
        self.settle(work)
        ids = [json.loads(line)["id"] for line in path.read_text().splitlines()]
        self.assertEqual(len(ids), len(set(ids)), "an id is in the file twice")
        self.assert_all_in(acknowledged | brought, ids)
        lines = self.in_order(work)
        self.assert_all_in(acknowledged, lines)
        self.assert_all_in(brought, lines, "a line that was appended is gone")

    def test_a_removed_file_is_written_again_with_all_issues(self) -> None:
        work = self.workspace()
        self.create(work, "mine")
        path = work / ".beads/issues.jsonl"
        acknowledged = self.while_creating(work, lambda: path.unlink(missing_ok=True), turns=3)
        self.create(work, "last")
        self.assert_all_in(acknowledged, self.assert_store_sound(work))

    def test_an_older_file_does_not_take_anything_back(self) -> None:
        work = self.workspace()
        issue = self.create(work, "mine")
        path = work / ".beads/issues.jsonl"
        old = path.read_bytes()
        self.bd("update", issue, "--title", "renamed", "--add-label", "new", cwd=work)
        second = self.create(work, "second")
        for content in (old, b""):
            path.with_suffix(".old").write_bytes(content)
            path.with_suffix(".old").rename(path)
            self.assert_all_in({issue, second}, self.issues(work))
            self.create(work, "more")
            lines = self.assert_store_sound(work)
            self.assertEqual((lines[issue]["title"], lines[issue]["labels"]), ("renamed", ["new"]))
            self.assertIn(second, lines)

    def test_an_older_version_takes_nothing_from_an_issue_with_pending_changes(self) -> None:
        # As a checked-out old branch, and as what a publisher had taken out of the way when it was killed.
        for name in ("issues.jsonl", "beads.db.publish.0123456789abcdef"):
            with self.subTest(name):
                work = self.workspace(name)
                issue = self.create(work, "mine")
                self.bd("comments", "add", issue, "one", cwd=work)
                old = (work / ".beads/issues.jsonl").read_bytes()
                self.bd("comments", "add", issue, "two", cwd=work)
                self.bd("update", issue, "--design", "designed", "--add-label", "new", cwd=work)
                self.bd("update", issue, "--title", "renamed", "--no-auto-flush", cwd=work)
                (work / ".beads" / name).write_bytes(old)
                self.create(work, "more")
                line = self.assert_store_sound(work)[issue]
                self.assertEqual((line["title"], line.get("design"), line.get("labels")), ("renamed", "designed", ["new"]))
                self.assertEqual([comment["text"] for comment in line["comments"]], ["one", "two"])

    def test_issues_whose_lines_go_while_others_come_back_are_written_again(self) -> None:
        work = self.workspace()
        path = work / ".beads/issues.jsonl"
        ids = {self.create(work, title) for title in ("one", "two", "three")}
        first, second, _ = path.read_bytes().splitlines(keepends=True)
        for content in (first, second):  # as two old branches, one after the other
            path.with_suffix(".old").write_bytes(content)
            path.with_suffix(".old").rename(path)
            self.assertEqual(set(self.issues(work)), ids)
        new = self.create(work, "four")
        self.assertEqual(set(self.assert_store_sound(work)), ids | {new})


class Database(ReplacedFiles):
    def rebuild_case(self, disturb: Callable[[Path], None], least: int) -> None:
        work = self.workspace()
        first = self.create(work, "first")
        beads = work / ".beads"
        acknowledged = self.while_creating(work, lambda: disturb(beads), turns=20, may_fail=True, least=least)
        done = self.try_bd("create", "over", "--json", cwd=work)
        if not done.ok:
            # Emptied at a bad moment it can be neither used nor taken for missing. Then the advice must help.
            self.assertRegex(done.err, "malformed|not a database")
            self.assertIn("rename", done.err)
            for name in STORE:
                if (beads / name).exists():
                    (beads / name).rename(beads / f"{name}.aside")
            self.bd("list", cwd=work)
            done = self.bd("create", "over", "--json", cwd=work)
        over = done.id()
        lines = self.assert_store_sound(work, temporaries=1000)
        # What a command has acknowledged is in the file; what it removes is the database only.
        self.assert_all_in(acknowledged | {first, over}, lines, "acknowledged, but lost with the database")

    def test_a_database_deleted_under_running_commands_is_built_anew(self) -> None:
        def delete(beads: Path) -> None:
            for name in STORE:
                (beads / name).unlink(missing_ok=True)
            time.sleep(0.04)

        self.rebuild_case(delete, least=20)

    def test_a_database_emptied_in_place_under_running_commands_is_built_anew(self) -> None:
        def empty(beads: Path) -> None:
            if (beads / "beads.db").exists():
                os.truncate(beads / "beads.db", 0)
            time.sleep(0.04)

        self.rebuild_case(empty, least=1)

    def test_a_database_replaced_by_a_copy_is_noticed_and_no_write_goes_to_the_old_one(self) -> None:
        work = self.workspace()
        self.create(work, "first")
        beads = work / ".beads"

        def replace() -> None:
            # As a restored backup would: a consistent copy is renamed into place, without sidecars.
            copy = beads / "beads.db.backup-copy"
            with open(beads / "beads.db.lock", "a") as lock:
                import fcntl
                fcntl.flock(lock, fcntl.LOCK_EX)
                import sqlite3
                source = sqlite3.connect(beads / "beads.db", timeout=5)
                target = sqlite3.connect(copy)
                source.backup(target)
                source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                source.close()
                target.close()
                for name in STORE[1:]:
                    (beads / name).unlink(missing_ok=True)
                copy.rename(beads / "beads.db")
            time.sleep(0.05)

        acknowledged = self.while_creating(work, replace, may_fail=True)
        self.assert_all_in(acknowledged, self.assert_store_sound(work, temporaries=10))

    def test_an_empty_database_is_built_from_the_file_at_once_and_its_wal_is_kept(self) -> None:
        work = self.workspace()
        issue = self.create(work, "mine")
        beads = work / ".beads"
        wal = (beads / "beads.db-wal").read_bytes()
        self.assertTrue(wal)
        (beads / "beads.db").write_bytes(b"")
        self.assertEqual(set(self.issues(work)), {issue})
        kept = [name for name in os.listdir(beads) if name.endswith("-wal") and name != "beads.db-wal"]
        self.assertEqual([(beads / name).read_bytes() for name in kept], [wal], "the WAL was not set aside")
        self.assertEqual(set(self.assert_store_sound(work)), {issue})

    def test_a_database_that_came_back_from_an_older_copy_takes_the_file_in(self) -> None:
        work = self.workspace()
        first = self.create(work, "first")
        self.settle(work)
        beads = work / ".beads"
        saved = self.root / "saved"
        saved.mkdir()
        for name in STORE:
            if (beads / name).exists():
                shutil.copy(beads / name, saved)
        second = self.create(work, "second")
        self.bd("close", first, cwd=work)
        for name in STORE:
            (beads / name).unlink(missing_ok=True)
        for path in saved.iterdir():
            shutil.copy(path, beads)
        third = self.create(work, "third")
        lines = self.assert_store_sound(work)
        self.assertEqual(set(lines), {first, second, third})
        self.assertEqual(lines[first]["status"], "closed")


class Sidecars(Case):
    def prepared(self) -> tuple[Path, set[str]]:
        """A workspace whose database is complete without its WAL."""
        work = self.workspace()
        ids = {self.create(work, f"issue {n}") for n in range(3)}
        self.settle(work)
        import sqlite3
        connection = sqlite3.connect(work / ".beads/beads.db")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return work, ids

    def check(self, work: Path, ids: set[str]) -> None:
        self.assertEqual(set(self.issues(work)), ids)
        new = self.create(work, "new")
        self.assertEqual(set(self.assert_store_sound(work)), ids | {new})

    def test_a_wal_of_zero_bytes_is_normal(self) -> None:
        work, ids = self.prepared()
        (work / ".beads/beads.db-wal").write_bytes(b"")
        self.check(work, ids)

    def test_a_wal_cut_within_its_header_or_full_of_garbage_is_passed_over(self) -> None:
        for content in (b"\x00", b"\x37\x7f\x06\x82" + b"\x00" * 20, b"\x37\x7f\x06\x82" + b"\xff" * 28,
                        self.random.randbytes(70_000), b"\x00" * 32 + self.random.randbytes(4096)):
            work, ids = self.prepared()
            (work / ".beads/beads.db-shm").unlink(missing_ok=True)
            (work / ".beads/beads.db-wal").write_bytes(content)
            self.check(work, ids)
            harness.remove_tree(work)

    def test_a_missing_or_damaged_shm_is_built_again(self) -> None:
        for content in (None, b"", b"\xff" * 32768, self.random.randbytes(32768)):
            work = self.workspace()
            ids = {self.create(work, f"issue {n}") for n in range(3)}
            shm = work / ".beads/beads.db-shm"
            shm.unlink(missing_ok=True)
            if content is not None:
                shm.write_bytes(content)
            self.check(work, ids)
            harness.remove_tree(work)

    def test_a_wal_cut_at_any_place_loses_no_exported_issue(self) -> None:
        work = self.workspace()
        ids = {self.create(work, f"issue {n}") for n in range(6)}
        beads = work / ".beads"
        wal = (beads / "beads.db-wal").read_bytes()
        for _ in range(6):
            cut = self.random.randrange(1, len(wal))
            other = self.root / f"cut-{cut}"
            shutil.copytree(work, other)
            (other / ".beads/beads.db-shm").unlink(missing_ok=True)
            (other / ".beads/beads.db-wal").write_bytes(wal[:cut])
            self.check(other, ids)


class HugeFileInGit(Case):
    LINES = 50_000  # of 2 KB: 100 MB

    def huge(self) -> Path:
        """A repository whose file has 100 MB, committed; built by git's side alone."""
        origin = self.root / "origin"
        origin.mkdir()
        self.git("init", "-q", cwd=origin)
        self.git("config", "core.compression", "0", cwd=origin)
        (origin / ".beads").mkdir()
        filler = "x" * 1850
        with open(origin / ".beads/issues.jsonl", "w") as file:
            for n in range(self.LINES):
                file.write(issue_line(f"t-g{n:06}", f"issue {n}", description=filler) + "\n")
        (origin / ".gitattributes").write_text(".beads/issues.jsonl merge=beads\n")
        (origin / ".beads/.gitignore").write_text("*.db\n*.db?*\n*.lock\nlast-touched\n")
        self.git("add", "-A", cwd=origin)
        self.git("commit", "-q", "-m", "one", cwd=origin)
        return origin

    def test_a_pull_and_checkouts_of_a_hundred_megabytes_lose_neither_side(self) -> None:
        origin = self.huge()
        work = self.root / "work"
        self.git("clone", "-q", "-c", "core.compression=0", str(origin), str(work), cwd=self.root)
        self.git("config", "merge.beads.driver", "bd merge %A %O %A %B", cwd=work)
        self.assertEqual(self.bd("count", "--json", cwd=work, timeout=60).json()["count"], self.LINES)
        # The other side goes on: changes, new issues.
        path = origin / ".beads/issues.jsonl"
        with open(path) as file:
            lines = file.readlines()
        for n in range(0, self.LINES, 5000):
            issue = json.loads(lines[n])
            issue["title"], issue["updated_at"] = "changed by git", "2026-02-02T03:04:05Z"
            lines[n] = json.dumps(issue, separators=(",", ":")) + "\n"
        brought = [f"t-n{n:03}" for n in range(100)]
        lines += [issue_line(issue, "brought by git") + "\n" for issue in brought]
        path.write_text("".join(lines))
        self.git("commit", "-qam", "two", cwd=origin)
        # Ours, not published: git's tree stays clean, so that the pull goes through.
        local = [self.create(work, f"local {n}", "--no-auto-flush") for n in range(3)]
        self.bd("update", "t-g000001", "--title", "changed here", "--no-auto-flush", cwd=work)
        acknowledged: set[str] = set(local)
        over = threading.Event()

        def writer(number: int) -> None:
            turn = 0
            while not over.is_set():
                turn += 1
                # Half of them publish at once, into git's way.
                words = [] if number == 0 else ["--no-auto-flush"]
                acknowledged.add(self.create(work, f"beside git {number}.{turn}", *words, timeout=50))

        def puller(_: int) -> None:
            try:
                time.sleep(0.2)
                for _ in range(2):
                    # Git refuses while its tree is dirty: what is published is committed first, as a user would.
                    self.git("commit", "-qam", "ours", cwd=work, ok=False)
                    pulled = self.git("pull", "-q", "--no-rebase", "--no-edit", cwd=work, ok=False)
                    if not pulled.ok:
                        self.git("merge", "--abort", cwd=work, ok=False)
                self.git("checkout", "-q", "HEAD~1", "--", ".beads/issues.jsonl", cwd=work, ok=False)
                self.git("checkout", "-q", "HEAD", "--", ".beads/issues.jsonl", cwd=work, ok=False)
            finally:
                over.set()

        self.in_threads(3, lambda n: puller(n) if n == 2 else writer(n))
        # A pull with nobody beside it, for what git brought to be there for certain.
        self.settle(work)
        self.git("commit", "-qam", "ours", cwd=work, ok=False)
        self.git("pull", "-q", "--no-rebase", "--no-edit", cwd=work)
        now = self.issues(work)
        self.settle(work)
        lines_now = read_lines(work / ".beads/issues.jsonl")
        for where, issues in (("store", now), ("file", lines_now)):
            self.assert_all_in(acknowledged, issues, f"a local issue is not in the {where}")
            self.assert_all_in(set(brought), issues, f"an issue that git brought is not in the {where}")
            self.assertGreaterEqual(len(issues), self.LINES + len(brought) + len(acknowledged))
            self.assertEqual(issues["t-g000001"]["title"], "changed here", where)
            self.assertEqual(issues["t-g005000"]["title"], "changed by git", where)
        self.assertEqual(harness.integrity(work / ".beads/beads.db"), ["ok"])


if __name__ == "__main__":
    harness.main()
