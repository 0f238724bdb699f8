# Which task starts when. Tasks are indices in topological order, so the least that is ready comes first.

STATE=() CODES=() TRIES=() WARNED=() TAINTED=() BEGAN=() TOOK=() PID=() READY=() FRESH=() LOCK_HELD=() SELECTED=() DECIDED=() LACKING=() LOST=()
RUNNING=0 SIGNALS=() STOP='' FAILED_CODE='' SIGNAL='' SIGNAL_AT=0 KILL_NOW='' STARTED='' OUTCOME=succeeded

# CODE: only notes the signal. A trap may run inside `read -t`, and there bash 4.3 leaves it half done when it starts a
# process and the time is up.
on_signal() {
    [[ -n $STARTED ]] || exit "$1"
    SIGNALS+=("$1")
}

# The first signal cancels, a later INT kills. One that comes at once is the same key, sent twice.
heed_signals() {
    local code signals=("${SIGNALS[@]}")
    ((${#signals[@]})) || return 0
    SIGNALS=("${SIGNALS[@]:${#signals[@]}}")
    now
    for code in "${signals[@]}"; do
        if [[ -z $SIGNAL ]]; then
            SIGNAL=$code SIGNAL_AT=$NOW
        elif ((code == 130 && NOW - SIGNAL_AT > 300)); then
            KILL_NOW=yes
        fi
    done
}

# main|finally
run_phase() {
    local at
    NOW_PHASE=$1 READY=() FRESH=()
    for ((at = 0; at < TASKS; ++at)); do
        [[ ${PHASE[at]} != "$1" || -n ${STATE[at]-} || ${PENDING[at]} != 0 ]] || FRESH+=("$at")
    done
    while :; do
        heed_signals
        [[ -z $KILL_NOW ]] || break
        stop_on_signal
        start_what_can
        ((RUNNING)) || [[ -n ${READY[*]} ]] || break
        await
    done
    [[ -z $KILL_NOW ]] || kill_all
    for ((at = 0; at < TASKS; ++at)); do
        # A loop whose turns are known ends with the last of them.
        [[ ${PHASE[at]} != "$1" || -n ${STATE[at]-} || ${TURNS_LEFT[at]-0} != 0 ]] || settle "$at" cancelled 0
    done
}

# A signal stops the tasks of the body; those of `finally` are let run.
stop_on_signal() {
    [[ -n $SIGNAL && -z $STOP && $NOW_PHASE == main ]] || return 0
    say "cancelled by a signal; ending what runs (interrupt again to kill it)"
    stop_all
}

stop_all() {
    local at
    STOP=yes
    for at in "${!PID[@]}"; do
        kill -TERM "${PID[at]}" 2>/dev/null
    done
}

start_what_can() {
    local at
    [[ -z $STOP || $NOW_PHASE != main ]] || READY=() FRESH=()
    look_at_fresh
    for at in "${!READY[@]}"; do
        ((RUNNING < JOBS)) || return 0
        [[ -z ${LOCK[at]-} || -z ${LOCK_HELD[${LOCK[at]}]-} ]] || continue
        unset -v "READY[at]"
        start "$at"
    done
}

# Settles what will not run, and what becomes ready by that: whether a task runs at all is no matter of room.
look_at_fresh() {
    local at fresh
    while ((${#FRESH[@]})); do
        fresh=("${FRESH[@]}") FRESH=()
        for at in "${fresh[@]}"; do
            if may_start "$at"; then
                READY[at]=yes
            fi
        done
    done
}

# Settles the task and fails if it will not run.
may_start() {
    local before
    if [[ ${DECIDED[$1]-} == false ]]; then
        skip "$1"
        return 1
    fi
    for before in ${READS[$1]-}; do
        [[ -n ${TAINTED[before]-} && $NOW_PHASE == main ]] || continue
        LACKING[$1]=${LACKING[$1]:-$before}
    done
    [[ -n ${LACKING[$1]-} ]] || return 0
    # Only if its condition holds are those skipped that read it.
    ! is_to_be_decided "$1" || return 0
    say "\`${SHOWN[$1]}\` is skipped: it reads outputs of \`${SHOWN[LACKING[$1]]}\`, which has none"
    TAINTED[$1]=yes
    skip "$1"
    return 1
}

# TASK: whether its condition is not known yet, and can be.
is_to_be_decided() {
    local before
    [[ -n ${WHEN[$1]-} && -z ${DECIDED[$1]-} ]] || return 1
    for before in ${DECIDED_BY[$1]-}; do
        [[ -z ${TAINTED[before]-} ]] || return 1
    done
}

skip() {
    skip_outputs "$1"
    settle "$1" skipped 0
}

start() {
    now
    BEGAN[$1]=$NOW
    : >"$WORK/logs/${TASK[$1]}.log"
    say "\`${SHOWN[$1]}\` starts"
    set -o monitor
    supervise "$1" </dev/null >>"$WORK/logs/${TASK[$1]}.log" 2>&1 &
    PID[$1]=$!
    set +o monitor
    follow "$1"
    ((++RUNNING))
    [[ -z ${LOCK[$1]-} ]] || LOCK_HELD[${LOCK[$1]}]=yes
}

# Rings once a second until the main process is gone: what its own waits lose (see `pause`), this brings back.
tick() {
    local _
    trap '' INT TERM HUP
    exec {LIFE_END}>&- {EXCLUSIVE}>&- {WORK_LOCK}>&-
    while :; do
        read -r -t 1 -u "$LIFE" _
        (($? > 128)) || exit 0
        printf '\n' >&"$BELL"
    done
}

# Waits for the next event, a moment at most, and shows what tasks have written meanwhile.
await() {
    local task status code tries verdict at news=''
    read -r -t 0.1 -u "$BELL" _
    while read -r -u "$NEWS" task status code tries verdict; do
        ended "$task" "$status" "$code" "$tries" "$verdict"
        news=yes
    done
    [[ -n $news ]] || look_for_lost
    for at in "${!LOG[@]}"; do
        drain "$at" 256
    done
}

# A supervisor that was killed from outside says nothing: seen twice without a word, it is gone.
look_for_lost() {
    local at
    for at in "${!PID[@]}"; do
        kill -0 "${PID[at]}" 2>/dev/null && continue
        if [[ -z ${LOST[at]-} ]]; then
            LOST[at]=yes
            continue
        fi
        kill_task "$at"
        if [[ -n $STOP && $NOW_PHASE == main ]]; then
            ended "$at" cancelled 143 1 none
        else
            ended "$at" failed 137 1 none
        fi
    done
}

kill_task() {
    local group
    kill -KILL -- "-${PID[$1]}" 2>/dev/null
    remove_services "$1"
    read_file "$WORK/state/${TASK[$1]}/group" || return 0
    group=${VALUE%$'\n'}
    [[ -z $group ]] || kill -KILL -- "-$group" 2>/dev/null
}

# TASK STATUS CODE TRIES VERDICT: a supervisor has ended.
ended() {
    local at=$1 took
    [[ -n ${PID[at]-} ]] || return 0
    wait "${PID[at]}" 2>/dev/null
    unset -v "PID[at]"
    ((--RUNNING))
    unfollow "$at"
    [[ -z ${LOCK[at]-} ]] || unset -v "LOCK_HELD[${LOCK[at]}]"
    if [[ $2 == fanned ]]; then
        fan_out "$at"
        return
    fi
    now
    TOOK[at]=$((NOW - BEGAN[at]))
    TRIES[at]=$4
    [[ $5 != warned ]] || WARNED[at]=yes
    [[ $5 != tainted ]] || TAINTED[at]=yes
    spoken "${TOOK[at]}"
    took=$VALUE
    case $2 in
    failed) say "\`${SHOWN[at]}\` failed with exit code $3 after $took" ;;
    succeeded) say "\`${SHOWN[at]}\` succeeded after $took${WARNED[at]:+, with a warning}" ;;
    *) say "\`${SHOWN[at]}\` $2 after $took" ;;
    esac
    settle "$at" "$2" "$3"
    [[ $2 != failed ]] || failed "$at" "$3"
}

failed() {
    TAINTED[$1]=yes
    [[ -z ${GO_ON[$1]-} ]] || return 0
    [[ -n $FAILED_CODE ]] || FAILED_CODE=$(($2 == 0 ? 1 : $2))
    [[ $NOW_PHASE == main && -z $STOP && -z $KEEP_GOING ]] || return 0
    stop_all
}

# TASK STATUS: with --keep-going what comes after a failure is not run, and what comes after that neither.
holds_back() {
    [[ $NOW_PHASE == main ]] || return 1
    case $2 in
    failed) [[ -n $KEEP_GOING && -z ${GO_ON[$1]-} ]] ;;
    cancelled) ;;
    *) return 1 ;;
    esac
}

