"""kill -9 at any moment: what was acknowledged is there, nothing is half-written, nothing piles up.

Moments are drawn from a seed, which is printed; BD_TEST_SEED repeats them.
"""
from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import harness
from harness import Case, Done, issue_line, read_lines, strays

ROUNDS_SECONDS = 6.0  # of killing, for each test that loops


class KillCase(Case):
    def setUp(self) -> None:
        super().setUp()
        print(f"seed {self.seed}", end=" ", flush=True)

    def typical_ms(self, work: Path) -> float:
        """How long a create takes here: kills are spread over that and a little more."""
        times = sorted(self.bd("create", "how long", cwd=work).seconds for _ in range(5))
        return times[2] * 1000

    def run_and_kill(self, *words: str, cwd: Path, within_ms: float, number: int = signal.SIGKILL,
                     **options: object) -> Done:
        """Starts bd and sends the signal at a random moment; it may have ended before."""
        delay = self.random.uniform(0, within_ms) / 1000
        running = self.start(*words, cwd=cwd, **options)  # type: ignore[arg-type]
        time.sleep(delay)
        running.kill(number)
        done = running.wait()
        self.running.remove(running)
        self.assertIn(done.code, (0, 128 + number), f"neither killed nor finished: {done}")
        return done


class KilledWriters(KillCase):
    def test_every_acknowledged_create_is_found_again_complete(self) -> None:
        work = self.workspace()
        parent = self.create(work, "parent", "-t", "epic")
        within = 1.5 * self.typical_ms(work)
        acknowledged: set[str] = set()
        started: list[int] = [0]

        def loop(number: int) -> None:
            end = time.monotonic() + ROUNDS_SECONDS
            while time.monotonic() < end:
                started[0] += 1
                done = self.run_and_kill(
                    "create", f"made by {number}", "--json", "-l", "red,blue", "--deps", f"discovered-from:{parent}",
                    "--notes", "n" * 3000, cwd=work,
                    # Some have time to finish, however slow the machine is just now.
                    within_ms=within * self.random.choice((1, 1, 20)))
                if done.ok:
                    acknowledged.add(done.id())

        self.in_threads(3, loop)
        self.assertGreater(len(acknowledged), 10, "the kills came too early to test anything")
        self.assertGreater(started[0], len(acknowledged) + 10, "the kills came too late to test anything")
        stored = set(self.issues(work))
        self.assertLessEqual(acknowledged, stored, "acknowledged, but not in the store")
        lines = self.assert_store_sound(work)
        self.assertLessEqual(acknowledged, set(lines), "acknowledged, but not in the file")
        for line in lines.values():
            if line["title"].startswith("made by"):
                self.assertEqual(line["labels"], ["blue", "red"])
                self.assertEqual([edge["depends_on_id"] for edge in line["dependencies"]], [parent])
                self.assertEqual(len(line["notes"]), 3000)

    def test_every_acknowledged_change_of_one_issue_is_found_again(self) -> None:
        work = self.workspace()
        issues = [self.create(work, f"counted {n}") for n in range(3)]
        within = 1.5 * self.typical_ms(work)
        last_acknowledged, last_tried = [0, 0, 0], [0, 0, 0]
        comments: list[set[str]] = [set(), set(), set()]

        def loop(number: int) -> None:
            end = time.monotonic() + ROUNDS_SECONDS
            turn = 0
            while time.monotonic() < end:
                turn += 1
                last_tried[number] = turn
                done = self.run_and_kill("update", issues[number], "--design", str(turn), "--estimate", str(turn),
                                         cwd=work, within_ms=within)
                if done.ok:
                    last_acknowledged[number] = turn
                done = self.run_and_kill("comments", "add", issues[number], f"comment {turn}", cwd=work,
                                         within_ms=within)
                if done.ok:
                    comments[number].add(f"comment {turn}")

        self.in_threads(3, loop)
        lines = self.assert_store_sound(work)
        for number, issue in enumerate(issues):
            self.assertGreater(last_acknowledged[number], 0)
            value = int(lines[issue]["design"])
            self.assertEqual(lines[issue]["estimated_minutes"], value, "half of a change")
            self.assertGreaterEqual(value, last_acknowledged[number])
            self.assertLessEqual(value, last_tried[number])
            texts = [comment["text"] for comment in lines[issue]["comments"]]
            self.assertEqual(len(texts), len(set(texts)))
            self.assertLessEqual(comments[number], set(texts))

    def test_acknowledged_closes_and_deletions_stay(self) -> None:
        work = self.workspace()
        lines = "".join(json.dumps(["create", f"issue {n}", "--id", f"t-k{n:03}"]) + "\n" for n in range(400))
        self.bd("batch", "--atomic", cwd=work, input=lines)
        within = 1.5 * self.typical_ms(work)
        closed, deleted = set(), set()
        end = time.monotonic() + ROUNDS_SECONDS
        for number in range(400):
            if time.monotonic() > end:
                break
            issue = f"t-k{number:03}"
            if number % 2 == 0 and self.run_and_kill("close", issue, cwd=work, within_ms=within).ok:
                closed.add(issue)
            if number % 2 and self.run_and_kill("delete", issue, "--force", cwd=work, within_ms=within).ok:
                deleted.add(issue)
        self.assertTrue(closed and deleted)
        lines_now = self.assert_store_sound(work)
        self.assertEqual({lines_now[issue]["status"] for issue in closed}, {"closed"})
        self.assertEqual({lines_now[issue]["status"] for issue in deleted}, {"tombstone"})
        self.assertFalse(deleted & set(self.issues(work)))

    def test_a_killed_writer_does_not_hold_up_the_next_one(self) -> None:
        work = self.workspace()
        within = 1.2 * self.typical_ms(work)
        for _ in range(60):
            self.run_and_kill("create", "killed", cwd=work, within_ms=within)
            done = self.bd("create", "next", "--json", "--lock-timeout", "2s", cwd=work)
            self.assertIn(done.id(), read_lines(work / ".beads/issues.jsonl"))
        self.assert_store_sound(work)

    def test_whole_groups_of_processes_killed_together_leave_a_sound_store(self) -> None:
        work = self.workspace()
        within = 3 * self.typical_ms(work)
        acknowledged = set()
        for turn in range(25):
            group = [self.start("create", f"turn {turn}", "--json", cwd=work) for _ in range(6)]
            time.sleep(self.random.uniform(0, within) / 1000)
            for running in group:
                running.kill()
            acknowledged |= {done.id() for done in (running.wait() for running in group) if done.ok}
            self.running.clear()
            self.assertEqual(harness.integrity(work / ".beads/beads.db"), ["ok"])
        self.assertLessEqual(acknowledged, set(self.assert_store_sound(work)))


