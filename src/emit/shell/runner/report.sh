# What is left of a run: outputs, result.json, the exit code.

# The outputs of the pipeline, when it succeeded.
write_outputs() {
    local at give body name
    ((${#RETURNS[@]} == 0)) || say "outputs are in $WORK/outputs"
    for at in "${!RETURNS[@]}"; do
        read -r name give body <<<"${RETURNS[at]}"
        evaluate "$give" "$body" PIPE_VALUE || {
            say "the output \`$name\` cannot be made"
            return 1
        }
        printf %s "$VALUE" >"$WORK/outputs/$name"
        printf '%s = %s\n' "$name" "$VALUE"
    done
}

write_result() {
    local at comma='' success=false
    [[ $1 != 0 ]] || success=true
    now
    {
        json_string "$PIPELINE"
        printf '{"name":%s,"type":"pipeline","success":%s,"outcome":"%s",' "$VALUE" "$success" "$OUTCOME"
        printf '"exit_code":%d,"duration_ms":%d,"tasks":[' "$1" $((NOW - RUN_BEGAN))
        for ((at = 0; at < TASKS; ++at)); do
            [[ -n ${SELECTED[at]-} && -z ${PARENT[at]-} ]] || continue
            printf '%s\n' "$comma"
            result_of_task "$at"
            comma=,
        done
        printf '\n]}\n'
    } >"$WORK/result.json.new" && mv -f "$WORK/result.json.new" "$WORK/result.json"
}

result_of_task() {
    local success=false stage=null warning=false
    [[ -z ${WARNED[$1]-} ]] || warning=true
    case ${STATE[$1]} in succeeded | skipped) success=true ;; esac
    if [[ -n ${STAGE[$1]-} ]]; then
        json_string "${STAGE[$1]}"
        stage=$VALUE
    fi
    json_string "${SHOWN[$1]}"
    printf '{"name":%s,"stage":%s,"type":"task","success":%s,"status":"%s",' "$VALUE" "$stage" "$success" "${STATE[$1]}"
    printf '"warning":%s,"exit_code":%d,' "$warning" "${CODES[$1]}"
    printf '"duration_ms":%d,"attempts":%d,"steps":[' "${TOOK[$1]:-0}" "${TRIES[$1]:-0}"
    results_of_steps "$1"
    [[ -z ${FAN[$1]-} ]] || results_of_turns "$1"
    printf ']}'
}

results_of_turns() {
    local at comma=''
    printf '],"turns":['
    for ((at = $1 + 1; at < TASKS; ++at)); do
        [[ ${PARENT[at]-} == "$1" ]] || continue
        printf '%s\n' "$comma"
        result_of_task "$at"
        comma=,
    done
}

results_of_steps() {
    local name code took comma='' success
    [[ -r $WORK/state/${TASK[$1]}/steps ]] || return 0
    while read -r name code took; do
        success=false
        ((code != 0)) || success=true
        json_string "$name"
        printf '%s{"name":%s,"type":"step","success":%s,"exit_code":%d,"duration_ms":%d}' \
            "$comma" "$VALUE" "$success" "$code" "$took"
        comma=,
    done <"$WORK/state/${TASK[$1]}/steps"
}
