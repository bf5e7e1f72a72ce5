"""Plans that are malformed, from another build, or no longer reproduce: a clear word and the exit status for it."""
from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

# Text of a plan, and what is said of it behind FILE:LINE:COLUMN.
REFUSED = {
    "plan 2\nseed 1\n": ("1:6:", "this build reads plans of form 1, not of form 2"),
    "seed 1\n": ("1:1:", "a plan begins with the line: plan 1"),
    "plan 1\nseed x\n": ("2:6:", "not a seed: 'x'"),
    "plan 1\nseed 99999999999999999999\n": ("2:6:", "not a seed"),
    "plan 1\nrepeat 0\n": ("2:1:", "expected: repeat NUMBER"),
    "plan 1\ndisk floppy\n": ("2:6:", "unknown or wrong: 'floppy'"),
    "plan 1\ndisk ext4 quantum\n": ("2:11:", "unknown or wrong: 'quantum'"),
    "plan 1\nfault meteor agent=a1\n": ("2:7:", "unknown action or error 'meteor'"),
    "plan 1\nfault kill op=teleport\n": ("2:12:", "unknown call"),
    "plan 1\nfault kill moon=full\n": ("2:12:", "unknown condition"),
    "plan 1\nagent a1\n  !teleport 3\n": ("3:3:", "unknown program '!teleport'"),
    "plan 1\nagent a1\n  !wait\n": ("3:3:", "!wait takes 1 words"),
    "plan 1\nagent a1\n  list => maybe\n": ("3:11:", "expected: ok, fails"),
    "plan 1\nagent a1\n  list 'open\n": ("3:8:", "this quote does not end"),
    "plan 1\n  list\n": ("2:3:", "a command stands below setup, agent or check"),
    "plan 1\nschedule chaos\n": ("2:1:", "expected: schedule"),
    "plan 1\nweather 7\n": ("2:1:", "unknown word 'weather'"),
    "": ("1:1:", "a plan begins with the line: plan 1"),
}
QUIET = "plan 1\nagent a1\n  list => ok\n"
BROKEN = "plan 1\nagent a1\n  list => fails\n"


def main() -> int:
    simulator = Path(sys.argv[1]).resolve().parent / "bd-sim"
    if not simulator.exists():
        print("skipped: this build has no simulator")
        return 0
    failures: list[str] = []
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "a.plan"

        def expect(command: str, text: str, status: int, *said: str) -> None:
            path.write_text(text)
            result = subprocess.run([simulator, command, path], capture_output=True, text=True)
            output = result.stdout + result.stderr
            if result.returncode != status:
                failures.append(f"{command} {text!r}: ended with {result.returncode} and not {status}: {output}")
            failures.extend(f"{command} {text!r}: did not say {word!r} but: {output}" for word in said
                            if word not in output)

        for text, (place, message) in REFUSED.items():
            for command in ("replay", "shrink", "explain"):
                expect(command, text, 2, f"a.plan:{place}", message)
        expect("replay", QUIET, 0, "ok ")
        expect("replay", BROKEN, 1, "broken ", "EXPECT")
        expect("replay", f"# breaks EXPECT\n{BROKEN}", 1, "broken ", "EXPECT")
        expect("replay", f"# breaks ACK\n{QUIET}", 0, "gone ", "no longer breaks ACK")
        never = "fault kill agent=a1 command=1 nth=90000\n"
        expect("replay", f"# what it was\n# breaks FILE\n{QUIET}{never}", 0, "no longer breaks FILE", "never struck")
        expect("replay", f"{QUIET}{never}", 1, "HOLLOW", "never struck")
        expect("replay", f"# breaks ACK\n{BROKEN}", 1, "broken ", "it was kept because it broke ACK")
        expect("shrink", f"# breaks ACK\n{QUIET}", 0, "does not (or no longer) reproduce")
        for words in (["run", "no_such_scenario"], ["run", "--seed", "x"], ["plan", "--seed", "-1"], ["replay"],
                      ["replay", str(path) + ".missing"], ["swarm", "--jobs", "0"], ["conjure"]):
            result = subprocess.run([simulator, *words], capture_output=True, text=True)
            if result.returncode != 2 or "bd-sim" not in result.stderr:
                failures.append(f"{words}: ended with {result.returncode}: {result.stderr}")
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
