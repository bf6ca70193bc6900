#!/usr/bin/env bash
# Ten nights of a schedule in a few minutes, with a spoiled reward model in the seventh. docs/nights.md tells what it shows.
# Usage: docs/nights.sh FOLDER    (the program is 'rebase', or what REBASE names; python3 receives the webhooks)
set -euo pipefail
docs=$(cd "$(dirname "$0")" && pwd)
out=${1:?a folder that does not exist yet}
mkdir "$out" && out=$(cd "$out" && pwd)
rebase() { "${REBASE:-rebase}" "$@" --data "$out/data"; }

# Whoever listens for the gate's answers: it appends each body to webhooks.jsonl.
python3 - "$out" <<'PYTHON' &
import http.server, sys
class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        with open(sys.argv[1] + "/webhooks.jsonl", "ab") as file:
            file.write(self.rfile.read(int(self.headers["content-length"])) + b"\n")
        self.send_response(204)
        self.end_headers()
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
open(sys.argv[1] + "/port", "w").write(str(server.server_port))
server.serve_forever()
PYTHON
receiver=$!
until [ -s "$out/port" ]; do sleep 0.1; done

start() { "${REBASE:-rebase}" worker run --data "$out/data" "$@" 2>> "$out/worker.log" & worker=$!; }
stop() { kill -TERM "$worker" && wait "$worker"; }
ended() { while rebase jobs list --sweep "$1" --format csv 2> /dev/null | grep -qE ',(queued|running),'; do sleep 1; done; }
trap 'stop; kill "$receiver"' EXIT

# The first sweep is the baseline.
baseline=$(rebase jobs enqueue --sweep "$docs/nights.yaml" 2> /dev/null)
start; ended "$baseline"
rebase schedules add nights --cron "0 1 * * *" --sweep "$docs/nights.yaml" --fresh --baseline "$baseline" --gate "$docs/nights.gate.yaml" \
    --notify "http://127.0.0.1:$(< "$out/port")/" --notify-on any

for night in $(seq 10); do
    case $night in
        7) stop; start --set Rebase:Models:tiny-math-prm:Path="$docs/../worker/models/tiny-math-policy-s.gguf" \
                       --set Rebase:Models:tiny-math-prm:Role=Reward ;;   # somebody put the policy's file in its place
        8) stop; start ;;
    esac
    ended "$(rebase schedules run-now nights --models-elsewhere 2> /dev/null)"
    rebase schedules check nights 2> /dev/null || echo "exit code $?"
    [ "$night" != 7 ] || rebase schedules check nights --flips > "$out/flips.txt" || true
done
until [ "$(wc -l < "$out/webhooks.jsonl")" -ge 10 ]; do sleep 1; done
rebase schedules history nights -o "$out/history.html"
rebase report schedule:nights --format markdown > "$out/night.md"
rebase schedules notify nights
