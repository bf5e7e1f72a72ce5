#!/usr/bin/env python3
"""Plants one known mistake in a copy of the program and shows how the simulator finds it: by seeds, made small, in words.

usage: planted_bug.py BD-SIM [NAME]

NAME is one of tests/mutants (default: publish_without_fsync). BD-SIM is the simulator of the program as it is: what was
found must be quiet there. Exit status 1 if the mistake was not found, or if the program as it is breaks too.
"""
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/mutants"))
import hunt  # noqa: E402

# Not what the tests run, and enough for a mistake that is found after a few.
FIRST, SEEDS, JOBS = 7_000_000, 400, 2
STORY_LINES = 40


def output_of(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True).stdout


def changed_lines(patch):
    text = patch.read_text()
    text = text[text.index("\n--- "):]
    return [line for line in text.splitlines() if line[:1] in "+-" and not line.startswith(("+++", "---"))]


def head_of(patch):
    """What the mistake is, without the words for hunt.py."""
    lines = [line for line in patch.read_text().split("\n--- ")[0].splitlines() if line.startswith("# ")]
    return [line[2:] for line in lines if not any(line.startswith(f"# {word}:") for word in
                                                   ("oracle", "budget", "lane", "plan"))]


def shortened(text):
    lines = text.rstrip().splitlines()
    if len(lines) <= STORY_LINES:
        return lines
    half = STORY_LINES // 2
    return lines[:half] + [f"   ... {len(lines) - 2 * half} lines more ..."] + lines[-half:]


def main():
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    honest, name = pathlib.Path(sys.argv[1]).resolve(), (sys.argv[2:] or ["publish_without_fsync"])[0]
    began = time.monotonic()
    mutant = hunt.Mutant(name)
    print(f"The mistake, {name}:", *head_of(mutant.patch), *changed_lines(mutant.patch), sep="\n  ")
    tree = hunt.Tree(ROOT / "build/mutants")
    try:
        tree.plant(mutant.patch)
        simulator = tree.build()
        built = time.monotonic()
        options = type("Options", (), {"first": FIRST, "seeds": SEEDS, "jobs": JOBS})
        runs, oracle, message = mutant.swarm(simulator, options)
        if runs is None:
            print(f"NOT FOUND in {SEEDS} runs of the swarm")
            return 1
        found = time.monotonic()
        seed = FIRST + runs - 1
        print(f"\nFound by seed {seed}, after {runs} runs, by {oracle}:\n  {message.splitlines()[0][:160]}")
        small = tree.path.parent / "found.plan"
        small.write_text(output_of(simulator, "shrink", "--seed", seed))
        shrunk = time.monotonic()
        print("\nMade small:", *small.read_text().rstrip().splitlines(), sep="\n  ")
        print("\nExplained:", *shortened(output_of(simulator, "explain", small)), sep="\n  ")
        replay = subprocess.run([honest, "replay", small], capture_output=True, text=True)
        print(f"\nThe same plan on the program as it is:\n  {replay.stdout.strip() or replay.stderr.strip()}")
        print(f"built in {built - began:.0f} s, found in {found - built:.0f} s, made small in {shrunk - found:.0f} s")
        return replay.returncode
    finally:
        tree.restore()


if __name__ == "__main__":
    sys.exit(main())
