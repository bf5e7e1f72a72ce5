"""bd in every sandbox, enforced by the kernel: commands work, in bounded time, and nothing of a daemon is broken."""
from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import harness
import sandboxes
from harness import Done

NOTE = "ℹ️  Sandbox detected, using direct mode"
SOON = 5.0  # seconds, for a command that should take milliseconds
OF_THE_DAEMON = ("daemon.lock", "daemon.pid", "beads.db.owner", "beads.db.daemon", "bd.sock")


def denies(rows: list[sandboxes.Row], *ops: str) -> bool:
    return any(row.words[0] == "deny" and row.words[2].removeprefix("op=") in ops for row in rows)


class Base(sandboxes.SandboxCase):
    def setUp(self) -> None:
        super().setUp()
        self.profiles = sandboxes.profiles()
        self.pids: list[int] = []

    def tearDown(self) -> None:
        for pid in self.pids:
            for number in (signal.SIGCONT, signal.SIGKILL):
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass
        super().tearDown()

    def daemon(self, ws: Path) -> int:
        """Starts one outside; its pid."""
        self.bd("daemon", "start", cwd=ws)
        self.pids.append(int((ws / ".beads" / "daemon.pid").read_text()))
        return self.pids[-1]

    @staticmethod
    def stop_outside_of_transactions(ws: Path, pid: int) -> None:
        """Who is stopped within one keeps the store lock, and others wait for it until their time-out."""
        with open(ws / ".beads" / ".jsonl.lock") as jsonl, open(ws / ".beads" / "beads.db.lock") as store:
            fcntl.flock(jsonl, fcntl.LOCK_EX)
            fcntl.flock(store, fcntl.LOCK_EX)
            os.kill(pid, signal.SIGSTOP)

    def work(self, ws: Path, profile: str, *words: str, **options: Any) -> Done:
        """A command inside, which must work, and soon."""
        done = self.inside(profile, *words, cwd=ws, timeout=SOON, **options)
        self.assertEqual(done.code, 0, f"{profile}: {done}")
        return done

    def titles(self, ws: Path) -> set[str]:
        return {issue["title"] for issue in self.issues(ws).values()}

    def soon(self, what: Any, say: str) -> None:
        end = time.monotonic() + SOON
        while not what():
            self.assertLess(time.monotonic(), end, say)
            time.sleep(0.01)

    @staticmethod
    def files_of_daemon(ws: Path) -> dict[str, tuple[int, bytes]]:
        found = {}
        for name in OF_THE_DAEMON:
            path = ws / ".beads" / name
            content = b"" if name == "bd.sock" else path.read_bytes()
            found[name] = (path.stat().st_ino, content)
        return found

    def each_profile(self) -> Any:
        for name in self.enforced():
            yield name, self.profiles[name], self.workspace(name)


