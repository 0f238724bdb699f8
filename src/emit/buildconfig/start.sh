# ---- the driver: the same in every pipeline -------------------------------------------------------------------------

usage() {
    printf 'usage: %s [--NAME VALUE | --NAME=VALUE]... [--namespace NAMESPACE] [--dry-run] [--list]\n\n' "$0"
    [ -z "$about" ] || printf '%s\n\n' "$about"
    printf 'Starts the builds of %s one after the other and waits for each. What may be given:\n' "$pipeline"
    local at
    for at in "${!param_names[@]}"; do
        printf '  --%-24s %s\n' "${param_names[at]//_/-} ${param_types[at]}" "${param_docs[at]}"
    done
    printf '\nExit codes: 0 every build succeeded, 1 one failed, 2 an argument is wrong, 130 interrupted.\n'
}

refuse() {
    printf '%s: %s\n' "$pipeline" "$1" >&2
    exit 2
}

# Puts a value into the archive: a file for a text, a numbered file for each element of a list.
give() { # NAME VALUE
    local at name=${1//-/_}
    for at in "${!param_names[@]}"; do
        [ "${param_names[at]}" = "$name" ] || continue
        if [ "${param_lists[at]}" = true ]; then
            [ -z "${fresh[at]-}" ] && rm -rf -- "$work/params/$name"
            fresh[at]=no
            mkdir -p -- "$work/params/$name"
            local count
            count=$(find "$work/params/$name" -type f | wc -l)
            printf '%s' "$2" >"$work/params/$name/$(printf '%06d' "$count")"
        else
            printf '%s' "$2" >"$work/params/$name"
        fi
        given[at]=yes
        return
    done
    refuse "there is no parameter --$1; --help shows all"
}

defaults() {
    local at name
    for at in "${!param_names[@]}"; do
        name=${param_names[at]}
        if [ "${param_lists[at]}" = true ]; then
            mkdir -p -- "$work/params/$name"
        elif [ "${param_required[at]}" = false ]; then
            printf '%s' "${param_defaults[at]}" >"$work/params/$name"
            given[at]=yes
        fi
    done
    give_lists
    fresh=()
}

parse() {
    while [ $# -gt 0 ]; do
        case $1 in
        --help | -h) usage && exit 0 ;;
        --list) list && exit 0 ;;
        --dry-run) dry_run=true ;;
        --namespace=*) namespace=(--namespace "${1#*=}") ;;
        --namespace)
            [ $# -ge 2 ] || refuse "--namespace needs a value"
            namespace=(--namespace "$2")
            shift
            ;;
        --*=*) give "$(name_of "$1")" "${1#*=}" ;;
        --*)
            [ $# -ge 2 ] || refuse "$1 needs a value"
            give "${1#--}" "$2"
            shift
            ;;
        *) refuse "$1 is no option; --help shows all" ;;
        esac
        shift
    done
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

name_of() {
    local name=${1%%=*}
    printf '%s' "${name#--}"
}

list() {
    local at
    for at in "${!segment_names[@]}"; do
        printf '%s  %s\n' "${segment_names[at]}" "${segment_tasks[at]}"
    done
}

check_parameters() {
    local at missing=0
    for at in "${!param_names[@]}"; do
        if [ "${param_required[at]}" = true ] && [ -z "${given[at]-}" ]; then
            printf '%s: --%s has to be given\n' "$pipeline" "${param_names[at]//_/-}" >&2
            missing=1
        fi
    done
    [ "$missing" = 0 ] || exit 2
    check_types || exit 2
}

# The archive of one build: what runs, and what it runs with. The same input gives the same bytes.
pack() { # SEGMENT ARCHIVE
    cp -- "$here/segments/$1.json" "$work/run.json"
    printf '%s' "$outcome" >"$work/outcome"
    tar --create --file "$2" --directory "$work" --format ustar --sort name --mtime @0 --owner 0 --group 0 \
        --numeric-owner run.json outcome params
}

# A binary build must be running within five minutes, so nothing is queued: the next one starts when this one ended.
# --follow alone says 0 for a failed build; --wait says the truth. --env would be dropped: values are in the archive.
start() { # CLASS SEGMENT
    local archive=$scratch/$2.tar
    pack "$2" "$archive"
    if [ "$dry_run" = true ]; then
        printf 'oc start-build %s --from-archive=%s --wait --follow\n' "bc/$prefix-$1" "$2.tar"
        return 0
    fi
    printf '%s: %s\n' "$pipeline" "$2" >&2
    oc start-build "${namespace[@]+"${namespace[@]}"}" "bc/$prefix-$1" --from-archive="$archive" --wait --follow
}

run() { # PHASE
    local at
    for at in "${!segment_names[@]}"; do
        [ "${segment_phases[at]}" = "$1" ] || continue
        if ! start "${segment_classes[at]}" "${segment_names[at]}"; then
            [ "$outcome" != succeeded ] || outcome=failed
            [ "$code" != 0 ] || code=1
            [ "$1" = finally ] || return 0
        fi
    done
}

# A ConfigMap is made by one only: whoever makes it has the lock.
lock() {
    [ -n "$exclusive" ] && [ "$dry_run" = false ] || return 0
    lock_name=$prefix-lock-$(printf '%s' "$exclusive" | sha256sum | cut -c 1-16)
    if ! oc create "${namespace[@]+"${namespace[@]}"}" configmap "$lock_name" --from-literal=name="$exclusive" >/dev/null; then
        lock_name=
        printf '%s: another run holds "%s"; when none does, remove the ConfigMap\n' "$pipeline" "$exclusive" >&2
        exit 1
    fi
}

clean() {
    [ -z "$lock_name" ] || oc delete "${namespace[@]+"${namespace[@]}"}" configmap "$lock_name" >/dev/null || true
    rm -rf -- "$scratch"
}

cancelled() { # CODE
    trap '' INT TERM
    outcome=cancelled
    printf '%s: interrupted; the build that was started goes on: oc cancel-build\n' "$pipeline" >&2
    run finally || true
    exit "$1"
}

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d)
work=$scratch/archive
mkdir -p -- "$work/params"
dry_run=false outcome=succeeded code=0 exclusive='' lock_name='' namespace=() given=() fresh=()
trap clean EXIT
defaults
parse "$@"
check_parameters
name_exclusive
command -v oc >/dev/null || [ "$dry_run" = true ] || refuse 'oc is not on the PATH'
lock
trap 'cancelled 130' INT
trap 'cancelled 143' TERM
run main
run finally
exit "$code"
