"""Places that cannot be read or written, and databases that are not ours.

Every write that cannot be kept fails with exit code 1, names the file and a next step, and changes nothing;
questions are answered as long as either the database or the file can be read.
"""
from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable

import harness
from harness import Case, Done, Running, issue_line, read_lines

STORE = ("beads.db", "beads.db-wal", "beads.db-shm")
SETPRIV = "/usr/bin/setpriv"
UNSHARE = "/usr/bin/unshare"
BIG = "b" * 120_000


class Places(Case):
    """Commands run without root's right to pass over permissions."""

    def start(self, *words: str, program: str | None = None, **options: Any) -> Running:
        if program is None and os.geteuid() == 0:
            if not os.path.exists(SETPRIV):
                self.skipTest("root passes over permissions, and there is no setpriv")
            words = ("--inh-caps=-all", "--bounding-set=-all", harness.BD, *words)
            program = SETPRIV
        return super().start(*words, program=program, **options)

    def prepared(self) -> tuple[Path, str]:
        work = self.workspace()
        return work, self.create(work, "first")

    def contents(self, beads: Path) -> dict[str, str]:
        """What must not change. SQLite's readers mark their presence in the -shm, where they may."""
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in beads.iterdir()
                if not path.name.endswith("-shm")}

    def assert_refused(self, done: Done, names: str | Path, hint: str = "Hint: ") -> None:
        self.assertEqual(done.code, 1, str(done))
        self.assertIn("Error: ", done.err, str(done))
        self.assertIn(str(names), done.err, "the file is not named")
        self.assertIn(hint, done.err, f"no next step: {done}")
        self.assertEqual(done.out, "", str(done))

    def assert_writes_refused(self, work: Path, issue: str, names: str | Path, **options: Any) -> None:
        for words in (("create", "second"), ("close", issue), ("update", issue, "--title", "x"),
                      ("delete", issue, "--force"), ("kv", "set", "a", "b")):
            self.assert_refused(self.try_bd(*words, cwd=work, **options), names)

    def assert_answers(self, work: Path, issues: set[str], **options: Any) -> Done:
        listed = self.bd("list", "--json", cwd=work, **options)
        self.assertEqual({one["id"] for one in listed.json()}, issues)
        for issue in issues:
            self.bd("show", issue, "--json", cwd=work, **options)
        self.assertEqual(self.bd("count", cwd=work, **options).out, f"{len(issues)}\n")
        return listed

    def assert_unharmed(self, work: Path, issues: set[str]) -> None:
        """As if nothing had been wrong, once the cause is gone."""
        self.assertEqual(set(self.issues(work)), issues)
        new = self.create(work, "afterwards")
        self.assertEqual(set(self.assert_store_sound(work)), issues | {new})


