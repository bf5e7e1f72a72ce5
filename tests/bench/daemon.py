#!/usr/bin/env python3
"""Measure the daemon: many connections, one connection, whole processes with and without it, a daemon that rests,
and what a command pays for one that does not answer.

usage: daemon.py BUILD_DIRECTORY [--large] [--work DIRECTORY] [--only WORD]

As run.py: nothing here passes or fails, and --large changes nothing here. The client is one thread, so that it takes no more than a core.
"""
from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import statistics
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from run import Bench, create_many, heading, measure, row, table

TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def daemon(bench: Bench, store: Path) -> Iterator[int]:
    """Its process id."""
    bench.call([bench.bd, "daemon", "start"], store)
    try:
        yield int((store / ".beads/daemon.pid").read_text().split()[0])
    finally:
        bench.call([bench.bd, "daemon", "stop"], store)


def connect(store: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(os.path.relpath(store / ".beads/bd.sock"))
    return connection


def request(operation: str, **args: object) -> bytes:
    return json.dumps({"operation": operation, "actor": "bench", "args": args}).encode() + b"\n"


def create(number: int) -> bytes:
    return request("create", title=f"issue {number}", description="measured", issue_type="task", priority=2)


class Talk:
    """A connection with one request on its way at a time."""

    def __init__(self, store: Path, requests: list[bytes]) -> None:
        self.socket = connect(store)
        self.requests = requests[::-1]
        self.got = b""
        self.waits: list[float] = []  # milliseconds
        self.refused = 0
        self.send()

    def send(self) -> None:
        self.began = time.monotonic()
        self.socket.sendall(self.requests.pop())

    def read(self) -> bool:
        """False: all is answered."""
        self.got += self.socket.recv(1 << 16)
        if not self.got.endswith(b"\n"):
            return True
        self.waits.append((time.monotonic() - self.began) * 1e3)
        self.refused += not json.loads(self.got)["success"]
        self.got = b""
        if not self.requests:
            self.socket.close()
            return False
        self.send()
        return True


def talk(store: Path, connections: int, requests: list[bytes]) -> tuple[float, list[float], int]:
    """Requests per second, the wait of each in milliseconds, and how many were refused."""
    selector = selectors.DefaultSelector()
    started = time.monotonic()
    talks = [Talk(store, requests[number::connections]) for number in range(connections)]
    for one in talks:
        selector.register(one.socket, selectors.EVENT_READ, one)
    left = connections
    while left:
        for key, _ in selector.select():
            if not key.data.read():
                selector.unregister(key.fileobj)
                left -= 1
    waits = [wait for one in talks for wait in one.waits]
    return len(waits) / (time.monotonic() - started), waits, sum(one.refused for one in talks)


def figures(name: str, measured: tuple[float, list[float], int], bound: str) -> None:
    rate, waits, refused = measured
    ordered = sorted(waits)
    row(name, round(rate), ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100], refused, bound)


def requests(bench: Bench, _: bool) -> None:
    heading("Requests to a daemon, every change durable")
    store = bench.empty_store("daemon")
    table("what", "per second", "p50 ms", "p99 ms", "refused", "bound")
    with daemon(bench, store):
        figures("64 connections, 12,800 creates", talk(store, 64, [create(n) for n in range(12_800)]),
                "4,000 per second, p99 40 ms")
        figures("one connection, 2,000 creates", talk(store, 1, [create(n) for n in range(2_000)]),
                "2,000 where a commit takes under 0.3 ms")
        bench.call([bench.bd, "sync", "--flush-only"], store)
        some_id = json.loads((store / ".beads/issues.jsonl").open().readline())["id"]
        figures("one connection, 2,000 pings", talk(store, 1, [request("ping")] * 2_000), "p50 0.1 ms")
        figures("one connection, 2,000 shows", talk(store, 1, [request("show", id=some_id)] * 2_000), "p50 0.1 ms")


def processes(bench: Bench, _: bool) -> None:
    heading("64 processes creating at once")
    table("daemon", "seconds (median of 5)", "failures", "bound")
    for with_daemon in (False, True):
        took, failures = [], 0
        for _ in range(5):
            store = bench.empty_store("processes")
            if with_daemon:
                with daemon(bench, store):
                    rate, _, failed = create_many(bench, store, 64, 1)
            else:
                rate, _, failed = create_many(bench, store, 64, 1)
            took.append(64 / rate)
            failures += failed
        row("yes" if with_daemon else "no", statistics.median(took), failures,
            "no slower than without" if with_daemon else "")


def rest(bench: Bench, _: bool) -> None:
    heading("A daemon that rests, 10,000 issues")
    store = bench.store(10_000)
    seconds = 20
    with daemon(bench, store) as pid:
        time.sleep(2)
        before = used(pid)
        time.sleep(seconds)
        resident = [line for line in Path(f"/proc/{pid}/status").open() if line.startswith("VmRSS")][0].split()[1]
        table("what", "value", "bound")
        row(f"processor time in {seconds} s, ms", (used(pid) - before) * 1e3 / TICKS, "not measurable")
        row("resident, MB", int(resident) / 1e3, "15")


def used(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def one(bench: Bench, store: Path) -> float:
    """Milliseconds of one command."""
    return bench.usage([bench.bd, "create", "measured", "--silent"], store)[0].wall


def trouble(bench: Bench, _: bool) -> None:
    heading("What `create` pays for its daemon")
    store = bench.store(3003)
    shared = store / ".beads/bd.sock"
    table("daemon", "first command, ms", "median of the next 9", "bound of the first")

    def commands(name: str, bound: str) -> None:
        times = [one(bench, store) for _ in range(10)]
        row(name, times[0], statistics.median(times[1:]), bound)

    commands("none", "")
    with daemon(bench, store) as pid:
        commands("serves", "as without")
        os.kill(pid, signal.SIGSTOP)
        commands("is stopped (SIGSTOP)", "500")
        os.kill(pid, signal.SIGCONT)
    with daemon(bench, store):
        shared.unlink()
        commands("its socket is deleted", "20 more than without")
    left = socket.socket(socket.AF_UNIX)
    left.bind(os.path.relpath(shared))
    left.close()
    commands("nobody behind the socket", "20 more than without")
    shared.unlink()


if __name__ == "__main__":
    measure(__doc__, (requests, processes, rest, trouble))
