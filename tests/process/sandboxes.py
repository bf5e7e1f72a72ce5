"""What the tests in sandboxes share: the profiles that there are, and running a command in one."""
from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import harness

NOT_HERE = 125  # exit code of `bd-fault run` where the kernel lacks something


@dataclass
class Row:
    words: list[str]
    how: str

    @property
    def enforced(self) -> bool:
        return not self.how.startswith("no: ")


def fault_program() -> str:
    return str(Path(harness.BD).parent / "bd-fault")


def profiles() -> dict[str, list[Row]]:
    """Every profile with its rows, as `bd-fault profiles` says they can be enforced here."""
    out = subprocess.run([fault_program(), "profiles"], check=True, capture_output=True, text=True).stdout
    found: dict[str, list[Row]] = {}
    for block in out.split("\n\n"):
        name, _, *rows = block.strip("\n").split("\n")
        pairs = [re.split(r"  +", row.strip(), maxsplit=1) for row in rows]
        found[name] = [Row(words.split(), how) for words, how in pairs]
    return found


class SandboxCase(harness.Case):
    """Commands in sandboxes: WORKSPACE is where they run, TMP a directory of their own."""

    def enforced(self, *names: str) -> list[str]:
        """Those of the profiles (all, if none is named) that can be enforced here; skips the test if there is none."""
        found = []
        for name, rows in profiles().items():
            missing = [f"{' '.join(row.words)}: {row.how}" for row in rows if not row.enforced]
            if names and name not in names:
                continue
            if missing:
                print(f"skipped: {name}: {'; '.join(missing)}")
            else:
                found.append(name)
        if not found:
            self.skipTest("none of these sandboxes can be built here")
        return found

    def setUp(self) -> None:
        super().setUp()
        self.tmp = self.root / "tmp"
        self.tmp.mkdir()
        self.env["TMPDIR"] = str(self.tmp)

    def start_inside(self, profile: str, *words: str, cwd: Path, program: str | None = None,
                     **options: Any) -> harness.Running:
        """Starts bd (or `program`) in a sandbox."""
        return self.start("run", "--profile", profile, "--workspace", str(cwd), "--", program or harness.BD, *words,
                          cwd=cwd, program=fault_program(), **options)

    def inside(self, profile: str, *words: str, cwd: Path, timeout: float = harness.TIMEOUT,
               **options: Any) -> harness.Done:
        """The same, to its end. Skips the test, with the reason, if the sandbox cannot be built here."""
        done = self.start_inside(profile, *words, cwd=cwd, **options).wait(timeout)
        if done.code == NOT_HERE and done.err.startswith("bd-fault: "):
            self.skipTest(done.err.strip())
        return done
