# One task, in a process (and a process group) of its own: tries, steps, time limits.

# In the supervisor REASON is why the running step is being ended: nothing, `timeout`, `cancelled`.

supervise() {
    SELF=$1 ME=$BASHPID REASON='' CURRENT='' KILLER='' CODE=0 VERDICT='' TRY=0 STATUS='' HEARD=0
    trap '((++HEARD)); REASON=cancelled; end_group' TERM
    trap '((++HEARD)); REASON=${REASON:-timeout}; end_group' USR2
    trap '((++HEARD)); REASON=cancelled; kill_group' USR1
    exec {LIFE_END}>&-
    local fd
    for fd in "${LOG[@]}"; do exec {fd}<&-; done
    attend
    # It may hold secrets that the program put there as files.
    rm -rf -- "$WORK/scratch/${TASK[SELF]:?}"
    printf '%s %s %s %s %s\n' "$SELF" "$STATUS" "$CODE" "$TRY" "${VERDICT:-none}" >&"$EVENTS"
    printf '\n' >&"$BELL"
}

attend() {
    local decided=${DECIDED[SELF]-}
    if [[ -n ${WHEN[SELF]-} && -z $decided ]]; then
        decide "$SELF"
        CODE=$?
        decided=$VALUE
        if ((CODE != 0)); then
            STATUS=failed
            echo "pipec: the condition of \`${SHOWN[SELF]}\` could not be decided"
            return
        fi
        [[ $decided == true ]] || {
            skip_outputs "$SELF"
            STATUS=skipped
            return
        }
        if [[ -n ${LACKING[SELF]-} ]]; then
            echo "pipec: \`${SHOWN[SELF]}\` is skipped: it reads outputs of \`${SHOWN[LACKING[SELF]]}\`, which has none"
            skip_outputs "$SELF"
            STATUS=skipped VERDICT=tainted
            return
        fi
        if ! machine_suits "$SELF"; then
            STATUS=failed CODE=2
            printf 'pipec: %s\n' "${LACKS[@]}"
            return
        fi
    fi
    if [[ -n ${FAN[SELF]-} ]]; then
        find_turns
    else
        try_again_while_failing
    fi
}

# For which turns the task runs is known only now.
find_turns() {
    turns_of "$SELF"
    CODE=$?
    if ((CODE == 0)); then
        STATUS=fanned
        printf '%s\n' "$VALUE" >"$WORK/state/${TASK[SELF]}/found"
    else
        STATUS=failed
        echo "pipec: the turns of \`${SHOWN[SELF]}\` could not be found"
    fi
}

try_again_while_failing() {
    local delay=${DELAY[SELF]:-0}
    while :; do
        ((++TRY))
        [[ $REASON == cancelled ]] || REASON=''
        try_once
        [[ $STATUS == failed ]] && ((TRY <= RETRIES[SELF])) || return
        spoken "$delay"
        echo "pipec: try $TRY of $((RETRIES[SELF] + 1)) failed with exit code $CODE; again in $VALUE"
        wait_or_orphan "$delay"
        if [[ $REASON == cancelled ]]; then
            STATUS=cancelled
            return
        fi
    done
}

# Waits MILLISECONDS, or until the task is cancelled or the main process is gone.
wait_or_orphan() {
    local until
    now
    until=$((NOW + $1))
    while [[ $REASON != cancelled ]] && ((NOW < until)); do
        seconds $((until - NOW < 1000 ? until - NOW : 1000))
        nap "$VALUE"
        kill -0 $$ 2>/dev/null || REASON=cancelled
        now
    done
}

try_once() {
    local first=${FIRST_STEP[SELF]} at warned='' control=$WORK/state/${TASK[SELF]}
    ((TRY == 1)) || rm -rf -- "$WORK/results/${TASK[SELF]:?}" "$WORK/scratch/${TASK[SELF]:?}"
    make_open "$WORK/results/${TASK[SELF]}" "$WORK/scratch/${TASK[SELF]}" "$control"
    : >"$control/steps"
    : >"$control/verdict"
    [[ $RUNNER == none ]] || chmod 666 "$control/verdict"
    STATUS=succeeded CODE=0 VERDICT=''
    guard &
    local guard=$!
    if ! start_services; then
        judge_step "$control"
    fi
    for ((at = first; at < first + STEP_COUNT[SELF]; ++at)); do
        [[ $STATUS == succeeded ]] || break
        run_step "$at"
        [[ $VERDICT != warned ]] || warned=yes
        [[ $STATUS == succeeded ]] || break
    done
    stop_services
    kill -KILL "$guard" 2>/dev/null
    wait "$guard" 2>/dev/null
    VERDICT=${warned:+warned}
    [[ $STATUS == succeeded ]] || skip_outputs "$SELF"
}

# Tells the supervisor when the time is up, and when the main process is gone.
guard() {
    local _
    trap - TERM USR1 USR2
    exec {EVENTS}>&- {NEWS}<&- {BELL}>&- {EXCLUSIVE}>&- {WORK_LOCK}>&-
    if [[ -n ${TIMEOUT[SELF]-} ]]; then
        seconds "${TIMEOUT[SELF]}"
        read -r -t "$VALUE" -u "$LIFE" _
        if (($? > 128)); then
            kill -USR2 "$ME"
        fi
    fi
    read -r -u "$LIFE" _
    kill -TERM "$ME"
}

