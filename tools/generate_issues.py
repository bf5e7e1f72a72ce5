#!/usr/bin/env python3
"""Write N synthetic issues as JSONL in the shape of real issue files.

usage: generate_issues.py N [--seed S] [--prefix P] > issues.jsonl

Deterministic for one (N, seed, prefix). About 70 % of the issues are closed, 3 % are tombstones, one in four has
dependencies on earlier issues (no cycles), one in three has labels, one in six has comments, one in twenty is an
epic with children (P-n.1 ... P-n.k). Text lengths follow real files (median about 600 bytes a line, some of 10 KB).
"""
import argparse
import json
import random
from datetime import datetime, timedelta, timezone

WORDS = ("daemon sync export import lock store merge issue agent ready blocked label worktree branch commit database "
         "schema migration conflict tombstone prefix config hook sandbox signal socket restart watchdog lease fence "
         "cache index query filter comment dependency parent child epic deferred pinned hash line field test fix").split()
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def base36(n, width):
    out = ""
    for _ in range(width):
        n, r = divmod(n, 36)
        out = DIGITS[r] + out
    return out


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("n", type=int)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--prefix", default="gen")
    a = ap.parse_args()
    rng = random.Random(a.seed)
    width = 4 if a.n < 36 ** 4 // 20 else 6
    t0 = datetime(2025, 1, 1, tzinfo=timezone.utc)
    numbers = rng.sample(range(36 ** width), a.n)
    ids, epics, children = [], [], {}
    actors = ["alice", "bob", "agent-1", "agent-2", "agent-3", "mayor"]

    def text(lo, hi):
        return " ".join(rng.choice(WORDS) for _ in range(rng.randint(lo, hi)))

    def stamp(dt):
        return dt.isoformat().replace("+00:00", "Z")

    for k in range(a.n):
        if epics and rng.random() < 0.15:
            parent = rng.choice(epics[-50:])
            children[parent] = children.get(parent, 0) + 1
            iid = f"{parent}.{children[parent]}"
        else:
            parent, iid = None, f"{a.prefix}-{base36(numbers[k], width)}"
        created = t0 + timedelta(seconds=k * 300 + rng.randint(0, 299), microseconds=rng.randint(0, 999999))
        updated = created + timedelta(seconds=rng.randint(0, 10 ** 6))
        kind = "epic" if parent is None and rng.random() < 0.05 else rng.choice(
            ["task", "task", "task", "bug", "bug", "feature", "chore"])
        if kind == "epic":
            epics.append(iid)
        r = rng.random()
        status = ("closed" if r < 0.70 else "open" if r < 0.92 else "in_progress" if r < 0.95 else
                  "blocked" if r < 0.96 else "deferred" if r < 0.97 else "tombstone")
        issue = {"id": iid, "title": text(3, 12).capitalize(),
                 "description": text(10, 120 if rng.random() < 0.97 else 1500),
                 "status": status, "priority": rng.choices([0, 1, 2, 3, 4], [5, 20, 50, 15, 10])[0], "issue_type": kind}
        if rng.random() < 0.3:
            issue["assignee"] = rng.choice(actors)
        issue["created_at"] = stamp(created)
        issue["created_by"] = rng.choice(actors)
        issue["updated_at"] = stamp(updated)
        if status == "closed":
            issue["closed_at"] = stamp(updated)
            issue["close_reason"] = text(2, 10)
        if status == "tombstone":
            issue["deleted_at"] = stamp(updated)
            issue["deleted_by"] = rng.choice(actors)
            issue["original_type"] = issue["issue_type"]
        if rng.random() < 0.33:
            issue["labels"] = sorted({rng.choice(WORDS) for _ in range(rng.randint(1, 4))})
        deps = []
        if parent:
            deps.append({"issue_id": iid, "depends_on_id": parent, "type": "parent-child",
                         "created_at": stamp(created), "created_by": "alice"})
        if ids and rng.random() < 0.25:
            for target in {rng.choice(ids[-2000:]) for _ in range(rng.randint(1, 3))}:
                if target != parent and not iid.startswith(target + "."):
                    deps.append({"issue_id": iid, "depends_on_id": target,
                                 "type": rng.choice(["blocks", "blocks", "blocks", "related", "discovered-from"]),
                                 "created_at": stamp(created), "created_by": "alice"})
        if deps:
            issue["dependencies"] = sorted(deps, key=lambda d: d["depends_on_id"])
        if rng.random() < 0.16:
            issue["comments"] = [{"id": k * 4 + c + 1, "issue_id": iid, "author": rng.choice(actors),
                                  "text": text(5, 80), "created_at": stamp(updated + timedelta(seconds=c))}
                                 for c in range(rng.randint(1, 4))]
        ids.append(iid)
        print(json.dumps(issue, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main()