class Permissions(Places):
    def test_in_a_read_only_directory_questions_are_answered_and_writes_refused(self) -> None:
        work, issue = self.prepared()
        beads = work / ".beads"
        before = self.contents(beads)
        for mode in (0o755, 0o444):  # of the files
            for name in os.listdir(beads):
                os.chmod(beads / name, mode)
            os.chmod(beads, 0o555)
            listed = self.assert_answers(work, {issue})
            self.assertEqual(listed.err, "", "nothing is odd about a read")
            self.assert_writes_refused(work, issue, beads)
            os.chmod(beads, 0o755)
        self.assertEqual(self.contents(beads), before)
        for name in os.listdir(beads):
            os.chmod(beads / name, 0o644)
        self.assert_unharmed(work, {issue})

    def test_in_a_read_only_directory_a_newer_file_is_answered_from_and_stays(self) -> None:
        work, issue = self.prepared()
        with open(work / ".beads/issues.jsonl", "a") as file:
            file.write(issue_line("t-zz9", "from git") + "\n")
        os.chmod(work / ".beads", 0o555)
        listed = self.assert_answers(work, {issue, "t-zz9"})
        self.assertIn("newer", listed.err)
        os.chmod(work / ".beads", 0o755)
        self.assert_unharmed(work, {issue, "t-zz9"})

    def test_without_database_a_read_only_directory_is_answered_from_the_file(self) -> None:
        work, issue = self.prepared()
        for name in STORE:
            (work / ".beads" / name).unlink()
        os.chmod(work / ".beads", 0o555)
        listed = self.assert_answers(work, {issue})
        self.assertIn("issues.jsonl", listed.err, "that there is no database is not said")
        self.assert_writes_refused(work, issue, work / ".beads")
        os.chmod(work / ".beads", 0o755)
        self.assert_unharmed(work, {issue})

    def test_a_directory_that_may_not_be_entered_is_not_taken_for_a_missing_one(self) -> None:
        work, issue = self.prepared()
        below = work / "below"
        below.mkdir()
        os.chmod(work / ".beads", 0)
        for cwd in (work, below):
            for words in (["list"], ["create", "x"], ["sync"]):
                self.assert_refused(self.try_bd(*words, cwd=cwd), work / ".beads")
        self.assert_refused(self.try_bd("init", "--prefix", "other", cwd=work), work / ".beads")
        self.assert_refused(self.try_bd("list", cwd=self.root, env={"BEADS_DIR": str(work / ".beads")}),
                            work / ".beads")
        os.chmod(work / ".beads", 0o755)
        self.assert_unharmed(work, {issue})

    def test_an_unreadable_database_is_answered_for_by_the_file(self) -> None:
        work, issue = self.prepared()
        os.chmod(work / ".beads/beads.db", 0)
        listed = self.assert_answers(work, {issue})
        self.assertRegex(listed.err, r"beads\.db.*permission denied.*issues\.jsonl")
        self.assertEqual(len(listed.err.splitlines()), 1, listed.err)
        self.assert_writes_refused(work, issue, work / ".beads")
        os.chmod(work / ".beads/beads.db", 0o644)
        self.assert_unharmed(work, {issue})

    def test_a_read_only_database_is_read(self) -> None:
        work, issue = self.prepared()
        for name in STORE:
            os.chmod(work / ".beads" / name, 0o444)
        self.assert_answers(work, {issue})
        self.assert_writes_refused(work, issue, work / ".beads/beads.db")
        for name in STORE:
            os.chmod(work / ".beads" / name, 0o644)
        self.assert_unharmed(work, {issue})

    def test_an_unreadable_file_stops_neither_questions_nor_changes_and_is_not_overwritten(self) -> None:
        work, issue = self.prepared()
        path = work / ".beads/issues.jsonl"
        before = path.read_bytes()
        os.chmod(path, 0)
        listed = self.assert_answers(work, {issue})
        self.assertRegex(listed.err, r"issues\.jsonl.*permission denied(.|\n)*Hint: ")
        second = self.bd("create", "second", "--json", cwd=work)
        self.assertIn("could not be written", second.err)
        self.assert_refused(self.try_bd("sync", cwd=work), path)
        self.assert_refused(self.try_bd("sync", "--flush-only", cwd=work), path)
        os.chmod(path, 0o644)
        self.assertEqual(path.read_bytes(), before)
        self.assert_unharmed(work, {issue, second.id()})

    def test_a_read_only_file_is_replaced(self) -> None:
        work, issue = self.prepared()
        os.chmod(work / ".beads/issues.jsonl", 0o444)
        second = self.create(work, "second")
        self.assertEqual(set(self.assert_store_sound(work)), {issue, second})

    def test_lock_files_that_may_not_be_opened_are_named(self) -> None:
        work, issue = self.prepared()
        os.chmod(work / ".beads/beads.db.lock", 0)
        self.assert_answers(work, {issue})
        self.assert_writes_refused(work, issue, "beads.db.lock")
        os.chmod(work / ".beads/beads.db.lock", 0o644)
        os.chmod(work / ".beads/.jsonl.lock", 0)
        second = self.bd("create", "second", "--json", cwd=work)
        self.assertIn(".jsonl.lock", second.err)
        os.chmod(work / ".beads/.jsonl.lock", 0o644)
        self.assert_unharmed(work, {issue, second.id()})

    def test_what_is_pending_is_not_reported_as_written_where_it_cannot_be(self) -> None:
        work, issue = self.prepared()
        second = self.create(work, "pending", "--no-auto-flush")
        os.chmod(work / ".beads", 0o555)
        for words in (["sync"], ["sync", "--flush-only"], ["sync", "--force"]):
            self.assert_refused(self.try_bd(*words, cwd=work), work / ".beads")
        os.chmod(work / ".beads", 0o755)
        self.assertEqual(set(read_lines(work / ".beads/issues.jsonl")), {issue})
        self.assert_unharmed(work, {issue, second})

    def test_settings_that_cannot_be_read_are_reported_and_stop_nothing(self) -> None:
        work, issue = self.prepared()
        for name in ("config.yaml", "metadata.json"):
            os.chmod(work / ".beads" / name, 0)
        listed = self.assert_answers(work, {issue})
        self.assertIn("config.yaml", listed.err)
        self.create(work, "second")

    def test_init_where_nothing_can_be_made_names_the_directory(self) -> None:
        work = self.root / "closed"
        work.mkdir()
        os.chmod(work, 0o555)
        self.assert_refused(self.try_bd("init", "--prefix", "t", cwd=work), work / ".beads")
        self.assertEqual(os.listdir(work), [])
        os.chmod(work, 0o755)
        (work / ".beads").write_text("a file")
        self.assert_refused(self.try_bd("init", "--prefix", "t", cwd=work), work / ".beads", hint="")
        self.assertEqual((work / ".beads").read_text(), "a file")

    def test_files_for_import_and_export_that_are_none_are_named(self) -> None:
        work, issue = self.prepared()
        closed = self.root / "closed"
        closed.mkdir()
        os.chmod(closed, 0o555)
        (self.root / "secret.jsonl").write_text(issue_line("t-s", "secret") + "\n")
        os.chmod(self.root / "secret.jsonl", 0)
        for words, name in ((["import", "-i", str(work)], work), (["import", "-i", "/none/x.jsonl"], "/none/x.jsonl"),
                            (["import", "-i", str(self.root / "secret.jsonl")], self.root / "secret.jsonl"),
                            (["export", "-o", str(work)], work),
                            (["export", "-o", str(self.root / "secret.jsonl")], self.root / "secret.jsonl"),
                            (["export", "-o", str(closed / "x.jsonl")], closed / "x.jsonl"),
                            (["create", "-f", "/none/x.md"], "/none/x.md"),
                            (["create", "x", "--body-file", "/none/y"], "/none/y"),
                            (["batch", "-f", "/none/z"], "/none/z")):
            with self.subTest(words):
                done = self.try_bd(*words, cwd=work)
                self.assertEqual(done.code, 1, str(done))
                self.assertIn(str(name), done.err)
        os.chmod(self.root / "secret.jsonl", 0o644)
        self.assertIn("secret", (self.root / "secret.jsonl").read_text(), "a file that is not ours was replaced")
        self.assertEqual(set(self.assert_store_sound(work)), {issue})


