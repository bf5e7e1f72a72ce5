"""The daemon, as real processes: nothing depends on it, and nothing that happens to it costs anybody more than a moment."""
from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import harness
from harness import Case, Done

SOON = 10.0  # seconds, for what should take milliseconds


class DaemonCase(Case):
    def setUp(self) -> None:
        super().setUp()
        self.ws = self.workspace("ws")
        self.beads = self.ws / ".beads"

    def tearDown(self) -> None:
        for pid in self.daemons():
            os.kill(pid, signal.SIGCONT)
            os.kill(pid, signal.SIGKILL)
        super().tearDown()

    def workspace(self, name: str) -> Path:
        path = self.root / name
        path.mkdir(parents=True)
        subprocess.run(["git", "init", "-q"], cwd=path, env=self.env, check=True)
        self.ok(path, "init", "-p", "t", "-q")
        return path

    def do(self, path: Path, *words: str, **env: str) -> Done:
        return self.start(*words, cwd=path, env=dict(env)).wait()

    def ok(self, path: Path, *words: str, **env: str) -> Done:
        done = self.do(path, *words, **env)
        self.assertTrue(done.ok, str(done))
        return done

    def daemons(self) -> list[int]:
        """Processes of the program that serve something below the test's directory."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    words = (entry / "cmdline").read_bytes().split(b"\0")
                except OSError:
                    continue
                if b"daemon" in words and b"--foreground" in words and str(self.root).encode() in b" ".join(words):
                    found.append(int(entry.name))
        return found

    def pid(self) -> int:
        return int((self.beads / "daemon.pid").read_text())

    def soon(self, what: Any, say: str) -> None:
        end = time.monotonic() + SOON
        while not what():
            self.assertLess(time.monotonic(), end, say)
            time.sleep(0.01)

    def titles(self) -> list[str]:
        return sorted(issue["title"] for issue in self.ok(self.ws, "list", "--json", "--all", "-n", "0").json())

    def registered(self) -> list[int]:
        entries = json.loads((self.home / ".beads" / "registry.json").read_text())
        return [int(entry["pid"]) for entry in entries]

    def connect(self) -> Any:
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(SOON)
        client.connect(str(self.beads / "bd.sock"))
        return client

    def commands(self) -> int:
        """How many the daemon was asked to do."""
        operations = self.ask({"operation": "metrics"})["data"]["operations"]
        return sum(int(one["total_count"]) for one in operations if one["operation"] == "command")

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        with self.connect() as client, client.makefile("rwb") as stream:
            stream.write(json.dumps(request).encode() + b"\n")
            stream.flush()
            return dict(json.loads(stream.readline()))


OLD_IGNORE = """# SQLite databases
*.db
*.db?*

