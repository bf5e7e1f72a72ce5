"""Many processes at once on one store: nothing fails, nothing is lost, a claim has one winner."""
from __future__ import annotations

import fcntl
import json
import time

import harness
from harness import Case, read_lines


class Creating(Case):
    def test_eight_processes_creating_in_loops_lose_no_issue(self) -> None:
        work = self.workspace()
        ids: list[str] = []

        def create(number: int) -> None:
            for turn in range(10):
                ids.append(self.create(work, f"issue {number}.{turn}", "--label", f"by-{number}"))

        self.in_threads(8, create)
        self.assertEqual(len(ids), 80)
        self.assertEqual(len(set(ids)), 80, "an id was given twice")
        lines = self.assert_store_sound(work)
        self.assertEqual(set(lines), set(ids))
        self.assertEqual(set(self.issues(work)), set(ids))
        for number in range(8):
            mine = [line for line in lines.values() if line["labels"] == [f"by-{number}"]]
            self.assertEqual(len(mine), 10)

    def test_thirty_two_processes_creating_in_loops_lose_no_issue(self) -> None:
        work = self.workspace()
        ids: list[str] = []
        self.in_threads(32, lambda n: ids.extend(self.create(work, f"issue {n}.{turn}") for turn in range(5)))
        self.assertEqual(len(set(ids)), 160)
        self.assertEqual(set(self.assert_store_sound(work)), set(ids))

    def test_thirty_two_processes_started_together_all_succeed(self) -> None:
        work = self.workspace()
        done = self.at_once([("create", f"issue {number}", "--json") for number in range(32)], work)
        self.assertEqual([str(one) for one in done if not one.ok], [])
        ids = {one.id() for one in done}
        self.assertEqual(len(ids), 32)
        # Each of them saw to it that the file has its issue before it ended.
        self.assertEqual(set(read_lines(work / ".beads/issues.jsonl")), ids)
        self.assert_store_sound(work)

    def test_children_of_one_parent_get_different_numbers(self) -> None:
        work = self.workspace()
        parent = self.create(work, "the epic", "-t", "epic")
        done = self.at_once([("create", f"part {n}", "--parent", parent, "--json") for n in range(16)], work)
        self.assertEqual([str(one) for one in done if not one.ok], [])
        self.assertEqual(sorted(one.id() for one in done), sorted(f"{parent}.{n}" for n in range(1, 17)))
        self.assertEqual(len(self.assert_store_sound(work)), 17)

    def test_one_request_sent_by_eight_processes_has_its_effect_once(self) -> None:
        work = self.workspace()
        done = self.at_once([("create", "only once", "--json", "--request-id", "r-1")] * 8, work)
        self.assertEqual([str(one) for one in done if not one.ok], [])
        self.assertEqual(len({one.id() for one in done}), 1)
        self.assertEqual(len(self.assert_store_sound(work)), 1)

    def test_eight_inits_at_once_make_one_usable_workspace(self) -> None:
        work = self.root / "work"
        work.mkdir()
        self.git("init", "-q", cwd=work)
        done = self.at_once([("init", "--prefix", "t", "--quiet")] * 8, work)
        self.assertTrue(any(one.ok for one in done), "\n".join(map(str, done)))
        for one in done:
            self.assertTrue(one.ok or "already" in one.err or "exists" in one.err, str(one))
        issue = self.create(work, "first")
        self.assertEqual(set(self.assert_store_sound(work)), {issue})

    def test_processes_that_find_no_database_build_it_once_and_all_answer(self) -> None:
        work = self.workspace()
        ids = {self.create(work, f"issue {number}") for number in range(5)}
        for name in ("beads.db", "beads.db-wal", "beads.db-shm"):
            (work / ".beads" / name).unlink()
        done = self.at_once([("list", "--json")] * 8 + [("ready", "--json")] * 8, work)
        for one in done:
            self.assertTrue(one.ok, str(one))
            self.assertEqual({issue["id"] for issue in one.json()}, ids)
        self.assertEqual(set(self.assert_store_sound(work)), ids)


