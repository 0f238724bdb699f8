# What has to be there before a task runs.

# TASK: whether this machine has what it needs; LACKS says what is missing.
machine_suits() {
    local need who="task \`${SHOWN[$1]}\` (${ORIGIN[$1]})"
    LACKS=()
    for need in ${NEEDS[$1]-}; do
        case $need in
        kvm) [[ -r /dev/kvm && -w /dev/kvm ]] || LACKS+=("$who needs KVM, and /dev/kvm is not there or not readable and writable for $(id -un); load the kvm module, or add the user to the group \`kvm\`") ;;
        arch=*) [[ ${need#arch=} == "$MACHINE" ]] || LACKS+=("$who needs a machine of architecture ${need#arch=}, and this is $MACHINE") ;;
        esac
    done
    services_can_start "$1" "$who"
    secrets_are_there "$1" "$who"
    ((${#LACKS[@]} == 0))
}

secrets_are_there() {
    local secret
    [[ -n ${SECRETS[$1]-} ]] || return 0
    while IFS= read -r secret; do
        secret_there "$secret" || LACKS+=("$2 needs the secret \`${secret#*:}\`: $VALUE")
    done <<<"${SECRETS[$1]}"
}

machine_name() {
    MACHINE=$(uname -m)
    case $MACHINE in
    arm64) MACHINE=aarch64 ;;
    amd64) MACHINE=x86_64 ;;
    esac
}

# Everything that is missing for the tasks that are sure to run is said before the first of them.
preflight() {
    local at lacks=()
    for ((at = 0; at < TASKS; ++at)); do
        will_run "$at" || continue
        machine_suits "$at" || lacks+=("${LACKS[@]}")
    done
    [[ $RUNNER == none ]] || command -v "$RUNNER" >/dev/null || lacks+=("there is no \`$RUNNER\` on this machine")
    ((${#lacks[@]} == 0)) || refuse "${lacks[@]}"
}

# Whether the task is selected and its condition, if any, is known to be true.
will_run() {
    [[ -n ${SELECTED[$1]-} ]] || return 1
    [[ -z ${WHEN[$1]-} || ${DECIDED[$1]-} == true ]]
}

# Sets PRIVATE to a directory that only this user can read and that is gone when the run ends.
make_private() {
    local base=${XDG_RUNTIME_DIR:-${TMPDIR:-/tmp}}
    [[ -d $base && -w $base ]] || base=/tmp
    PRIVATE=$(mktemp -d "$base/pipec.XXXXXXXX") || refuse "no temporary directory can be made in $base"
    trap 'release_locks; rm -rf -- "$PRIVATE"' EXIT
    mkfifo -m 600 "$PRIVATE/idle" || refuse "no fifo can be made in $PRIVATE"
    exec {IDLE}<>"$PRIVATE/idle"
}

# EVENTS: what supervisors say, each in one line. It is a file, since a `read -t` whose time is up in the middle of a line
# loses what it has read; BELL wakes the reader. LIFE: ends for supervisors when this process does.
open_channels() {
    local both
    mkfifo -m 600 "$PRIVATE/bell" "$PRIVATE/life" || refuse "no fifo can be made in $PRIVATE"
    exec {EVENTS}>>"$PRIVATE/events"
    exec {NEWS}<"$PRIVATE/events"
    exec {BELL}<>"$PRIVATE/bell"
    exec {both}<>"$PRIVATE/life"
    exec {LIFE_END}>"$PRIVATE/life"
    exec {LIFE}<"$PRIVATE/life"
    exec {both}<&-
}
