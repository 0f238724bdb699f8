#!/usr/bin/env bash
# Writes what each peer that is on the PATH says of its file: of the whole of it to PEER/whole.txt, and where a peer
# stops at the first mistake, of each mistake alone to PEER/alone.txt. See README.md for how they were installed.
set -uo pipefail
cd "$(dirname "$0")" || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# PEER FILE COMMAND...: the command is given the file behind it
whole() {
    local peer=$1 file=$2
    command -v "$3" >/dev/null || return 0
    (cd "$work" && "${@:3}" "$file" 2>&1) | plain >"$peer/whole.txt"
}
alone() {
    local peer=$1 file=$2 number
    command -v "$3" >/dev/null || return 0
    for number in 1 2 3 4 5 6 7 8 9 10; do
        python3 alone.py "$peer/$file" "$number" >"$work/$file"
        echo "--- $number alone"
        (cd "$work" && "${@:3}" "$file" 2>&1) | plain | if [ "$peer" = kfp ]; then tail -n 1; else head -n 12; fi
    done >"$peer/alone.txt"
}
# Without colors and the paths of this machine.
plain() { sed -E 's/\x1b\[[0-9;]*m//g; s|[^ "]*/site-packages/||; s|file://+[^ ]*/||' | sed "s|$work/||g; s|[[:blank:]]*\$||"; }

cp -r . "$work/peers"
whole tekton-lint peers/tekton-lint/ten.yaml tekton-lint
mkdir -p "$work/.github/workflows" && cp actionlint/*.yml "$work/.github/workflows" && git init -q "$work"
whole actionlint .github/workflows/ten.yml actionlint
whole zizmor .github/workflows/ten.yml zizmor --offline --quiet --min-severity high
whole wdl peers/wdl/ten.wdl miniwdl check
alone wdl ten.wdl miniwdl check
whole just peers/just/justfile just --list --justfile
alone just justfile just --list --justfile
whole kfp peers/kfp/ten.py python3 -W ignore
alone kfp ten.py python3 -W ignore
whole kcl peers/kcl/ten.k "${KCL_PYTHON:-kcl-python}" "$PWD/kcl/check.py"
alone kcl ten.k "${KCL_PYTHON:-kcl-python}" "$PWD/kcl/check.py"
whole pkl peers/pkl/ten.pkl pkl eval
alone pkl ten.pkl pkl eval
if command -v sprocket >/dev/null; then
    mkdir -p sprocket
    (cd "$work" && RUST_BACKTRACE=0 sprocket lint -m one-line peers/wdl/ten.wdl 2>&1) |
        grep -E ': error: |UnknownRuntimeKeys' | plain >sprocket/whole.txt
fi