class Claiming(Case):
    def test_of_thirty_two_claims_of_one_issue_exactly_one_wins(self) -> None:
        work = self.workspace()
        issue = self.create(work, "wanted by all")
        done = self.at_once([("update", issue, "--claim", "--actor", f"agent-{n}") for n in range(32)], work)
        winners = [number for number, one in enumerate(done) if one.ok]
        self.assertEqual(len(winners), 1, f"winners: {winners}")
        winner = f"agent-{winners[0]}"
        now = self.show(work, issue)
        self.assertEqual((now["assignee"], now["status"]), (winner, "in_progress"))
        for one in done:
            if not one.ok:
                self.assertEqual(one.code, 1)
                self.assertIn(winner, one.err, "who lost is not told who won")
        self.assertEqual(self.assert_store_sound(work)[issue]["assignee"], winner)

    def test_eight_agents_that_empty_the_ready_list_never_hold_the_same_issue(self) -> None:
        work = self.workspace()
        ids = {self.create(work, f"job {number}") for number in range(24)}
        held: list[tuple[str, str]] = []

        def agent(number: int) -> None:
            actor = f"agent-{number}"
            while True:
                ready = [issue["id"] for issue in self.bd("ready", "--json", "--limit", "0", cwd=work).json()
                         if issue["status"] == "open"]
                if not ready:
                    return
                issue = ready[(number * 7) % len(ready)]
                if self.try_bd("update", issue, "--claim", "--actor", actor, cwd=work).ok:
                    held.append((issue, actor))
                    self.bd("close", issue, "-r", f"done by {actor}", "--actor", actor, cwd=work)

        self.in_threads(8, agent)
        self.assertEqual(sorted(issue for issue, _ in held), sorted(ids))
        lines = self.assert_store_sound(work)
        for issue, actor in held:
            self.assertEqual((lines[issue]["status"], lines[issue]["assignee"]), ("closed", actor))
            self.assertEqual(lines[issue]["close_reason"], f"done by {actor}")


class Changing(Case):
    def test_changes_of_one_issue_by_many_processes_all_survive(self) -> None:
        work = self.workspace()
        issue = self.create(work, "shared")
        fields = {"--title": "renamed", "--description": "described", "--design": "designed",
                  "--notes": "noted", "--acceptance": "accepted", "--assignee": "ann", "--priority": "0",
                  "--estimate": "42"}
        commands = [("update", issue, flag, value) for flag, value in fields.items()]
        commands += [("label", "add", issue, f"label-{n}") for n in range(12)]
        commands += [("comments", "add", issue, f"comment {n}") for n in range(12)]
        done = self.at_once(commands, work)
        self.assertEqual([str(one) for one in done if not one.ok], [])
        line = self.assert_store_sound(work)[issue]
        wanted = {"title": "renamed", "description": "described", "design": "designed", "notes": "noted",
                  "acceptance_criteria": "accepted", "assignee": "ann", "priority": 0, "estimated_minutes": 42}
        self.assertEqual({key: line.get(key) for key in wanted}, wanted)
        self.assertEqual(line["labels"], sorted(f"label-{n}" for n in range(12)))
        self.assertEqual({comment["text"] for comment in line["comments"]}, {f"comment {n}" for n in range(12)})

    def test_eight_processes_that_create_change_link_and_close_lose_no_step(self) -> None:
        work = self.workspace()
        root = self.create(work, "root")
        mine: dict[str, list[str]] = {}

        def worker(number: int) -> None:
            ids = []
            for turn in range(4):
                issue = self.create(work, f"job {number}.{turn}")
                self.bd("update", issue, "--notes", f"noted {number}", cwd=work)
                self.bd("dep", "add", issue, root, "--type", "related", cwd=work)
                if turn % 2 == 0:
                    self.bd("close", issue, "-r", "done", cwd=work)
                ids.append(issue)
            mine[f"noted {number}"] = ids

        self.in_threads(8, worker)
        lines = self.assert_store_sound(work)
        self.assertEqual(len(lines), 33)
        for notes, ids in mine.items():
            for turn, issue in enumerate(ids):
                self.assertEqual(lines[issue]["notes"], notes)
                self.assertEqual(lines[issue]["status"], "closed" if turn % 2 == 0 else "open")
                self.assertEqual([edge["depends_on_id"] for edge in lines[issue]["dependencies"]], [root])

    def test_two_edges_added_at_once_never_close_a_circle(self) -> None:
        work = self.workspace()
        for turn in range(5):
            one, two = self.create(work, f"one {turn}"), self.create(work, f"two {turn}")
            done = self.at_once([("dep", "add", one, two), ("dep", "add", two, one)], work)
            self.assertEqual(sum(one.ok for one in done), 1, "\n".join(map(str, done)))
        self.assertEqual(self.bd("dep", "cycles", "--json", cwd=work).json(), [])
        self.assert_store_sound(work)

    def test_an_issue_acknowledged_before_a_read_starts_is_in_its_answer(self) -> None:
        work = self.workspace()
        acknowledged: set[str] = set()
        writing = [True]

        def writer_or_reader(number: int) -> None:
            if number == 0:
                for turn in range(60):
                    acknowledged.add(self.create(work, f"issue {turn}"))
                writing[0] = False
                return
            while writing[0]:
                before = set(acknowledged)
                seen = set(self.issues(work))
                self.assertLessEqual(before, seen, "an acknowledged issue is missing from a later answer")
                # The file is complete at every instant.
                read_lines(work / ".beads/issues.jsonl") if before else None

        self.in_threads(4, writer_or_reader)
        self.assertEqual(set(self.assert_store_sound(work)), acknowledged)


