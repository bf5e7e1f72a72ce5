"""Whole journeys of people and agents: from an empty repository to closed work, and every command on the way."""
from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import harness
from harness import Case, Done

PHRASE = re.compile(r"^  ([a-z][a-z-]*)  +\S", re.MULTILINE)


class Newcomer(Case):
    def test_from_an_empty_repository_to_closed_work(self) -> None:
        work = self.root / "project"
        work.mkdir()
        self.git("init", "-q", cwd=work)
        refused = self.fail_bd("ready", cwd=work)
        self.assertIn("bd init", refused.err)
        self.bd("init", cwd=work)
        self.assertEqual(self.bd("ready", "--json", cwd=work).json(), [])
        epic = self.create(work, "Parser", "-t", "epic", "-p", "1", "-d", "All of it")
        self.assertTrue(epic.startswith("project-"))
        lexer = self.create(work, "Lexer", "--parent", epic, "-d", "Tokens")
        grammar = self.create(work, "Grammar", "--parent", epic, "--deps", f"blocks:{lexer}", "-d", "Rules")
        errors = self.create(work, "Errors", "--parent", epic, "-d", "Messages")
        self.assertEqual([lexer, grammar, errors], [f"{epic}.1", f"{epic}.2", f"{epic}.3"])
        self.bd("dep", "add", errors, grammar, cwd=work)
        ready = {one["id"] for one in self.bd("ready", "--json", cwd=work).json()}
        self.assertIn(lexer, ready)
        self.assertFalse(ready & {grammar, errors})
        blocked = {one["id"]: one["blocked_by"] for one in self.bd("blocked", "--json", cwd=work).json()}
        self.assertEqual(blocked, {grammar: [lexer], errors: [grammar]})
        for turn in (lexer, grammar, errors):
            self.bd("update", turn, "--claim", cwd=work)
            self.assertEqual(self.show(work, turn)["status"], "in_progress")
            self.bd("close", turn, "-r", "done", cwd=work)
        self.assertEqual(self.bd("blocked", "--json", cwd=work).json(), [])
        [status] = self.bd("epic", "status", "--json", cwd=work).json()
        self.assertEqual((status["total_children"], status["closed_children"]), (3, 3))
        self.bd("epic", "close-eligible", cwd=work)
        self.assertEqual(self.show(work, epic)["status"], "closed")
        self.bd("reopen", errors, "--reason", "one is missing", cwd=work)
        self.assertEqual([one["id"] for one in self.bd("ready", "--json", cwd=work).json()], [errors])
        found = self.create(work, "Found on the way", "--deps", f"discovered-from:{errors}")
        self.assertEqual(self.show(work, found)["dependencies"][0]["id"], errors)
        self.bd("dep", "tree", epic, cwd=work)
        self.assertEqual(len(self.assert_store_sound(work)), 5)

    def test_an_export_becomes_the_same_workspace_elsewhere(self) -> None:
        work, other = self.workspace("one"), self.workspace("other")
        first = self.create(work, "First", "-l", "a,b", "--acceptance", "it works", "--estimate", "30")
        second = self.create(work, "Second", "--deps", first)
        self.bd("comments", "add", first, "a word", cwd=work)
        self.bd("close", first, "-r", "done", cwd=work)
        gone = self.create(work, "Gone")
        self.bd("delete", gone, "--force", cwd=work)
        self.bd("export", "-o", "../out.jsonl", cwd=work)
        self.bd("import", "-i", "../out.jsonl", cwd=other)
        self.assertEqual(set(self.issues(other)), {first, second})
        self.assertEqual((other / ".beads/issues.jsonl").read_bytes(), (self.root / "out.jsonl").read_bytes())
        again = self.bd("import", "-i", "../out.jsonl", cwd=other)
        self.assertIn("0 created, 0 updated", again.err)
        self.assert_store_sound(other)

    def test_words_that_are_nearly_right_get_the_right_one(self) -> None:
        work = self.workspace()
        for words, wanted in ((["lsit"], "list"), (["cretae", "x"], "create"), (["dep", "ad"], "add"),
                              (["list", "--statsu", "open"], "--status"), (["create", "x", "--priorty", "1"], "--priority"),
                              (["ready", "--jsno"], "--json"), (["update", "t-x", "--assigne", "ann"], "--assignee")):
            done = self.fail_bd(*words, cwd=work)
            self.assertEqual(done.code, 1)
            head = done.err.split("Usage:")[0]
            self.assertIn(wanted, head, f"{words}: no suggestion")
        self.assertNotIn("did you mean", self.fail_bd("list", "--zzzzzz", cwd=work).err)
        self.assertEqual(self.issues(work), {})


