#!/bin/sh
# Counts the system calls that one lone writer pays for an append: at most one positional
# write and one fdatasync, by the thread that appends, and by all threads together.
#
#   wal-core/src/test/scripts/count-syscalls.sh [appends]
#
# Needs strace, and the classes: mvn -pl wal-core test-compile
set -eu

appends="${1:-2000}"
module="$(cd "$(dirname "$0")/../../.." && pwd)"

command -v strace >/dev/null 2>&1 || {
	echo "strace is missing. Install it, for example with: apt-get install strace" >&2
	exit 2
}
for classes in classes test-classes; do
	[ -d "$module/target/$classes/dev/wal" ] || {
		echo "There are no classes yet. Compile them with: mvn -pl wal-core test-compile" >&2
		exit 2
	}
done
repository="${MAVEN_REPOSITORY:-$HOME/.m2/repository}"
slf4j="$(ls "$repository"/org/slf4j/slf4j-api/2*/slf4j-api-2*.jar 2>/dev/null | tail -n 1)"
[ -n "$slf4j" ] || {
	echo "slf4j-api is not in $repository. Set MAVEN_REPOSITORY." >&2
	exit 2
}
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT INT TERM

strace -f -qq -o "$work/trace" "$java" -XX:TieredStopAtLevel=1 -Xmx128m \
	-cp "$module/target/classes:$module/target/test-classes:$slf4j" \
	dev.wal.testing.process.AppendLoopMain "$work/log" "$appends" 2>"$work/errors" || {
	cat "$work/errors" >&2
	exit 1
}

# A line is "<thread> <call>(...", or "<thread> <... call resumed>" for the rest of a call
# that was interrupted by another thread, which is not counted again.
awk -v appends="$appends" '
	/steady-state-begins/ { writer = $1; steady = 1; next }
	/steady-state-ends/ { steady = 0 }
	steady && match($2, /^[a-z0-9_]+\(/) {
		call = substr($2, 1, RLENGTH - 1)
		every[call]++
		if ($1 == writer) {
			mine[call]++
			total++
		}
	}
	END {
		if (!writer) {
			print "The steady state was never reached"
			exit 1
		}
		printf "%d appends of 100 bytes, one writer, steady state\n", appends
		printf "%-16s %14s %14s\n", "system call", "by the writer", "by all threads"
		for (call in every) {
			printf "%-16s %14.3f %14.3f\n", call, mine[call] / appends, every[call] / appends
		}
		printf "%-16s %14.3f\n", "all", total / appends
		# A thread must now and then wait for the collector or for the compiler.
		if (mine["pwrite64"] / appends > 1 || mine["fdatasync"] / appends > 1 || total / appends > 2.01) {
			print "FAILED: more than one positional write and one fdatasync for an append"
			exit 1
		}
		print "OK: at most one positional write and one fdatasync for an append"
	}
' "$work/trace"