class KilledLongWork(KillCase):
    def lines(self, count: int) -> Path:
        path = self.root / f"in{count}.jsonl"
        path.write_text("".join(issue_line(f"t-i{n:05}", f"issue {n}", description="x" * 300) + "\n"
                                for n in range(count)))
        return path

    def test_a_killed_import_has_its_whole_effect_or_none(self) -> None:
        path = self.lines(4000)
        usual = self.bd("import", "-i", str(path), cwd=self.workspace("usual", git=False)).seconds
        ended = {0: 0, 4000: 0}
        for turn in range(16):
            work = self.workspace(f"work{turn}", git=False)
            mine = self.create(work, "mine")
            running = self.start("import", "-i", str(path), cwd=work)
            time.sleep(self.random.uniform(0, 2 * usual))
            running.kill()
            done = running.wait()
            ids = set(self.assert_store_sound(work))
            self.assertIn(mine, ids)
            self.assertIn(len(ids) - 1, ended, "half an import")
            ended[len(ids) - 1] += 1
            if done.ok:
                self.assertEqual(len(ids), 4001)
        self.assertTrue(all(ended.values()), f"not both ways were met: {ended}")

    def test_a_killed_atomic_batch_has_its_whole_effect_or_none(self) -> None:
        work = self.workspace()
        batch = "".join(json.dumps(["create", f"issue {n}", "-d", "text"]) + "\n" for n in range(40))
        path = self.root / "batch"
        path.write_text(batch)
        acknowledged = 0
        for _ in range(40):
            done = self.run_and_kill("batch", "--atomic", "-f", str(path), cwd=work, within_ms=60)
            acknowledged += done.ok
        count = len(self.assert_store_sound(work))
        self.assertEqual(count % 40, 0, "half a batch")
        self.assertGreaterEqual(count, acknowledged * 40)

    def test_a_killed_rebuild_from_the_file_leaves_none_or_a_whole_database(self) -> None:
        work = self.workspace()
        self.bd("import", "-i", str(self.lines(1500)), cwd=work)
        self.settle(work)
        beads = work / ".beads"
        for _ in range(25):
            for name in ("beads.db", "beads.db-wal", "beads.db-shm"):
                (beads / name).unlink(missing_ok=True)
            self.run_and_kill("list", "--json", cwd=work, within_ms=80)
            self.assertEqual(len(self.issues(work)), 1500)
        self.assertEqual(len(self.assert_store_sound(work)), 1500)

    def test_a_killed_init_can_be_repeated(self) -> None:
        for turn in range(20):
            work = self.root / f"work{turn}"
            work.mkdir()
            self.git("init", "-q", cwd=work)
            self.run_and_kill("init", "--prefix", "t", cwd=work, within_ms=60)
            again = self.try_bd("init", "--prefix", "t", cwd=work)
            self.assertTrue(again.ok or "already initialized" in again.err, str(again))
            self.assertTrue(self.create(work, "first").startswith("t-"))
            self.assertEqual(len(self.assert_store_sound(work)), 1)

    def test_temporaries_of_killed_processes_do_not_pile_up(self) -> None:
        work = self.workspace()
        self.bd("import", "-i", str(self.lines(1500)), cwd=work)
        self.settle(work)
        beads = work / ".beads"
        within = 1.2 * self.typical_ms(work)
        most = 0
        for turn in range(150):
            if turn % 3 == 0:
                for name in ("beads.db", "beads.db-wal", "beads.db-shm"):
                    (beads / name).unlink(missing_ok=True)
                self.run_and_kill("list", cwd=work, within_ms=60)
            self.run_and_kill("create", "killed", cwd=work, within_ms=within)
            if turn % 10 == 9:
                self.bd("create", "lives", cwd=work)
                most = max(most, len(strays(beads)))
        self.assertLessEqual(most, 5, f"{strays(beads)}")
        # And git sees none of them.
        untracked = self.git("status", "--porcelain", "-uall", cwd=work).out
        for name in strays(beads):
            self.assertNotIn(name, untracked, "a temporary that git would add")