# Index of a step: sets STATUS, CODE and VERDICT.
run_step() {
    local name=${STEP[$1]} control=$WORK/state/${TASK[SELF]} script began
    script=$WORK/steps/${TASK[SELF]}.$name.sh
    now
    began=$NOW
    if [[ $REASON == cancelled ]]; then
        CODE=143
    elif "body_${STEP_BODY[$1]}" >"$script" && gather "${STEP_GIVE[$1]}" && prepare_start; then
        ENV_NAMES+=(PIPE_VERDICT_FILE)
        ENV_VALUES+=("$control/verdict")
        if [[ -n ${TURN[SELF]-} ]]; then
            ENV_NAMES+=(PIPE_TURN)
            ENV_VALUES+=("${TURN[SELF]}")
        fi
        launch "$1" "$script"
    else
        CODE=2
    fi
    judge_step "$control"
    now
    printf '%s %s %s\n' "$name" "$CODE" $((NOW - began)) >>"$control/steps"
}

# A script goes where it starts itself; a directory in a workspace, or a relative one, is made for it.
prepare_start() {
    local name
    [[ -n $START ]] || return 0
    [[ $START == /* ]] || START=$WORK/scratch/${TASK[SELF]}/$START
    for name in "$WORK/scratch/${TASK[SELF]}" "${PLACE[@]}"; do
        [[ -z $name || $START/ != "$name"/* ]] || mkdir -p "$START" || return 1
    done
}

judge_step() {
    VERDICT=''
    case $REASON in
    cancelled)
        STATUS=cancelled
        return
        ;;
    timeout)
        STATUS=failed CODE=124
        spoken "${TIMEOUT[SELF]}"
        echo "pipec: ended after $VALUE, the time limit of \`${SHOWN[SELF]}\`"
        return
        ;;
    esac
    IFS= read -r VERDICT <"$1/verdict"
    if ((CODE != 0)); then
        STATUS=failed
    elif [[ $VERDICT == skipped ]]; then
        STATUS=skipped
    fi
}

# Starts the gathered script as the leader of a process group and waits for it and for the group.
launch() {
    command_line "$1" "$2"
    run_command
    [[ $RUNNER == none ]] || remove_container
}

# Runs COMMAND likewise: sets CODE.
run_command() {
    local signals
    set -o monitor
    start_script </dev/null &
    CURRENT=$!
    set +o monitor
    printf '%s\n' "$CURRENT" >"$WORK/state/${TASK[SELF]}/group"
    KILLED=''
    [[ -z $REASON ]] || end_group
    # A signal ends `wait` early, with a code that is not the script's. Then the code does not matter any more, but
    # `wait` does: bash may have forgotten that the script has ended, and would wait for the guard.
    signals=$HEARD
    wait "$CURRENT" 2>/dev/null
    CODE=$?
    if ((signals != HEARD)); then
        until has_ended "$CURRENT"; do nap 0.05; done
    fi
    end_the_rest
    CURRENT=''
}

# PID: whether a process has ended, also when nobody has waited for it yet.
has_ended() {
    local line
    if [[ -r /proc/self/stat ]]; then
        { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 0
        [[ ${line##*) } == [ZX]* ]]
    else
        line=$(ps -o stat= -p "$1" 2>/dev/null) || return 0
        [[ -z $line || $line == Z* ]]
    fi
}

# GROUP: whether a process of it lives. What has ended and is not waited for, as below a first process of a container that
# waits for none but its own, can be signalled for ever.
group_lives() {
    local file line state group
    kill -0 -- "-$1" 2>/dev/null || return 1
    if [[ -r /proc/self/stat ]]; then
        for file in /proc/[0-9]*/stat; do
            line=''
            { IFS= read -r -d '' line <"$file"; } 2>/dev/null
            # NUMBER (NAME) STATE PARENT GROUP …; the name may have brackets and line breaks.
            [[ ${line##*) } != [!ZX]' '+([0-9])" $1 "* ]] || return 0
        done
        return 1
    fi
    line=$(ps -A -o stat= -o pgid= 2>/dev/null) || return 0
    while read -r state group; do
        [[ $group != "$1" || $state == Z* ]] || return 0
    done <<<"$line"
    return 1
}

start_script() {
    exec {EVENTS}>&- {NEWS}<&- {BELL}>&- {LIFE}<&- {IDLE}<&- {EXCLUSIVE}>&- {WORK_LOCK}>&-
    cd "$WORK/scratch/${TASK[SELF]}" || exit 2
    become "${COMMAND[@]}"
}

# TERM now, KILL after the grace. A stopped process takes its TERM when it is continued.
end_group() {
    [[ -n $CURRENT && -z $KILLER ]] || return 0
    kill -TERM -- "-$CURRENT" 2>/dev/null
    kill -CONT -- "-$CURRENT" 2>/dev/null
    kill_after_grace &
    KILLER=$!
}

kill_after_grace() {
    trap - TERM USR1 USR2
    exec {EVENTS}>&- {NEWS}<&- {BELL}>&- {EXCLUSIVE}>&- {WORK_LOCK}>&-
    # A script with a cleanup gives what it runs ten seconds itself.
    seconds $((GRACE + ${CLEANS_UP[SELF]:-0}))
    pause "$VALUE"
    kill -KILL -- "-$CURRENT" 2>/dev/null
}

kill_group() {
    KILLED=yes
    [[ -z $CURRENT ]] || kill -KILL -- "-$CURRENT" 2>/dev/null
}

# A container ends with its first process, and so does a step here; what is being ended has its grace.
end_the_rest() {
    if [[ -n $REASON ]]; then
        while [[ -n $KILLER ]] && kill -0 "$KILLER" 2>/dev/null && group_lives "$CURRENT"; do
            nap 0.05
        done
    fi
    kill -KILL -- "-$CURRENT" 2>/dev/null
    if [[ -n $KILLER ]]; then
        kill -0 "$KILLER" 2>/dev/null || KILLED=yes
        kill -KILL "$KILLER" 2>/dev/null
        wait "$KILLER" 2>/dev/null
        KILLER=''
    fi
}
