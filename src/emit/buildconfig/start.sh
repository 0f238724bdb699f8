# ---- the driver: the same in every pipeline -------------------------------------------------------------------------

usage() {
    printf 'usage: %s [--NAME VALUE | --NAME=VALUE]... [--namespace NAMESPACE] [--summary FILE] [--keep DIR] [--dry-run] [--list]\n\n' "$0"
    [ -z "$about" ] || printf '%s\n\n' "$about"
    printf 'Starts the builds of %s one after the other and waits for each. What may be given:\n' "$pipeline"
    local at
    for at in "${!param_names[@]}"; do
        [ "${param_kinds[at]}" = secret ] || parameter_help "$at"
    done
    cat <<'TEXT'

A list is given by repeating its option; --no-NAME gives an empty list, or no value. -p NAME=VALUE gives a parameter that
has the name of one of these options:
  --namespace NAMESPACE    where the builds are
  --summary FILE           write how the run ended into this file, as JSON
  --keep DIR               keep the archives in this folder
  --list                   the builds in order, each with its tasks, and stop
  --dry-run                check the parameters, print what would be started, and stop

Exit codes: 0 every build succeeded, 1 one failed or another run is going on, 2 an argument is wrong, 129, 130 or 143 for
a signal: the build that runs is cancelled, and those of `finally` run.
TEXT
}

parameter_help() { # AT
    local doc=${param_docs[$1]}
    if [ "${param_required[$1]}" = true ]; then
        doc="$doc (has to be given)"
    elif [ -n "${param_defaults[$1]}" ]; then
        doc="$doc (default: ${param_defaults[$1]})"
    fi
    printf '  --%-24s %s\n' "${param_names[$1]//_/-} ${param_types[$1]}" "$doc"
}

say() {
    printf '%s: %s\n' "$pipeline" "$1" >&2
}

refuse() {
    say "$1"
    exit 2
}

# Sets AT to the parameter of that name.
find_parameter() { # NAME
    local name=${1//-/_}
    for AT in "${!param_names[@]}"; do
        [ "${param_names[AT]}" != "$name" ] || return 0
    done
    return 1
}

no_such_option() { # NAME
    local at known=''
    for at in "${!param_names[@]}"; do
        [ "${param_kinds[at]}" = secret ] || known="$known --${param_names[at]//_/-}"
    done
    refuse "there is no option --$1; there are$known --namespace --summary --keep --list --dry-run --help"
}

# Puts a value into the archive.
give() { # NAME VALUE
    find_parameter "$1" || no_such_option "$1"
    case ${param_kinds[AT]} in
    secret) refuse "--$1 names a Secret, which is part of the manifests: make them again with \`-p ${param_names[AT]}=SECRET\`" ;;
    list)
        [ -n "${given[AT]-}" ] || clear "$AT"
        add "$AT" "$2"
        ;;
    text)
        [ -z "${given[AT]-}" ] || refuse "--$1 is given twice"
        printf '%s' "$2" >"$work/params/${param_names[AT]}"
        ;;
    esac
    given[AT]=yes
}

# Gives an empty list, or no value.
give_none() { # NAME
    [ "${param_kinds[AT]}" != list ] || clear "$AT"
    [ "${param_kinds[AT]}" = list ] || give "$1" ''
    given[AT]=yes
}

# One more element of a list: a numbered file.
add() { # AT TEXT
    local number
    printf -v number '%06d' "${counts[$1]-0}"
    printf '%s' "$2" >"$work/params/${param_names[$1]}/$number"
    counts[$1]=$((${counts[$1]-0} + 1))
}

clear() { # AT
    rm -rf -- "$work/params/${param_names[$1]:?}"
    mkdir -- "$work/params/${param_names[$1]}"
    counts[$1]=0
}

defaults() {
    local at
    for at in "${!param_names[@]}"; do
        if [ "${param_kinds[at]}" = list ]; then
            clear "$at"
        else
            printf '%s' "${param_defaults[at]}" >"$work/params/${param_names[at]}"
        fi
    done
    give_lists
}

parse() {
    local name
    while [ $# -gt 0 ]; do
        case $1 in
        --help | -h) usage && exit 0 ;;
        --list) list && exit 0 ;;
        --dry-run) dry_run=true ;;
        # Of `pipec remote`: what goes into each archive, below its name; and that this script lies there for one run only.
        --remote-own-folder) own_folder=true ;;
        --namespace=* | --summary=* | --keep=* | --remote-added=* | --param=*)
            name=${1%%=*}
            option "${name#--}" "${1#*=}"
            ;;
        -p=*) option param "${1#*=}" ;;
        -p | --param | --namespace | --summary | --keep | --remote-added)
            [ $# -ge 2 ] || refuse "$1 needs a value"
            name=${1#-p}
            name=${name:---param}
            option "${name#--}" "$2"
            shift
            ;;
        --?*=*)
            name=${1%%=*}
            give "${name#--}" "${1#*=}"
            ;;
        --?*)
            name=${1#--}
            if ! find_parameter "$name" && [ "${name#no-}" != "$name" ] && find_parameter "${name#no-}"; then
                give_none "${name#no-}"
            else
                find_parameter "$name" || no_such_option "$name"
                [ $# -ge 2 ] || refuse "$1 needs a value"
                give "$name" "$2"
                shift
            fi
            ;;
        *) refuse "unexpected argument \`$1\`; values are given as --NAME VALUE, see --help" ;;
        esac
        shift
    done
}