class Mounts(Places):
    """In a mount namespace of their own, which needs the right to make one."""

    def namespace(self, script: str, target: Path) -> list[str]:
        """Runs `script` (mounts) in a new namespace that stays; returns the words that enter it."""
        flags = ["-m"] if os.geteuid() == 0 else ["-rm"]
        holder = subprocess.Popen([UNSHARE, *flags, "sh", "-c", f"{script} && echo ready && exec sleep 600", "sh",
                                   str(target)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(holder.wait)
        self.addCleanup(holder.kill)
        assert holder.stdout
        self.addCleanup(holder.stdout.close)
        if holder.stdout.readline() != b"ready\n":
            self.skipTest("mounts are not allowed here")
        user = [] if os.geteuid() == 0 else ["-U", "--preserve-credentials"]
        return ["-t", str(holder.pid), "-m", *user, "--"]

    def enter(self, inside: list[str], *words: str, cwd: Path) -> Done:
        done = self.start(*inside, "sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", str(cwd), harness.BD, *words,
                          cwd=self.root, program="/usr/bin/nsenter").wait()
        self.assertLess(done.code, 126, str(done))
        return done

    def read_only(self, work: Path, issues: set[str]) -> None:
        before = self.contents(work / ".beads")
        inside = self.namespace('mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"', work)
        for words in (["list"], ["ready"], ["list", "--status", "open"]):
            listed = self.enter(inside, *words, "--json", cwd=work)
            self.assertEqual({one["id"] for one in listed.json()}, issues, str(listed))
        for words in (["create", "x"], ["close", min(issues)], ["import", "-i", str(work / ".beads/issues.jsonl")]):
            self.assert_refused(self.enter(inside, *words, cwd=work), work / ".beads")
        self.assertEqual(self.contents(work / ".beads"), before)

    def test_a_read_only_mount_is_read_whatever_sidecars_there_are(self) -> None:
        for removed, truncated in (((), False), (("beads.db-shm",), False), (("beads.db-shm", "beads.db-wal"), True)):
            with self.subTest(removed):
                work = self.workspace(f"work{len(removed)}")
                issues = {self.create(work, "first"), self.create(work, "second")}
                if truncated:
                    connection = sqlite3.connect(work / ".beads/beads.db")
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    connection.close()
                for name in removed:
                    (work / ".beads" / name).unlink(missing_ok=True)
                self.read_only(work, issues)
                self.assert_unharmed(work, issues)

    def test_a_newer_file_on_a_read_only_mount_is_answered_from(self) -> None:
        work, issue = self.prepared()
        with open(work / ".beads/issues.jsonl", "a") as file:
            file.write(issue_line("t-zz9", "from git") + "\n")
        self.read_only(work, {issue, "t-zz9"})
        self.assert_unharmed(work, {issue, "t-zz9"})

    def test_on_a_full_disk_writes_fail_questions_are_answered_and_space_heals(self) -> None:
        work = self.root / "work"
        work.mkdir()
        inside = self.namespace('mount -t tmpfs -o size=2600k tmpfs "$1"', work)
        seen = Path(f"/proc/{inside[1]}/root") / str(work)[1:]  # the mount as it is seen from outside
        self.assertTrue(self.enter(inside, "init", "--prefix", "t", "--quiet", cwd=work).ok)
        issues = {self.enter(inside, "create", f"issue {n}", "--json", cwd=work).id() for n in range(3)}

        def fill() -> None:
            with open(seen / "fill", "wb", buffering=0) as file:
                try:
                    while True:
                        file.write(b"x" * 1024)
                except OSError:
                    pass

        def there() -> set[str]:
            listed = self.enter(inside, "list", "--all", "--limit", "0", "--json", cwd=work)
            self.assertTrue(listed.ok, str(listed))
            return {one["id"] for one in listed.json()}

        for free in (0, 0, 6, 20, 50):  # KiB: the failure comes at different steps
            fill()
            with open(seen / "fill", "rb+") as file:
                file.truncate(max(0, os.path.getsize(seen / "fill") - free * 1024))
            for words in (("create", "on a full disk"), ("create", "large", "-d", BIG)):
                done = self.enter(inside, *words, "--json", cwd=work)
                if done.ok:
                    issues.add(done.id())
                else:
                    self.assertIn("no space left", done.err + done.out, str(done))
            self.assertEqual(there(), issues, f"with {free} KiB")
            # What came with git is answered for too.
            (seen / "fill").unlink()
        with open(seen / ".beads/issues.jsonl", "a") as file:
            file.write(issue_line("t-zz9", "from git") + "\n")
        fill()
        self.assertEqual(there(), issues | {"t-zz9"})
        (seen / "fill").unlink()
        # A reader cannot even make the files that SQLite wants beside the database.
        self.assertTrue(self.enter(inside, "kv", "set", "a", "b", cwd=work).ok)
        truncate = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('PRAGMA wal_checkpoint(TRUNCATE)')"
        self.start(*inside, sys.executable, "-c", truncate, str(work / ".beads/beads.db"), cwd=self.root,
                   program="/usr/bin/nsenter").wait()
        for name in STORE[1:]:
            (seen / ".beads" / name).unlink(missing_ok=True)
        fill()
        self.assertEqual(there(), issues | {"t-zz9"})
        refused = self.enter(inside, "create", "on a full disk", cwd=work)
        self.assert_refused(refused, work / ".beads/beads.db", hint="free some space")
        (seen / "fill").unlink()
        again = self.enter(inside, "create", "space again", "--json", cwd=work)
        self.assertTrue(again.ok, str(again))
        last = again.id()
        synced = self.enter(inside, "sync", "--flush-only", cwd=work)
        self.assertTrue(synced.ok, str(synced))
        self.assertEqual(set(read_lines(seen / ".beads/issues.jsonl")), issues | {"t-zz9", last})
        self.assertLessEqual(len(harness.strays(seen / ".beads")), 3)

    def test_an_init_on_a_full_disk_can_be_repeated(self) -> None:
        work = self.root / "work"
        work.mkdir()
        inside = self.namespace('mount -t tmpfs -o size=200k tmpfs "$1"', work)
        refused = self.enter(inside, "init", "--prefix", "t", cwd=work)
        self.assertEqual(refused.code, 1, str(refused))
        self.assertIn("no space left", refused.err)
        subprocess.run(["/usr/bin/nsenter", *inside, "mount", "-o", "remount,size=2m", str(work)], check=True)
        self.assertTrue(self.enter(inside, "init", "--prefix", "t", cwd=work).ok)
        self.assertTrue(self.enter(inside, "create", "first", cwd=work).ok)


class Limits(Places):
    def test_a_limit_on_the_size_of_files_is_an_error_and_no_kill(self) -> None:
        work, issue = self.prepared()
        limited = f'ulimit -f 40; exec "{harness.BD}" "$@"'
        done = self.start("-c", limited, "sh", "create", "large", "-d", BIG, cwd=work, program="/bin/bash").wait()
        self.assert_refused(done, "beads.db")
        self.assert_unharmed(work, {issue})


class Databases(Places):
    def swap(self, work: Path, make: Callable[[Path], None]) -> bytes:
        beads = work / ".beads"
        for name in STORE:
            (beads / name).unlink(missing_ok=True)
        make(beads / "beads.db")
        return (beads / "beads.db").read_bytes()

    def test_a_file_that_is_not_our_database_is_refused_untouched_and_the_advice_helps(self) -> None:
        def foreign(path: Path) -> None:
            connection = sqlite3.connect(path)
            connection.execute("CREATE TABLE recipes(name)")
            connection.commit()
            connection.close()

        kinds: dict[str, Callable[[Path], None]] = {
            "foreign": foreign,
            "random": lambda path: path.write_bytes(self.random.randbytes(20_000)) and None,
            "text": lambda path: path.write_text("hello\n") and None,
        }
        for what, make in kinds.items():
            with self.subTest(what):
                work = self.workspace(what)
                issue = self.create(work, "first")
                before = self.swap(work, make)
                for words in (["list"], ["create", "x"], ["sync"], ["close", issue]):
                    self.assert_refused(self.try_bd(*words, cwd=work), work / ".beads/beads.db")
                self.assertEqual((work / ".beads/beads.db").read_bytes(), before, "it was written to")
                (work / ".beads/beads.db").rename(work / ".beads/beads.db.aside")
                for name in STORE[1:]:
                    (work / ".beads" / name).unlink(missing_ok=True)
                self.assert_unharmed(work, {issue})

    def test_a_database_of_the_classic_release_opens_in_place_with_its_issues(self) -> None:
        work, issue = self.prepared()
        (work / ".beads/issues.jsonl").unlink()
        connection = sqlite3.connect(work / ".beads/beads.db")
        ours = [row[0] for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'bd\\_%' ESCAPE '\\'")]
        for table in ours:
            connection.execute(f"DROP TABLE {table}")
        connection.commit()
        connection.close()
        self.assertEqual(self.show(work, issue)["title"], "first")
        second = self.create(work, "second")
        self.bd("sync", "--force", cwd=work)
        self.assertEqual(set(self.assert_store_sound(work)), {issue, second})

    def test_a_database_of_a_newer_bd_is_refused_untouched(self) -> None:
        work, issue = self.prepared()
        connection = sqlite3.connect(work / ".beads/beads.db")
        connection.execute("UPDATE bd_meta SET value = 99 WHERE key = 'schema_version'")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        before = (work / ".beads/beads.db").read_bytes()
        for words in (["list"], ["create", "x"], ["sync"]):
            done = self.try_bd(*words, cwd=work)
            self.assert_refused(done, work / ".beads/beads.db")
            self.assertIn("99", done.err)
        self.assertEqual((work / ".beads/beads.db").read_bytes(), before)

    def test_a_damaged_database_is_said_to_be_damaged_and_can_be_built_again(self) -> None:
        for what in ("overwritten", "cut", "page"):
            with self.subTest(what):
                work = self.workspace(what)
                issue = self.create(work, "first")
                connection = sqlite3.connect(work / ".beads/beads.db")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'issues'").fetchone()
                connection.close()
                with open(work / ".beads/beads.db", "rb+") as file:
                    if what == "cut":
                        file.truncate(100_000)
                    else:
                        file.seek(4096 if what == "overwritten" else (page - 1) * 4096)
                        file.write(b"\xa5" * 4096 * (60 if what == "overwritten" else 1))
                for words in (["list"], ["create", "x"], ["sync"]):
                    done = self.try_bd(*words, cwd=work)
                    self.assert_refused(done, work / ".beads/beads.db")
                    self.assertIn("malformed", done.err)
                    self.assertRegex(done.err, "Hint: (run 'bd doctor'|the issues are also in)")
                for name in STORE:
                    if (work / ".beads" / name).exists():
                        (work / ".beads" / name).rename(self.root / f"{what}-{name}")
                self.assert_unharmed(work, {issue})

    def test_a_wal_without_its_database_is_kept_and_the_database_built_from_the_file(self) -> None:
        work, issue = self.prepared()
        wal = (work / ".beads/beads.db-wal").read_bytes()
        (work / ".beads/beads.db").unlink()
        self.assertEqual(set(self.issues(work)), {issue})
        kept = [path for path in (work / ".beads").iterdir() if path.name.endswith("-wal") and ".left-" in path.name]
        self.assertEqual([path.read_bytes() for path in kept], [wal])
        self.assert_unharmed(work, {issue})


class Surroundings(Places):
    def test_without_git_everything_but_git_work_goes_on(self) -> None:
        nowhere = {"PATH": "/nonexistent"}
        work, issue = self.prepared()
        self.bd("create", "second", cwd=work, env=nowhere)
        self.bd("close", issue, cwd=work, env=nowhere)
        self.bd("sync", cwd=work, env=nowhere)
        refused = self.fail_bd("sync", "--full", cwd=work, env=nowhere)
        self.assertEqual(refused.code, 1)
        self.assertIn("git", refused.err)
        other = self.root / "other"
        other.mkdir()
        self.bd("init", "--prefix", "o", "--quiet", cwd=other, env=nowhere)
        self.bd("create", "first", cwd=other, env=nowhere)
        self.assertEqual(len(self.assert_store_sound(work)), 2)

    def test_a_workspace_behind_symbolic_links_is_one_workspace(self) -> None:
        work, issue = self.prepared()
        (self.root / "link").symlink_to(work)
        other = self.root / "other"
        other.mkdir()
        (other / ".beads").symlink_to(work / ".beads")
        elsewhere = self.root / "elsewhere"
        elsewhere.mkdir()
        shutil.move(work / ".beads/issues.jsonl", elsewhere / "shared.jsonl")
        (work / ".beads/issues.jsonl").symlink_to(elsewhere / "shared.jsonl")
        made = {issue, *(self.create(cwd, f"from {cwd.name}") for cwd in (work, self.root / "link", other))}
        self.assertEqual(set(self.issues(other)), made)
        self.assertTrue((work / ".beads/issues.jsonl").is_symlink(), "the link was replaced by a file")
        self.assertEqual(set(read_lines(elsewhere / "shared.jsonl")), made)
        self.assertEqual(len(list(elsewhere.glob("*.jsonl"))), 1)

    def test_links_in_a_circle_are_an_error(self) -> None:
        work = self.root / "work"
        work.mkdir()
        (work / ".beads").mkdir()
        (work / ".beads/issues.jsonl").symlink_to("issues.jsonl")
        (work / ".beads/config.yaml").write_text("")
        done = self.fail_bd("list", cwd=work, timeout=10)
        self.assertEqual(done.code, 1)

    def test_a_redirect_leads_to_the_other_workspace_once(self) -> None:
        work, issue = self.prepared()
        other = self.root / "other"
        (other / ".beads").mkdir(parents=True)
        redirect = other / ".beads/redirect"
        for text in (f"../{work.name}/.beads\n", f"# where\n\n  {work}/.beads  \n"):
            redirect.write_text(text)
            self.assertEqual(set(self.issues(other)), {issue})
        second = self.create(other, "second")
        self.assertEqual(set(self.assert_store_sound(work)), {issue, second})
        redirect.write_text("../nowhere/.beads\n")
        self.assertIn(str(self.root / "nowhere/.beads"), self.fail_bd("list", cwd=other).err)
        third = self.root / "third"
        (third / ".beads").mkdir(parents=True)
        (third / ".beads/redirect").write_text("../other/.beads\n")
        redirect.write_text(f"../{work.name}/.beads\n")
        self.assertIn("redirect", self.fail_bd("list", cwd=third).err)

    def test_paths_too_long_for_sqlite_or_the_system_are_refused_in_words(self) -> None:
        for length, works in ((380, True), (900, False), (4300, False)):
            with self.subTest(length):
                top = self.root / f"deep{length}"
                top.mkdir()
                # Deeper than a path may be long: step by step.
                script = (f'p=$(printf "%050d"); while [ ${{#PWD}} -lt {length} ]; do mkdir $p && cd -P $p || exit 99; done; '
                          f'"$0" init --prefix t --quiet && "$0" create deep --silent && "$0" list')
                done = self.start("-c", script, harness.BD, cwd=top, program="/bin/bash").wait()
                subprocess.run(["rm", "-rf", str(top)], check=True)
                if works:
                    self.assertTrue(done.ok and "deep" in done.out, str(done))
                else:
                    self.assertEqual(done.code, 1, str(done))
                    self.assertRegex(done.err, "Error: (.|\\n)*(bytes|name too long|current directory)")
                    self.assertIn("Hint: ", done.err)

    def test_clocks_before_1970_and_after_2100_are_usable(self) -> None:
        faketime = shutil.which("faketime")
        if faketime is None:
            self.skipTest("the program faketime is not installed")
        work, issue = self.prepared()
        for when in ("1969-06-01 00:00:00", "2150-06-01 00:00:00"):
            with self.subTest(when):
                done = self.start("-f", when, harness.BD, "create", when, "--json", cwd=work, program=faketime).wait()
                self.assertTrue(done.ok, str(done))
                self.assertEqual(self.show(work, done.id())["created_at"][:4], when[:4])
                self.start("-f", when, harness.BD, "update", issue, "--notes", when, cwd=work, program=faketime).wait()
                self.assertEqual(self.show(work, issue)["notes"], when)
        self.bd("sync", "--force", cwd=work)
        self.assertEqual(len(self.assert_store_sound(work)), 3)


class Interrupted(Places):
    def test_sigint_in_a_large_import_leaves_nothing_half_and_says_130(self) -> None:
        path = self.root / "in.jsonl"
        path.write_text("".join(issue_line(f"t-i{n:05}", f"issue {n}", description="x" * 300) + "\n"
                                for n in range(30_000)))
        work, issue = self.prepared()
        codes = set()
        for turn in range(5):
            running = super().start("import", "-i", str(path), cwd=work, program=harness.BD)
            time.sleep(0.02 + 0.05 * turn)
            running.kill(signal.SIGINT)
            done = running.wait()
            codes.add(done.code)
            self.assertIn(done.code, (0, 130), str(done))
            count = int(self.bd("count", cwd=work).out)
            self.assertEqual(count, 30_001 if done.ok else 1, "half an import")
            if done.ok:
                break
        self.assertIn(130, codes, "no import was interrupted")
        self.assertIn(issue, self.assert_store_sound(work))


if __name__ == "__main__":
    harness.main()
