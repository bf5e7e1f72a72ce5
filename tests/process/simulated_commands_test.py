"""The agents of the simulated world run every command of the program's table."""
from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Commands that no agent of the swarm runs, each with its reason.
EXCEPTIONS: dict[str, str] = {
    name: "daemons are agents of their own in a plan; these look at them, start and end them (process.daemon_test)"
    for name in ("daemon", "daemon start", "daemon stop", "daemon restart", "daemon status", "daemon list",
                 "daemon logs", "daemon health", "daemon killall", "daemon reset", "daemon metrics")}


def table() -> set[str]:
    """The names in the table: it is made of the files in bd/commands."""
    names = set()
    for path in (ROOT / "bd/commands").glob("*.cc"):
        names.update(re.findall(r'^    \.name = "([^"]+)"', path.read_text(), re.MULTILINE))
    return names


def command_of(line: str, names: set[str]) -> str:
    """The longest name that the line begins with."""
    return max((name for name in names if f"{line} ".startswith(f"{name} ")), key=len, default="")


def main() -> int:
    simulator = Path(sys.argv[1]).resolve().parent / "bd-sim"
    if not simulator.exists():
        print("skipped: this build has no simulator")
        return 0
    names = table()
    assert len(names) > 50, f"only {len(names)} commands found in bd/commands"
    lines = subprocess.run([simulator, "commands"], check=True, capture_output=True, text=True).stdout.splitlines()
    drawn = {command_of(line, names) for line in lines}
    failures = [f"{name}: in no row of sim/run/workload.cc" for name in sorted(names - drawn - set(EXCEPTIONS))]
    failures += [f"{name}: is drawn, and on the list of exceptions" for name in sorted(drawn & set(EXCEPTIONS))]
    failures += [f"{name}: on the list of exceptions, and no command" for name in sorted(set(EXCEPTIONS) - names)]
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
