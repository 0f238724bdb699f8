#!/usr/bin/env bash
# Looks for a text of which a target's claims do not hold: fuzz/run.sh TARGET [SECONDS] [libFuzzer options]
#
#   fuzz/run.sh parse 600              ten minutes
#   fuzz/run.sh minimise parse [BYTES]  put into fuzz/corpus/parse what adds coverage, of texts up to so many bytes
#
# It needs no nightly compiler: libFuzzer only wants what these flags make LLVM write. `cargo +nightly fuzz run TARGET`
# works as well, and finds reads out of bounds too, of which safe Rust has none.
set -euo pipefail
cd "$(dirname "$0")"

usage() { sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 2; }

build() {
    local host
    host=$(rustc -vV | sed -n 's/^host: //p')
    # With a --target, flags are not for build scripts and macros. The lints of `pipec` are not at issue here.
    CARGO_TARGET_DIR=target RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
        -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cforce-frame-pointers=yes --cap-lints=allow" \
        cargo build --quiet --release --target "$host"
    binary=target/$host/release/$1
}

# What is found is kept in work/, which git does not see; the corpus only grows by `minimise`.
run() {
    local target=$1 seconds=${2:-60}
    shift $(($# > 1 ? 2 : 1))
    build "$target"
    mkdir -p "work/$target" "artifacts/$target" "corpus/$target"
    exec "$binary" -max_total_time="$seconds" -max_len=20000 -timeout=10 -rss_limit_mb=2048 -dict=pipe.dict \
        -artifact_prefix="artifacts/$target/" -print_final_stats=1 "$@" "work/$target" "corpus/$target"
}

# The tests of every change read the corpus: short texts only, and no more of them than their coverage needs.
minimise() {
    local target=$1 most=${2:-120}
    build "$target"
    rm -rf work/small
    mkdir -p work/small "corpus/$target"
    "$binary" -set_cover_merge=1 -use_counters=0 -max_len="$most" work/small "corpus/$target" "work/$target"
    # What an earlier run left under its hash goes; texts with a name of their own were put there by hand.
    find "corpus/$target" -regextype posix-extended -regex '.*/[0-9a-f]{40}' -delete
    cp work/small/* "corpus/$target/"
}

case "${1-}" in
minimise) [ $# -ge 2 ] || usage; minimise "${@:2}" ;;
parse | shell | format) run "$@" ;;
*) usage ;;
esac
