#!/bin/sh
# Pushes a reminder to one user, or to everyone who is online, and says whom it reached.
# XIAOER_URL=http://localhost:3000 XIAOER_KEY=xk_… examples/push.sh "Your parcel has arrived" [user id or ext:<your id>]
set -eu
# A text as JSON writes it.
quote() { printf '%s\n' "$1" | tr '\t' ' ' | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' | awk 'NR > 1 { printf "\\n" } { printf "%s", $0 }'; }
text=$(quote "$1")
if [ $# -gt 1 ]; then to="{\"userIds\":[\"$(quote "$2")\"]}"; else to='{"everyone":true}'; fi
# curl reads the key from its input, so that no list of processes shows it.
exec curl --silent --show-error --fail-with-body --max-time 10 \
  --header @- --header "Content-Type: application/json" \
  --data "{\"to\":$to,\"type\":\"reminder\",\"content\":{\"title\":\"Reminder\",\"text\":\"$text\"}}" \
  "${XIAOER_URL:-http://localhost:3000}/api/v1/push" <<HEADERS
Authorization: Bearer $XIAOER_KEY
HEADERS