class InSandboxes(Base):
    def test_client_inside_daemon_outside(self) -> None:
        for name, rows, ws in self.each_profile():
            pid = self.daemon(ws)
            self.create(ws, "made outside")
            before = self.files_of_daemon(ws)
            out_of_reach = denies(rows, "socket", "connect")
            self.assertIn("made outside", self.work(ws, name, "ready").out)
            for number in range(3):
                done = self.work(ws, name, "create", f"made inside {number}", "-d", "x")
                self.assertEqual(done.err.count(NOTE), 1 if out_of_reach else 0, f"{name}: {done}")
            self.assertIn("made inside 2", self.work(ws, name, "list").out)
            self.create(ws, "made outside later")
            self.assertIn("made outside later", self.work(ws, name, "list").out)
            self.assertEqual(self.files_of_daemon(ws), before, "the daemon's files are left alone")
            os.kill(pid, 0)
            self.assertEqual(self.bd("daemon", "status", "--json", cwd=ws).json()["status"], "running")
            self.bd("daemon", "stop", cwd=ws)
            self.assertEqual(self.titles(ws), {"made outside", "made outside later",
                                               *(f"made inside {number}" for number in range(3))})
            self.assert_store_sound(ws)

    def test_both_inside(self) -> None:
        for name, rows, ws in self.each_profile():
            script = ("bd daemon start >/dev/null 2>start.err; echo $?; bd create 'made inside' -d x -q --json;"
                      "bd daemon status --json; bd ready --json; bd daemon stop >/dev/null 2>&1; exit 0")
            done = self.work(ws, name, "-c", script, program="/bin/sh")
            started, made, status, ready = values(done.out)
            can_serve = not denies(rows, "socket", "connect", "bind", "listen", "accept")
            self.assertEqual(started, 0 if can_serve else 1, f"{name}: {done}")
            self.assertEqual(status["status"] == "running", can_serve, f"{name}: {status}")
            self.assertEqual([issue["id"] for issue in ready], [made["id"]])
            if not can_serve:
                self.assertRegex((ws / "start.err").read_text(), "operation not permitted|permission denied")
            self.assertEqual(self.titles(ws), {"made inside"})
            self.assert_store_sound(ws)

    def test_a_daemon_that_dies_with_its_sandbox_is_missed_by_nobody(self) -> None:
        for name, rows, ws in self.each_profile():
            if denies(rows, "socket", "connect", "bind"):
                continue
            self.work(ws, name, "-c", "bd daemon start -q >/dev/null; bd create 'before its end' -d x", program="/bin/sh")
            done = self.bd("create", "after its end", cwd=ws)
            self.assertLess(done.seconds, SOON)
            self.assertEqual(self.titles(ws), {"before its end", "after its end"})
            self.assertNotEqual(self.bd("daemon", "status", "--json", cwd=ws).json()["status"], "running")

    def test_daemon_inside_client_outside(self) -> None:
        for name, rows, ws in self.each_profile():
            running = self.start_inside(name, "daemon", "start", "--foreground", cwd=ws)
            beads = ws / ".beads"
            self.soon(lambda: (beads / "bd.sock").exists() or running.process.poll() is not None, "it serves or ends")
            serves = running.process.poll() is None
            self.assertEqual(serves, not denies(rows, "socket", "connect", "bind", "listen", "accept"), name)
            for number in range(3):
                self.assertLess(self.bd("create", f"made outside {number}", cwd=ws).seconds, SOON)
            self.assertIn("made outside 2", self.bd("ready", cwd=ws).out)
            if serves:
                self.assertEqual(self.bd("daemon", "status", "--json", cwd=ws).json()["status"], "running")
                self.bd("daemon", "stop", cwd=ws)
            done = running.wait(SOON)
            if not serves:
                self.assertRegex(done.err, "operation not permitted|permission denied")
            self.assertEqual(self.titles(ws), {f"made outside {number}" for number in range(3)})

    def test_the_codex_case_ends_after_one_command(self) -> None:
        """A daemon outside that cannot be asked or signalled, and a shared file that is newer than the store."""
        for name in self.enforced("codex-macos", "codex-linux", "codex-linux-landlock", "claude-macos", "claude-linux"):
            for stopped in (False, True):
                ws = self.workspace(f"{name}-{stopped}")
                pid = self.daemon(ws)
                self.create(ws, "old")
                self.soon((ws / ".beads" / "issues.jsonl").exists, "published")
                if stopped:
                    self.stop_outside_of_transactions(ws, pid)
                with open(ws / ".beads" / "issues.jsonl", "a") as file:
                    file.write(harness.issue_line("t-zzz", "pulled") + "\n")
                before = self.files_of_daemon(ws)
                for _ in range(3):
                    done = self.work(ws, name, "ready")
                    self.assertIn("pulled", done.out)
                    self.assertNotIn("out of sync", done.err)
                for words in (("import", "-i", ".beads/issues.jsonl"), ("import", "--force", "-i", ".beads/issues.jsonl"),
                              ("--allow-stale", "ready"), ("--sandbox", "ready"), ("create", "new", "-d", "x"),
                              ("close", "t-zzz")):
                    self.work(ws, name, *words)
                self.assertEqual(self.files_of_daemon(ws), before, "the daemon's files are left alone")
                os.kill(pid, signal.SIGCONT)
                os.kill(pid, 0)
                self.assertEqual(self.titles(ws), {"old", "pulled", "new"})
                self.bd("daemon", "stop", cwd=ws)

    def serve_inside(self, profile: str, ws: Path) -> harness.Running:
        running = self.start_inside(profile, "daemon", "start", "--foreground", cwd=ws)
        self.soon(lambda: (ws / ".beads" / "bd.sock").exists() or running.process.poll() is not None, "it serves or ends")
        self.assertIsNone(running.process.poll(), f"it serves in {profile}")
        return running

    def test_of_two_pid_namespaces_one_has_the_daemon(self) -> None:
        """Each would take the other's process for dead; the lock is the kernel's, and one for both."""
        for name in self.enforced("docker", "gemini-linux"):
            ws = self.workspace(f"{name}-outside")
            pid = self.daemon(ws)
            done = self.work(ws, name, "-c", "rm -f .beads/daemon-start-state.json; bd daemon start --foreground",
                             program="/bin/sh")
            self.assertIn(f"already running (PID {pid}", done.out)
            self.assertIn("already running", self.work(ws, name, "daemon", "start").out)
            os.kill(pid, 0)
            self.bd("daemon", "stop", cwd=ws)

            ws = self.workspace(f"{name}-inside")
            running = self.serve_inside(name, ws)
            self.assertIn("already running", self.bd("daemon", "start", cwd=ws).out)
            self.assertIn("already running", self.work(ws, name, "daemon", "start").out)
            self.bd("daemon", "stop", cwd=ws)
            self.assertEqual(running.wait(SOON).code, 0)

    def test_a_number_of_another_namespace_is_signalled_by_nobody(self) -> None:
        """The daemon's pid is that of an innocent process here, and the socket cannot be asked."""
        self.enforced("docker")
        for name in self.enforced("claude-linux", "codex-linux"):
            ws = self.workspace(name)
            running = self.serve_inside("docker", ws)
            daemon = int((ws / ".beads" / "daemon.pid").read_text())
            script = (f"while :; do sleep 60 & [ $! -ge {daemon} ] && break; done; bd daemon stop; echo $?; bd daemon killall;"
                      "bd daemon restart; bd create x -d x -q --json >/dev/null; echo $?; kill -0 $! && echo innocent lives")
            done = self.work(ws, name, "-c", script, program="/bin/sh")
            self.assertIn("innocent lives", done.out, str(done))
            self.assertEqual(done.out.split()[0], "1", str(done))
            self.assertIsNone(running.process.poll(), "the daemon lives on")
            self.assertIn(f"(PID {daemon}", self.bd("daemon", "status", cwd=ws).out)
            self.bd("daemon", "stop", cwd=ws)
            self.assertEqual(running.wait(SOON).code, 0)

    def test_a_sandbox_without_a_place_to_write_in(self) -> None:
        """Questions are answered from what there is, the newer file included; changes are refused, and nothing waits."""
        profile = self.root / "read-only.profile"
        profile.write_text("about Codex on Linux, read-only\ndeny EPERM op=connect\npids own\nchildren die\nnetwork none\n"
                           "elsewhere EROFS\n")
        for has_daemon in (False, True):
            ws = self.workspace(f"read-only-{has_daemon}")
            self.create(ws, "old")
            if has_daemon:
                self.daemon(ws)
            with open(ws / ".beads" / "issues.jsonl", "a") as file:
                file.write(harness.issue_line("t-zzz", "pulled") + "\n")
            for words in (("ready",), ("list",), ("ready",)):
                done = self.work(ws, str(profile), *words)
                self.assertIn("old", done.out)
                self.assertIn("pulled", done.out)
            refused = self.inside(str(profile), "create", "x", "-d", "x", cwd=ws, timeout=SOON)
            self.assertEqual(refused.code, 1, str(refused))
            self.assertRegex(refused.err, "write .*: (permission denied|read-only|operation not permitted)|cannot be written")
            if has_daemon:
                self.bd("daemon", "stop", cwd=ws)
            self.assertEqual(self.titles(ws), {"old", "pulled"})


