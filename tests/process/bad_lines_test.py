"""JSONL as people and programs leave it behind: what cannot be read stops nothing else and is never lost."""
from __future__ import annotations

import json
from pathlib import Path

import harness
from harness import Case, issue_line

# What is wrong -> the line. An explicit import refuses each; an automatic one sets it aside.
BAD: dict[str, bytes] = {
    "no JSON": b"this is not JSON",
    "cut off": b'{"id":"t-bad","title":"cut of',
    "trailing comma": b'{"id":"t-bad","title":"x",}',
    "an array": b'["t-bad"]',
    "a number": b"42",
    "no id": b'{"title":"without id"}',
    "an empty id": b'{"id":"","title":"x"}',
    "an id that is a number": b'{"id":5,"title":"x"}',
    "a title that is a number": b'{"id":"t-bad","title":7}',
    "no title": b'{"id":"t-bad","title":""}',
    "priority as text": b'{"id":"t-bad","title":"x","priority":"high"}',
    "priority out of range": b'{"id":"t-bad","title":"x","priority":9}',
    "labels as text": b'{"id":"t-bad","title":"x","labels":"a,b"}',
    "dependencies as text": b'{"id":"t-bad","title":"x","dependencies":"t-ok1"}',
    "a time that is none": b'{"id":"t-bad","title":"x","created_at":"yesterday"}',
    "title of 501": issue_line("t-bad", "x" * 501).encode(),
    "nested 10,000 deep": b'{"id":"t-bad","title":"x","metadata":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "never closed, 10,000 deep": b'{"id":"t-bad","title":"x","metadata":' + b'{"a":' * 10_000,
    "a NUL in the middle": b'{"id":"t-bad","ti\x00tle":"x"',
    "NULs": b"\x00" * 100,
}
# Unusual, but to be taken in. What of it must come back.
ODD: dict[str, tuple[bytes, dict[str, object]]] = {
    "CRLF": (issue_line("t-odd", "crlf").encode() + b"\r", {"title": "crlf"}),
    "invalid UTF-8": (b'{"id":"t-odd","title":"caf\xe9"}', {"title": "caf�"}),
    "title of 500": (issue_line("t-odd", "y" * 500).encode(), {"title": "y" * 500}),
    "a NUL as an escape": (b'{"id":"t-odd","title":"n","notes":"a\\u0000b"}', {"notes": "a\x00b"}),
    "unknown keys": (b'{"id":"t-odd","title":"k","x_new":{"a":[1,2.50,null]}}', {"title": "k"}),
    "null values": (b'{"id":"t-odd","title":"nulls","labels":null,"assignee":null}', {"title": "nulls"}),
    "before 1970": (issue_line("t-odd", "old", created_at="1950-02-03T04:05:06Z").encode(),
                    {"created_at": "1950-02-03T04:05:06Z"}),
    "after 2100": (issue_line("t-odd", "far", due_at="2250-02-03T04:05:06Z").encode(),
                   {"due_at": "2250-02-03T04:05:06Z"}),
    "an offset": (issue_line("t-odd", "off", created_at="2026-01-02T03:04:05.123456789+05:45").encode(),
                  {"created_at": "2026-01-02T03:04:05.123456789+05:45"}),
    "surrogates": (b'{"id":"t-odd","title":"\\ud83d\\ude00"}', {"title": "\U0001f600"}),
    "half a surrogate pair": (b'{"id":"t-odd","title":"cut \\ud83d"}', {"title": "cut \ufffd"}),
    "a key twice": (b'{"id":"t-odd","title":"first","title":"second"}', {"title": "second"}),
    "keys in other order": (b'{"title":"order","priority":1,"id":"t-odd"}', {"title": "order", "priority": 1}),
    "keys in other case": (b'{"ID":"t-odd","Title":"cased"}', {"title": "cased"}),
    "blanks": (b'  { "id" : "t-odd" , "title" : "blanks" }  ', {"title": "blanks"}),
}
ODD_IDS = ["t-a.b.c", "t-ÄÖ", "t-a b", "t-a/b", "t-..", "t-'\"", "t-%s", "t-🙂", "t-" + "z" * 300, "t--x", "t-a\\b",
           "t-<&>"]


class BadLines(Case):
    def setUp(self) -> None:
        super().setUp()
        self.work = self.workspace(git=False)
        self.mine = self.create(self.work, "mine")
        self.path = self.work / ".beads/issues.jsonl"

    def fresh(self) -> None:
        harness.remove_tree(self.work)
        self.work = self.workspace(git=False)
        self.mine = self.create(self.work, "mine")


class ExplicitImport(BadLines):
    def refused(self, content: bytes, line: int, name: str = "in.jsonl") -> str:
        path = self.root / name
        path.write_bytes(content)
        before = self.path.read_bytes()
        done = self.fail_bd("import", "-i", str(path), cwd=self.work)
        self.assertEqual(done.code, 1)
        self.assertRegex(done.err, rf"(line |in\.jsonl:){line}\b", "the line is not named")
        self.assertEqual(set(self.issues(self.work)), {self.mine}, "something of a refused file was imported")
        self.assertEqual(self.path.read_bytes(), before)
        return done.err

    def test_a_line_that_cannot_be_read_stops_the_import_and_is_named(self) -> None:
        good = issue_line("t-ok1", "good").encode()
        for what, bad in BAD.items():
            with self.subTest(what):
                error = self.refused(good + b"\n" + good.replace(b"ok1", b"ok2") + b"\n" + bad + b"\n", 3)
                self.assertLess(len(error), 2000, "the error repeats the whole line")

    def test_conflict_markers_stop_the_import_and_are_named(self) -> None:
        good = issue_line("t-ok1", "good")
        for marker in ("<<<<<<< HEAD", "=======", ">>>>>>> branch", "||||||| base"):
            with self.subTest(marker):
                self.assertIn("onflict marker", self.refused(f"{good}\n{marker}\n{good}\n".encode(), 2))

    def test_an_unknown_status_stops_the_import_and_is_named(self) -> None:
        path = self.root / "in.jsonl"
        path.write_text(issue_line("t-ok1", "good") + "\n" + issue_line("t-bad", "x", status="sleeping") + "\n")
        done = self.fail_bd("import", "-i", str(path), cwd=self.work)
        self.assertIn("sleeping", done.err)
        self.assertEqual(set(self.issues(self.work)), {self.mine})

    def test_with_keep_going_only_the_bad_lines_are_passed_over(self) -> None:
        content = b"".join(bad + b"\n" + issue_line(f"t-ok{n}", f"after {what}").encode() + b"\n"
                           for n, (what, bad) in enumerate(BAD.items()))
        (self.root / "in.jsonl").write_bytes(content)
        self.bd("import", "-i", str(self.root / "in.jsonl"), "--keep-going", cwd=self.work)
        self.assertEqual(set(self.assert_store_sound(self.work)),
                         {self.mine} | {f"t-ok{n}" for n in range(len(BAD))})

    def test_unusual_lines_are_taken_in_and_come_back(self) -> None:
        for what, (line, wanted) in ODD.items():
            with self.subTest(what):
                self.fresh()
                (self.root / "in.jsonl").write_bytes(line + b"\n")
                self.bd("import", "-i", str(self.root / "in.jsonl"), cwd=self.work)
                written = self.assert_store_sound(self.work)["t-odd"]
                self.assertEqual({key: written.get(key) for key in wanted}, wanted)

    def test_a_byte_order_mark_blank_lines_and_a_missing_line_feed_do_not_matter(self) -> None:
        lines = [issue_line(f"t-b{n}", "x").encode() for n in range(3)]
        (self.root / "in.jsonl").write_bytes(b"\xef\xbb\xbf" + lines[0] + b"\r\n\n\r\n  \n" + lines[1] + b"\n" + lines[2])
        self.bd("import", "-i", str(self.root / "in.jsonl"), cwd=self.work)
        self.assertEqual(set(self.issues(self.work)), {self.mine, "t-b0", "t-b1", "t-b2"})

    def test_an_empty_file_imports_nothing(self) -> None:
        (self.root / "in.jsonl").write_bytes(b"")
        done = self.bd("import", "-i", str(self.root / "in.jsonl"), cwd=self.work)
        self.assertIn("0 created", done.err)

    def test_of_two_lines_of_one_issue_the_newer_one_counts(self) -> None:
        for order in (1, -1):
            self.fresh()
            lines = [issue_line("t-two", "old", updated_at="2026-01-01T00:00:00Z"),
                     issue_line("t-two", "new", updated_at="2026-02-01T00:00:00Z")][::order]
            (self.root / "in.jsonl").write_text("\n".join(lines) + "\n")
            self.bd("import", "-i", str(self.root / "in.jsonl"), cwd=self.work)
            self.assertEqual(self.show(self.work, "t-two")["title"], "new")
            self.assertEqual(len(self.assert_store_sound(self.work)), 2)

    def test_ids_with_any_character_are_kept_and_can_be_shown(self) -> None:
        (self.root / "in.jsonl").write_text("".join(issue_line(id, f"is {id}") + "\n" for id in ODD_IDS))
        self.bd("import", "-i", str(self.root / "in.jsonl"), cwd=self.work)
        self.assertEqual(set(self.assert_store_sound(self.work)), {self.mine, *ODD_IDS})
        for id in ODD_IDS:
            self.assertEqual(self.show(self.work, id)["title"], f"is {id}")
            self.bd("update", id, "--notes", "touched", cwd=self.work)
        lines = self.assert_store_sound(self.work)
        self.assertEqual({lines[id]["notes"] for id in ODD_IDS}, {"touched"})

    def test_a_line_of_63_mebibytes_is_taken_in_and_one_of_65_is_refused(self) -> None:
        huge = issue_line("t-huge", "huge", description="d" * (63 << 20))
        (self.root / "in.jsonl").write_text(huge + "\n")
        self.bd("import", "-i", str(self.root / "in.jsonl"), cwd=self.work)
        with open(self.path) as file:
            sizes = {json.loads(line)["id"]: len(line) for line in file}
        self.assertGreater(sizes["t-huge"], 63 << 20)
        (self.root / "in.jsonl").write_text(issue_line("t-ok", "x") + "\n" +
                                            issue_line("t-more", "x", description="d" * (65 << 20)) + "\n")
        done = self.fail_bd("import", "-i", str(self.root / "in.jsonl"), cwd=self.work)
        self.assertIn("line 2", done.err)
        self.assertEqual(set(self.issues(self.work)), {self.mine, "t-huge"})


class AutomaticImport(BadLines):
    def test_a_bad_line_is_set_aside_reported_and_stays_in_the_file(self) -> None:
        for what, bad in BAD.items():
            with self.subTest(what):
                self.fresh()
                with open(self.path, "ab") as file:
                    file.write(issue_line("t-ok1", "before").encode() + b"\n" + bad + b"\n" +
                               issue_line("t-ok2", "behind").encode() + b"\n")
                listed = self.bd("list", "--json", cwd=self.work)
                self.assertEqual({one["id"] for one in listed.json()}, {self.mine, "t-ok1", "t-ok2"})
                remarks = [line for line in listed.err.splitlines() if "line 3" in line]
                self.assertEqual(len(remarks), 1, listed.err[:500])
                self.assertIn("set aside", remarks[0])
                self.assertLess(len(remarks[0]), 1000)
                # Changes go on being exported; the line stays as it is, however often the file is written.
                new = self.create(self.work, "new")
                self.bd("sync", "--force", cwd=self.work)
                self.bd("close", new, cwd=self.work)
                content = self.path.read_bytes().split(b"\n")
                self.assertEqual(content.count(bad), 1, "the bad line is not in the file as it was")
                ids = {json.loads(line)["id"] for line in content if line and line != bad}
                self.assertEqual(ids, {self.mine, "t-ok1", "t-ok2", new})
                # Corrected in the file, it is taken in.
                self.path.write_bytes(b"\n".join(issue_line("t-ok3", "corrected").encode() if line == bad else line
                                                 for line in content))
                corrected = self.bd("list", "--json", cwd=self.work)
                self.assertIn("t-ok3", {one["id"] for one in corrected.json()})
                self.assertNotIn("set aside", corrected.err)

    def test_unusual_lines_are_taken_in_and_come_back(self) -> None:
        for what, (line, wanted) in ODD.items():
            with self.subTest(what):
                self.fresh()
                with open(self.path, "ab") as file:
                    file.write(line + b"\n")
                shown = self.show(self.work, "t-odd")
                if "\x00" not in str(wanted):
                    self.assertEqual({key: shown.get(key) for key in wanted}, wanted)
                # The line stays as it is while others around it change.
                for title in ("one", "two"):
                    self.assertEqual(self.bd("create", title, "-d", "text", cwd=self.work).err, "")
                self.bd("update", "t-odd", "--assignee", "ann", cwd=self.work)
                self.bd("sync", "--force", cwd=self.work)
                written = self.assert_store_sound(self.work)["t-odd"]
                self.assertEqual({key: written.get(key) for key in wanted}, wanted)
                self.assertEqual(written["assignee"], "ann")
                if what == "unknown keys":
                    self.assertEqual(written["x_new"], {"a": [1, 2.5, None]})

    def test_unknown_statuses_and_types_are_kept(self) -> None:
        with open(self.path, "a") as file:
            file.write(issue_line("t-odd", "x", status="sleeping", issue_type="saga") + "\n")
        self.bd("update", "t-odd", "--title", "y", cwd=self.work)
        line = self.assert_store_sound(self.work)["t-odd"]
        self.assertEqual((line["status"], line["issue_type"], line["title"]), ("sleeping", "saga", "y"))

    def test_two_lines_of_one_issue_become_one(self) -> None:
        with open(self.path, "a") as file:
            file.write(issue_line("t-two", "new", updated_at="2026-02-01T00:00:00Z") + "\n" +
                       issue_line("t-two", "old", updated_at="2026-01-01T00:00:00Z") + "\n")
        self.assertEqual(self.show(self.work, "t-two")["title"], "new")
        self.create(self.work, "more")
        self.bd("sync", "--force", cwd=self.work)
        self.assertEqual(self.assert_store_sound(self.work)["t-two"]["title"], "new")

    def test_with_conflict_markers_nothing_is_taken_and_nothing_is_overwritten(self) -> None:
        ours = self.path.read_text()
        conflicted = ours + "<<<<<<< HEAD\n" + issue_line("t-l", "left") + "\n=======\n" + \
            issue_line("t-r", "right") + "\n>>>>>>> branch\n"
        self.path.write_text(conflicted)
        listed = self.bd("list", "--json", cwd=self.work)
        self.assertEqual([one["id"] for one in listed.json()], [self.mine])
        self.assertIn("conflict", listed.err)
        done = self.bd("create", "while in conflict", "--json", cwd=self.work)
        self.assertIn("conflict", done.err)
        self.assertEqual(self.path.read_text(), conflicted, "the user's conflict was overwritten")
        self.fail_bd("sync", "--flush-only", cwd=self.work)
        self.bd("sync", "--resolve", cwd=self.work)
        self.assertEqual(set(self.assert_store_sound(self.work)), {self.mine, done.id(), "t-l", "t-r"})

    def test_a_database_is_not_built_from_a_file_with_conflict_markers_and_that_is_said(self) -> None:
        conflicted = self.path.read_text() + "<<<<<<< HEAD\n=======\n>>>>>>> branch\n"
        self.path.write_text(conflicted)
        for name in ("beads.db", "beads.db-wal", "beads.db-shm"):
            (self.work / ".beads" / name).unlink(missing_ok=True)
        done = self.try_bd("list", "--json", cwd=self.work)
        self.assertIn("onflict", done.err + done.out, str(done))
        self.assertEqual(self.path.read_text(), conflicted)

    def test_a_database_is_built_from_a_file_with_bad_lines(self) -> None:
        with open(self.path, "ab") as file:
            file.write(b"".join(bad + b"\n" for bad in BAD.values()))
        for name in ("beads.db", "beads.db-wal", "beads.db-shm"):
            (self.work / ".beads" / name).unlink(missing_ok=True)
        self.assertEqual(set(self.issues(self.work)), {self.mine})
        self.create(self.work, "new")
        self.bd("sync", "--force", cwd=self.work)
        content = self.path.read_bytes().split(b"\n")
        for what, bad in BAD.items():
            self.assertEqual(content.count(bad), 1, what)

    def test_a_file_without_final_line_feed_and_an_empty_file_are_fine(self) -> None:
        self.path.write_bytes(self.path.read_bytes() + issue_line("t-last", "unended").encode())
        self.assertEqual(set(self.issues(self.work)), {self.mine, "t-last"})
        self.create(self.work, "new")
        self.assertEqual(len(self.assert_store_sound(self.work)), 3)
        self.path.write_bytes(b"")
        self.assertEqual(len(self.issues(self.work)), 3, "an empty file is no deletion")
        self.create(self.work, "newer")
        self.assertEqual(len(self.assert_store_sound(self.work)), 4)

    def test_a_huge_line_in_the_file_is_taken_in(self) -> None:
        with open(self.path, "a") as file:
            file.write(issue_line("t-huge", "huge", description="d" * (20 << 20)) + "\n")
        self.assertEqual(set(self.issues(self.work)), {self.mine, "t-huge"})
        self.create(self.work, "new")
        self.assertEqual(len(self.assert_store_sound(self.work)["t-huge"]["description"]), 20 << 20)

    def test_a_line_over_64_mebibytes_stops_nothing_else(self) -> None:
        with open(self.path, "a") as file:
            file.write(issue_line("t-huge", "huge", description="d" * (65 << 20)) + "\n")
            file.write(issue_line("t-next", "next") + "\n")
        size = self.path.stat().st_size
        listed = self.try_bd("list", "--json", cwd=self.work)
        self.assertIn("64 MiB", listed.err)
        new = self.bd("create", "new", "--json", cwd=self.work)
        self.assertIn("could not be written", new.err)
        self.assertGreaterEqual(self.path.stat().st_size, size, "the huge line is gone")
        self.assertIn(self.mine, {one["id"] for one in listed.json()})


class Flags(BadLines):
    def test_titles_of_500_are_accepted_and_of_501_refused(self) -> None:
        issue = self.create(self.work, "t" * 500)
        self.assertEqual(len(self.show(self.work, issue)["title"]), 500)
        self.assertIn("501", self.fail_bd("create", "t" * 501, cwd=self.work).err)
        self.fail_bd("update", issue, "--title", "t" * 501, cwd=self.work)
        self.fail_bd("create", "", cwd=self.work)
        self.fail_bd("create", "   ", cwd=self.work)

    def test_arguments_that_are_not_utf8_do_not_break_output_or_file(self) -> None:
        done = self.bd("create", b"caf\xe9 \xff".decode(errors="surrogateescape"), "--json", cwd=self.work)
        done.out_bytes.decode()  # valid UTF-8
        self.path.read_bytes().decode()
        self.assert_store_sound(self.work)


if __name__ == "__main__":
    harness.main()
