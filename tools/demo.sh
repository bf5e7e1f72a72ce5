#!/usr/bin/env bash
# The main job on real input: a workspace, 3,003 issues, questions, four agents at once, git.
# usage: demo.sh BD [FILE.jsonl]
set -euo pipefail

bd=$(realpath "$1")
root=$(realpath "$(dirname "$0")/..")
file=${2:-}
if [[ -z $file && -r $root/../shared/data/beads-3003.jsonl ]]; then file=$root/../shared/data/beads-3003.jsonl; fi

work=$(mktemp -d)
if [[ -z $file ]]; then
  file=$work/generated.jsonl
  python3 "$root/tools/generate_issues.py" 3003 >"$file"
fi
file=$(realpath "$file")
[[ -r $file ]] || { echo "cannot read $file" >&2; exit 1; }

bold() { if [[ -t 1 ]]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi; }
# run WORD...: shows a command, then runs it.
run() {
  local shown=$*
  bold "$ bd ${shown//$work\//}"
  "$bd" "$@"
}
# first N lines, and how many were left out
first() { awk -v max="$1" 'NR <= max; END { if (NR > max) printf "  … and %d lines more\n", NR - max }'; }

PATH=$(dirname "$bd"):$PATH  # the git hooks that init installs call bd
own_home=$HOME
export PATH HOME=$work/home GIT_CONFIG_NOSYSTEM=1 BD_ACTOR=demo
mkdir -p "$work/home" "$work/project"
git config --global user.name demo
git config --global user.email demo@example.com
git config --global init.defaultBranch main
cd "$work/project"
git init -q .

prefix=$(head -n 1 "$file" | sed -n 's/^{"id":"\([^"]*\)-[^-"]*".*/\1/p')
bold "A workspace in a git repository, and $(wc -l <"$file") issues from $(basename "$file")"
run init --prefix "${prefix:-demo}" --quiet
run import -i "$file"

bold "What can be worked on?"
run ready --limit 5
run list --status open --limit 5
some=$("$bd" ready --limit 1 --json | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["id"])')
run show "$some" | first 16
run status | first 16

bold "Four agents at once: each claims, creates and closes, twelve times"
before=$("$bd" count)
agent() {
  local name=$1 mine issue
  export BD_ACTOR=$name
  for _ in $(seq 12); do
    mine=$("$bd" ready --unassigned --limit 8 --json |
      python3 -c 'import json, random, sys; print(random.choice(json.load(sys.stdin))["id"])')
    # Another agent may be quicker: then the claim fails, and says who has it.
    "$bd" update "$mine" --claim >/dev/null 2>&1 || { echo "lost the race for $mine" >>"$work/$name.log"; continue; }
    issue=$("$bd" create "Found while working on $mine" --description "Seen by $name" --deps "discovered-from:$mine" --silent)
    "$bd" close "$mine" --reason "done by $name" >/dev/null
    echo "claimed and closed $mine, created $issue" >>"$work/$name.log"
  done
}
started=$(date +%s%N)
pids=()
for name in agent-1 agent-2 agent-3 agent-4; do
  agent "$name" &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done
took=$((($(date +%s%N) - started) / 1000000))
closed=$(cat "$work"/agent-*.log | grep -c '^claimed' || true)
lost=$(cat "$work"/agent-*.log | grep -c '^lost' || true)
after=$("$bd" count)
first 6 <"$work/agent-1.log"
echo "$closed issues closed and $closed created in $took ms; $lost races for a claim were lost, as they must be"
[[ $((before + closed)) == "$after" ]] || { echo "expected $((before + closed)) issues, found $after" >&2; exit 1; }

bold "The export is a file in git"
run sync --flush-only
git add -A
git commit -q -m "Issues of the day"
git show --stat --format='%h %s' HEAD | first 8
lines=$(wc -l <.beads/issues.jsonl)

fault=$(dirname "$bd")/bd-fault
if [[ -x $fault ]]; then
  bold "In a sandbox: the daemon is outside, signals and sockets are denied, and git has just brought a newer file"
  mkdir -p "$work/sandboxed" "$work/tmp"
  cd "$work/sandboxed"
  git init -q .
  "$bd" init --prefix s --quiet
  run daemon start
  "$bd" create "Known to the daemon" --description "Made outside" --silent >/dev/null
  "$bd" sync --flush-only >/dev/null 2>&1
  sed 's/"id":"[^"]*"/"id":"s-new"/; s/"title":"[^"]*"/"title":"Came with git pull"/' .beads/issues.jsonl >"$work/pulled"
  cat "$work/pulled" >>.beads/issues.jsonl
  daemon=$(cat .beads/daemon.pid)
  for profile in codex-macos codex-linux; do
    inside=("$fault" run --profile $profile --)
    bold "$ bd-fault run --profile $profile -- sh -c 'kill -0 $daemon; bd ready; bd create ...; bd list'"
    TMPDIR=$work/tmp "${inside[@]}" sh -c "kill -0 $daemon || echo '  (no signal reaches the daemon)'
      bd ready && bd create 'Made in $profile' --description x --silent && bd list" || echo "not shown here, see above"
  done
  bold "Outside, the daemon lives on and serves what was made inside"
  run daemon status | first 3
  run list
  run daemon stop
  cd "$work/project"
fi

if [[ -x $(dirname "$bd")/bd-sim ]]; then
  bold "The same program on a simulated machine: kills, losses of power, editors, for ten seconds"
  "$(dirname "$bd")/bd-sim" swarm --budget 10

  bold "Would it notice? One mistake is planted in a copy of the program (about a minute, mostly to build it)"
  # With the settings and the compiler cache of the person who runs this.
  env -u GIT_CONFIG_NOSYSTEM HOME="$own_home" python3 "$root/tools/planted_bug.py" "$(dirname "$bd")/bd-sim"
fi

# The agents' daemon would wait for more work until its idle time is over.
"$bd" daemon stop >/dev/null 2>&1 || true

bold "Done"
cat <<END
$after issues are in the store, $lines lines in .beads/issues.jsonl, committed. Nothing was lost.
The workspace is $work/project; look around:

  cd $work/project
  $bd ready
  $bd --help

Go on with README.md (installation) and docs/CLI_REFERENCE.md. Remove the demo with: rm -r $work
END
