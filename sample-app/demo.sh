#!/usr/bin/env bash
#
# Shows that the sample loses no accepted order: places orders, kills the service with
# "kill -9" while clients place more, starts it again, and compares its orders with those
# that it had accepted. Needs a JDK 17+, Maven and curl. Works in a temporary directory,
# which it deletes at the end, and stops only the process that it started.
#
#   sample-app/demo.sh [number of kills, 2 by default]

set -euo pipefail

kills=${1:-2}
clients=4
orders_per_round=150

root=$(cd "$(dirname "$0")/.." && pwd)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
tmp=$(mktemp -d)
data=$tmp/data
service=
client_pids=()

cleanup() {
	for pid in $service ${client_pids[@]+"${client_pids[@]}"}; do
		kill -9 "$pid" 2> /dev/null || true
		wait "$pid" 2> /dev/null || true
	done
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() {
	printf '\n== %s\n' "$*"
}

fail() {
	printf '\nFAILED: %s\n' "$*" >&2
	exit 1
}

# Starts the service on a free port and waits until it accepts orders.
start() {
	# Small segments and frequent snapshots, so that the kills hit every kind of write.
	"$java" -Djava.io.tmpdir="$tmp" -jar "$jar" --server.port=0 --sample.data-directory="$data" --wal.snapshot.every-records=100 \
		--wal.segment-size=32KB --wal.checkpoint.interval=500ms --spring.main.banner-mode=off \
		> "$tmp/output" 2>&1 &
	service=$!
	local port= tries=0
	until [ -n "$port" ] && curl -sf -o "$tmp/ready" "http://127.0.0.1:$port/summary"; do
		kill -0 "$service" 2> /dev/null || fail "the service did not start: $(cat "$tmp/output")"
		tries=$((tries + 1))
		[ "$tries" -lt 600 ] || fail "the service is not ready after a minute: $(cat "$tmp/output")"
		sleep 0.1
		port=$(sed -n 's/.*Tomcat started on port \([0-9]*\).*/\1/p' "$tmp/output")
	done
	url=http://127.0.0.1:$port
	echo "The service runs at $url as process $service."
}

# post <clientOrderId> <amount>: prints the answer and, on another line, the status.
post() {
	curl -s --max-time 20 -w '\n%{http_code}\n' -H 'Content-Type: application/json' "$url/orders" \
		-d "{\"customer\":\"Ada\",\"item\":\"Paper tape\",\"quantity\":1,\"amountCents\":$2,\"clientOrderId\":\"$1\"}"
}

# Turns JSON orders into lines: id, clientOrderId, amount.
lines() {
	tr '}' '\n' | sed -n 's/.*"id":\([0-9]*\),.*"amountCents":\([0-9]*\),"clientOrderId":"\([^"]*\)".*/\1 \3 \2/p'
}

# Places one order after the other until the service is killed. Only a 201 means "accepted".
order_until_killed() {
	local n=0 name amount answer
	while :; do
		n=$((n + 1))
		name=kill-$1-client-$2-$n
		amount=$((100 + n * 37 % 900))
		echo "$name $amount" >> "$tmp/posted-$2"
		answer=$(post "$name" "$amount") || return 0
		[ "$(tail -n 1 <<< "$answer")" = 201 ] || fail "the service answered $answer"
		lines <<< "$answer" >> "$tmp/accepted-$2"
	done
}

number() {
	sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p"
}

verify() {
	sort "$tmp"/accepted-* > "$tmp/promised"
	: > "$tmp/found"
	local after=0 page
	while :; do
		page=$(curl -sf "$url/orders?limit=1000&after=$after" | lines)
		[ -n "$page" ] || break
		echo "$page" >> "$tmp/found"
		after=$(tail -n 1 <<< "$page" | cut -d ' ' -f 1)
	done
	sort "$tmp/found" > "$tmp/found-sorted"

	local promised found missing extra twice strange sum summary
	promised=$(wc -l < "$tmp/promised" | tr -d ' ')
	found=$(wc -l < "$tmp/found" | tr -d ' ')
	missing=$(comm -23 "$tmp/promised" "$tmp/found-sorted" | wc -l | tr -d ' ')
	extra=$(comm -13 "$tmp/promised" "$tmp/found-sorted" | wc -l | tr -d ' ')
	twice=$(cut -d ' ' -f 2 "$tmp/found" | sort | uniq -d | wc -l | tr -d ' ')
	strange=$(cut -d ' ' -f 2,3 "$tmp/found" | sort | comm -23 - <(sort "$tmp"/posted-*) | wc -l | tr -d ' ')
	sum=$(awk '{ sum += $3 } END { printf "%d", sum }' "$tmp/found")
	summary=$(curl -sf "$url/summary")

	echo "$promised orders were accepted with a 201; the service has $found."
	echo "  accepted, but missing now:           $missing"
	echo "  there twice:                         $twice"
	echo "  there, but never sent by a client:   $strange"
	echo "  not accepted, but in the log anyway: $extra (the kill came between the disk and the answer)"
	echo "  sum of the amounts, computed here:   $sum cents; the service says $(number totalAmountCents <<< "$summary")"
	[ "$missing" = 0 ] || fail "accepted orders are missing"
	[ "$twice" = 0 ] || fail "orders are there twice"
	[ "$strange" = 0 ] || fail "there are orders that no client sent"
	awk '$1 <= last { exit 1 } { last = $1 }' "$tmp/found" || fail "the orders are not in order"
	[ "$sum" = "$(number totalAmountCents <<< "$summary")" ] || fail "the sums differ"
	[ "$found" = "$(number count <<< "$summary")" ] || fail "the counts differ"
	echo "All orders are there, once, in order, and the sums agree."
}

# Every accepted order is fulfilled, including those that the kill interrupted.
verify_fulfilment() {
	local tries=0 progress
	until progress=$(curl -sf "$url/fulfilment") && [ "$(number open <<< "$progress")" = 0 ]; do
		tries=$((tries + 1))
		[ "$tries" -lt 600 ] || fail "orders are not fulfilled after a minute: $progress"
		sleep 0.1
	done
	cut -d ' ' -f 2 "$data/payments.log" | sort > "$tmp/charged"
	cut -d ' ' -f 1 "$tmp/found" | sort > "$tmp/ordered"
	echo "  resumed between two nodes:           $(number resumed <<< "$progress")"
	echo "  repeated payment requests after that: $(number askedAgain <<< "$progress") (the kill came between the charge and its record)"
	echo "  charged twice:                       $(uniq -d "$tmp/charged" | wc -l | tr -d ' ')"
	cmp -s "$tmp/charged" "$tmp/ordered" || fail "the charged orders are not the placed orders"
	echo "Each order was charged once and shipped."
}

say "Building the sample"
(cd "$root" && mvn -q -pl sample-app -am -DskipTests package)
jar=$(ls "$root"/sample-app/target/sample-app-*.jar | head -n 1)

say "Starting the service on an empty directory"
start

say "Placing an order: the answer comes when the order is on the disk"
echo "first 1250" >> "$tmp/posted-0"
first=$(post first 1250)
echo "$first"
lines <<< "$first" >> "$tmp/accepted-0"

for kill in $(seq "$kills"); do
	say "$clients clients place orders, and the service is killed while they do (kill $kill of $kills)"
	before=$(cat "$tmp"/accepted-* | wc -l)
	client_pids=()
	for client in $(seq "$clients"); do
		order_until_killed "$kill" "$client" &
		client_pids+=($!)
	done
	while [ $(($(cat "$tmp"/accepted-* | wc -l) - before)) -lt "$orders_per_round" ]; do
		kill -0 "$service" 2> /dev/null || fail "the service ended by itself: $(cat "$tmp/output")"
		sleep 0.1
	done
	echo "kill -9 $service"
	kill -9 "$service"
	wait "$service" 2> /dev/null || true
	service=
	for pid in "${client_pids[@]}"; do
		wait "$pid" || fail "a client got a wrong answer"
	done
	client_pids=()

	say "Starting the service again on the same directory"
	start
	sed -n '/Recovered .* worth/,/    tail/p' "$tmp/output" | sed 's/^.* : //'

	say "Comparing"
	verify
	verify_fulfilment
done

say "Sending the first order again, like a client whose answer was lost"
again=$(post first 1250)
echo "$again"
[ "$(number id <<< "$again" | head -n 1)" = "$(number id <<< "$first" | head -n 1)" ] || fail "it is another order"
echo "The same order: nothing was placed twice."

say "What is on the disk"
(cd "$tmp" && ls -l data/wal data/snapshots)