class Detection(Base):
    """`Sandbox detected` is said where a daemon is out of reach, once, and nowhere else."""

    def test_reads_say_it_too(self) -> None:
        for name in self.enforced("codex-linux", "claude-linux", "codex-macos"):
            ws = self.workspace(name)
            self.daemon(ws)
            self.create(ws, "one")
            for words in (("ready",), ("list", "--json"), ("show", *self.issues(ws))):
                done = self.work(ws, name, *words)
                self.assertEqual(done.err.count(NOTE), 1, str(done))
                self.assertNotIn(NOTE, done.out)

    def test_no_daemon_is_started_where_none_could_be_reached(self) -> None:
        for name in self.enforced("codex-linux", "claude-linux", "codex-linux-landlock", "codex-macos"):
            ws = self.workspace(name)
            done = self.work(ws, name, "create", "one", "-d", "x", env={"BEADS_AUTO_START_DAEMON": "true"})
            self.assertEqual(done.err.count(NOTE), 1, str(done))
            time.sleep(0.2)
            for file in ("daemon-error", "daemon-start-state.json", "daemon.log"):
                self.assertFalse((ws / ".beads" / file).exists(), f"{name}: {file}")

    def test_no_false_alarm(self) -> None:
        ws = self.workspace()
        seen = []

        def look(**env: str) -> None:
            for words in (("create", "x", "-d", "x"), ("ready",), ("list", "--json"), ("daemon", "status")):
                seen.append(self.try_bd(*words, cwd=ws, env=dict(env)))

        look()
        look(CI="true", container="docker", NO_COLOR="1")
        pid = self.daemon(ws)
        look()
        look(BEADS_NO_DAEMON="1")
        os.kill(pid, signal.SIGSTOP)
        look()
        os.kill(pid, signal.SIGKILL)
        look()
        (ws / ".beads" / "bd.sock").unlink(missing_ok=True)
        look()
        (ws / ".beads" / "bd.sock").write_text("no socket")
        look()
        for done in seen:
            self.assertNotIn("Sandbox", done.err, str(done))
            self.assertNotIn("Sandbox", done.out, str(done))

    def test_a_socket_of_somebody_else_is_no_sandbox(self) -> None:
        if not can_become_nobody():
            self.skipTest("needs a second user")
        ws = self.workspace()
        self.daemon(ws)
        for directory, _, names in os.walk(self.root):
            os.chmod(directory, 0o777)
            for name in names:
                if name != "bd.sock" and not os.path.islink(os.path.join(directory, name)):
                    os.chmod(os.path.join(directory, name), 0o666)
        for words in (("create", "x", "-d", "x"), ("ready",)):
            done = self.bd(*words, cwd=ws, prepare=become_nobody)
            self.assertNotIn("Sandbox", done.err, str(done))
            self.assertEqual("permission denied" in done.err, words[0] == "create", str(done))


def can_become_nobody() -> bool:
    try:
        return subprocess.run(["true"], preexec_fn=become_nobody, check=False).returncode == 0
    except subprocess.SubprocessError:
        return False


def become_nobody() -> None:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)


def values(text: str) -> list[Any]:
    """JSON values, one after the other."""
    found, at = [], 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        value, end = json.JSONDecoder().raw_decode(text[at:])
        found.append(value)
        at += end
    return found


if __name__ == "__main__":
    harness.main()
