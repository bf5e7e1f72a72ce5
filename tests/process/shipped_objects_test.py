"""The simulator runs what is shipped: the archives that were cut for it are those that the program is linked from.

Its other builds (sim/builds) are the same archives, and before them what differs: each file in one line, and every
source that is concerned, so that nothing of the shipped version is left in them."""
from __future__ import annotations

import difflib
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


def cut_for_simulator(build: Path, name: str) -> dict[str, str]:
    lines = (build / f"sim/{name}_cut.manifest").read_text().splitlines()
    return {Path(line.split(maxsplit=1)[1]).name: line.split(maxsplit=1)[0] for line in lines}


def objects_of(build: Path, name: str) -> list[str]:
    """The names of all objects in it, from archives and beside them."""
    lines = (build / f"sim/{name}_cut.manifest.used").read_text().splitlines()
    return sorted(re.split(r"[)/]", line)[-1] for line in lines if line.endswith(".o"))


def compare_texts(root: Path, overlay: Path) -> tuple[list[str], int]:
    """What is wrong, and how many lines differ."""
    failures, count = [], 0
    for changed in sorted(path for path in overlay.rglob("*") if path.is_file()):
        name = changed.relative_to(overlay)
        old, new = ((place / name).read_text().splitlines() for place in (root, overlay))
        lines = [line for line in difflib.ndiff(old, new) if line.startswith("+ ")]
        count += len(lines)
        if len(lines) != 1:
            failures.append(f"{name} of {overlay.name} differs in {len(lines)} lines, not in one")
    return failures, count


def compare_build(root: Path, build: Path, name: str) -> tuple[list[str], int]:
    """Another build against the shipped one."""
    failures, count = compare_texts(root, build / f"sim/builds/{name.removeprefix('bd_')}")
    shipped, other = cut_for_simulator(build, "bd"), cut_for_simulator(build, name)
    failures += [f"{name}: {part} is not the shipped one" for part, value in shipped.items() if other.get(part) != value]
    if objects_of(build, name) != objects_of(build, "bd"):
        failures.append(f"{name} is not made of the same objects: one of the shipped ones may stand beside its own")
    if count == 0:
        failures.append(f"{name} does not differ")
    return failures, count


def main() -> int:
    program = Path(sys.argv[1]).resolve()
    build, root = program.parent.parent, Path(__file__).resolve().parents[2]
    if not (build / "sim/bd_cut.manifest").exists():
        print("skipped: this build has no simulator")
        return 0
    shipped, simulated = linked_into(program, build), cut_for_simulator(build, "bd")
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
    others = sorted(path.stem.removesuffix("_cut") for path in (build / "sim").glob("bd_*_cut.manifest"))
    differing = 0
    for name in others:
        wrong, count = compare_build(root, build, name)
        failures += wrong
        differing += count
    print("\n".join(failures) or f"ok: {len(shipped)} objects and archives are the same; "
          f"{len(others)} other builds differ in {differing} lines")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
