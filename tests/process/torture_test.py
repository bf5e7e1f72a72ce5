"""bd-fault torture: real processes are killed and stopped, and nothing is lost; and it sees what a worse bd loses."""
from __future__ import annotations

import harness
import sandboxes
from harness import Done

# Programs that do not do what they say, one way each, and what is to be said of them (the report ends after 20).
LIARS = {
    'case "$1" in label) exit 0;; esac; exec "$BD" "$@"': "does not show the label|acknowledged, found 0 times",
    'case "$1" in create) "$BD" "$@" >/dev/null;; esac; exec "$BD" "$@"': "made 2 times",
    'case "$1" in close) "$BD" "$@"; exit 1;; esac; exec "$BD" "$@"': "for no reason of ours",
    'case "$1" in show) echo "[]"; exit 0;; esac; exec "$BD" "$@"': "does not show",
    'case "$1" in comments) sleep 1000 >/dev/null 2>&1 & ;; esac; exec "$BD" "$@"': "is left behind: sleep",
}


class Torture(sandboxes.SandboxCase):
    def torture(self, *words: str) -> Done:
        return self.start("torture", *words, cwd=self.root, program=sandboxes.fault_program()).wait(120)

    def test_nothing_is_lost_and_nobody_is_left(self) -> None:
        done = self.torture("--seconds", "6", "--seed", str(self.seed))
        self.assertEqual(done.code, 0, str(done))
        self.assertIn("nothing was lost, nobody is left", done.out)
        for what in ("clients killed", "clients stopped"):
            self.assertIn(what, done.out)
        self.assertEqual(list(self.tmp.iterdir()), [])

    def test_a_program_that_lies_is_found_out(self) -> None:
        for script, complaint in LIARS.items():
            liar = self.root / "liar"
            liar.write_text(f"#!/bin/sh\nBD={harness.BD}\n{script}\n")
            liar.chmod(0o755)
            done = self.torture("--seconds", "2", "--clients", "3", "--seed", "1", "--bd", str(liar))
            self.assertEqual(done.code, 1, f"{script}: {done}")
            self.assertRegex(done.out, complaint, script)

    def test_wrong_usage(self) -> None:
        for words in (("--seconds", "0"), ("--seconds", "soon"), ("--hours", "1"), ("now",), ("--bd", "/nowhere")):
            self.assertEqual(self.torture(*words).code, 2, words)
        for program, said in (("/nowhere", "/nowhere: No such file or directory"), (str(self.root), "not a program"),
                              (__file__, "not a program")):
            done = self.torture("--bd", program)
            self.assertEqual(done.code, 2, str(done))
            self.assertIn(said, done.err)


if __name__ == "__main__":
    harness.main()
