main() {
    trap 'on_signal 130' INT
    trap 'on_signal 143' TERM
    trap 'on_signal 129' HUP
    trap 'MUTE=yes' PIPE
    prepare "$@"
    case $MODE in
    list)
        list_tasks
        exit 0
        ;;
    dry-run)
        dry_run
        exit 0
        ;;
    esac
    preflight
    open_channels
    prepare_work
    earlier_states
    take_exclusive
    now
    RUN_BEGAN=$NOW STARTED=yes RUN=$$-$NOW
    run_all
}

# Everything up to knowing what will run; nothing is written but in a private directory.
prepare() {
    FLOCK=$(command -v flock) LOCK_LINKS=()
    PROCESSORS=$(nproc 2>/dev/null || echo 1)
    JOBS=${JOBS:-$PROCESSORS}
    machine_name
    make_private
    exec {EXCLUSIVE}>/dev/null {WORK_LOCK}>/dev/null
    absolute "${PIPEC_SECRETS_DIR:-secrets}"
    SECRETS_DIR=$VALUE
    declare_parameters
    declare_tasks
    declare_returns
    read_options "$@"
    [[ $MODE == list ]] || missing_parameters
    ((${#PROBLEMS[@]} == 0)) || refuse "${PROBLEMS[@]}"
    absolute "$WORK"
    WORK=$VALUE
    place_workspaces
    select_tasks
    [[ $MODE != list ]] || return 0
    check_parameters
    decide_known
}

check_parameters() {
    local give body
    [[ -n $PARAMETERS_BY ]] || return 0
    read -r give body <<<"$PARAMETERS_BY"
    evaluate "$give" "$body" PIPE_VALUE || exit 2
}

run_all() {
    local code
    tick </dev/null >/dev/null 2>&1 &
    run_phase main
    main_outcome
    run_phase finally
    code=${SIGNAL:-${FAILED_CODE:-0}}
    if ((code == 0)) && [[ -z ${ONLY[*]} ]]; then
        write_outputs || code=1
    fi
    if ((code != 0)) && [[ $OUTCOME == succeeded ]]; then
        OUTCOME=failed
        [[ -z $SIGNAL ]] || OUTCOME=cancelled
    fi
    write_result "$code" || say "$WORK/result.json cannot be written"
    farewell "$code"
    exit "$code"
}

# How the tasks of the body ended together, for those of `finally`.
main_outcome() {
    if [[ -n $FAILED_CODE ]]; then
        OUTCOME=failed
    elif [[ -n $SIGNAL ]]; then
        OUTCOME=cancelled
    fi
}

farewell() {
    spoken $((NOW - RUN_BEGAN))
    if (($1 == 0)); then
        say "\`$PIPELINE\` succeeded after $VALUE"
    else
        say "\`$PIPELINE\` $OUTCOME after $VALUE; logs are in $WORK/logs"
    fi
}
