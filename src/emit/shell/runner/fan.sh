# Loops whose turns only the run knows: each turn is a task of its own, made when the script that finds them has run.

# TASK: sets VALUE to its turns, as the script writes them.
turns_of() {
    local how=${FAN[$1]#* }
    evaluate "${how% *}" "${how#* }" PIPE_TURNS
}

# TASK: makes the tasks of its turns.
fan_out() {
    local parent=$1 turn turns=() labels=' '
    read_file "$WORK/state/${TASK[parent]}/found"
    while IFS= read -r turn; do
        turn=${turn#*\"}
        turns+=("${turn%\"*}")
    done <<<"${VALUE%$'\n'}"
    # A loop without any has one that is none.
    [[ ${turns[0]} != - ]] || turns=()
    TURNS_LEFT[parent]=${#turns[@]}
    : >"$WORK/state/${TASK[parent]}/turns"
    for turn in "${turns[@]}"; do
        printf '%s\n' "${turn%%:*}" >>"$WORK/state/${TASK[parent]}/turns"
        add_turn "$parent" "$turn"
    done
    ((${#turns[@]})) || end_loop "$parent"
}

# PARENT TURN: a task like its parent, for one turn.
add_turn() {
    local parent=$1 at=$TASKS label=${2#*:}
    label=${label#*:}
    # A list may have an element twice.
    [[ -n $label && $labels != *" $label "* ]] || label=${2%%:*}${label:+:$label}
    labels+="$label "
    ((++TASKS))
    TASK[at]=${TASK[parent]}.${2%%:*} SHOWN[at]="${TASK[parent]}[$label]"
    PARENT[at]=$parent TURN[at]=$2 SELECTED[at]=yes PENDING[at]=0 PHASE[at]=${PHASE[parent]}
    STAGE[at]=${STAGE[parent]-} NEEDS[at]=${NEEDS[parent]-} MOUNTS[at]=${MOUNTS[parent]-} OUTPUTS[at]=${OUTPUTS[parent]-}
    TIMEOUT[at]=${TIMEOUT[parent]-} RETRIES[at]=${RETRIES[parent]} DELAY[at]=${DELAY[parent]-} GO_ON[at]=${GO_ON[parent]-}
    CLEANS_UP[at]=${CLEANS_UP[parent]-} LOCK[at]=${LOCK[parent]-} LOCK_NAME[at]=${LOCK_NAME[parent]-}
    FIRST_STEP[at]=${FIRST_STEP[parent]} STEP_COUNT[at]=${STEP_COUNT[parent]}
    make_open "$WORK/results/${TASK[at]}" "$WORK/state/${TASK[at]}"
    READY[at]=yes
}

# PARENT TURN: one of the turns has been settled.
end_turn() {
    [[ ${STATE[$2]} != failed || -n ${CODES[$1]-} ]] || CODES[$1]=${CODES[$2]}
    [[ -z ${WARNED[$2]-} ]] || WARNED[$1]=yes
    ((--TURNS_LEFT[$1])) || end_loop "$1"
}

# PARENT: the last of its turns has been settled.
end_loop() {
    local parent=$1 at status=succeeded count=0
    for ((at = parent + 1; at < TASKS; ++at)); do
        [[ ${PARENT[at]-} == "$parent" ]] || continue
        ((++count))
        case ${STATE[at]} in
        failed) status=failed ;;
        cancelled) [[ $status == failed ]] || status=cancelled ;;
        esac
    done
    [[ $status != failed ]] || TAINTED[parent]=yes
    now
    TOOK[parent]=$((NOW - BEGAN[parent]))
    TRIES[parent]=1
    spoken "${TOOK[parent]}"
    say "\`${SHOWN[parent]}\` $status after $VALUE; turns: $count"
    settle "$parent" "$status" "${CODES[parent]-0}"
}
