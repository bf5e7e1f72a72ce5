#!/usr/bin/env python3
"""Measure whole commands of `bd` against yardsticks of the same run, and print ratios.

usage: run.py BUILD_DIRECTORY [--large] [--work DIRECTORY] [--only WORD]

Nothing here passes or fails: timings depend on the machine, ratios to a yardstick much less. hyperfine measures
single commands; groups of processes and peak memory are measured here. --large adds the store of 100,000 issues.
Data comes from tools/generate_issues.py, so that everybody measures the same issues.
"""
from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

ROOT = Path(__file__).resolve().parents[2]
# Only those daemons run that a part starts itself.
ENVIRONMENT = {"PATH": os.environ["PATH"], "BD_ACTOR": "bench", "GIT_CONFIG_GLOBAL": "/dev/null", "LC_ALL": "C.UTF-8",
               "BEADS_AUTO_START_DAEMON": "false"}


@dataclass
class Timing:
    """Medians of one command, in milliseconds."""
    wall: float
    user: float
    system: float

    @property
    def cpu(self) -> float:
        return self.user + self.system


class Bench:
    """The programs under measurement and the stores they work on."""

    def __init__(self, build: Path, work: Path) -> None:
        self.bd = str(build / "bin" / "bd")
        self.baseline = str(build / "bin" / "bench_baseline")
        self.work = work
        ENVIRONMENT["HOME"] = str(work)

    def call(self, words: list[str], cwd: Path) -> None:
        subprocess.run(words, cwd=cwd, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE)

    def issues(self, count: int) -> Path:
        path = self.work / f"issues-{count}.jsonl"
        if not path.exists():
            with path.open("w") as out:
                subprocess.run([sys.executable, ROOT / "tools/generate_issues.py", str(count)], stdout=out, check=True)
        return path

    def empty_store(self, name: str) -> Path:
        directory = self.work / name
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
        self.call(["git", "init", "-q", "."], directory)
        self.call([self.bd, "init", "--prefix", "gen", "--quiet"], directory)
        return directory

    def store(self, count: int) -> Path:
        """A store of that many issues, made once."""
        directory = self.work / f"store-{count}"
        if not directory.exists():
            self.empty_store(directory.name)
            self.call([self.bd, "import", "-i", str(self.issues(count))], directory)
        return directory

    def time(self, commands: dict[str, str], cwd: Path, runs: int = 30) -> dict[str, Timing]:
        """Several rounds over all commands, so that a slow moment of the machine meets all of them."""
        rounds = 3
        seen: dict[str, list[Timing]] = {name: [] for name in commands}
        with tempfile.NamedTemporaryFile(suffix=".json") as report:
            for _ in range(rounds):
                subprocess.run(["hyperfine", "-N", "--warmup", "2", "--runs", str(max(2, runs // rounds)), "--export-json", report.name,
                                "--style", "none", *commands.values()], cwd=cwd, env=ENVIRONMENT, check=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                for name, result in zip(commands, json.load(open(report.name))["results"]):
                    seen[name].append(Timing(result["median"] * 1e3, result["user"] * 1e3, result["system"] * 1e3))
        return {name: Timing(*(statistics.median(getattr(t, part) for t in timings)
                               for part in ("wall", "user", "system"))) for name, timings in seen.items()}

    def usage(self, words: list[str], cwd: Path) -> tuple[Timing, int]:
        """One run: its times and its peak of memory in KiB."""
        started = time.monotonic()
        process = subprocess.Popen(words, cwd=cwd, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        if status != 0:
            raise RuntimeError(f"{words}: status {status}")
        return Timing((time.monotonic() - started) * 1e3, used.ru_utime * 1e3, used.ru_stime * 1e3), used.ru_maxrss


def heading(text: str) -> None:
    print(f"\n## {text}\n", flush=True)


def row(*cells: object) -> None:
    print("| " + " | ".join(f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells) + " |", flush=True)


def table(*names: str) -> None:
    row(*names)
    row(*("---" for _ in names))


def startup(bench: Bench, _: bool) -> None:
    heading("Start-up")
    times = bench.time({"empty program": f"{bench.baseline} empty", "bd version": f"{bench.bd} version"}, bench.work, 90)
    table("command", "ms", "ratio to the empty program", "bound")
    for name, timing in times.items():
        row(name, timing.wall, timing.wall / times["empty program"].wall, "1.2" if name == "bd version" else "")


def reads(bench: Bench, large: bool) -> None:
    for count in [3003] + ([100_000] if large else []):
        heading(f"Reads, {count:,} issues")
        store = bench.store(count)
        some_id = json.loads((store / ".beads/issues.jsonl").open().readline())["id"]
        times = bench.time({
            "open the store": f"{bench.baseline} open .beads/beads.db",
            "ready --json": f"{bench.bd} ready --json",
            "list --limit 50": f"{bench.bd} list --limit 50",
            "list --limit 50 --json": f"{bench.bd} list --limit 50 --json",
            "show --json": f"{bench.bd} show {some_id} --json",
            "count": f"{bench.bd} count",
            "search (substring)": f"{bench.bd} search zebra",
        }, store)
        table("command", "ms", "ratio to opening the store", "bound")
        for name, timing in times.items():
            bound = ("2x and 4 ms" if count == 3003 else "20 ms") if name != "open the store" else ""
            row(name, timing.wall, timing.wall / times["open the store"].wall,
                ("150 ms" if count > 3003 else "") if name.startswith("search") else bound)


def writes(bench: Bench, large: bool) -> None:
    for count in [1000, 12_000] + ([100_000] if large else []):
        heading(f"Durable writes with their export, {count:,} issues")
        store = bench.store(count)
        ids = [json.loads(line)["id"] for line in (store / ".beads/issues.jsonl").open() if '"status":"open"' in line][:1]
        runs = 30 if count <= 12_000 else 9
        times = bench.time({
            "start-up": f"{bench.bd} version",
            "commit": f"{bench.baseline} commit .beads/beads.db",
            "publish 1 KB": f"{bench.baseline} publish .",
            "copy of the JSONL": f"{bench.baseline} copy .beads/issues.jsonl .",
            "create": f"{bench.bd} create measured",
            "update": f"{bench.bd} update {ids[0]} --notes measured",
            "close and reopen": f"{bench.bd} close {ids[0]} --force",
        }, store, runs)
        bound = (times["start-up"].wall + times["commit"].wall + 2 * times["publish 1 KB"].wall
                 + 1.2 * times["copy of the JSONL"].wall)
        table("command", "ms", "user ms", "ratio to the bound")
        for name, timing in times.items():
            row(name, timing.wall, timing.user, timing.wall / bound if name in ("create", "update", "close and reopen") else "")
        row("bound", bound, "", "start-up + commit + 2 publishes + 1.2 copies")


def create_many(bench: Bench, store: Path, workers: int, each: int) -> tuple[float, list[float], int]:
    """Creates per second, the wait of each in milliseconds, and how many failed."""
    waits: list[float] = []
    failed = 0

    def work(number: int) -> None:
        nonlocal failed
        for at in range(each):
            started = time.monotonic()
            words = [bench.bd, "create", f"create {number} {at}", "--description", "measured", "--silent"]
            pid = os.posix_spawn(bench.bd, words, ENVIRONMENT, file_actions=quiet)
            failed += os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0
            waits.append((time.monotonic() - started) * 1e3)

    null = os.open(os.devnull, os.O_RDWR)
    quiet = [(os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)]
    before = os.getcwd()
    os.chdir(store)
    threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.chdir(before)
    os.close(null)
    return workers * each / (time.monotonic() - started), waits, failed


def together(bench: Bench, _: bool) -> None:
    heading("32 processes creating at once, 12,000 issues")
    store = bench.store(12_000)
    alone, _, _ = create_many(bench, store, 1, 40)
    rate, waits, failed = create_many(bench, store, 32, 8)
    table("what", "value", "bound")
    row("failures", failed, "0")
    row("creates per second, one process in a loop", alone, "")
    row("creates per second, 32 processes", rate, "")
    row("ratio", rate / alone, "at least 2")
    row("mean wait, ms", statistics.mean(waits), "")
    row("longest wait / mean", max(waits) / statistics.mean(waits), "at most 3")


def imports(bench: Bench, large: bool) -> None:
    heading("Import into an empty store")
    table("issues", "CPU s", "wall s", "peak memory MiB", "bound")
    for count, bound in [(1000, ""), (12_000, "0.4 s")] + ([(100_000, "5 s CPU")] if large else []):
        path = bench.issues(count)
        timing, peak = min((bench.usage([bench.bd, "import", "-i", str(path)], bench.empty_store("empty"))
                            for _ in range(3)), key=lambda result: result[0].cpu)
        longest = max(len(line) for line in path.open("rb"))
        row(f"{count:,}", timing.cpu / 1e3, timing.wall / 1e3, peak / 1024, f"{bound}; {64 + 4 * longest / 2**20:.0f} MiB")
    if large:
        again(bench)


def again(bench: Bench) -> None:
    heading("Taking in the shared file again after 10 changed lines of 100,000")
    store = bench.store(100_000)
    shared = store / ".beads/issues.jsonl"
    table("command", "CPU ms", "wall ms", "bound")
    commands = {"count": (["count"], "60 (without the SHA-256 of the file)"),
                "sync --import-only": (["sync", "--import-only"], "150 (with it)")}
    for name, (words, bound) in commands.items():
        timings = []
        for number in range(5):
            lines = shared.read_text().split("\n")
            for at in range(10):
                issue = json.loads(lines[at * 9000])
                issue["title"] = f"Changed elsewhere, {name}, {number}"
                issue["updated_at"] = f"2027-01-0{number + 1}T00:00:00Z"
                lines[at * 9000] = json.dumps(issue, separators=(",", ":"), ensure_ascii=False)
            shared.write_text("\n".join(lines))
            timings.append(bench.usage([bench.bd, *words], store)[0])
        row(name, statistics.median(t.cpu for t in timings), statistics.median(t.wall for t in timings), bound)


def measure(description: str | None, parts: tuple[Callable[[Bench, bool], None], ...]) -> None:
    """What the command line asks for of these parts."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    # Beside the build: a file system in memory would make every sync free.
    work = arguments.work or Path(tempfile.mkdtemp(prefix="bench-", dir=arguments.build))
    work.mkdir(exist_ok=True)
    bench = Bench(arguments.build.resolve(), work.resolve())
    try:
        for part in parts:
            if arguments.only in part.__name__:
                part(bench, arguments.large)
    finally:
        if not arguments.work:
            shutil.rmtree(work)


if __name__ == "__main__":
    measure(__doc__, (startup, reads, writes, together, imports))