option() { # NAME VALUE
    case $1 in
    namespace) namespace=(--namespace "$2") ;;
    summary) summary=$2 ;;
    keep) keep=$2 ;;
    remote-added) added=$2 ;;
    param) give_pair "$2" ;;
    esac
}

give_pair() { # NAME=VALUE
    case $1 in
    ?*=*) give "${1%%=*}" "${1#*=}" ;;
    *) refuse "write -p NAME=VALUE" ;;
    esac
}

# Reads a file whole into REPLY, newlines at its end included.
content() { # FILE
    REPLY=
    [ ! -f "$1" ] || IFS= read -r -d '' REPLY <"$1" || true
}

# Puts the value of a parameter into the environment of the script that is run next.
value() { # VARIABLE NAME
    content "$work/params/$2"
    env+=("$1=$REPLY")
}

# Puts the elements of a list behind its arguments.
words() { # NAME
    local element
    for element in "$work/params/$1"/*; do
        [ -f "$element" ] || continue
        content "$element"
        args+=("$REPLY")
    done
}

list() {
    local at
    for at in "${!segment_names[@]}"; do
        printf '%s  %s\n' "${segment_names[at]}" "${segment_tasks[at]}"
    done
}

check_parameters() {
    local at missing=''
    for at in "${!param_names[@]}"; do
        if [ "${param_required[at]}" = true ] && [ -z "${given[at]-}" ]; then
            say "--${param_names[at]//_/-} has to be given"
            missing=yes
        fi
    done
    [ -z "$missing" ] || exit 2
    check_types || exit 2
}

# Whatever could stop the run half-way is found before it.
check_machine() {
    local segment
    for segment in "${segment_names[@]}"; do
        [ -r "$here/segments/$segment.json" ] || refuse "there is no $here/segments/$segment.json; it was made together with this script"
    done
    for TAR in gtar tar ''; do
        case $("${TAR:-false}" --version 2>/dev/null || true) in
        *'GNU tar'*) break ;;
        esac
    done
    [ -n "$TAR" ] || refuse 'GNU tar is not on the PATH'
    [ "$dry_run" = true ] || command -v oc >/dev/null || refuse 'oc is not on the PATH'
    [ "$dry_run" = true ] || [ -z "$keep" ] || mkdir -p -- "$keep" || refuse "the archives cannot be kept in $keep"
}

# The archive of one build: what runs, and what it runs with. The same input gives the same bytes.
pack() { # SEGMENT ARCHIVE
    local more=() name
    for name in env workspace devel.tar; do
        [ -z "$added" ] || [ ! -e "$added/$1/$name" ] || more+=("$name")
    done
    [ ${#more[@]} -eq 0 ] || more=(--directory "$added/$1" "${more[@]}")
    cat -- "$here/segments/$1.json" >"$work/run.json" &&
        printf '%s' "$outcome" >"$work/outcome" &&
        printf '%s' "$run" >"$work/run" &&
        "$TAR" --create --file "$2" --directory "$work" --format ustar --sort name --mtime @0 --owner 0 --group 0 \
            --numeric-owner --mode 'u=rwX,go=rX' run.json outcome run params "${more[@]+"${more[@]}"}"
}

# A binary build must be running within five minutes, so nothing is queued: the next one starts when this one ended.
# --follow alone says 0 for a failed build; --wait says the truth. --env would be dropped: values are in the archive.
start() { # CLASS SEGMENT
    local archive=${keep:-$scratch}/$2.tar reader failed=''
    [ "$dry_run" = false ] || archive=$scratch/$2.tar
    status=1 build=''
    pack "$2" "$archive" || return 1
    if [ "$dry_run" = true ]; then
        printf '%s\n' "oc start-build${namespace[*]:+ ${namespace[*]}} bc/$prefix-$1 --from-archive=${keep:+$keep/}$2.tar --wait --follow"
        return 0
    fi
    say "$2 starts"
    : >"$scratch/build"
    relay <"$scratch/log" &
    reader=$!
    oc start-build "${namespace[@]+"${namespace[@]}"}" "bc/$prefix-$1" --from-archive="$archive" --wait --follow \
        >"$scratch/log" &
    client=$!
    # A signal that came before `client` was known.
    [ -z "$signal" ] || cancel_build
    status=0
    await "$client" || status=$?
    [ "$status" = 0 ] || failed=yes
    client=''
    await "$reader" || true
    [ -z "$failed" ] || say "$2 failed"
    content "$scratch/build"
    build=$REPLY
    if [ -z "$REPLY" ] && [ -z "$failed" ]; then
        say "oc did not say the name of the build, under which the next ones find what it left"
        failed=yes status=1
    fi
    # The first build has a name that no other run has.
    [ -n "$run" ] || run=$REPLY
    [ -z "$failed" ]
}

# Passes the log on, and notes the name of the build from one of its first lines.
relay() {
    local line
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        IFS= read -r line || break
        printf '%s\n' "$line"
        case $line in
        build*/*' started')
            line=${line#*/}
            printf '%s' "${line%% *}" >"$scratch/build"
            line=''
            break
            ;;
        esac
        line=''
    done
    printf '%s' "${line-}"
    cat
}

