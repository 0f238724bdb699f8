# ---- the summary: how the run ended, for whatever started it ------------------------------------------------------------

# Sets NOW to milliseconds.
now() {
    if [ -n "${EPOCHREALTIME-}" ]; then
        NOW=${EPOCHREALTIME/[.,]/}
        NOW=${NOW%???}
    else
        NOW=$(date +%s%3N)
    fi
}

# Keeps how a build ended.
note() { # AT STATE
    now
    states[$1]=$2
    codes[$1]=$status
    builds[$1]=$build
    took[$1]=$((NOW - began))
}

# Of a run that was meant to go: not of a dry one, of --list or --help.
write_summary() { # CODE
    [ -n "$summary" ] && [ "$dry_run" = false ] || return 0
    [ -n "$phase" ] || [ "$1" != 0 ] || return 0
    [ -n "$phase" ] || outcome=failed
    summary_text "$1" >"$summary.new" && mv -f -- "$summary.new" "$summary"
}

summary_text() { # CODE
    local at comma='' success=false
    [ "$1" != 0 ] || success=true
    now
    json_string "$pipeline"
    printf '{"name":%s,"type":"pipeline","success":%s,"outcome":"%s",' "$VALUE" "$success" "$outcome"
    json_string "$run"
    printf '"exit_code":%d,"duration_ms":%d,"run":%s,"builds":[' "$1" $((NOW - begun)) "$VALUE"
    for at in "${!segment_names[@]}"; do
        printf '%s\n' "$comma"
        summary_of_build "$at"
        comma=,
    done
    printf '\n]}\n'
}

# What was never started was cancelled.
summary_of_build() { # AT
    local state=${states[$1]-cancelled} success=false task comma=''
    [ "$state" != succeeded ] || success=true
    printf '{"name":"%s","type":"build","phase":"%s",' "${segment_names[$1]}" "${segment_phases[$1]}"
    json_string "${builds[$1]-}"
    printf '"config":"%s","build":%s,"success":%s,"status":"%s",' "$prefix-${segment_classes[$1]}" "$VALUE" "$success" "$state"
    printf '"exit_code":%d,"duration_ms":%d,"tasks":[' "${codes[$1]-0}" "${took[$1]-0}"
    for task in ${segment_tasks[$1]}; do
        printf '%s"%s"' "$comma" "$task"
        comma=,
    done
    printf ']}'
}

