"""The simulator runs what is shipped: the archives that were cut for it are those that the program is linked from."""
from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

# Replaced as a whole in the simulator (sim/cut/replaced.cc), and not part of the program.
OURS = "replaced.cc.o"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def linked_into(program: Path, build: Path) -> dict[str, str]:
    """Name to SHA-256 of the objects and archives on the program's link line."""
    commands = subprocess.run(["ninja", "-C", str(build), "-t", "commands", "-s", str(program.relative_to(build))],
                              check=True, capture_output=True, text=True).stdout.splitlines()
    link = commands[-1]
    names = re.findall(r"(\S+\.(?:a|o))(?=\s|$)", link)
    paths = [Path(name) if name.startswith("/") else build / name for name in names]
    return {path.name: digest(path) for path in paths if path.exists()}


def cut_for_simulator(build: Path) -> dict[str, str]:
    lines = (build / "sim/bd_cut.manifest").read_text().splitlines()
    return {Path(line.split(maxsplit=1)[1]).name: line.split(maxsplit=1)[0] for line in lines}


def main() -> int:
    program = Path(sys.argv[1]).resolve()
    build = program.parent.parent
    if not (build / "sim/bd_cut.manifest").exists():
        print("skipped: this build has no simulator")
        return 0
    shipped, simulated = linked_into(program, build), cut_for_simulator(build)
    failures = []
    for name, value in shipped.items():
        if name not in simulated:
            failures.append(f"{name} is linked into the program, and not cut for the simulator")
        elif simulated[name] != value:
            failures.append(f"{name} differs between program and simulator")
    for name in simulated:
        if name not in shipped and name != OURS:
            failures.append(f"{name} is in the simulator, and not in the program")
    if not shipped:
        failures.append("nothing was found on the program's link line")
    print("\n".join(failures) or f"ok: {len(shipped)} objects and archives are the same")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