class Agents(Case):
    def test_four_agents_share_a_list_of_work_without_a_double_claim(self) -> None:
        work = self.workspace()
        first = [self.create(work, f"step {n}") for n in range(6)]
        second = [self.create(work, f"after step {n}", "--deps", first[n]) for n in range(6)]
        claims: list[tuple[str, str]] = []

        def agent(number: int) -> None:
            env: dict[str, str | None] = {"BD_ACTOR": f"agent-{number}"}
            for _ in range(400):
                ready = self.bd("ready", "--json", "--unassigned", cwd=work, env=env).json()
                if not ready:
                    if all(one["status"] == "closed" for one in self.issues(work).values()):
                        return
                    continue
                issue = ready[number % len(ready)]["id"]
                if self.try_bd("update", issue, "--claim", cwd=work, env=env).ok:
                    claims.append((issue, f"agent-{number}"))
                    self.bd("close", issue, "-r", "done", "--json", cwd=work, env=env)

        self.in_threads(4, agent)
        self.assertEqual(sorted(issue for issue, _ in claims), sorted(first + second), "claimed twice, or never")
        lines = self.assert_store_sound(work)
        self.assertEqual({(issue, lines[issue]["assignee"]) for issue in lines}, set(claims))
        order = [issue for issue, _ in claims]
        for before, after in zip(first, second):
            self.assertLess(lines[before]["closed_at"], lines[after]["closed_at"], order)

    def test_a_request_that_is_sent_again_has_its_effect_once_and_the_same_answer(self) -> None:
        work = self.workspace()
        words = ("create", "only once", "--json", "--request-id", "r-1")
        answers = {self.bd(*words, cwd=work).out for _ in range(3)}
        self.assertEqual(len(answers), 1)
        issue = json.loads(answers.pop())["id"]
        for _ in range(2):
            self.bd("comments", "add", issue, "once", "--request-id", "r-2", cwd=work)
        self.assertIn("r-1", self.fail_bd("close", issue, "--request-id", "r-1", cwd=work).err)
        self.assertEqual(len(self.assert_store_sound(work)[issue]["comments"]), 1)

    def test_a_batch_does_what_its_commands_would_and_reports_each(self) -> None:
        work = self.workspace()
        there = self.create(work, "there")
        commands = [["create", "new", "--id", "t-new"], ["close", "t-none"], ["update", there, "--title", "renamed"],
                    ["dep", "add", "t-new", there]]
        done = self.try_bd("batch", "--json", cwd=work, input="".join(json.dumps(words) + "\n" for words in commands))
        results = self.assert_json(done)["results"]
        self.assertEqual([one["success"] for one in results], [True, False, True, True])
        self.assertEqual(done.code, 1)
        lines = self.assert_store_sound(work)
        self.assertEqual(lines[there]["title"], "renamed")
        self.assertEqual(lines["t-new"]["dependencies"][0]["depends_on_id"], there)
        self.fail_bd("batch", "--atomic", cwd=work, input='["create","x"]\n["close","t-none"]\n')
        self.assertEqual(len(self.assert_store_sound(work)), 2)

    def test_prime_tells_an_agent_the_commands_that_there_are(self) -> None:
        work = self.workspace()
        text = self.bd("prime", cwd=work).out
        named = set(re.findall(r"\bbd ([a-z]+)", text))
        self.assert_all_in({"ready", "create", "close", "sync"}, named)
        for name in named:
            self.assertTrue(self.try_bd(name, "--help", cwd=work).ok, f"prime names bd {name}, which is not there")


