# What is started for a step: its script, or a container in which the same files lie at the same paths.

# INDEX SCRIPT: sets COMMAND.
command_line() {
    if [[ $RUNNER == none ]]; then
        COMMAND=("${INTERPRETER[@]}" "$2" "${WORDS[@]}")
        return
    fi
    chmod 755 "$2"
    CONTAINER=pipec-$PIPELINE-$RUN-$SELF-$1-$TRY
    # What is removed had its grace as a process here.
    COMMAND=("$RUNNER" run --rm --name "$CONTAINER" --stop-timeout 0 --security-opt label=disable)
    container_limits
    container_mounts "$2"
    COMMAND+=(--workdir "$WORK/scratch/${TASK[SELF]}")
    container_environment
    COMMAND+=("${STEP_IMAGE[$1]}" "${NAMING[@]}" "${INTERPRETER[@]}" "$2" "${WORDS[@]}")
}

container_limits() {
    local need
    for need in ${NEEDS[SELF]-}; do
        case $need in
        kvm) COMMAND+=(--device /dev/kvm) ;;
        privileged) COMMAND+=(--privileged) ;;
        offline) [[ -n $NETWORK ]] || COMMAND+=(--network none) ;;
        memory=*) COMMAND+=(--memory "${need#memory=}") ;;
        cpu=*) container_cpu "${need#cpu=}" ;;
        esac
    done
    [[ -z $NETWORK ]] || COMMAND+=(--network "$NETWORK")
}

# More processors than the machine has would be refused.
container_cpu() {
    local thousandths=$1 all=$((PROCESSORS * 1000))
    ((thousandths <= all)) || thousandths=$all
    printf -v VALUE '%d.%03d' $((thousandths / 1000)) $((thousandths % 1000))
    COMMAND+=(--cpus "$VALUE")
}

container_mounts() {
    local name task=${TASK[SELF]}
    mount "$1" readonly
    for name in results scratch state; do
        mount "$WORK/$name/$task"
    done
    for name in ${MOUNTS[SELF]-}; do
        [[ -z ${PLACE[$name]} ]] || mount "${PLACE[$name]}"
    done
    for name in "${SECRET_FILES[@]}"; do
        mount "$name" readonly
    done
}

# PATH [readonly]: the value is read as CSV, in which a field with commas stands in quotes.
mount() {
    local place="${1//\"/\"\"}"
    COMMAND+=(--mount "type=bind,\"source=$place\",\"target=$place\"${2:+,readonly}")
}

# By name only: a value may have several lines, and arguments can be seen by everyone. Names of the program's own (HOME,
# PATH) would be taken by the client as well, so they are given inside. So is a secret: the engine keeps what it is given.
container_environment() {
    local at name names=''
    NAMING=()
    for at in "${!ENV_NAMES[@]}"; do
        name=${ENV_NAMES[at]}
        if [[ -n ${SECRET_NAMES[at]-} ]]; then
            hide "$at" "$at"
            ENV_NAMES[at]=PIPE_GIVEN_$at
            names+=$(named_by "$at" "$name")
        elif [[ $name != PIPE_* ]]; then
            ENV_NAMES[at]=PIPE_GIVEN_$at
            names+="export $name=\"\$PIPE_GIVEN_$at\"; unset PIPE_GIVEN_$at; "
        fi
        COMMAND+=(--env "${ENV_NAMES[at]}")
    done
    if [[ -n $names ]]; then
        COMMAND+=(--entrypoint /bin/sh)
        NAMING=(-c "${names}exec \"\$@\"" sh)
    else
        COMMAND+=(--entrypoint "${INTERPRETER[0]}")
        INTERPRETER=("${INTERPRETER[@]:1}")
    fi
}

# INDEX NAME: shell text that gives the name to what the file at that place holds. `cat` is found whatever PATH was given.
named_by() {
    echo "$2=\"\$(PATH=\${PATH:+\$PATH:}/bin:/usr/bin; cat \"\$PIPE_GIVEN_$1\" && echo .)\" || exit; export $2=\"\${$2%.}\"; unset PIPE_GIVEN_$1; "
}

# INDEX NUMBER: the value of a variable becomes the path of a file that holds it.
hide() {
    local file=$PRIVATE/hidden.$SELF.$2
    (umask 022 && printf %s "${ENV_VALUES[$1]}" >"$file")
    ENV_VALUES[$1]=$file
    mount "$file" readonly
}

# When its client was ended the container may go on. That of one that was killed had its grace; another may not have been
# told, since a client that is just starting does not hand signals on: it has its grace now.
remove_container() {
    [[ -n $REASON || $CODE -gt 128 ]] || return 0
    if [[ -z $KILLED ]]; then
        "$RUNNER" stop -t $(((GRACE + ${CLEANS_UP[SELF]:-0} + 999) / 1000)) "$CONTAINER" >/dev/null 2>&1 </dev/null
    fi
    "$RUNNER" rm --force "$CONTAINER" >/dev/null 2>&1 </dev/null
}
