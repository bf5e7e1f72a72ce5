"""What the process tests share: a workspace of their own, the real binary in it, and what must always hold.

A test file ends with `harness.main()` and is run as `python3 FILE PATH_TO_BD [TestName]`.
"""
from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable

TIMEOUT = 60  # seconds, for one command
WAL_AT_REST_MAX = 1 << 20
GIT_CONFIG = """\
[user]
\tname = tester
\temail = tester@example.com
[init]
\tdefaultBranch = main
[pull]
\trebase = false
[protocol "file"]
\tallow = always
[gc]
\tauto = 0
[safe]
\tdirectory = *
"""
# What may be in .beads for good. All others are temporaries: a few may be there, but not ever more.
LASTING = {".gitignore", ".jsonl.lock", ".sync.lock", "README.md", "beads.db", "beads.db-shm", "beads.db-wal",
           "beads.db.lock", "beads.db.owner", "beads.db.progress", "beads.db.silent", "beads.db.told", "beads.db.several", "config.yaml",
           "daemon-start-state.json", "daemon.last.json", "daemon.lock", "daemon.log", "interactions.jsonl", "issues.jsonl", "last-touched", "metadata.json"}

BD = ""  # path of the binary, set by main()


@dataclass
class Done:
    """A command that has ended."""
    words: list[str]
    code: int  # as the shell would say: 128 + n for signal n
    out_bytes: bytes
    err_bytes: bytes
    seconds: float = 0.0

    @property
    def out(self) -> str:
        return self.out_bytes.decode(errors="replace")

    @property
    def err(self) -> str:
        return self.err_bytes.decode(errors="replace")

    @property
    def ok(self) -> bool:
        return self.code == 0

    def json(self) -> Any:
        return json.loads(self.out_bytes)

    def id(self) -> str:
        """The id of the issue that `create --json` made."""
        return str(self.json()["id"])

    def __str__(self) -> str:
        words = [word if len(word) < 200 else word[:200] + "..." for word in self.words]
        return f"{words}\n  exit {self.code}\n  stdout: {self.out[:1500]}\n  stderr: {self.err[:1500]}"


@dataclass
class Running:
    """A command that was started; its output goes to files, so that no pipe can fill up."""
    words: list[str]
    process: subprocess.Popen[bytes]
    out: Any
    err: Any
    begin: float

    def wait(self, timeout: float = TIMEOUT) -> Done:
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{self.words}: no end within {timeout} s") from None
        seconds = time.monotonic() - self.begin
        texts = []
        for file in (self.out, self.err):
            file.seek(0)
            texts.append(file.read())
            file.close()
        return Done(self.words, 128 - code if code < 0 else code, texts[0], texts[1], seconds)

    def kill(self, number: int = signal.SIGKILL) -> None:
        self.process.send_signal(number)