class EveryCommand(Case):
    def commands(self) -> list[str]:
        """All commands with their sub-commands, as help lists them."""
        found: list[str] = []
        waiting = [""]
        while waiting:
            name = waiting.pop()
            text = self.bd(*name.split(), "--help", cwd=self.root).out
            for part in text.split("\n\n"):
                head, _, body = part.partition("\n")
                if head.startswith(("Flags", "Global Flags", "Usage", "Examples", "Aliases")) or not head.endswith(":"):
                    continue
                if name and head != "Available Commands:":
                    continue
                for word in PHRASE.findall(body):
                    full = f"{name} {word}".strip()
                    found.append(full)
                    if word != "help":
                        waiting.append(full)
        return found

    def test_every_command_has_help_in_all_its_ways(self) -> None:
        commands = self.commands()
        self.assertGreater(len(commands), 55, commands)
        for name in commands:
            words = name.split()
            long = self.bd(*words, "--help", cwd=self.root)
            self.assertRegex(long.out, r"\nUsage:\n  bd ")
            self.assertEqual(long.err, "")
            if name != "help":
                self.assertEqual(self.bd("help", *words, cwd=self.root).out, long.out, name)
                self.assertEqual(self.bd(*words, "-h", cwd=self.root).out, long.out, name)

    def test_with_json_standard_output_is_json_or_nothing(self) -> None:
        work = self.workspace()
        first, second, third = (self.create(work, title) for title in ("first", "second", "third"))
        epic = self.create(work, "epic", "-t", "epic")
        (work / "plan.md").write_text("## One\n\nText\n\n## Two\n")
        (work / "in.jsonl").write_text(harness.issue_line("t-imp", "imported") + "\n")
        # The words after each command; several ways where they matter. `-`: not to be run.
        ways: dict[str, list[str]] = {
            "create": ["new -l a", "-f plan.md", "new --dry-run", "''"], "q": ["quick"], "show": [first, f"{first} t-none", "t-none"],
            "list": ["", "--all", "--status closed"], "update": [f"{first} --notes x", "t-none --notes x", f"{first} --priority 9"],
            "close": [third, "t-none"], "reopen": [third], "delete": ["t-imp --force", f"{first}", "t-none --force"],
            "dep add": [f"{first} {second}", f"{second} {first}"], "dep remove": [f"{first} {second}"],
            "dep list": [first], "dep tree": [first], "dep relate": [f"{first} {second}"], "dep unrelate": [f"{first} {second}"],
            "label add": [f"{first} red"], "label remove": [f"{first} red"], "label list": [first],
            "comments": [first], "comments add": [f"{first} word"], "children": [epic], "search": ["first", "nothing-like-this"],
            "defer": [f"{second} --until tomorrow"], "undefer": [second], "duplicate": [f"{second} --of {first}"],
            "supersede": [f"{third} --with {first}"], "import": ["-i in.jsonl", "-i none.jsonl", "-i in.jsonl --dry-run"],
            "export": ["", "-o out.jsonl"], "config set": ["a.b c"], "config get": ["a.b", "none"], "config unset": ["a.b"],
            "kv set": ["a b"], "kv get": ["a", "none"], "kv clear": ["a"], "batch": ["-f plan.md"], "merge": ["-"],
            "completion bash": ["-"], "completion fish": ["-"], "completion zsh": ["-"], "completion powershell": ["-"],
            "help": ["-"], "init": [""], "sync mode set": ["git-portable", "nonsense"],
            "sync": ["", "--status", "--flush-only", "--import-only", "--dry-run", "--full"],
        }
        # These print text or lines of their own whatever is asked, as they always have.
        texts = {"export", "q", "prime", "onboard", "quickstart", "human", "completion", "init", "help"}
        for name in self.commands():
            for way in ways.get(name, [""]):
                if way == "-":
                    continue
                rest = [word.strip("'") for word in way.split()]
                done = self.try_bd(*name.split(), *rest, "--json", cwd=work)
                with self.subTest(f"{name} {way}"):
                    self.assertIn(done.code, (0, 1), str(done))
                    if name.split()[0] not in texts and done.out:
                        if f"Usage:\n  bd {name}" in done.out:
                            continue  # a group prints its help
                        self.assert_json(done)
                    if not done.ok:
                        self.assertTrue(done.err or done.out, f"failed without a word: {done}")
        self.assert_store_sound(work)


class Completion(Case):
    def script(self, shell: str) -> Path:
        path = self.root / f"bd.{shell}"
        path.write_text(self.bd("completion", shell, cwd=self.root).out)
        return path

    def run_shell(self, shell: str, *words: str) -> Done:
        program = shutil.which(shell)
        if program is None:
            self.skipTest(f"{shell} is not installed")
        return self.start(*words, cwd=self.root / "work", program=program).wait()

    def test_bash_completes_commands_flags_and_ids(self) -> None:
        work = self.workspace()
        issue = self.create(work, "first")
        script = self.script("bash")
        for line, wanted in (("bd rea", "ready"), ("bd list --assi", "--assignee"), (f"bd show {issue[:3]}", issue)):
            words = " ".join(f"'{word}'" for word in line.split())
            done = self.run_shell("bash", "--norc", "-c", f"set -eu; source {script}; COMP_WORDS=({words}); "
                                  f"COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _bd_complete; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
            self.assertTrue(done.ok, str(done))
            self.assertIn(wanted, done.out.split(), str(done))
            self.assertEqual(done.err, "")

    def test_zsh_loads_its_script(self) -> None:
        self.workspace()
        done = self.run_shell("zsh", "-fc", f"autoload -U compinit; compinit -u; source {self.script('zsh')}")
        self.assertTrue(done.ok and not done.err, str(done))

    def test_fish_loads_its_script_and_completes(self) -> None:
        self.workspace()
        done = self.run_shell("fish", "-c", f"source {self.script('fish')}; complete -C 'bd rea'")
        self.assertTrue(done.ok and "ready" in done.out, str(done))


if __name__ == "__main__":
    harness.main()