# A trap ends `wait` early, so it is asked again until the process is gone.
await() { # PROCESS
    local ended
    while :; do
        ended=0
        wait "$1" || ended=$?
        [ "$ended" -gt 128 ] && kill -0 "$1" 2>/dev/null || return "$ended"
    done
}

# Ends the build that runs: `finally` comes when it is over.
cancel_build() {
    [ -n "$client" ] && [ "$phase" = main ] && [ -z "$cancelling" ] || return 0
    cancelling=yes
    local _
    # Its name comes soon after it was asked for.
    for _ in {1..30}; do
        content "$scratch/build"
        if [ -n "$REPLY" ] || ! kill -0 "$client" 2>/dev/null; then
            break
        fi
        sleep 0.1
    done
    if [ -z "$REPLY" ]; then
        say 'interrupted while a build was being started; if there is one, it goes on: `oc get builds`'
    else
        say "interrupted: cancelling the build $REPLY"
        oc cancel-build "${namespace[@]+"${namespace[@]}"}" "$REPLY" >&2 || say "the build $REPLY could not be cancelled and goes on"
    fi
    kill -TERM "$client" 2>/dev/null || true
}

on_signal() { # CODE
    [ -n "$signal" ] || signal=$1
    cancel_build
}

run() { # PHASE
    local at
    phase=$1
    for at in "${!segment_names[@]}"; do
        [ "${segment_phases[at]}" = "$phase" ] || continue
        if [ "$phase" = main ] && [ -n "$signal" ]; then
            break
        fi
        now
        began=$NOW
        if start "${segment_classes[at]}" "${segment_names[at]}"; then
            note "$at" succeeded
            continue
        fi
        if [ -n "$cancelling" ] && [ "$phase" = main ]; then note "$at" cancelled; else note "$at" failed; fi
        code=1
        [ "$phase" = main ] || continue
        outcome=failed
        break
    done
    if [ "$phase" = main ] && [ -n "$signal" ]; then
        outcome=cancelled
    fi
}

# A ConfigMap is made by one only: whoever makes it has the lock. Its name is that of the text, in every pipeline.
lock() {
    [ "$has_exclusive" = true ] && [ "$dry_run" = false ] || return 0
    local name message
    name=$(printf '%s' "$exclusive" | sha256sum)
    name=pipec-lock-${name:0:16}
    # A signal comes when it is known whether the lock is ours.
    if message=$(trap '' HUP INT TERM && oc create "${namespace[@]+"${namespace[@]}"}" configmap "$name" --from-literal=name="$exclusive" 2>&1); then
        lock_name=$name
        return 0
    fi
    printf '%s\n' "$message" >&2
    case $message in
    *AlreadyExists* | *'already exists'*)
        say "another run holds \"$exclusive\"; when none does, remove the lock: oc delete configmap $name"
        ;;
    *) say "the lock \"$exclusive\" cannot be taken" ;;
    esac
    exit 1
}

clean() {
    local ended=$?
    write_summary "$ended" || say "the summary cannot be written to $summary"
    if [ -n "$lock_name" ]; then
        oc delete "${namespace[@]+"${namespace[@]}"}" configmap "$lock_name" >/dev/null ||
            say "the lock could not be removed: oc delete configmap $lock_name"
    fi
    rm -rf -- "$scratch"
    [ "$own_folder" = false ] || rm -rf -- "$here"
}

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d)
work=$scratch/archive
dry_run=false own_folder=false keep='' added='' summary='' status=0 build='' builds=() states=() codes=() took=()
now
begun=$NOW began=$NOW
outcome=succeeded code=0 exclusive='' lock_name='' signal='' client='' cancelling='' phase='' run='' namespace=() given=() counts=()
trap clean EXIT
mkdir -p -- "$work/params"
defaults
parse "$@"
check_parameters
name_exclusive
check_machine
mkfifo -- "$scratch/log"
trap 'on_signal 129' HUP
trap 'on_signal 130' INT
trap 'on_signal 143' TERM
lock
run main
run finally
# What fails behind it fails the run, and is nothing that `finally` was told of.
if [ "${signal:-$code}" != 0 ] && [ "$outcome" = succeeded ]; then
    outcome=failed
    [ -z "$signal" ] || outcome=cancelled
fi
exit "${signal:-$code}"
