"""bd-fault run: every row of every profile is what a process in it meets, and the command's end is passed on."""
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import harness
import sandboxes

# Runs inside: tries what a row is about and prints the name of the error, or "ok".
PROBE = r"""
import ctypes, errno, json, os, re, signal, socket, sys, time
rows, workspace, tmp, home, outside, others_socket = json.loads(sys.argv[1])
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *args):
    if libc.syscall(number, *args) < 0: raise OSError(ctypes.get_errno(), "")
def unix(): return socket.socket(socket.AF_UNIX)
def pair(): return socket.socketpair()
def write(path):
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
def child():
    pid = os.fork()
    if pid == 0:
        time.sleep(1); os._exit(0)
    try: os.kill(pid, 0)
    finally:
        try: os.kill(pid, 9)
        except OSError: pass
def outsider():
    os.kill(outside, 0)
OPS = {
  "socket": unix,
  "socketpair": lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM),
  "connect": lambda: unix().connect(others_socket),
  "bind": lambda: unix().bind(workspace + "/probe.sock"),
  "listen": lambda: pair()[0].listen(1),
  "accept": lambda: pair()[0].accept(),
  "send": lambda: pair()[0].send(b"x"),
  "shutdown": lambda: pair()[0].shutdown(socket.SHUT_WR),
  "sockopt": lambda: pair()[0].getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED),
  "io_uring": lambda: call(425, 1, 0),
  "ptrace": lambda: call(101, 0, 0, 0, 0),
}
def place(path):
    return path.replace("WORKSPACE", workspace).replace("TMP", tmp).replace("HOME", home)
def move(between):
    if between == "roots":
        write(tmp + "/moved"); os.rename(tmp + "/moved", workspace + "/moved")
    else:
        os.makedirs(workspace + "/d", exist_ok=True)
        write(workspace + "/moved"); os.rename(workspace + "/moved", workspace + "/d/moved")
def probe(words):
    kind = words[0]
    if kind == "deny": return OPS[words[2].removeprefix("op=")]
    if kind == "signals": return child if words[2] == "children" else outsider
    if kind == "pids": return outsider
    if kind == "elsewhere": return lambda: write(home + "/probe")
    if kind == "writable": return lambda: write(place(words[1]) + "/probe")
    if kind == "protect": return lambda: write(place(words[2]) + "/probe")
    if kind == "moves": return lambda: move(words[2])
    if kind == "network": return lambda: socket.create_connection(("127.0.0.1", rows["port"]), 1)
def status(name):
    return re.search(r"^" + name + r":\s*(\S+)", open("/proc/self/status").read(), re.M).group(1)
def answer(words):
    if words[:2] == ["marker", "env"]:
        name, value = words[2].split("=", 1); return os.environ.get(name) == value
    if words[:2] == ["marker", "status"]:
        name, value = words[2].split("=", 1); return status(name) == value
    if words[:2] == ["marker", "file"]: return os.path.exists(words[2])
    if words[0] == "home": return os.environ["HOME"] != home and os.listdir(os.environ["HOME"]) == []
    try:
        probe(words)()
        return "ok"
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))
print(json.dumps([answer(words) for words in rows["rows"]]))
"""
EXISTING = (".git/hooks", ".codex", ".claude")  # what a profile may protect, as directories


