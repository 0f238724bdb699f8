#!/usr/bin/env bash
# Counts instructions, which repeat exactly whatever else the machine does, and the peak of memory:
# of the release build, on generated programs of 1,000 and 10,000 tasks. Needs valgrind.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet --release --bin pipec --example generate
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT

for tasks in 1000 10000; do
    target/release/examples/generate "$tasks" >"$folder/$tasks.pipe"
done

instructions() { # COMMAND...
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null | sed -n 's/.*Collected : //p'
}

printf '%-28s %12s %12s %8s\n' command '1,000' '10,000' growth
for command in "check --shellcheck never" "plan" "emit -t shell" "emit -t buildconfig" "emit -t tekton"; do
    read -ra words <<<"$command"
    small=$(instructions target/release/pipec "${words[@]}" "$folder/1000.pipe")
    large=$(instructions target/release/pipec "${words[@]}" "$folder/10000.pipe")
    printf '%-28s %10d M %10d M %8s\n' "$command" $((small / 1000000)) $((large / 1000000)) \
        "$(awk -v a="$small" -v b="$large" 'BEGIN { printf "%.2f", b / a }')"
done
printf '%-28s %12d\n' '--version, instructions' "$(instructions target/release/pipec --version)"
