# Which tasks take part: all, or those of --only, or those of --from and all behind them.

select_tasks() {
    local at name before
    if ((${#ONLY[@]} + ${#FROM[@]} == 0)); then
        for ((at = 0; at < TASKS; ++at)); do SELECTED[at]=yes; done
    else
        for name in "${ONLY[@]}" "${FROM[@]}"; do
            at=${INDEX[$name]}
            SELECTED[at]=yes
        done
        ((${#FROM[@]} == 0)) || select_behind
        bridge
    fi
    for ((at = 0; at < TASKS; ++at)); do
        [[ -n ${SELECTED[at]-} ]] || continue
        for before in ${BEFORE[at]-}; do
            NEXT[before]+=" $at"
            ((++PENDING[at]))
        done
    done
}

# Order also holds between tasks with others between them that take no part.
bridge() {
    local at before earlier
    local -A seen
    local -a through=()
    for ((at = 0; at < TASKS; ++at)); do
        seen=()
        for before in ${BEFORE[at]-}; do
            if [[ -n ${SELECTED[before]-} ]]; then
                seen[$before]=yes
            else
                for earlier in ${through[before]-}; do seen[$earlier]=yes; done
            fi
        done
        through[at]=" ${!seen[*]}"
    done
    for at in "${!SELECTED[@]}"; do
        BEFORE[at]=${through[at]}
    done
}

# Tasks are in topological order, so one walk finds everything behind; `finally` is behind everything.
select_behind() {
    local at name before
    local -a behind=()
    for name in "${FROM[@]}"; do
        at=${INDEX[$name]}
        behind[at]=yes
    done
    for ((at = 0; at < TASKS; ++at)); do
        [[ ${PHASE[at]} == main ]] || behind[at]=yes
        for before in ${BEFORE[at]-}; do
            [[ -z ${behind[before]-} ]] || behind[at]=yes
        done
        [[ -z ${behind[at]-} ]] || SELECTED[at]=yes
    done
}