class Profiles(sandboxes.SandboxCase):
    def setUp(self) -> None:
        super().setUp()
        self.ws = self.root / "ws"
        self.ws.mkdir()
        self.git("init", "-q", cwd=self.ws)
        for name in EXISTING:
            (self.ws / name).mkdir(exist_ok=True)
        for name in (".mcp.json",):
            (self.ws / name).write_text("{}")
        for name in (".gemini", ".npm", ".cache"):
            (self.home / name).mkdir()

    def outside(self) -> tuple[subprocess.Popen[bytes], str, int]:
        """A process that is not in the sandbox, with a socket in the workspace and one on the network."""
        code = ("import socket, sys, time; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(5);"
                "n = socket.create_server(('127.0.0.1', 0)); print(n.getsockname()[1], flush=True); time.sleep(600)")
        path = str(self.ws / "others.sock")
        process = subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE)
        self.addCleanup(lambda: (process.kill(), process.wait(), process.stdout.close() if process.stdout else None))
        assert process.stdout is not None
        return process, path, int(process.stdout.readline())

    @staticmethod
    def expected(words: list[str], all_rows: list[sandboxes.Row]) -> object:
        if words[0] in ("marker", "home"):
            return True
        if words[0] in ("deny", "signals", "elsewhere", "protect", "moves"):
            return words[1]
        if words[0] == "pids":
            return "ESRCH"
        if words[0] == "network":
            # Where no socket can be used at all, that comes first.
            by_seccomp = any(row.words[0] == "network" and row.how == "seccomp" for row in all_rows)
            for row in all_rows:
                if row.words[0] == "deny" and row.words[2] == "op=connect" and not by_seccomp:
                    return row.words[1]
            return "EACCES" if by_seccomp else "ENETUNREACH"
        return "ok"

    def test_every_row_is_what_those_inside_meet(self) -> None:
        process, path, port = self.outside()
        for name, rows in sandboxes.profiles().items():
            with self.subTest(profile=name):
                (self.home / "probe").unlink(missing_ok=True)
                (self.ws / "probe.sock").unlink(missing_ok=True)
                kept = [row for row in rows if row.enforced and row.words[0] != "children"
                         and row.words[-1] not in ("WORKSPACE/.git/config", "WORKSPACE/.mcp.json")]
                tried = [row.words for row in kept]
                told = json.dumps([{"rows": tried, "port": port}, str(self.ws), str(self.tmp), str(self.home),
                                   process.pid, path])
                done = self.start("run", "--partly", "--profile", name, "--", sys.executable, "-c", PROBE, told,
                                  cwd=self.ws, program=sandboxes.fault_program()).wait()
                self.assertEqual(done.code, 0, str(done))
                for words, answer in zip(tried, done.json(), strict=True):
                    self.assertEqual(answer, self.expected(words, kept), f"{name}: {words}")

    def test_a_row_that_cannot_be_enforced_is_named(self) -> None:
        (self.root / "odd.profile").write_text("about odd\ndeny EPERM op=mmap\n")
        done = self.start("run", "--profile", str(self.root / "odd.profile"), "--", "true", cwd=self.ws,
                          program=sandboxes.fault_program()).wait()
        self.assertEqual(done.code, sandboxes.NOT_HERE)
        self.assertIn("cannot be enforced here: deny EPERM op=mmap", done.err)

    def test_without_a_root_nothing_can_be_written(self) -> None:
        (self.root / "closed.profile").write_text("about closed\nelsewhere EROFS\n")
        done = self.inside(str(self.root / "closed.profile"), "-c", "echo x > probe; echo $?; echo x > $TMPDIR/p; echo $?",
                           cwd=self.ws, program="/bin/sh")
        self.assertNotIn("0", done.out.split(), str(done))

    def test_the_end_of_the_command_is_passed_on(self) -> None:
        for profile in self.enforced("docker", "landlock", "codex-macos"):
            for script, code in (("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137), ("exit 125", 125)):
                done = self.start_inside(profile, "-c", script, cwd=self.ws, program="/bin/sh").wait()
                self.assertEqual(done.code, code, f"{profile}: {script}: {done}")

    def test_children_die_where_that_is_said(self) -> None:
        for profile in self.enforced("docker", "claude-linux", "landlock", "codex-macos"):
            dies = profile in ("docker", "claude-linux")
            pid_file = self.ws / f"{profile}.pid"
            seconds = str(1000 + self.random.randrange(100_000))
            self.inside(profile, "-c", f"sleep {seconds} >/dev/null 2>&1 & echo started > {pid_file}", cwd=self.ws,
                        program="/bin/sh")
            self.assertTrue(pid_file.exists())
            end = time.monotonic() + (0 if dies else 10)  # the shell may end before its child is what it becomes
            while not (left := pids_of("sleep", seconds)) and time.monotonic() < end:
                time.sleep(0.01)
            self.assertEqual(len(left), 0 if dies else 1, profile)
            for pid in left:
                os.kill(pid, signal.SIGKILL)

    def test_nobody_is_left_behind(self) -> None:
        self.inside("gemini-macos", "-c", "exit 0", cwd=self.ws, program="/bin/sh")
        end = time.monotonic() + 10
        while pids_of("bd-fault", "run", "--profile", "gemini-macos", "--workspace", str(self.ws)):
            self.assertLess(time.monotonic(), end, "who answers for the kernel ends with the sandbox")
            time.sleep(0.01)

    def test_wrong_usage(self) -> None:
        for words in ([], ["--profile", "docker"], ["--profile", "nobody", "--", "true"],
                      ["--profile", "docker", "true"], ["--profil", "docker", "--", "true"]):
            done = self.start("run", *words, cwd=self.ws, program=sandboxes.fault_program()).wait()
            self.assertEqual(done.code, 2, str(done))
            self.assertTrue(done.err.startswith("bd-fault: "), str(done))


def pids_of(*words: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().split(b"\0")[:-1]
            except OSError:
                continue
            if line and Path(line[0].decode(errors="replace")).name == words[0] \
                    and [word.decode(errors="replace") for word in line[1:len(words)]] == list(words[1:]):
                found.append(int(entry.name))
    return found


if __name__ == "__main__":
    harness.main()