class Waiting(Case):
    def hold(self, path: str) -> object:
        file = open(path, "a+b")
        self.addCleanup(file.close)
        fcntl.flock(file, fcntl.LOCK_EX)
        return file

    def test_a_writer_gives_up_at_its_time_out_while_readers_answer(self) -> None:
        work = self.workspace()
        issue = self.create(work, "there")
        self.hold(str(work / ".beads/beads.db.lock"))
        begin = time.monotonic()
        failed = self.fail_bd("create", "waits", "--lock-timeout", "300ms", cwd=work)
        self.assertLess(time.monotonic() - begin, 3)
        self.assertEqual(failed.code, 1)
        self.assertIn("lock", failed.err)
        read = self.bd("list", "--json", cwd=work)
        self.assertEqual([one["id"] for one in read.json()], [issue])
        self.assertLess(read.seconds, 2, "a read waited for a writer")

    def test_a_read_of_a_newer_file_answers_although_the_store_cannot_be_written(self) -> None:
        work = self.workspace()
        issue = self.create(work, "there")
        with open(work / ".beads/issues.jsonl", "a") as file:
            file.write(harness.issue_line("t-zz9", "from git") + "\n")
        for name in ("beads.db.lock", ".jsonl.lock"):
            self.hold(str(work / ".beads" / name))
        read = self.bd("list", "--json", cwd=work, timeout=10)
        self.assertEqual({one["id"] for one in read.json()}, {issue, "t-zz9"})
        self.assertIn("newer", read.err)

    def test_a_writer_goes_on_as_soon_as_the_lock_is_free(self) -> None:
        work = self.workspace()
        self.create(work, "there")
        held = self.hold(str(work / ".beads/beads.db.lock"))
        waiting = self.start("create", "patient", "--json", cwd=work)
        time.sleep(0.3)
        self.assertIsNone(waiting.process.poll(), "it did not wait")
        held.close()  # type: ignore[attr-defined]
        done = waiting.wait(5)
        self.assertTrue(done.ok, str(done))
        self.assertIn(done.id(), self.assert_store_sound(work))

    def test_a_change_is_kept_when_the_file_cannot_be_published_in_time(self) -> None:
        work = self.workspace()
        self.create(work, "there")
        held = self.hold(str(work / ".beads/.jsonl.lock"))
        done = self.bd("create", "unpublished", "--json", "--lock-timeout", "200ms", cwd=work)
        self.assertIn("another process is writing", done.err)
        self.assertIn(done.id(), self.issues(work))
        held.close()  # type: ignore[attr-defined]
        self.assertIn(done.id(), self.assert_store_sound(work))


class AtRest(Case):
    def test_the_wal_stays_under_one_mebibyte_after_an_import_beside_readers(self) -> None:
        work = self.workspace()
        lines = "".join(harness.issue_line(f"t-i{n:05}", f"issue {n}", description="x" * 400) + "\n"
                        for n in range(5000))
        (self.root / "in.jsonl").write_text(lines)
        running = self.start("import", "-i", str(self.root / "in.jsonl"), cwd=work)
        while running.process.poll() is None:
            count = self.bd("count", "--json", cwd=work).json()["count"]
            self.assertIn(count, (0, 5000), "a reader saw half an import")
        done = running.wait()
        self.assertTrue(done.ok, str(done))
        self.assertEqual(len(self.assert_store_sound(work)), 5000)

    def test_batches_from_eight_processes_are_all_or_nothing(self) -> None:
        work = self.workspace()
        good = "".join(json.dumps(["create", f"good {n}"]) + "\n" for n in range(5))
        bad = good + json.dumps(["close", "t-none"]) + "\n"

        def batch(number: int) -> None:
            if number % 2 == 0:
                self.bd("batch", "--atomic", cwd=work, input=good)
            else:
                self.fail_bd("batch", "--atomic", cwd=work, input=bad)

        self.in_threads(8, batch)
        self.assertEqual(len(self.assert_store_sound(work)), 20)


if __name__ == "__main__":
    harness.main()