class Case(unittest.TestCase):
    """A test with a directory, a HOME and a PATH of its own."""

    def setUp(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="bd-process-")).resolve()
        self.home = self.root / "home"
        self.home.mkdir()
        (self.home / ".gitconfig").write_text(GIT_CONFIG)
        programs = self.root / "bin"  # hooks and the merge driver call `bd`
        programs.mkdir()
        (programs / "bd").symlink_to(BD)
        self.env = {
            "HOME": str(self.home), "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin", "TZ": "UTC",
            "LANG": "C.UTF-8", "TMPDIR": str(self.root), "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
            "BEADS_AUTO_START_DAEMON": "false"}
        self.seed = int(os.environ.get("BD_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
        self.random = random.Random(self.seed)
        self.running: list[Running] = []

    def tearDown(self) -> None:
        for running in self.running:
            if running.process.poll() is None:
                running.process.kill()
                running.process.wait()
        remove_tree(self.root)

    # --- Commands

    def start(self, *words: str, cwd: Path, env: dict[str, str | None] | None = None, program: str | None = None,
              stdin: Any = subprocess.DEVNULL, stdout: Any = None, stderr: Any = None,
              prepare: Callable[[], None] | None = None) -> Running:
        """Starts bd (or another program). A value None in `env` unsets that variable."""
        environment = {key: value for key, value in {**self.env, **(env or {})}.items() if value is not None}
        out, err = tempfile.TemporaryFile(dir=self.root), tempfile.TemporaryFile(dir=self.root)
        process = subprocess.Popen(
            [program or BD, *words], cwd=cwd, env=environment, stdin=stdin,
            stdout=out if stdout is None else stdout, stderr=err if stderr is None else stderr, preexec_fn=prepare)
        running = Running([Path(program or "bd").name, *words], process, out, err, time.monotonic())
        self.running.append(running)
        return running

    def try_bd(self, *words: str, cwd: Path, input: bytes | str | None = None, timeout: float = TIMEOUT,
               **options: Any) -> Done:
        """Runs bd to its end; any exit code, but no signal."""
        if input is not None:
            with tempfile.TemporaryFile(dir=self.root) as file:
                file.write(input.encode() if isinstance(input, str) else input)
                file.seek(0)
                done = self.start(*words, cwd=cwd, stdin=file, **options).wait(timeout)
        else:
            done = self.start(*words, cwd=cwd, **options).wait(timeout)
        self.running.pop()
        self.assertLess(done.code, 126, f"ended by a signal: {done}")
        return done

    def bd(self, *words: str, cwd: Path, **options: Any) -> Done:
        """Runs bd, which must succeed."""
        done = self.try_bd(*words, cwd=cwd, **options)
        self.assertEqual(done.code, 0, str(done))
        return done

    def fail_bd(self, *words: str, cwd: Path, **options: Any) -> Done:
        """Runs bd, which must fail and say why on standard error (or as JSON on standard output)."""
        done = self.try_bd(*words, cwd=cwd, **options)
        self.assertNotEqual(done.code, 0, str(done))
        if "--json" in words and done.out.strip():
            self.assertIn("error", done.json(), str(done))
        else:
            self.assertTrue(done.err.strip(), f"failed without a word: {done}")
        return done

    def git(self, *words: str, cwd: Path, ok: bool = True, **options: Any) -> Done:
        done = self.start(*words, cwd=cwd, program="/usr/bin/git", **options).wait()
        self.running.pop()
        if ok:
            self.assertEqual(done.code, 0, str(done))
        return done

    def at_once(self, commands: Iterable[tuple[str, ...]], cwd: Path, timeout: float = TIMEOUT,
                **options: Any) -> list[Done]:
        """Starts all of the commands, then waits for all."""
        started = [self.start(*words, cwd=cwd, **options) for words in commands]
        return [running.wait(timeout) for running in started]

    def in_threads(self, count: int, work: Callable[[int], None]) -> None:
        """Runs work(0..count-1) in threads; what one of them raises is raised here."""
        problems: list[BaseException] = []

        def guarded(number: int) -> None:
            try:
                work(number)
            except BaseException as problem:  # noqa: BLE001 - is raised again below
                problems.append(problem)

        threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if problems:
            raise problems[0]

    # --- Workspaces

    def workspace(self, name: str = "work", git: bool = True, prefix: str = "t") -> Path:
        directory = self.root / name
        directory.mkdir(parents=True)
        if git:
            self.git("init", "-q", cwd=directory)
        self.bd("init", "--prefix", prefix, "--quiet", cwd=directory)
        return directory

    def create(self, cwd: Path, title: str, *words: str, **options: Any) -> str:
        return self.bd("create", title, "--json", *words, cwd=cwd, **options).id()

    def show(self, cwd: Path, issue: str) -> dict[str, Any]:
        return self.bd("show", issue, "--json", cwd=cwd).json()[0]

    def issues(self, cwd: Path, *words: str) -> dict[str, dict[str, Any]]:
        """All issues by id, as `list` has them."""
        listed = self.bd("list", "--all", "--limit", "0", "--json", *words, cwd=cwd).json()
        return {issue["id"]: issue for issue in listed}

    # --- What must always hold

    def settle(self, cwd: Path) -> None:
        """After the next command the file has what the store has; the next that writes tidies the WAL up."""
        self.bd("sync", "--flush-only", cwd=cwd)
        self.bd("kv", "set", "settled", "yes", cwd=cwd)

    def assert_store_sound(self, cwd: Path, temporaries: int = 3) -> dict[str, dict[str, Any]]:
        """Integrity, the WAL at rest, JSONL equal to the store's export, no heap of stray files.

        To be called when no command runs. Returns the issues of the file by id."""
        self.settle(cwd)
        beads = cwd / ".beads"
        wal = beads / "beads.db-wal"
        if wal.exists():
            self.assertLessEqual(wal.stat().st_size, WAL_AT_REST_MAX, "WAL at rest")
        self.assertEqual(integrity(beads / "beads.db"), ["ok"])
        exported = self.bd("export", cwd=cwd).out_bytes
        self.assertEqual((beads / "issues.jsonl").read_bytes(), exported, "JSONL differs from the store's export")
        stray = strays(beads)
        self.assertLessEqual(len(stray), temporaries, f"stray files: {stray}")
        return read_lines(beads / "issues.jsonl")

    def assert_all_in(self, wanted: set[str], present: Iterable[str], message: str = "missing") -> None:
        self.assertEqual(sorted(wanted - set(present))[:20], [], message)

    def assert_json(self, done: Done) -> Any:
        """Standard output is one JSON value and nothing else."""
        try:
            return done.json()
        except ValueError as problem:
            raise AssertionError(f"stdout is no JSON ({problem}): {done}") from None


def integrity(database: Path) -> list[str]:
    """What `PRAGMA integrity_check` says of a copy: the store itself is not touched by our SQLite."""
    with tempfile.TemporaryDirectory(dir=database.parents[2]) as copy:
        for suffix in ("", "-wal"):
            if Path(f"{database}{suffix}").exists():
                shutil.copy(f"{database}{suffix}", f"{copy}/check.db{suffix}")
        connection = sqlite3.connect(f"{copy}/check.db")
        try:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            found += [f"foreign key: {row}" for row in connection.execute("PRAGMA foreign_key_check")]
            return found
        finally:
            connection.close()


def read_lines(path: Path) -> dict[str, dict[str, Any]]:
    """The issues of a JSONL file, which must be complete, sorted and without doubles."""
    content = path.read_bytes()
    assert not content or content.endswith(b"\n"), f"{path} does not end with a line feed"
    issues: dict[str, dict[str, Any]] = {}
    previous = ""
    for number, line in enumerate(content.split(b"\n")[:-1], 1):
        issue = json.loads(line)
        assert issue["id"] > previous, f"{path}:{number}: {issue['id']} after {previous}"
        previous = issue["id"]
        issues[previous] = issue
    return issues


def strays(beads: Path) -> list[str]:
    return sorted(name for name in os.listdir(beads) if name not in LASTING)


def remove_tree(path: Path) -> None:
    for directory, names, _ in os.walk(path):
        for name in ["", *names]:
            entry = os.path.join(directory, name)
            if not os.path.islink(entry):
                os.chmod(entry, stat.S_IRWXU)
    shutil.rmtree(path, ignore_errors=True)


def issue_line(issue: str, title: str, **fields: Any) -> str:
    """A line as bd writes it (without line feed)."""
    record = {"id": issue, "title": title, "status": "open", "priority": 2, "issue_type": "task",
              "created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05Z", **fields}
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False)


def main() -> None:
    global BD
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} PATH_TO_BD [TestName]")
    BD = os.path.abspath(sys.argv.pop(1))
    # A shell ignores SIGINT for what it runs in the background, and so would all that is started here.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # A bare name of a test selects it in whichever class it stands.
    sys.argv[1:] = [word for argument in sys.argv[1:]
                    for word in ([argument] if argument.startswith("-") or "." in argument else ["-k", argument])]
    unittest.main(module="__main__", verbosity=2)
