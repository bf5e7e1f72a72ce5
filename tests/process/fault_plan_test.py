"""bd-fault run --plan: the faults of a plan strike the real binary as the plan says, and cost no acknowledged write."""
from __future__ import annotations

import sys

import harness
import sandboxes
from harness import Done


class Plans(sandboxes.SandboxCase):
    def setUp(self) -> None:
        super().setUp()
        self.ws = self.workspace()
        self.plan = self.root / "faults.plan"

    def run_with(self, plan: str, *words: str, program: str | None = None, flags: tuple[str, ...] = (),
                 **options: object) -> Done:
        self.plan.write_text(plan)
        return self.start("run", *flags, "--plan", str(self.plan), "--", program or harness.BD, *words, cwd=self.ws,
                          program=sandboxes.fault_program(), **options).wait()  # type: ignore[arg-type]

    def test_every_action(self) -> None:
        create = ("create", "x", "-d", "x")
        self.assertIn("disk I/O error", self.run_with("fault EIO op=fsync path=*beads.db-wal\n", *create).err)
        self.assertEqual(self.run_with("fault short=3 op=write times=*\n", *create).code, 0)
        self.assertEqual(self.run_with("fault kill op=fsync\n", *create).code, 137)
        self.assertEqual(self.run_with("fault interrupt op=fsync\n", *create).code, 130)
        self.assertEqual(self.run_with("fault never op=fsync\n", *create).code, 124)
        quick = self.run_with("fault delay=1 op=fsync\n", *create)
        for slow in ("delay=700", "stop=700"):
            done = self.run_with(f"fault {slow} op=fsync\n", *create)
            self.assertEqual(done.code, 0, str(done))
            self.assertGreater(done.seconds, 0.7)
        self.assertLess(quick.seconds, 0.7)
        self.assertEqual(list(self.tmp.iterdir()), [])

    def test_a_close_that_fails_has_closed(self) -> None:
        closes = ("import os\nfd = os.open('closed', os.O_CREAT)\ntry:\n os.close(fd)\nexcept OSError as error:\n"
                  " print(error.strerror)\ntry:\n os.fstat(fd)\nexcept OSError as error:\n print(error.strerror)\n")
        done = self.run_with("fault EIO op=close path=*/closed\n", "-c", closes, program=sys.executable)
        self.assertEqual(done.out, "Input/output error\nBad file descriptor\n", str(done))

    def test_which_call_and_whose(self) -> None:
        # Counted over all processes; `agent` is the program, or what a variable says.
        three = "for i in 1 2 3; do bd create n$i -d x -q >/dev/null 2>&1; echo $?; done"
        shell = {"program": "/bin/sh"}
        for rule, codes in (("EIO op=fsync path=*-wal", "1 0 0"), ("EIO op=fsync path=*-wal times=*", "1 1 1"),
                            ("EIO op=fsync path=*-wal times=2", "1 1 0"),
                            ("EIO op=fsync path=*-wal nth=9999", "0 0 0"),
                            ("EIO op=fsync path=*-wal agent=git times=*", "0 0 0"),
                            ("EIO op=fsync path=*-wal agent=bd times=*", "1 1 1")):
            done = self.run_with(f"fault {rule}\n", "-c", three, **shell)
            self.assertEqual(done.out.split(), codes.split(), f"{rule}: {done}")
            self.assertEqual("did not strike" in done.err, codes == "0 0 0", str(done))
        named = "BD_FAULT_AGENT=a1 bd create x -d x -q >/dev/null 2>&1; echo $?; bd create y -d x -q >/dev/null 2>&1; echo $?"
        done = self.run_with("fault EIO op=fsync path=*-wal agent=a1 times=*\n", "-c", named, **shell)
        self.assertEqual(done.out.split(), ["1", "0"])

    def test_a_plan_of_the_simulator_is_read_as_it_is(self) -> None:
        plan = ('# From a run.\nplan 1\nseed 7\ndisk posix torn\nsetup\n  init -p t\nagent a1 start=5\n'
                '  create "first one" => ok\nfault EIO op=fsync path=*-wal\nrepeat 5\ncheck\n  list\n')
        self.assertEqual(self.run_with(plan, "create", "x", "-d", "x").code, 1)

    def test_what_cannot_be_done_is_said(self) -> None:
        for rule in ("power", "clock=+5", "kill command=2", "kill op=barrier"):
            done = self.run_with(f"fault {rule}\n", "list")
            self.assertEqual(done.code, sandboxes.NOT_HERE, str(done))
            self.assertIn(f"bd-fault: cannot be done here: fault {rule.replace('+', '')}: ", done.err)
            self.assertEqual(self.run_with(f"fault {rule}\n", "list", flags=("--partly",)).code, 0)

    def test_a_malformed_plan_is_refused_with_its_place(self) -> None:
        for text, place in (("fault EIO\n\nfault nonsense\n", ":3:7: "), ("falt EIO\n", ":1:1: "),
                            ("fault EIO op=dance\n", ":1:11: "), ("fault EIO colour=red\n", ":1:11: "), ("plan 2\nfault EIO\n", ":1:6: "),
                            (f"fault delay={2**62}\n", ":1:7: "), (f"fault EIO nth={2**63 - 1}\n", ":1:11: ")):
            done = self.run_with(text, "list")
            self.assertEqual(done.code, 2, str(done))
            self.assertIn(f"{self.plan}{place}", done.err)

    def test_a_sandbox_and_faults_at_once(self) -> None:
        done = self.run_with("fault EIO op=fsync path=*-wal\n", "-c",
                             "bd create x -d x 2>&1; echo y > .git/probe; bd create z -d x -q", program="/bin/sh",
                             flags=("--profile", "codex-linux"))
        if done.code == sandboxes.NOT_HERE:
            self.skipTest(done.err)
        self.assertIn("disk I/O error", done.out)
        self.assertIn("Read-only file system", done.err)
        self.assertEqual([issue["title"] for issue in self.issues(self.ws).values()], ["z"])

    def test_a_trace_has_every_call(self) -> None:
        trace = self.root / "trace"
        done = self.start("run", "--trace", str(trace), "--", harness.BD, "create", "x", "-d", "x", cwd=self.ws,
                          program=sandboxes.fault_program()).wait()
        self.assertEqual(done.code, 0, str(done))
        lines = [line.split(" ", 3) for line in trace.read_text().splitlines()]
        self.assertIn(("bd", "fsync", f"{self.ws}/.beads/beads.db-wal"), {tuple(line[1:]) for line in lines})

    def test_what_cannot_be_read_or_written_is_an_error(self) -> None:
        def run(*flags: str) -> Done:
            return self.start("run", *flags, "--", "/bin/ls", cwd=self.ws, program=sandboxes.fault_program()).wait()

        for flags, said in ((("--plan", str(self.tmp)), f"{self.tmp}: cannot be read: Is a directory"),
                            (("--plan", "/nowhere"), "/nowhere: cannot be read: No such file or directory"),
                            (("--profile", f"{self.tmp}/"), f"{self.tmp}/: cannot be read: Is a directory"),
                            (("--profile", "codex-linux", "--workspace", harness.BD), "not a directory")):
            done = run(*flags)
            self.assertEqual(done.code, 2, str(done))
            self.assertIn(said, done.err)
            self.assertEqual(done.out, "")
        done = run("--trace", "/nowhere/trace")
        self.assertEqual(done.code, sandboxes.NOT_HERE, str(done))
        self.assertIn("bd-fault: --trace /nowhere/trace: No such file or directory", done.err)
        self.assertEqual(done.out, "")

    def test_a_trace_that_lacks_lines_is_an_error(self) -> None:
        full = self.start("run", "--trace", "/dev/full", "--", harness.BD, "list", cwd=self.ws,
                          program=sandboxes.fault_program()).wait()
        self.assertEqual(full.code, sandboxes.NOT_HERE, str(full))
        self.assertIn("--trace /dev/full: ", full.err)
        # Where the command goes does not matter.
        done = self.start("run", "--trace", "trace", "--", "/bin/sh", "-c", f"cd / && {harness.BD} version", cwd=self.ws,
                          program=sandboxes.fault_program()).wait()
        self.assertEqual(done.code, 0, str(done))
        self.assertIn(" bd stat ", (self.ws / "trace").read_text())

    def test_killed_at_every_change_nothing_acknowledged_is_lost(self) -> None:
        acknowledged: set[str] = set()
        killed = 0
        for nth in range(1, 200):
            done = self.run_with(f"fault kill op=change nth={nth} agent=bd\n", "create", f"killed at {nth}", "-d", "x",
                                 "--json")
            if done.code == 137:
                killed += 1
                if done.out.strip():
                    acknowledged.add(done.id())
                acknowledged.add(self.create(self.ws, f"after {nth}"))
                continue
            self.assertEqual(done.code, 0, str(done))
            self.assertIn("did not strike", done.err)
            break
        else:
            self.fail("a create makes fewer changes than this")
        self.assertGreater(killed, 10)
        self.assert_all_in(acknowledged, self.assert_store_sound(self.ws))


if __name__ == "__main__":
    harness.main()
