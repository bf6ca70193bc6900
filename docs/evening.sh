#!/usr/bin/env bash
# An evening and a morning at a terminal of 80 columns, in a few minutes. docs/evening.txt is what it shows.
# Usage: TERM=dumb script -qec "stty cols 80; docs/evening.sh FOLDER" evening.txt
# The program is 'rebase', or what REBASE names. With TERM=dumb a watched job is a line now and then, and no table that is drawn anew.
set -uo pipefail
docs=$(cd "$(dirname "$0")" && pwd)
out=${1:?a folder that does not exist yet}
mkdir "$out" && cd "$docs/.." || exit 1

# Shows a command as it is typed, and runs it.
run() {
    printf '\n$ rebase %s\n' "$*"
    "${REBASE:-rebase}" "$@" --data "$out/data"
    local code=$?
    [ "$code" = 0 ] || echo "(exit code $code)"
}
say() { printf '\n# %s\n' "$*"; }
worker() { "${REBASE:-rebase}" worker run --data "$out/data" "$@" 2>> "$out/worker.log" & }

say "The evening. A sweep for the night, and a small job that should not wait for it."
run jobs enqueue --sweep docs/nights.yaml --dry-run
run jobs enqueue --sweep docs/nights.yaml --tag team=a
run jobs enqueue worker/models/datasets/arithmetic-test.jsonl --limit 20 --policy tiny-math-policy-s --reward tiny-math-prm \
    --width 8 --name "before the meeting" --priority 10
run jobs list
run workers list
say "Nobody works yet. A worker starts."
worker
run jobs watch 4
run queue show
run workers list
say "Something else needs the machine for a moment."
run queue pause
# The workers give their batches back at their next renewal.
for ((left = 300; left > 0; left--)); do
    "${REBASE:-rebase}" queue show --format json --data "$out/data" | grep -q '"running": 0,' && break
    sleep 0.2
done
run jobs list --state paused --state queued --state running
run queue resume
say "The night."
run jobs wait sweep:1

say "The morning."
run sweeps list
run sweeps show 1
run jobs list --tag team=a
run answers list 3 --wrong
run answers show 3 2
run recommend --budget 1e9 sweep:1
run jobs history 4
kill %1
wait
