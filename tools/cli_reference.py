#!/usr/bin/env python3
"""Write docs/CLI_REFERENCE.md from what the program says about itself.

usage: cli_reference.py --bd PATH [--check] FILE

Runs `bd --help` and, from there on, the help of every command that is listed. With --check nothing is written:
the exit code is 1 and the difference is shown if FILE is not what would be written.
"""
from __future__ import annotations

import argparse
import difflib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HEAD = """# Command line reference

Made from the program's own help by `tools/cli_reference.py`; a test checks that it is current. What the
commands print with `--json` is in [formats/json-output.md](formats/json-output.md).
"""


def run_help(bd: Path, command: str) -> str:
    """The help text of a command, '' for the program itself."""
    with tempfile.TemporaryDirectory() as nowhere:
        done = subprocess.run([bd, *command.split(), "--help"], capture_output=True, text=True, cwd=nowhere,
                              env={"HOME": nowhere, "PATH": "/usr/bin:/bin", "TZ": "UTC"}, check=False)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"bd {command} --help: exit code {done.returncode}: {done.stderr}")
    return done.stdout


def sections(text: str) -> tuple[str, list[tuple[str, list[str]]]]:
    """What stands before "Usage:", and the sections from there on with their lines."""
    before, _, rest = text.partition("\nUsage:\n")
    found: list[tuple[str, list[str]]] = [("Usage", [])]
    for line in rest.splitlines():
        if match := re.fullmatch(r"(\S.*):", line):
            found.append((match[1], []))
        elif line.startswith(" "):
            found[-1][1].append(line)
    return before.strip(), found


def block(lines: list[str]) -> list[str]:
    """Lines as they are, in a fence."""
    return ["```text", *(line.removeprefix("  ").rstrip() for line in lines), "```", ""]


def names(lines: list[str]) -> list[str]:
    """The commands of a list of commands."""
    return [line.split()[0] for line in lines]


def describe(bd: Path, command: str) -> list[str]:
    """The chapter of a command, and those of its sub-commands."""
    about, parts = sections(run_help(bd, command))
    table = dict(parts)
    summary, _, text = about.partition("\n")
    out = [f"### bd {command}", "", summary + ".", ""]
    if text.strip():
        out += block(["  " + line for line in text.strip().splitlines()])
    out += block(table["Usage"])
    if "Aliases" in table:
        aliases = table["Aliases"][0].strip().split(", ")[1:]
        out += ["Also called " + ", ".join(f"`{alias}`" for alias in aliases) + ".", ""]
    if table.get("Flags"):
        out += block(table["Flags"])
    for name in names(table.get("Available Commands", [])):
        out += describe(bd, f"{command} {name}")
    return out


def reference(bd: Path) -> str:
    """The whole document."""
    _, parts = sections(run_help(bd, ""))
    out = [HEAD, "## Flags of every command", ""]
    for title, lines in parts:
        if title == "Flags":
            out += block(lines)
    for title, lines in parts:
        if title in ("Usage", "Flags"):
            continue
        out += [f"## {title}", ""]
        for name in names(lines):
            out += describe(bd, name)
    return "\n".join(out).rstrip("\n") + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the reference of the command line.")
    parser.add_argument("--bd", type=Path, required=True, help="the program")
    parser.add_argument("--check", action="store_true", help="only compare")
    parser.add_argument("file", type=Path)
    args = parser.parse_args()
    text = reference(args.bd.resolve())
    if not args.check:
        args.file.write_text(text, encoding="utf-8")
        return 0
    present = args.file.read_text(encoding="utf-8") if args.file.exists() else ""
    if present == text:
        return 0
    sys.stdout.writelines(difflib.unified_diff(present.splitlines(True), text.splitlines(True), str(args.file), "bd --help"))
    print(f"{args.file} is not current; write it with: tools/cli_reference.py --bd {args.bd} {args.file}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
