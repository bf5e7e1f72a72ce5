#!/usr/bin/env python3
"""Record conversations with a running daemon, or check another bd against recorded ones.

usage: rpc.py record --bd PATH FILE...                        run the requests of each FILE, rewrite it with the answers
       rpc.py check  --bd PATH [--deviations LIST] FILE...    run the requests again, compare; "N passed, N failed"

With a list, exactly the steps on it must differ: "FILE:STEP REASON" a line.

A FILE holds one conversation, one step a line: {"op", "request", "response"}; `record` ignores old responses, so a
new conversation is written as a file without them. Steps, placeholders and rules of comparison: README.md
"""
import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone

PREFIX = "rpc"
ANSWER_SECONDS = 20
ID = re.compile(r"\b" + PREFIX + r"-(?:mol-|wisp-|eph-)?[0-9a-z]{3,8}\b")
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?")
JSON_ERROR = re.compile(r"(json: cannot unmarshal|invalid character|unexpected end of JSON).*", re.S)
PAD = re.compile(r"<PAD:(\d+)>")
DURATION_KEYS = {"uptime_seconds", "db_response_ms", "average_lead_time_hours", "duration",
                 "min_ms", "p50_ms", "p95_ms", "p99_ms", "max_ms", "avg_ms"}
NUMBER_KEYS = {"memory_alloc_mb", "memory_sys_mb", "goroutine_count", "active_connections", "total_connections"}


class Daemon:
    """A fresh workspace (no git), a daemon of `bd` in the foreground on it, one connection."""

    def __init__(self, bd):
        self.bd = os.path.abspath(bd)
        self.root = os.path.realpath(tempfile.mkdtemp(prefix="rpc"))
        self.ws = os.path.join(self.root, "ws")
        os.mkdir(self.ws)
        self.env = {"PATH": os.environ["PATH"], "HOME": self.root, "TZ": "UTC", "LANG": "C.UTF-8", "BD_ACTOR": "golden"}
        self.process = self.stream = None

    def run(self, argv):
        return subprocess.run([self.bd, "--no-daemon", *argv], cwd=self.ws, env=self.env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60).returncode

    def start(self):
        if self.run(["init", "--prefix", PREFIX, "--quiet"]) != 0:
            raise RuntimeError("bd init failed")
        log = open(os.path.join(self.root, "output"), "wb")
        self.process = subprocess.Popen([self.bd, "daemon", "start", "--local", "--foreground"], cwd=self.ws,
                                        env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        give_up = time.monotonic() + 10
        while not os.path.exists(os.path.join(self.ws, ".beads/bd.sock")):
            if time.monotonic() > give_up or self.process.poll() is not None:
                raise RuntimeError("the daemon did not start")
            time.sleep(0.02)
        time.sleep(0.3)  # the first export belongs to the start
        self.connect()

    def hang_up(self):
        try:
            if self.stream:
                self.stream.close()
        except OSError:
            pass  # the daemon was first
        self.stream = None

    def connect(self):
        self.hang_up()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
            s.settimeout(ANSWER_SECONDS)
            s.connect(os.path.join(self.ws, ".beads/bd.sock"))
            self.stream = s.makefile("rwb")

    def ask(self, line):
        """One line out, one line back. "closed" when the daemon hangs up, "silence" when no answer comes."""
        try:
            self.stream.write(line.encode() + b"\n")
            self.stream.flush()
            answer = self.stream.readline()
        except (BrokenPipeError, ConnectionResetError, ValueError):
            return "closed"
        except TimeoutError:
            return "silence"
        return json.loads(answer) if answer else "closed"

    def stop(self):
        self.hang_up()  # an open connection would delay the stop
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.root, ignore_errors=True)


