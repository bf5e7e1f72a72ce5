"""The units of docs/DAEMON.md for process managers: they can be read, and what they run serves, and ends as they expect."""
from __future__ import annotations

import plistlib
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import harness
from harness import Case

PAGE = Path(__file__).resolve().parents[2] / "docs/DAEMON.md"
SOON = 20


class Managers(Case):
    def block(self, first: str) -> str:
        found = re.search(rf"^```\n({re.escape(first)}.*?)^```", PAGE.read_text(), re.M | re.S)
        self.assertIsNotNone(found, f"{PAGE} has no block that begins with {first}")
        return found[1] if found else ""

    def launchd(self) -> dict[str, object]:
        unit: dict[str, object] = plistlib.loads(self.block("<?xml").encode())
        return unit

    def systemd(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.block("[Unit]").splitlines() if "=" in line)

    def test_systemd_can_read_its_unit(self) -> None:
        analyze = shutil.which("systemd-analyze")
        if analyze is None:
            self.skipTest("there is no systemd-analyze")
        program = self.systemd()["ExecStart"].split()[0]
        unit = self.root / "bd@.service"
        unit.write_text(self.block("[Unit]").replace(program, harness.BD))
        done = subprocess.run([analyze, "verify", unit], env=self.env, capture_output=True, text=True)
        complaints = [line for line in done.stderr.splitlines() if "bd@" in line]
        self.assertEqual(complaints, [], done.stderr)

    def test_what_they_run_serves_and_ends_with_0_when_it_is_told_to(self) -> None:
        commands = [self.systemd()["ExecStart"].split(), self.launchd()["ProgramArguments"]]
        for words in commands:
            with self.subTest(words):
                self.assertIsInstance(words, list)
                work = self.workspace("+".join(map(str, words)).replace("/", "_"))
                daemon = self.start(*list(words)[1:], cwd=work)  # type: ignore[call-overload]
                end = time.monotonic() + SOON
                while "✓ running" not in self.try_bd("daemon", "status", cwd=work).out:
                    self.assertLess(time.monotonic(), end, "it does not serve")
                    time.sleep(0.02)
                daemon.kill(signal.SIGTERM)
                self.assertEqual(daemon.wait().code, 0)

    def test_one_that_cannot_start_ends_so_that_it_is_tried_again(self) -> None:
        self.assertEqual(self.systemd()["Restart"], "on-failure")
        self.assertEqual(self.launchd()["KeepAlive"], {"SuccessfulExit": False})
        work = self.workspace()
        (work / ".beads/beads.db").write_bytes(b"no database " * 1000)
        words = self.systemd()["ExecStart"].split()[1:]
        # The second one comes before its time, as every one does that a manager starts at once.
        self.assertEqual([self.try_bd(*words, cwd=work).code for _ in range(2)], [1, 1])


if __name__ == "__main__":
    harness.main()
