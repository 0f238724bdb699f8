# `--list` and `--dry-run`: what there is and what would run. Nothing of the pipeline's own is executed.

list_tasks() {
    local at wide=4
    task_width
    wide=$VALUE
    printf '%-5s %-*s %s\n' WAVE "$wide" TASK ABOUT
    for ((at = 0; at < TASKS; ++at)); do
        wave_words "$at"
        printf '%-5s %-*s %s\n' "$VALUE" "$wide" "${TASK[at]}" "${ABOUT[at]-}"
    done
}

task_width() {
    local name
    VALUE=4
    for name in "${TASK[@]}"; do
        ((${#name} <= VALUE)) || VALUE=${#name}
    done
}

wave_words() {
    VALUE=${WAVE[$1]}
    [[ ${PHASE[$1]} == main ]] || VALUE=last
}

dry_run() {
    local at wide wave
    task_width
    wide=$VALUE
    printf '%-5s %-*s %s\n' WAVE "$wide" TASK WHAT
    for ((at = 0; at < TASKS; ++at)); do
        [[ -n ${SELECTED[at]-} ]] || continue
        wave_words "$at"
        wave=$VALUE
        what_would "$at"
        printf '%-5s %-*s %s\n' "$wave" "$wide" "${TASK[at]}" "$VALUE"
    done
}

# Writes how often a task of a loop would run.
turns_words() {
    local lines
    if [[ ${FAN[$1]} == later* ]]; then
        echo 'once a turn of its loop'
    elif turns_of "$1" && [[ $VALUE != '["-"]' ]]; then
        lines=${VALUE//[!$'\n']/}
        echo "$((${#lines} + 1)) times, once a turn of its loop"
    else
        echo 'not at all: its loop has no turn'
    fi
}

# Sets VALUE to what a run would do with the task.
what_would() {
    local at text before names=''
    case ${WHEN[$1]-}/${DECIDED[$1]-} in
    /*) text=runs ;;
    */true) text='runs: its condition is true' ;;
    */false)
        VALUE='skipped: its condition is false'
        return
        ;;
    *) text='its condition is decided when the run is there' ;;
    esac
    for before in ${BEFORE[$1]-}; do
        names+=" ${TASK[before]}"
    done
    [[ -z $names ]] || text+="; after$names"
    [[ -z ${FAN[$1]-} ]] || text+="; $(turns_words "$1")"
    if [[ -n ${TIMEOUT[$1]-} ]]; then
        spoken "${TIMEOUT[$1]}"
        text+="; at most $VALUE"
    fi
    ((RETRIES[$1] == 0)) || text+="; tried up to $((RETRIES[$1] + 1)) times"
    [[ -z ${LOCK[$1]-} ]] || text+="; lock \`${LOCK_NAME[$1]}\`"
    for ((at = FIRST_SERVICE[$1]; at < FIRST_SERVICE[$1] + SERVICE_COUNT[$1]; ++at)); do
        text+="; with the service \`${SERVICE[at]}\`"
    done
    VALUE=$text
}