# TASK STATUS CODE
settle() {
    local next held=''
    STATE[$1]=$2
    CODES[$1]=$3
    printf '%s\n' "$2" >"$WORK/state/${TASK[$1]}/status"
    [[ -z ${PARENT[$1]-} ]] || end_turn "${PARENT[$1]}" "$1"
    if holds_back "$1" "$2"; then held=yes; fi
    for next in ${NEXT[$1]-}; do
        [[ -z $held || ${PHASE[next]} != "$NOW_PHASE" ]] || continue
        ((--PENDING[next])) || [[ ${PHASE[next]} != "$NOW_PHASE" || -n ${STATE[next]-} ]] || FRESH+=("$next")
    done
}

# The outputs of a task that has none are empty files.
skip_outputs() {
    local name dir=$WORK/results/${TASK[$1]}
    mkdir -p "$dir"
    for name in ${OUTPUTS[$1]-}; do
        : >"$dir/$name"
    done
}

# TASK: sets VALUE to `true` or `false`.
decide() {
    local how give body
    how=${WHEN[$1]#* }
    give=${how% *} body=${how#* }
    evaluate "$give" "$body" PIPE_DECISION
}

# Conditions that read parameters only are decided before anything runs.
decide_known() {
    local at
    for ((at = 0; at < TASKS; ++at)); do
        [[ ${WHEN[at]-} == known* && -n ${SELECTED[at]-} ]] || continue
        decide "$at" || refuse "the condition of \`${SHOWN[at]}\` could not be decided"
        DECIDED[at]=$VALUE
    done
}

kill_all() {
    local at tries=0
    ((RUNNING)) || return 0
    say "interrupted again: what runs is killed"
    for at in "${!PID[@]}"; do
        kill -USR1 "${PID[at]}" 2>/dev/null
    done
    while ((RUNNING && tries++ < 20)); do
        await
    done
    for at in "${!PID[@]}"; do
        kill_task "$at"
        ended "$at" cancelled 137 1 none
    done
}
