#!/usr/bin/env python3
"""Plants known mistakes in the program and demands that the simulator finds each.

usage: hunt.py --check | [--build DIRECTORY] [--jobs N] [--first SEED] [--seeds MOST] [NAME...]

Each NAME.patch beside this file is applied to a copy of the tracked files, bd-sim is built there, and the lane
that the patch names is run. Lines of its head:
  # oracle: NAME                          which should complain (any finding counts; the table shows which did)
  # budget: N seeds                       how many runs it may take
  # lane: swarm | systematic COMMAND | scenario NAME | plan NAME      without it: swarm
  # plan: NAME                            one of tests/sim/found that must break it too
--check only says which patches no longer apply to this tree: the code they change has moved on, and they with it.
Else it prints a table, and which oracles found none of the mistakes first; exit status 1 if a mistake was not found, or if
all were hunted and there is such an oracle.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# Not the seeds of the tests: what is found here must not be an accident of those.
FIRST = 5_000_000


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(*command, cwd=None, check=True, **environment):
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, env={**os.environ, **environment})
    if check and result.returncode != 0:
        say(result.stdout[-4000:] + result.stderr[-4000:])
        raise SystemExit(f"{' '.join(map(str, command))}: ended with {result.returncode}")
    return result


class Tree:
    """The copy that mutants are built in. A file is rewritten only if it differs, so builds stay small."""

    def __init__(self, build):
        self.path = build / "tree"
        self.path.mkdir(parents=True, exist_ok=True)
        self.restore()
        if not (self.path / "build/release/build.ninja").exists():
            say("configuring")
            run("cmake", "--preset", "release", "-DBD_TESTS=OFF", "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache", cwd=self.path)

    def restore(self):
        tracked = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).stdout
        names = {name for name in tracked.split("\0") if name and (ROOT / name).is_file()}
        for name in names:
            source, copy = ROOT / name, self.path / name
            if copy.exists() and copy.read_bytes() == source.read_bytes():
                continue
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copy)
        for folder, folders, files in os.walk(self.path):
            if pathlib.Path(folder) == self.path and "build" in folders:
                folders.remove("build")
            for file in files:
                copy = pathlib.Path(folder) / file
                if str(copy.relative_to(self.path)) not in names:
                    copy.unlink()

    def plant(self, patch):
        # The copy is no repository, and stands in one.
        run("git", "apply", patch, cwd=self.path, GIT_CEILING_DIRECTORIES=str(self.path.parent))

    def build(self):
        run("cmake", "--build", "build/release", "--target", "bd-sim", cwd=self.path)
        return self.path / "build/release/bin/bd-sim"


class Mutant:
    def __init__(self, name):
        self.name = name
        self.patch = HERE / f"{name}.patch"
        if not self.patch.exists():
            raise SystemExit(f"hunt.py: no mutant {name} in {HERE}")
        head = self.patch.read_text().split("\n--- ")[0]
        self.oracle = self.word(head, r"^# oracle: (\S+)", "")
        self.budget = int(self.word(head, r"^# budget: (\d+) seeds", "1000"))
        self.lane = self.word(head, r"^# lane: (.+)", "swarm")
        self.plan = self.word(head, r"^# plan: (\S+)", "")

    @staticmethod
    def word(head, pattern, otherwise):
        found = re.search(pattern, head, re.MULTILINE)
        return found.group(1).strip() if found else otherwise

    def hunt(self, sim, options):
        """(runs until the first finding or None, oracle, message)"""
        if self.plan and not self.finding(self.replay(sim, self.plan))[0]:
            return None, "", f"{self.plan} does not break it"
        lane, *rest = self.lane.split(maxsplit=1)
        if lane == "swarm":
            return self.swarm(sim, options)
        if lane == "systematic":
            only = ["--only", rest[0]] if rest else []
            output = run(sim, "systematic", "--jobs", str(options.jobs), *only, check=False).stdout
        elif lane == "scenario":
            output = run(sim, "run", *rest[0].split(), check=False).stdout
        elif lane == "plan":
            output = self.replay(sim, rest[0])
        else:
            raise SystemExit(f"{self.patch}: unknown lane '{self.lane}'")
        return self.finding(output)

    @staticmethod
    def finding(output):
        found = re.finditer(r"^broken  .*?\b([A-Z]{2,7})\b(?: at call \d+)?: (.*)", output, re.MULTILINE)
        # HOLLOW: a fault of the plan did not strike. That says nothing of the program.
        for match in found:
            if match.group(1) != "HOLLOW":
                return 1, match.group(1), match.group(2)
        return None, "", ""

    @staticmethod
    def replay(sim, plan):
        return run(sim, "replay", ROOT / f"tests/sim/found/{plan}.plan", check=False).stdout

    def swarm(self, sim, options):
        result = run(sim, "swarm", "--json", "--failures", "1", "--jobs", str(options.jobs), "--first",
                     str(options.first), "--seeds", str(min(self.budget, options.seeds)), check=False)
        report = json.loads(result.stdout)
        if not report["failures"]:
            return None, "", ""
        first = min(report["failures"], key=lambda failure: int(failure["seed"]))
        return int(first["seed"]) - options.first + 1, first["oracle"], first["message"]


def oracles():
    """The names under which they complain."""
    text = "".join(path.read_text() for path in (ROOT / "sim/oracles").glob("*.cc"))
    return set(re.findall(r'Fail\(\s*"([A-Z]+)"', text))


def applies(patch):
    result = subprocess.run(["git", "apply", "--check", patch], cwd=ROOT, capture_output=True, text=True,
                            env={**os.environ, "GIT_CEILING_DIRECTORIES": str(ROOT.parent)})
    if result.returncode != 0:
        say(f"{patch.name}: {result.stderr.strip()}")
    return result.returncode == 0


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/mutants")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--first", type=int, default=FIRST)
    parser.add_argument("--seeds", type=int, default=10**9)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    names = options.names or sorted(path.stem for path in HERE.glob("*.patch"))
    if options.check:
        return max(not applies(HERE / f"{name}.patch") for name in names)
    mutants = [Mutant(name.removesuffix(".patch")) for name in names]
    tree = Tree(options.build)
    rows, survivors = [], 0
    for number, mutant in enumerate(mutants, 1):
        say(f"{number}/{len(mutants)} {mutant.name}: {mutant.lane}, expecting {mutant.oracle}")
        tree.restore()
        try:
            tree.plant(mutant.patch)
            sim = tree.build()
        except SystemExit as failure:
            say(f"    DOES NOT BUILD: {failure}")
            survivors += 1
            rows.append((mutant.name, mutant.lane, "NO", "", "does not build", ""))
            continue
        began = time.monotonic()
        needed, oracle, message = mutant.hunt(sim, options)
        seconds = time.monotonic() - began
        say(f"    {'found after ' + str(needed) + ': ' + oracle + ': ' + message[:160] if needed else 'SURVIVES ' + message}")
        survivors += needed is None
        rows.append((mutant.name, mutant.lane, "yes" if needed else "NO", str(needed or f"> {mutant.budget}"), oracle,
                     f"{seconds:.0f}"))
    tree.restore()
    head = ("mutant", "lane", "killed", "seeds", "oracle", "seconds")
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, *rows]:
        print("  ".join(word.ljust(width) for word, width in zip(row, widths)).rstrip())
    print(f"{len(rows) - survivors} of {len(rows)} killed")
    idle = sorted(oracles() - {row[4] for row in rows}) if not options.names else []
    if idle:
        print(f"none was found first by: {', '.join(idle)}")
    return 1 if survivors or idle else 0


if __name__ == "__main__":
    sys.exit(main())