class Names:
    """What the placeholders of one conversation stand for."""

    def __init__(self, daemon, version, text):
        major, minor, patch = (int(n) for n in re.match(r"(\d+)\.(\d+)\.(\d+)", version).groups())
        self.literal = set(ID.findall(text))  # ids that the conversation chooses itself stay as they are
        self.ids = {}
        self.real = {"<WS>": daemon.ws, "<VERSION>": version,
                     "<PATCH+1>": f"{major}.{minor}.{patch + 1}", "<PATCH-1>": f"{major}.{minor}.{patch - 1}",
                     "<MINOR+1>": f"{major}.{minor + 1}.0", "<MINOR-1>": f"{major}.{minor - 1}.0",
                     "<MAJOR+1>": f"{major + 1}.0.0"}

    def fill(self, value):
        """Placeholders -> real values, in text or in every string of a JSON value."""
        if isinstance(value, str):
            for name, real in [*self.real.items(), *((n, i) for i, n in self.ids.items())]:
                value = value.replace(name, real)
            return PAD.sub(lambda m: "x" * int(m[1]), value)
        if isinstance(value, list):
            return [self.fill(v) for v in value]
        if isinstance(value, dict):
            return {k: self.fill(v) for k, v in value.items()}
        return value

    def normalise(self, value, key=""):
        if isinstance(value, dict):
            return {self.text(k): self.normalise(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [self.normalise(v) for v in value]
        if isinstance(value, bool):
            return value
        if key == "pid":
            return "<PID>"
        if key in DURATION_KEYS:
            return "<DUR>"
        if key in NUMBER_KEYS:
            return "<N>"
        if not isinstance(value, str):
            return value
        return JSON_ERROR.sub("<JSON-ERROR>", self.text(value)) if key == "error" else self.text(value)

    def text(self, s):
        s = re.sub(r"x{1000,}", lambda m: f"<PAD:{len(m[0])}>", s).replace(self.real["<WS>"], "<WS>")
        for name in ("<VERSION>", "<PATCH+1>", "<PATCH-1>", "<MINOR+1>", "<MINOR-1>", "<MAJOR+1>"):
            s = re.sub(r"(?<![\d.])" + re.escape(self.real[name]) + r"(?![\d])", name, s)
        s = ID.sub(lambda m: m[0] if m[0] in self.literal else self.ids.setdefault(m[0], f"<ID{len(self.ids) + 1}>"), s)
        return re.sub(r"\.tmp\.\d+", ".tmp.<N>", TIME.sub(near_now, s))


def near_now(match):
    """A time about now becomes <TIME>; one that a request or a file gave stays."""
    stamp = match[0].replace(" ", "T")[:19]
    zone = "+00:00" if match[2] in (None, "Z") else match[2]
    age = datetime.now(timezone.utc) - datetime.fromisoformat(stamp + zone)
    return "<TIME>" if abs(age) < timedelta(days=3) else match[0]


def matches(want, got, unordered):
    """Equal, but the answer may have more keys."""
    if isinstance(want, dict) and isinstance(got, dict):
        return all(k in got and matches(v, got[k], unordered) for k, v in want.items())
    if isinstance(want, list) and isinstance(got, list):
        if len(want) != len(got):
            return False
        if not unordered:
            return all(matches(w, g, False) for w, g in zip(want, got))
        rest = list(got)
        for w in want:
            found = next((i for i, g in enumerate(rest) if matches(w, g, True)), None)
            if found is None:
                return False
            del rest[found]
        return True
    if isinstance(want, str) and isinstance(got, str) and "<JSON-ERROR>" in want:
        return got.startswith(want.partition("<JSON-ERROR>")[0])
    return type(want) is type(got) and want == got


def perform(daemon, names, step):
    """One step of a conversation -> its normalised response."""
    op, request = step["op"], names.fill(step.get("request"))
    path = os.path.join(daemon.ws, request) if isinstance(request, str) else None
    if op == "$bd":
        return {"exit": daemon.run(request)}
    if op == "$write":
        with open(os.path.join(daemon.ws, request["path"]), "w") as f:
            f.write(request["text"])
        return None
    if op == "$read":
        try:
            with open(path) as f:
                text = f.read()
        except FileNotFoundError:
            return "absent"
        return names.normalise([json.loads(line) for line in text.splitlines()] if path.endswith(".jsonl") else text)
    if op == "$exists":
        return os.path.exists(path)
    if op == "$connect":
        return daemon.connect()
    answer = daemon.ask(request if op == "$raw" else json.dumps(request, ensure_ascii=False))
    return names.normalise(answer)


def converse(bd, steps, check):
    """Runs one conversation; yields (step, response)."""
    daemon = Daemon(bd)
    try:
        daemon.start()
        version = daemon.ask('{"operation":"ping"}')["data"]["version"]
        names = Names(daemon, version, json.dumps([s.get("request") for s in steps]))
        for step in steps:
            settle = step.get("settle", 0)
            if settle and not check:
                time.sleep(settle)
            response = perform(daemon, names, step)
            give_up = time.monotonic() + 2 * settle
            while check and settle and not matches(step["response"], response, step.get("unordered", False)):
                if time.monotonic() > give_up:
                    break
                time.sleep(0.1)
                response = perform(daemon, names, step)
            yield step, response
    finally:
        daemon.stop()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("mode", choices=["record", "check"])
    ap.add_argument("--bd", required=True)
    ap.add_argument("--deviations", help="file of known deviations")
    ap.add_argument("files", nargs="+")
    a = ap.parse_args()
    passed = failed = 0
    deviations = {}
    if a.deviations:
        with open(a.deviations, encoding="utf-8") as f:
            deviations = dict(line.rstrip("\n").split(" ", 1) for line in f if line.strip())
    unseen = set(deviations)
    for path in a.files:
        with open(path, encoding="utf-8") as f:
            steps = [json.loads(line) for line in f if line.strip()]
        if a.mode == "record":
            lines = [json.dumps({**{k: v for k, v in step.items() if k != "response"}, "response": response},
                                ensure_ascii=False) for step, response in converse(a.bd, steps, False)]
            with open(path, "w", encoding="utf-8") as f:
                f.write("\n".join(lines) + "\n")
            passed += len(lines)
            continue
        done = 0
        try:
            for step, response in converse(a.bd, steps, True):
                done += 1
                key = f"{os.path.basename(path)}:{done}"
                unseen.discard(key)
                if matches(step["response"], response, step.get("unordered", False)) == (key not in deviations):
                    passed += 1
                    continue
                failed += 1
                if key in deviations:
                    print(f"{key}: listed deviation does not deviate")
                    continue
                print(f"{path}:{done}: {step['op']}\n  want {json.dumps(step['response'], ensure_ascii=False)}\n"
                      f"  got  {json.dumps(response, ensure_ascii=False)}")
        except (OSError, RuntimeError, ValueError, TypeError, KeyError, subprocess.TimeoutExpired) as e:
            failed += len(steps) - done  # what was not reached counts as failed
            print(f"{path}:{done + 1}: {type(e).__name__}: {e}")
    for key in sorted(unseen):
        failed += 1
        print(f"{key}: listed deviation has no such step")
    print(f"{passed} recorded" if a.mode == "record" else f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