class Interrupted(KillCase):
    def test_sigint_and_sigterm_end_a_writer_and_leave_nothing_half(self) -> None:
        work = self.workspace()
        within = 1.2 * self.typical_ms(work)
        acknowledged = set()
        for turn in range(60):
            number = (signal.SIGINT, signal.SIGTERM)[turn % 2]
            done = self.run_and_kill("create", "interrupted", "--json", cwd=work, within_ms=within, number=number)
            if done.ok:
                acknowledged.add(done.id())
        self.assertLessEqual(acknowledged, set(self.assert_store_sound(work)))

    def test_an_import_interrupted_half_way_changes_nothing(self) -> None:
        work = self.workspace()
        mine = self.create(work, "mine")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            running = self.start("import", cwd=work, stdin=subprocess.PIPE)
            assert running.process.stdin
            for n in range(2000):
                running.process.stdin.write(issue_line(f"t-i{n:05}", "half").encode() + b"\n")
            running.process.stdin.flush()
            time.sleep(0.1)
            running.kill(number)
            done = running.wait(5)
            running.process.stdin.close()
            self.assertEqual(done.code, 128 + number, str(done))
            self.assertEqual(set(self.issues(work)), {mine})
        self.assertEqual(set(self.assert_store_sound(work)), {mine})


class Streams(KillCase):
    def many(self) -> Path:
        work = self.workspace()
        text = "".join(issue_line(f"t-i{n:05}", f"issue {n}", description="x" * 200) + "\n" for n in range(2000))
        self.bd("import", cwd=work, input=text)
        return work

    def test_a_reader_that_closes_early_ends_the_command_quietly(self) -> None:
        work = self.many()
        for words in ("list --limit 0", "list --all --limit 0 --json", "export"):
            shell = self.start("-c", f'bd {words} | head -1; echo "${{PIPESTATUS[0]}}" >&2', cwd=work,
                               program="/bin/bash")
            done = shell.wait(10)
            self.assertEqual(len(done.out.splitlines()), 1, words)
            self.assertIn(done.err.strip(), ("141", "0"), f"{words}: noise or a wrong exit code: {done}")

    def test_a_full_standard_output_is_an_error(self) -> None:
        work = self.many()
        for words in (["list"], ["export"], ["version"], ["show", "t-i00001", "--json"], ["create", "x"], ["--help"]):
            with open("/dev/full", "wb") as full:
                done = self.try_bd(*words, cwd=work, stdout=full)
            self.assertEqual(done.code, 1, f"{words}: the output was lost without an error: {done}")
            self.assertIn("no space left", done.err)

    def test_a_full_standard_error_does_no_harm(self) -> None:
        work = self.workspace()
        with open("/dev/full", "wb") as full:
            done = self.try_bd("create", "x", "--json", cwd=work, stderr=full)
        self.assertEqual(done.code, 0, str(done))
        self.assertIn(done.id(), self.assert_store_sound(work))

    def test_closed_standard_streams_do_not_get_into_our_files(self) -> None:
        work = self.workspace()
        for closed in ((0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)):
            def prepare(closed: tuple[int, ...] = closed) -> None:
                for fd in closed:
                    os.close(fd)
            done = self.try_bd("create", f"closed {closed}", cwd=work, prepare=prepare)
            self.assertEqual(done.code, 1 if 1 in closed else 0, f"{closed}: {done}")
            self.try_bd("list", cwd=work, prepare=prepare)
            self.try_bd("sync", "--full", "--no-push", cwd=work, prepare=prepare)
            for name in (".jsonl.lock", "beads.db.lock"):
                self.assertEqual((work / ".beads" / name).read_bytes(), b"", f"output went into {name}")
        self.assertEqual(len(self.assert_store_sound(work)), 6)

    def test_standard_input_that_is_closed_is_not_read(self) -> None:
        work = self.workspace()
        done = self.try_bd("import", cwd=work, prepare=lambda: os.close(0))
        self.assertEqual(done.code, 1, str(done))
        done = self.try_bd("create", "x", "-d", "-", cwd=work, prepare=lambda: os.close(0))
        self.assertEqual(done.code, 1, str(done))
        self.assertEqual(self.issues(work), {})


if __name__ == "__main__":
    harness.main()