# Daemon runtime files
daemon.lock
daemon.log
daemon.pid
bd.sock
last-touched
.sync.lock
.jsonl.lock"""  # of 0.49.6; also without a line feed at its end


class OldWorkspace(DaemonCase):
    """One whose .gitignore knows nothing of our files."""

    def setUp(self) -> None:
        super().setUp()
        self.ignore = self.beads / ".gitignore"
        self.ignore.write_text(OLD_IGNORE)

    def unknown(self) -> list[str]:
        """What git would add."""
        done = self.git("status", "--porcelain", "--untracked-files=all", "--", ".beads", cwd=self.ws)
        return [line[3:].removeprefix(".beads/") for line in done.out.splitlines() if line[3:].startswith(".beads/")]

    def commit(self) -> None:
        self.git("add", "-A", cwd=self.ws)
        self.git("commit", "-q", "-m", "all", cwd=self.ws)

    def test_who_starts_a_daemon_completes_its_gitignore_and_says_so(self) -> None:
        self.commit()
        self.ok(self.ws, "list")
        self.assertEqual(self.ignore.read_text(), OLD_IGNORE, "not a matter of a command that asks")
        self.assertIn(".gitignore", self.ok(self.ws, "daemon", "start").err)
        self.assertEqual(self.unknown(), [".gitignore"])
        self.ok(self.ws, "daemon", "stop")
        self.assertTrue((self.beads / "daemon.last.json").exists())
        self.assertEqual(self.unknown(), [".gitignore"])
        self.assertTrue(self.ignore.read_text().startswith(OLD_IGNORE + "\n"))
        self.assertEqual(self.ok(self.ws, "daemon", "start").err, "", "said once")

    def test_so_does_a_command_that_starts_one_by_itself(self) -> None:
        self.commit()
        self.assertIn(".gitignore", self.ok(self.ws, "create", "a", BEADS_AUTO_START_DAEMON="true").err)
        self.soon(lambda: (self.beads / "bd.sock").exists(), "a daemon was started")
        self.assertEqual(sorted(self.unknown()), [".gitignore", "issues.jsonl"])

    def test_a_list_that_covers_them_in_its_own_way_is_left_alone(self) -> None:
        for text in ("*\n", "/daemon*\n*.db?*\nbd.sock?*\n"):
            self.ignore.write_text(text)
            self.assertEqual(self.ok(self.ws, "daemon", "start").err, "")
            self.assertEqual(self.ignore.read_text(), text)
            self.ok(self.ws, "daemon", "stop")
        self.ignore.unlink()
        self.ok(self.ws, "daemon", "start")
        self.assertFalse(self.ignore.exists(), "who has none has another way")


class LifeCycle(DaemonCase):
    def test_the_mode_of_the_directory_stays(self) -> None:
        self.beads.chmod(0o2775)
        self.ok(self.ws, "daemon", "start")
        self.assertEqual(self.beads.stat().st_mode & 0o7777, 0o2775)

    def test_starts_serves_and_stops(self) -> None:
        self.assertIn("Daemon started (PID", self.ok(self.ws, "daemon", "start").out)
        self.assertIn("Daemon already running (PID", self.ok(self.ws, "daemon", "start").out)
        self.assertEqual(self.ok(self.ws, "daemon", "status", "--json").json()["status"], "running")
        self.ok(self.ws, "create", "through the daemon")
        self.soon(lambda: "through the daemon" in (self.beads / "issues.jsonl").read_text()
                  if (self.beads / "issues.jsonl").exists() else False, "the change is published")
        pid = self.pid()
        self.assertEqual(self.registered(), [pid])
        self.assertIn(f"(PID {pid})", self.ok(self.ws, "daemon", "stop").out)
        self.assertEqual((self.daemons(), self.registered()), ([], []))
        for name in ("bd.sock", "daemon.pid", "daemon-start-state.json", "daemon-error"):
            self.assertFalse((self.beads / name).exists(), name)
        self.assertEqual(self.titles(), ["through the daemon"])

    def test_nothing_of_its_starter_stays_with_it(self) -> None:
        self.ok(self.ws, "daemon", "start", BD_REQUEST_ID="of the starter", BD_ACTOR="somebody", BD_DEBUG="1", KEPT="yes")
        words = Path(f"/proc/{self.pid()}/environ").read_bytes().decode().split("\0")
        names = {word.partition("=")[0] for word in words}
        self.assertIn("KEPT", names)
        self.assertEqual(names & {"BD_REQUEST_ID", "BD_ACTOR", "BD_DEBUG", "BEADS_DIR", "GIT_DIR"}, set())
        self.assertEqual(os.readlink(f"/proc/{self.pid()}/cwd"), "/")
        self.assertEqual(os.getsid(self.pid()), self.pid())

    def test_what_is_written_last_is_published_before_the_end(self) -> None:
        self.ok(self.ws, "daemon", "start")
        self.ok(self.ws, "create", "at the last moment")
        self.ok(self.ws, "daemon", "stop")
        self.assertIn("at the last moment", (self.beads / "issues.jsonl").read_text())

    def test_a_signal_ends_it_in_order(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            self.ok(self.ws, "daemon", "start")
            os.kill(self.pid(), number)
            self.soon(lambda: not self.daemons(), "it ends")
            self.assertEqual(json.loads((self.beads / "daemon.last.json").read_text())["status"], "stopped")

    def test_who_reads_slowly_gets_all_of_his_answer_before_it_ends(self) -> None:
        line = {"status": "open", "priority": 2, "issue_type": "task", "description": "x" * 4000}
        lines = [json.dumps({"id": f"t-{number}", "title": f"one {number}", **line}) for number in range(500)]
        (self.beads / "issues.jsonl").write_text("\n".join(lines) + "\n")
        self.ok(self.ws, "daemon", "start")
        with self.connect() as client, client.makefile("rwb") as stream:
            stream.write(b'{"operation":"list","args":{}}\n')
            stream.flush()
            self.assertEqual(stream.read(1), b"{")
            os.kill(self.pid(), signal.SIGTERM)
            self.soon(lambda: not (self.beads / "bd.sock").exists(), "it is ending")
            time.sleep(0.2)
            answer = json.loads(b"{" + stream.readline())
        self.assertEqual(len(answer["data"]), 500)
        self.soon(lambda: not self.daemons(), "it ends")
        self.assertEqual(json.loads((self.beads / "daemon.last.json").read_text())["status"], "stopped")

    def test_a_restart_replaces_it(self) -> None:
        self.ok(self.ws, "daemon", "start")
        before = self.pid()
        self.ok(self.ws, "daemon", "restart")
        self.assertNotEqual(self.pid(), before)
        self.assertEqual(len(self.daemons()), 1)

    def test_of_many_starts_at_once_one_daemon_remains(self) -> None:
        starts = [self.start("daemon", "start", cwd=self.ws) for _ in range(8)]
        for running in starts:
            done = running.wait()
            self.assertTrue(done.ok, str(done))
        self.assertEqual(len(self.daemons()), 1)

    def test_a_client_asks_for_its_version(self) -> None:
        done = self.do(self.ws, "version", "--daemon")
        self.assertEqual((done.code, done.err.splitlines()[0]), (1, "Error: daemon is not running"))
        self.ok(self.ws, "daemon", "start")
        self.assertIn("Compatibility: ✓ compatible", self.ok(self.ws, "version", "--daemon").out)
        told = self.ok(self.ws, "version", "--daemon", "--json").json()
        self.assertEqual((told["daemon_version"], told["compatible"]), (told["client_version"], True))
        os.kill(self.pid(), signal.SIGSTOP)
        done = self.do(self.ws, "version", "--daemon")
        self.assertEqual((done.code, "cannot be asked" in done.err), (1, True), str(done))

    def test_what_is_asked_for_in_another_way_is_done_without_it(self) -> None:
        self.ok(self.ws, "daemon", "start")
        self.ok(self.ws, "create", "by the daemon", "-d", "x")
        asked = self.commands()
        self.assertGreater(asked, 0)
        for flags in (["--lock-timeout", "2s"], ["--no-auto-flush"], ["--no-auto-import"], ["--allow-stale"],
                      ["--no-daemon"], ["--sandbox"]):
            self.ok(self.ws, "create", f"with {flags[0]}", "-d", "x", *flags)
            self.assertEqual(self.commands(), asked, flags)
        # Git waits for its hooks, and for what they start.
        self.ok(self.ws, "create", "in a hook", "-d", "x", GIT_INDEX_FILE=str(self.ws / ".git" / "index"))
        self.assertEqual(self.commands(), asked)
        self.ok(self.ws, "create", "by the daemon again", "-d", "x")
        self.assertGreater(self.commands(), asked)
        self.assertEqual(len(self.titles()), 9)

    def test_it_keeps_nothing_of_its_starter(self) -> None:
        self.ok(self.ws, "daemon", "start")
        proc = Path(f"/proc/{self.pid()}")
        self.assertEqual(os.readlink(proc / "cwd"), "/")
        self.assertEqual(os.getsid(self.pid()), self.pid())
        for number in ("0", "1", "2"):
            self.assertEqual(os.readlink(proc / "fd" / number), "/dev/null")

    def test_a_command_starts_one_for_the_next_ones(self) -> None:
        self.ok(self.ws, "create", "first", BEADS_AUTO_START_DAEMON="true")
        self.soon(lambda: (self.beads / "bd.sock").exists(), "a daemon was started")
        self.ok(self.ws, "create", "second")
        self.assertEqual(self.ask({"operation": "metrics"})["data"]["operations"][0]["operation"], "command")

    def test_nobody_starts_one_who_does_not_want_it(self) -> None:
        for name, value in (("BEADS_NO_DAEMON", "1"), ("BD_NO_DAEMON", "1"), ("BEADS_AUTO_START_DAEMON", "false")):
            self.ok(self.ws, "create", "alone", **{"BEADS_AUTO_START_DAEMON": "true", name: value})
        self.ok(self.ws, "create", "alone", "--sandbox", BEADS_AUTO_START_DAEMON="true")
        time.sleep(0.3)
        self.assertEqual(self.daemons(), [])

    def test_nothing_is_done_to_git(self) -> None:
        self.ok(self.ws, "daemon", "start")
        self.ok(self.ws, "create", "x")
        subprocess.run(["git", "add", "."], cwd=self.ws, env=self.env, check=True)
        staged = subprocess.run(["git", "diff", "--cached", "--name-only"], cwd=self.ws, env=self.env, check=True,
                                capture_output=True, text=True).stdout.split()
        for name in staged:
            self.assertFalse("daemon" in name or "sock" in name or "beads.db" in name, name)


class Supervised(DaemonCase):
    def parent(self, pid: int) -> int:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])

    def status(self) -> str:
        return str(self.ok(self.ws, "daemon", "status", "--json").json()["status"])

    def test_what_fails_is_started_again_and_what_is_stopped_is_not(self) -> None:
        self.assertIn("Daemon started (PID", self.ok(self.ws, "daemon", "start", "--supervised").out)
        before = self.pid()
        supervisor = self.parent(before)
        self.assertEqual(sorted(self.daemons()), sorted([before, supervisor]))
        self.assertEqual([os.readlink(f"/proc/{supervisor}/fd/{n}") for n in (0, 1, 2)], ["/dev/null"] * 3)
        self.ok(self.ws, "create", "before")
        os.kill(before, signal.SIGKILL)
        self.soon(lambda: self.status() == "not_running", "it is gone")
        self.ok(self.ws, "create", "meanwhile")
        self.assertIn("Forgot 1 start", self.ok(self.ws, "daemon", "reset").out)  # else it waits 30 s
        self.soon(lambda: self.status() == "running", "it is started again")
        self.assertNotEqual(self.pid(), before)
        self.assertEqual(self.parent(self.pid()), supervisor)
        self.assertEqual(self.titles(), ["before", "meanwhile"])
        self.ok(self.ws, "daemon", "stop")
        self.soon(lambda: not self.daemons(), "nobody starts it again")

    def test_it_is_not_started_before_its_time(self) -> None:
        self.ok(self.ws, "daemon", "start", "--supervised")
        os.kill(self.pid(), signal.SIGKILL)
        time.sleep(4)
        self.assertEqual(self.status(), "not_running")
        supervisor, = self.daemons()
        os.kill(supervisor, signal.SIGTERM)
        self.soon(lambda: not self.daemons(), "it ends while it waits, too")

    def test_who_ends_the_supervisor_ends_the_daemon_in_order(self) -> None:
        self.ok(self.ws, "daemon", "start", "--supervised")
        self.ok(self.ws, "create", "at the last moment")
        daemon, supervisor = self.pid(), self.parent(self.pid())
        os.kill(daemon, signal.SIGSTOP)
        os.kill(supervisor, signal.SIGTERM)
        time.sleep(1)  # else a process manager would kill what is left of the service, before its last publish
        self.assertIn(supervisor, self.daemons())
        os.kill(daemon, signal.SIGCONT)
        self.soon(lambda: not self.daemons(), "both end")
        self.assertEqual(json.loads((self.beads / "daemon.last.json").read_text())["status"], "stopped")
        self.assertIn("at the last moment", (self.beads / "issues.jsonl").read_text())

    def test_a_restart_keeps_the_supervision(self) -> None:
        self.ok(self.ws, "daemon", "start", "--supervised", "--idle-exit", "1h")
        self.ok(self.ws, "daemon", "restart")
        self.soon(lambda: len(self.daemons()) == 2, "the old supervisor ended with its daemon")
        record = json.loads((self.beads / "beads.db.daemon").read_text())
        self.assertEqual((record["managed_by"], record["options"]["idle_exit_ms"]), ("supervisor", 3_600_000))

    def test_a_first_start_that_fails_is_told_and_not_repeated(self) -> None:
        (self.beads / "bd.sock.new").mkdir()
        done = self.do(self.ws, "daemon", "start", "--supervised")
        self.assertEqual(done.code, 1, str(done))
        self.soon(lambda: not self.daemons(), "nobody is left")

    def test_beside_a_daemon_there_is_no_supervisor(self) -> None:
        self.ok(self.ws, "daemon", "start")
        done = self.do(self.ws, "daemon", "start", "--supervised")
        self.assertIn("already running", done.out)
        self.assertEqual(len(self.daemons()), 1)


class AutoCommit(DaemonCase):
    def setUp(self) -> None:
        super().setUp()
        (self.ws / "code").write_text("one\n")
        self.git("add", "-A", cwd=self.ws)
        self.git("commit", "-q", "-m", "all", cwd=self.ws)
        hook = self.ws / ".git/hooks/pre-commit"
        hook.write_text("#!/bin/sh\ntouch hook-was-run\nexit 1\n")
        hook.chmod(0o755)
        (self.ws / "code").write_text("two\n")
        self.git("add", "code", cwd=self.ws)
        (self.ws / "code").write_text("three\n")

    def commits(self) -> list[str]:
        return self.git("log", "--format=%s", cwd=self.ws).out.splitlines()

    def committed(self, title: str) -> bool:
        return title in self.git("show", "HEAD:.beads/issues.jsonl", cwd=self.ws, ok=False).out

    def assert_only_the_file(self) -> None:
        """What is staged and what is not is as it was, and each commit has the one file."""
        self.assertEqual(self.git("diff", "--cached", "--name-only", cwd=self.ws).out.split(), ["code"])
        self.assertEqual(self.git("show", ":code", cwd=self.ws).out, "two\n")
        self.assertEqual((self.ws / "code").read_text(), "three\n")
        names = self.git("log", "--format=", "--name-only", f"-{len(self.commits()) - 1}", cwd=self.ws).out.split()
        self.assertEqual(set(names), {".beads/issues.jsonl"})
        self.assertFalse((self.ws / "hook-was-run").exists())

    def test_it_commits_the_file_alone(self) -> None:
        out = self.ok(self.ws, "daemon", "start", "--auto-commit", "--interval", "1s").out
        self.assertIn("(interval: 1s, auto-commit: true, auto-push: false, auto-pull: false)", out)
        for n in range(10):
            self.ok(self.ws, "create", f"issue {n}")
        self.soon(lambda: self.committed("issue 9"), "it is committed")
        self.assertLessEqual(len(self.commits()), 5, "changes of a second share a commit")
        self.assertTrue(self.commits()[0].startswith("bd daemon export: "))
        self.ok(self.ws, "--no-daemon", "create", "by somebody else")
        self.soon(lambda: self.committed("by somebody else"), "also what others wrote")
        self.assertTrue(self.ask({"operation": "status"})["data"]["auto_commit"])
        self.assert_only_the_file()

    def test_what_is_left_is_committed_at_the_end(self) -> None:
        self.ok(self.ws, "daemon", "start", "--auto-commit", "--interval", "1h")
        self.ok(self.ws, "daemon", "restart")
        self.ok(self.ws, "create", "at the last moment")
        self.ok(self.ws, "daemon", "stop")
        self.assertTrue(self.committed("at the last moment"))
        self.assert_only_the_file()

    def test_git_at_work_is_waited_for(self) -> None:
        lock = self.ws / ".git/index.lock"
        self.ok(self.ws, "create", "waits")  # published before git begins
        lock.touch()
        self.ok(self.ws, "daemon", "start", "--auto-commit", "--interval", "100ms")
        time.sleep(2)
        self.assertEqual(len(self.commits()), 1)
        self.ok(self.ws, "update", self.ok(self.ws, "list", "--json").json()[0]["id"], "-p", "0")
        lock.unlink()
        self.soon(lambda: self.committed("waits"), "then it is committed")
        self.assert_only_the_file()

    def test_a_rebase_under_way_gets_no_commit_of_its_own(self) -> None:
        """A commit of one path is possible then, and would become a part of what a person rebases."""
        self.git("commit", "-q", "--no-verify", "-a", "-m", "more", cwd=self.ws)
        self.git("-c", "sequence.editor=sed -i 1s/pick/edit/", "rebase", "-q", "-i", "HEAD~1", cwd=self.ws)
        self.assertTrue((self.ws / ".git/rebase-merge").is_dir())
        self.ok(self.ws, "daemon", "start", "--auto-commit", "--interval", "100ms")
        self.ok(self.ws, "create", "waits")
        time.sleep(2.5)
        self.assertEqual(self.commits(), ["more", "all"])
        self.git("rebase", "--quit", cwd=self.ws)
        self.soon(lambda: self.committed("waits"), "then it is committed")
        self.assertEqual(self.commits()[1:], ["more", "all"])

    def git_that(self, does: str) -> str:
        """A PATH whose git does that before it is git, for what the daemon asks it for."""
        folder = self.ws / "elsewhere"
        folder.mkdir()
        (folder / "git").write_text(f'#!/bin/sh\ncase "$1" in status|add|commit) {does} ;; esac\n'
                                    f'exec {shutil.which("git")} "$@"\n')
        (folder / "git").chmod(0o755)
        return f"{folder}:{os.environ['PATH']}"

    def assert_served_at_once(self, titles: list[str]) -> None:
        for title in titles:
            began = time.monotonic()
            self.ok(self.ws, "create", title)
            self.assertLess(time.monotonic() - began, 0.5, "nobody waits for git")
        self.assertFalse((self.beads / "beads.db.silent").exists())
        operations = json.loads(self.ok(self.ws, "daemon", "metrics").out)["operations"]
        self.assertEqual([one["total_count"] for one in operations if one["operation"] == "command"], [len(titles)])

    def test_a_slow_git_keeps_nobody_waiting(self) -> None:
        self.ok(self.ws, "create", "is there")
        path = self.git_that("touch began; sleep 1.5")
        self.ok(self.ws, "daemon", "start", "--auto-commit", "--interval", "100ms", PATH=path)
        self.soon(lambda: (self.ws / "began").exists(), "git is at work")
        self.assert_served_at_once([f"issue {n}" for n in range(20)])
        self.soon(lambda: self.committed("issue 19"), "all is committed in the end")
        self.assert_only_the_file()

    def test_a_git_that_hangs_is_ended_with_all_that_it_started(self) -> None:
        self.ok(self.ws, "create", "is there")
        path = self.git_that("echo $$ >> pids; trap '' TERM; sleep 1000 & echo $! >> pids; sleep 1000")
        self.ok(self.ws, "daemon", "start", "--auto-commit", "--interval", "100ms", PATH=path)
        self.soon(lambda: len((self.ws / "pids").read_text().split()) == 2 if (self.ws / "pids").exists() else False,
                  "git is at work")
        self.assert_served_at_once([f"issue {n}" for n in range(5)])
        self.soon(lambda: "git status: git: no answer within 5 s" in (self.beads / "daemon.log").read_text(),
                  "it has run out of time")
        for pid in (self.ws / "pids").read_text().split():
            self.soon(lambda pid=pid: not Path(f"/proc/{pid}/cwd").exists(), "it is gone")
        began = time.monotonic()
        self.ok(self.ws, "daemon", "stop")
        self.assertLess(time.monotonic() - began, 8)

    def test_settings_start_it_as_well_and_nothing_is_pushed(self) -> None:
        self.ok(self.ws, "daemon", "start", "--interval", "100ms", BEADS_AUTO_COMMIT="1", BEADS_AUTO_PUSH="1")
        self.ok(self.ws, "create", "by a setting")
        self.soon(lambda: self.committed("by a setting"), "it is committed")
        self.assertIn("not supported", (self.beads / "daemon.log").read_text())

    def test_what_cannot_be_is_refused(self) -> None:
        for words, why in ((("--auto-push",), "not supported"), (("--auto-pull",), "not supported"),
                           (("--auto-commit", "--local"), "cannot be used with --local mode"),
                           (("--interval", "0s"), "interval must be positive")):
            done = self.do(self.ws, "daemon", "start", *words)
            self.assertEqual((done.code, why in done.err), (1, True), str(done))
        self.assertEqual(self.daemons(), [])


class Following(DaemonCase):
    """What goes on: `daemon logs --follow` and `activity --follow`."""

    def follow(self, *words: str) -> Any:
        path = self.root / "followed"
        with open(path, "wb") as out:
            running = self.start(*words, cwd=self.ws, stdout=out)
        return running, lambda: path.read_text()

    def test_the_log(self) -> None:
        self.ok(self.ws, "daemon", "start")
        running, text = self.follow("daemon", "logs", "--follow", "-n", "1")
        self.soon(lambda: "socket listening" in text(), "the end of what is there")
        self.assertEqual(len(text().splitlines()), 1)
        self.ok(self.ws, "daemon", "stop")
        self.soon(lambda: "Daemon stopped" in text(), "what comes")
        (self.beads / "daemon.log").rename(self.beads / "daemon.log.1")
        with open(self.beads / "daemon.log.1", "a") as old:
            old.write("the last line of the old one\n")
        (self.beads / "daemon.log").write_text("the first of the new one\nand a part")
        self.soon(lambda: "the first of the new one\n" in text(), "also when it was set aside")
        self.assertTrue(text().endswith("the last line of the old one\nthe first of the new one\n"), text())
        running.kill(signal.SIGINT)
        self.assertEqual(running.wait().code, 130)

    def test_activity(self) -> None:
        self.ok(self.ws, "create", "before")
        running, text = self.follow("activity", "--follow", "--interval", "50ms", "--json")
        time.sleep(0.5)
        self.ok(self.ws, "create", "directly")
        self.ok(self.ws, "daemon", "start")
        wanted = ["directly"]
        for n in range(20):
            self.ok(self.ws, *(["--no-daemon"] if n % 3 == 0 else []), "create", f"number {n}")
            wanted.append(f"number {n}")
        self.ok(self.ws, "close", self.ok(self.ws, "list", "--json", "--title-contains", "directly").json()[0]["id"])
        (self.root / "more.jsonl").write_text(harness.issue_line("t-imp", "imported") + "\n")
        self.ok(self.ws, "import", "-i", str(self.root / "more.jsonl"))
        self.soon(lambda: "imported" in text(), "it is told")
        entries = [json.loads(line) for line in text().splitlines()]
        created = [entry["message"].partition(" · ")[2].rpartition(" @")[0] for entry in entries
                   if entry["type"] == "create"]
        self.assertEqual(created, [*wanted, "imported"], "each once, in order, and nothing from before")
        self.assertEqual([entry["new_status"] for entry in entries if entry["type"] == "status"], ["closed"])
        running.kill()
        running.wait()

    def test_activity_that_was(self) -> None:
        self.assertEqual(self.ok(self.ws, "activity").out, "No recent activity\n")
        first = self.ok(self.ws, "create", "first", "--json").id()
        self.ok(self.ws, "update", first, "--claim")
        self.ok(self.ws, "close", first)
        self.ok(self.ws, "create", "second")
        out = self.ok(self.ws, "activity").out
        for text in (f"] + {first} created · first", f"] → {first} started", f"] ✓ {first} completed", "second"):
            self.assertIn(text, out)
        self.assertEqual(len(self.ok(self.ws, "activity", "--limit", "1").out.splitlines()), 1)
        self.assertEqual(len(self.ok(self.ws, "activity", "--type", "create", "--json").json()), 2)
        self.assertEqual(self.ok(self.ws, "activity", "--mol", "x-", "--json").json(), [])
        self.assertEqual(self.ok(self.ws, "activity", "--since", "1d").out, out)
        self.assertEqual(self.do(self.ws, "activity", "--since", "soon").code, 1)


TOLD = "Multiple bd processes detected, consider using daemon"


class SeveralWriters(DaemonCase):
    def beside(self, *words: str, **env: str) -> Done:
        """A command, while somebody else writes for a quarter of a second."""
        with open(self.beads / "beads.db.lock", "a+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            running = self.start(*words, cwd=self.ws, env=dict(env))
            time.sleep(0.25)
            fcntl.flock(lock, fcntl.LOCK_UN)
            return running.wait()

    def test_they_are_told_once(self) -> None:
        self.assertNotIn(TOLD, self.ok(self.ws, "create", "alone").err)
        first = self.beside("create", "beside", "--json")
        self.assertEqual((first.code, first.err.count(TOLD)), (0, 1), str(first))
        self.assertEqual(first.json()["title"], "beside")
        self.assertNotIn(TOLD, self.beside("create", "again").err)
        self.ok(self.ws, "daemon", "start")
        self.ok(self.ws, "daemon", "stop")
        self.assertIn(TOLD, self.beside("create", "without it again").err)

    def test_nobody_is_told_who_has_a_daemon_or_gets_one(self) -> None:
        self.assertNotIn(TOLD, self.beside("create", "a", BEADS_AUTO_START_DAEMON="true").err)
        self.soon(lambda: (self.beads / "bd.sock").exists(), "a daemon was started")
        self.assertNotIn(TOLD, self.beside("--no-daemon", "create", "b").err)
        self.assertNotIn(TOLD, self.beside("list", "--no-daemon").err)

    def test_a_setting_makes_it_a_refusal(self) -> None:
        with open(self.beads / "config.yaml", "a") as config:
            config.write("\ndaemon.concurrent-access: refuse\n")
        self.ok(self.ws, "create", "alone")
        done = self.beside("create", "beside")
        self.assertEqual((done.code, done.err.splitlines()[-1]),
                         (1, "Concurrent access detected. Start daemon: bd daemon start"), str(done))
        self.assertEqual(self.titles(), ["alone"])
        self.ok(self.ws, "daemon", "start")
        self.assertEqual(self.beside("create", "through the daemon").code, 0)
        self.assertEqual(self.beside("--no-daemon", "create", "beside it").code, 0)
        self.assertEqual(self.titles(), ["alone", "beside it", "through the daemon"])

    def test_other_values(self) -> None:
        self.assertNotIn(TOLD, self.beside("create", "a", BD_DAEMON_CONCURRENT_ACCESS="ignore").err)
        done = self.do(self.ws, "create", "b", BD_DAEMON_CONCURRENT_ACCESS="never")
        self.assertEqual((done.code, "invalid daemon.concurrent-access" in done.err), (1, True), str(done))
        self.ok(self.ws, "list", BD_DAEMON_CONCURRENT_ACCESS="never")


class Findings(DaemonCase):
    """A daemon that is there and cannot be talked to: `daemon status` and `doctor` say which of the reasons it is."""

    def setUp(self) -> None:
        super().setUp()
        self.ok(self.ws, "create", "there")
        self.ok(self.ws, "daemon", "start")

    def told(self, **options: Any) -> list[str]:
        texts = []
        for words in (("daemon", "status"), ("doctor",)):
            done = self.start(*words, cwd=self.ws, **options).wait()
            self.assertLess(done.seconds, 4, str(done))
            texts.append(done.out)
        return texts

    def assert_told(self, text: str, **options: Any) -> None:
        for told in self.told(**options):
            self.assertIn(text, told)
            self.assertNotIn("rm ", told)
        begin = time.monotonic()
        self.assertIn("there", self.start("list", cwd=self.ws, **options).wait().out)
        self.assertLess(time.monotonic() - begin, 1)

    def test_it_does_not_answer(self) -> None:
        os.kill(self.pid(), signal.SIGSTOP)
        self.assert_told("it does not answer")

    def test_it_refuses(self) -> None:
        os.kill(self.pid(), signal.SIGSTOP)  # so that it makes no new one
        path = self.beads / "bd.sock"
        path.unlink()
        with socket.socket(socket.AF_UNIX) as deaf:
            deaf.bind(str(path))
        self.assert_told("nobody listens on its socket")

    def test_its_socket_is_missing(self) -> None:
        os.kill(self.pid(), signal.SIGSTOP)
        (self.beads / "bd.sock").unlink()
        self.assert_told("its socket is missing")

    def test_permission_is_denied(self) -> None:
        if os.geteuid() == 0:  # nothing is denied to us: somebody else asks
            for path in (self.root, self.ws):
                path.chmod(0o755)
            (self.ws / ".git").chmod(0o755)
            options: dict[str, Any] = {"prepare": lambda: os.setuid(65534), "env": {"HOME": "/nonexistent"}}
        else:
            (self.beads / "bd.sock").chmod(0)
            options = {}
        pid = self.pid()
        self.assert_told("permission denied", **options)
        self.assertEqual(self.daemons(), [pid])

    def test_what_happened_before_is_told_as_well(self) -> None:
        os.kill(self.pid(), signal.SIGKILL)
        self.soon(lambda: not self.daemons(), "it is dead")
        (self.beads / "bd.sock.new").mkdir()
        self.assertEqual(self.do(self.ws, "daemon", "start").code, 1)
        for told in self.told():
            self.assertIn("was killed or crashed while running", told)
        self.ok(self.ws, "daemon", "reset")
        self.assertEqual(self.do(self.ws, "daemon", "start").code, 1)
        reason = (self.beads / "daemon-error").read_text().strip()
        for told in self.told():
            self.assertIn(reason, told)
            self.assertIn("could not start", told)


class ForcedRebind(DaemonCase):
    def last(self) -> dict[str, Any]:
        return dict(json.loads((self.beads / "daemon.last.json").read_text()))

    def test_an_odd_value_is_an_error_and_off_is_off(self) -> None:
        self.ok(self.ws, "daemon", "start")
        before = self.pid()
        for odd in ("2", "t", "force", "yes please"):
            done = self.do(self.ws, "daemon", "start", BD_FORCE_REBIND=odd)
            self.assertEqual((done.code, "invalid BD_FORCE_REBIND" in done.err), (1, True), str(done))
        for off in ("0", "False", "no", "OFF", ""):
            self.assertIn("already running", self.ok(self.ws, "daemon", "start", BD_FORCE_REBIND=off).out)
        self.assertEqual(self.pid(), before)
        self.ok(self.ws, "create", "no matter of other commands", BD_FORCE_REBIND="odd")

    def test_one_that_answers_ends_in_order(self) -> None:
        self.ok(self.ws, "daemon", "start")
        before = self.pid()
        self.ok(self.ws, "create", "at the last moment")
        self.assertIn("Daemon started", self.ok(self.ws, "daemon", "start", BD_FORCE_REBIND="Yes", USER="admin").out)
        self.assertNotEqual(self.pid(), before)
        self.assertEqual(self.daemons(), [self.pid()])
        self.assertIn("at the last moment", (self.beads / "issues.jsonl").read_text())
        self.assertTrue(self.last()["forced_by"].startswith("admin on "), self.last())
        self.assertIn("by force: admin on ", (self.beads / "daemon.log").read_text())
        self.assertIn("admin on ", self.ok(self.ws, "daemon", "status").out)

    def test_one_that_does_not_answer_is_killed(self) -> None:
        self.ok(self.ws, "daemon", "start")
        before = self.pid()
        os.kill(before, signal.SIGSTOP)
        done = self.ok(self.ws, "daemon", "start", BD_FORCE_REBIND="1")
        self.assertLess(done.seconds, 8, str(done))
        self.assertEqual(self.daemons(), [self.pid()])
        self.assertNotEqual(self.pid(), before)

    def test_without_one_nothing_is_forced(self) -> None:
        self.ok(self.ws, "daemon", "start", BD_FORCE_REBIND="on")
        self.assertNotIn("forced_by", self.last())

    def test_one_that_cannot_be_identified_is_not_killed(self) -> None:
        self.ok(self.ws, "daemon", "start")
        pid = self.pid()
        os.kill(pid, signal.SIGSTOP)
        record = self.beads / "beads.db.daemon"
        told = json.loads(record.read_text())
        for wrong in ({**told, "pid_namespace": 1}, {**told, "boot_id": ""}, {**told, "pid_start": 0},
                      {**told, "pid_start": told["pid_start"] + 1}):
            record.write_text(json.dumps(wrong))
            done = self.do(self.ws, "daemon", "start", BD_FORCE_REBIND="1")
            self.assertEqual((done.code, "is not killed" in done.err), (1, True), str(done))
        record.unlink()
        done = self.do(self.ws, "daemon", "start", BD_FORCE_REBIND="1")
        self.assertEqual((done.code, "is not killed" in done.err), (1, True), str(done))
        self.assertEqual(self.daemons(), [pid])
        # Nobody was asked to end who did not say first that he is the one.
        os.kill(pid, signal.SIGCONT)
        self.ok(self.ws, "daemon", "stop")
        self.assertEqual(self.daemons(), [])


class Trouble(DaemonCase):
    def test_one_that_hangs_is_restarted(self) -> None:
        self.ok(self.ws, "daemon", "start")
        pid = self.pid()
        os.kill(pid, signal.SIGSTOP)
        done = self.do(self.ws, "daemon", "restart")
        self.assertEqual((done.code, self.daemons()), (1, [pid]), f"it may just be busy: {done}")
        long_ago = time.time() - 31
        os.utime(self.beads / "beads.db.progress", (long_ago, long_ago))
        (self.beads / "daemon-start-state.json").unlink()  # its start, too, was longer ago than the schedule asks for
        self.ok(self.ws, "daemon", "restart")
        self.assertNotEqual(self.pid(), pid)
        self.assertNotIn(pid, self.daemons())

    def test_killed_it_is_missed_by_nobody(self) -> None:
        self.ok(self.ws, "daemon", "start")
        self.ok(self.ws, "create", "before")
        os.kill(self.pid(), signal.SIGKILL)
        done = self.ok(self.ws, "create", "after")
        self.assertLess(done.seconds, 2)
        self.assertEqual(self.titles(), ["after", "before"])
        self.assertIn("killed or crashed", self.ok(self.ws, "daemon", "status").out)

    def test_stopped_it_costs_half_a_second_once(self) -> None:
        self.ok(self.ws, "daemon", "start")
        os.kill(self.pid(), signal.SIGSTOP)
        first, second = self.ok(self.ws, "create", "one"), self.ok(self.ws, "create", "two")
        self.assertLess(first.seconds, 5)
        self.assertIn("does not answer", first.err)
        self.assertNotIn("does not answer", second.err)
        self.assertLess(second.seconds, first.seconds)
        self.assertEqual(self.ok(self.ws, "daemon", "status", "--json").json()["status"], "unresponsive")
        os.kill(self.pid(), signal.SIGCONT)
        self.soon(lambda: self.ok(self.ws, "daemon", "status", "--json").json()["status"] == "running", "it goes on")
        # What it was asked before it was stopped has had its effect already, and gets no second one.
        time.sleep(0.5)
        self.assertEqual(self.titles(), ["one", "two"])

    def test_a_removed_socket_is_made_again(self) -> None:
        self.ok(self.ws, "daemon", "start")
        (self.beads / "bd.sock").unlink()
        self.ok(self.ws, "create", "meanwhile")
        self.soon(lambda: (self.beads / "bd.sock").exists(), "there is a new one")
        self.assertTrue(self.ask({"operation": "ping"})["success"])

    def test_it_ends_with_its_workspace(self) -> None:
        self.ok(self.ws, "daemon", "start")
        shutil.rmtree(self.ws)
        self.soon(lambda: not self.daemons(), "it ends")
        self.assertFalse(self.ws.exists())

    def test_left_over_files_mean_nothing(self) -> None:
        for name, text in (("daemon.pid", "1\n"), ("daemon.lock", '{"pid": 1}'), ("beads.db.daemon", "{"),
                           ("daemon.last.json", "\0\0"), ("daemon-start-state.json", "[]"), ("bd.sock", "a file"),
                           ("beads.db.silent", "x y z"), ("beads.db.progress", "")):
            (self.beads / name).write_text(text)
        self.assertTrue(self.ok(self.ws, "create", "beside rubbish").seconds < 2)
        self.ok(self.ws, "daemon", "start")
        self.assertTrue(self.ask({"operation": "ping"})["success"])

    def test_it_notices_another_database_in_place_of_its_own(self) -> None:
        self.ok(self.ws, "create", "in both")
        copy = (self.beads / "beads.db").read_bytes()
        self.ok(self.ws, "daemon", "start")
        self.ok(self.ws, "create", "before the swap")
        self.soon(lambda: "before the swap" in (self.beads / "issues.jsonl").read_text(), "it is published")
        (self.beads / "copy").write_bytes(copy)
        os.rename(self.beads / "copy", self.beads / "beads.db")
        self.ok(self.ws, "create", "after the swap")
        self.assertEqual(self.titles(), ["after the swap", "before the swap", "in both"])

    def test_a_path_too_long_for_a_socket(self) -> None:
        deep = self.workspace("/".join(["a" * 40] * 4))
        self.ok(deep, "daemon", "start")
        self.ok(deep, "create", "far down")
        path = Path(self.ok(deep, "daemon", "status", "--json").json()["socket_path"])
        self.assertEqual(os.stat(path.parent).st_mode & 0o777, 0o700)
        self.ok(deep, "daemon", "stop")
        path.parent.rmdir()

    def test_starts_that_fail_are_not_repeated(self) -> None:
        self.ok(self.ws, "create", "x")
        (self.beads / "bd.sock.new").mkdir()
        first = self.do(self.ws, "daemon", "start")
        self.assertFalse(first.ok, str(first))
        self.assertTrue((self.beads / "daemon-error").read_text())
        (self.beads / "bd.sock.new").rmdir()
        second = self.do(self.ws, "daemon", "start")
        self.assertFalse(second.ok, str(second) + str(first))
        self.assertIn("not started for another", second.err)
        state = json.loads((self.beads / "daemon-start-state.json").read_text())
        self.assertEqual(state["attempt_count"], 1)
        self.ok(self.ws, "create", "works without")
        self.ok(self.ws, "daemon", "reset")
        self.ok(self.ws, "daemon", "start")

    def test_why_it_does_not_start_is_said_by_the_next_command(self) -> None:
        (self.beads / "bd.sock.new").mkdir()
        self.assertEqual(self.ok(self.ws, "create", "one", "-d", "x", BEADS_AUTO_START_DAEMON="true").err, "")
        self.soon(lambda: (self.beads / "daemon-error").exists(), "it fails")
        told = self.ok(self.ws, "create", "two", "-d", "x", BEADS_AUTO_START_DAEMON="true").err
        self.assertIn((self.beads / "daemon-error").read_text().strip(), told)
        self.assertEqual(len(told.splitlines()), 1)
        self.assertEqual(self.ok(self.ws, "create", "three", "-d", "x", BEADS_AUTO_START_DAEMON="true").err, "", "once")
        self.assertEqual(self.titles(), ["one", "three", "two"])
        # One that started and was well meanwhile: what keeps the next one from it is told again, though it is the same.
        (self.beads / "bd.sock.new").rmdir()
        (self.beads / "daemon-start-state.json").unlink()
        self.ok(self.ws, "daemon", "start")
        self.assertFalse((self.beads / "daemon-error").exists())
        self.ok(self.ws, "daemon", "stop")
        (self.beads / "bd.sock.new").mkdir()
        self.ok(self.ws, "create", "four", "-d", "x", BEADS_AUTO_START_DAEMON="true")
        self.soon(lambda: (self.beads / "daemon-error").exists(), "it fails")
        self.assertEqual(self.ok(self.ws, "create", "five", "-d", "x", BEADS_AUTO_START_DAEMON="true").err, told)

    def test_clients_who_misbehave(self) -> None:
        self.ok(self.ws, "daemon", "start")
        clients = [self.connect() for _ in range(50)]
        for client, text in zip(clients, (b"", b"{", b"\xff\xfe\0" * 100, b"[" * 100_000 + b"\n", b"x" * 100_000)):
            client.sendall(text)
        self.ok(self.ws, "create", "beside them")
        for client in clients:
            client.close()
        self.assertEqual(self.titles(), ["beside them"])


class Together(DaemonCase):
    def test_what_many_clients_are_told_is_so_while_daemons_come_and_go(self) -> None:
        told: list[str] = []
        self.ok(self.ws, "daemon", "start")
        for round_number in range(6):
            running = [self.start("create", f"issue {round_number} {i}", "--json", cwd=self.ws) for i in range(16)]
            # In the middle of a transaction a stopped process keeps all other writers out.
            os.kill(self.pid(), signal.SIGSTOP if round_number % 3 == 1 else signal.SIGKILL)
            if round_number % 3 == 1:
                time.sleep(1)
                os.kill(self.pid(), signal.SIGCONT)
            for i, one in enumerate(running):
                done = one.wait()
                self.assertTrue(done.ok, str(done))
                told.append(f"issue {round_number} {i}")
            for pid in self.daemons():
                os.kill(pid, signal.SIGKILL)
            self.soon(lambda: not self.daemons(), "it is gone")
            self.ok(self.ws, "daemon", "reset")
            self.ok(self.ws, "daemon", "start")
        self.assertEqual(self.titles(), sorted(told))


if __name__ == "__main__":
    harness.main()
