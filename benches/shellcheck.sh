#!/usr/bin/env bash
# How long ShellCheck takes for N scripts (1,000 unless said), cold and from the cache: benches/shellcheck.sh [N]
# The goals are for 2 cores that have nothing else to do: 3 s cold, 0.1 s cached, for 1,000.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet --release --bin pipec --example generate
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
target/release/examples/generate "${1:-1000}" >"$work/large.pipe"
export XDG_CACHE_HOME=$work/cache
TIMEFORMAT='%R s (%U s of processors)'
measure() {
    printf '%-8s' "$1"
    shift
    time target/release/pipec check "$@" "$work/large.pipe" >/dev/null 2>&1
}
measure without --shellcheck never
measure cold
measure cached
measure cached
