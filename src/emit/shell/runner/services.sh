# What runs beside a task: started before the first step of each try, waited for, and removed behind the last, on every
# path. In containers all of a task share one network, so that a service is `localhost` to its steps.

# Sets CODE to 0 when all are ready; what goes wrong is said in the log of the task.
start_services() {
    local at first=${FIRST_SERVICE[SELF]} end=$((FIRST_SERVICE[SELF] + SERVICE_COUNT[SELF]))
    NETWORK='' STARTED_SERVICES=()
    CODE=0
    ((end > first)) || return 0
    : >"$WORK/state/${TASK[SELF]}/services"
    for ((at = first; at < end; ++at)); do
        if ! gather_service "$at" || ! start_service "$at"; then
            CODE=1
            return 1
        fi
    done
    for ((at = first; at < end; ++at)); do
        if ! await_service "$at"; then
            CODE=1
            return 1
        fi
    done
    CODE=0
}

# Sets ENV_NAMES and ENV_VALUES to the environment of a service, and SECRET_NAMES.
gather_service() {
    local at line name give body made=() values=() secret=()
    for line in "${SERVICE_WITH[@]}"; do
        [[ $line == "$1 "* ]] || continue
        read -r _ name give body <<<"$line"
        evaluate "$give" "$body" PIPE_VALUE || {
            echo "pipec: \`$name\` of the service \`${SERVICE[$1]}\` could not be evaluated"
            return 1
        }
        made+=("$name")
        values+=("$VALUE")
        # What is made of a secret is one.
        secret+=("$((${#SECRET_NAMES[@]} + ${#SECRET_FILES[@]}))")
    done
    gather "${SERVICE_GIVE[$1]}" || return 1
    for at in "${!made[@]}"; do
        [[ ${secret[at]} == 0 || -z ${values[at]} ]] || SECRET_NAMES[${#ENV_NAMES[@]}]=yes
        ENV_NAMES+=("${made[at]}")
        ENV_VALUES+=("${values[at]}")
    done
}

start_service() {
    local at by_image=''
    if [[ $SERVICES == external ]]; then
        [[ $RUNNER == none ]] || NETWORK=host
        return 0
    fi
    if [[ ${#SECRET_NAMES[@]} != 0 && -z ${SERVICE_RUN[$1]} ]]; then
        by_image=yes
        command_of_image "$1" || return 1
    fi
    CONTAINER=pipec-$PIPELINE-$RUN-$SELF-service-$1-$TRY
    COMMAND=("$RUNNER" run --detach --name "$CONTAINER" --stop-timeout 2 --security-opt label=disable)
    if [[ -n $NETWORK ]]; then
        COMMAND+=(--network "$NETWORK")
    elif [[ ${NEEDS[SELF]-} == *' offline '* ]]; then
        COMMAND+=(--network none)
    fi
    service_limits "$1"
    service_environment "$1"
    if [[ -n ${SERVICE_RUN[$1]} ]]; then
        COMMAND+=(--entrypoint /bin/sh "${SERVICE_IMAGE[$1]}" -c "${SERVICE_NAMING[$1]}$("body_${SERVICE_RUN[$1]}")")
    elif [[ -n $by_image ]]; then
        COMMAND+=(--entrypoint /bin/sh "${SERVICE_IMAGE[$1]}" -c "${SERVICE_NAMING[$1]}exec \"\$@\"" sh "${WORDS[@]}")
    else
        COMMAND+=("${SERVICE_IMAGE[$1]}")
        for at in "${!SERVICE_ARG_OF[@]}"; do
            ((SERVICE_ARG_OF[at] != $1)) || COMMAND+=("${SERVICE_ARG[at]}")
        done
    fi
    STARTED_SERVICES+=("$CONTAINER")
    printf '%s\n' "$CONTAINER" >>"$WORK/state/${TASK[SELF]}/services"
    run_command >/dev/null
    ((CODE == 0)) || {
        [[ -z $REASON ]] || return 1
        echo "pipec: the service \`${SERVICE[$1]}\` could not be started"
        [[ -z $by_image ]] || echo 'pipec: its image has to have `/bin/sh`, since it has secrets: the engine shows what it is given'
        return 1
    }
    NETWORK=${NETWORK:-container:$CONTAINER}
}

service_limits() {
    local need
    for need in ${SERVICE_NEEDS[$1]-}; do
        case $need in
        privileged) COMMAND+=(--privileged) ;;
        memory=*) COMMAND+=(--memory "${need#memory=}") ;;
        cpu=*) container_cpu "${need#cpu=}" ;;
        esac
    done
}

# INDEX: sets WORDS to what its image runs, in words; an image that is not there is fetched.
command_of_image() {
    local at own_names=("${ENV_NAMES[@]}") own_values=("${ENV_VALUES[@]}")
    if ! look_at_image "$1"; then
        ENV_NAMES=() ENV_VALUES=() COMMAND=("$RUNNER" pull "${SERVICE_IMAGE[$1]}")
        run_command >/dev/null 2>&1
        ENV_NAMES=("${own_names[@]}") ENV_VALUES=("${own_values[@]}")
        [[ -z $REASON ]] || return 1
        look_at_image "$1" || {
            echo "pipec: what ${SERVICE_IMAGE[$1]} runs cannot be read: \`$RUNNER\` cannot get that image"
            return 1
        }
    fi
    for at in "${!SERVICE_ARG_OF[@]}"; do
        ((SERVICE_ARG_OF[at] != $1)) || WORDS+=("${SERVICE_ARG[at]}")
    done
}

# The words of an image, each behind a `=` and without blanks: `=%2Fbin%2Fsh =-c /=a+b`.
COMMAND_OF_IMAGE='{{range .Config.Entrypoint}}={{urlquery .}} {{end}}/{{range .Config.Cmd}} ={{urlquery .}}{{end}}'

# INDEX: sets WORDS to what its image begins with, and to what arguments take the place of where there are none.
look_at_image() {
    local told word words=()
    told=$("$RUNNER" image inspect --format "$COMMAND_OF_IMAGE" "${SERVICE_IMAGE[$1]}" 2>/dev/null </dev/null) || return 1
    [[ " ${SERVICE_ARG_OF[*]} " != *" $1 "* ]] || told=${told%%/*}
    read -ra words <<<"${told/\// }"
    WORDS=()
    for word in "${words[@]}"; do
        word=${word#=}
        word=${word//+/ }
        printf -v word '%b.' "${word//%/\\x}"
        WORDS+=("${word%.}")
    done
}

# By name only, as for steps, and a secret as a file. What the client would take for itself comes from a file that nobody
# else can read. Sets SERVICE_NAMING to what a script in the service begins with to know all variables.
service_environment() {
    local at name file=$PRIVATE/service.$1.$BASHPID
    : >"$file"
    SERVICE_NAMING[$1]=''
    for at in "${!ENV_NAMES[@]}"; do
        name=${ENV_NAMES[at]}
        if [[ -n ${SECRET_NAMES[at]-} ]]; then
            hide "$at" "service-$1-$TRY.$at"
            SERVICE_NAMING[$1]+=$(named_by "$at" "$name")
            ENV_NAMES[at]=PIPE_GIVEN_$at
            COMMAND+=(--env "PIPE_GIVEN_$at")
            continue
        fi
        case $name in
        PATH | HOME | USER | TMPDIR | LD_* | XDG_* | DOCKER_* | PODMAN_* | CONTAINER* | BUILDAH_* | STORAGE_* | GO* | SSL_* | *_PROXY | *_proxy)
            printf '%s=%s\n' "$name" "${ENV_VALUES[at]}" >>"$file"
            unset -v "ENV_NAMES[at]" "ENV_VALUES[at]"
            ;;
        *) COMMAND+=(--env "$name") ;;
        esac
    done
    [[ ! -s $file ]] || COMMAND+=(--env-file "$file")
}

# Waits until the service answers, or has ended, or its time is up.
await_service() {
    local until said=''
    now
    until=$((NOW + SERVICE_TIME[$1]))
    while [[ -z $REASON ]]; do
        ENV_NAMES=() ENV_VALUES=()
        service_command "$1" || return 1
        run_command >/dev/null 2>&1
        ((CODE != 0)) || return 0
        [[ -z $REASON ]] || return 1
        if ! service_runs "$1"; then
            said='ended before it was ready'
        else
            now
            ((NOW < until)) || {
                spoken "${SERVICE_TIME[$1]}"
                said="was not ready after $VALUE"
            }
        fi
        [[ -z $said ]] || break
        nap 0.3
    done
    [[ -n $said ]] || return 1
    echo "pipec: the service \`${SERVICE[$1]}\` $said"
    if [[ $SERVICES == external ]]; then
        service_address "$1"
        echo "pipec: with \`--services external\` it $VALUE"
    else
        service_container "$1"
        echo "pipec: what it said last:"
        "$RUNNER" logs --tail 20 "$VALUE" 2>&1 </dev/null
    fi
    return 1
}

# Sets COMMAND to what succeeds when the service is ready; ten seconds are enough for an answer.
service_command() {
    local look
    COMMAND=(/bin/sh -c '"$@" & command=$!; { sleep 10; kill -KILL "$command"; } & wait "$command"' sh)
    service_container "$1"
    if [[ $SERVICES == external && -n ${SERVICE_PORT[$1]} ]]; then
        COMMAND+=("$BASH" -c ": </dev/tcp/localhost/${SERVICE_PORT[$1]}")
    elif [[ $SERVICES == external ]]; then
        gather_service "$1" || return 1
        COMMAND+=(/bin/sh -c "$("body_${SERVICE_READY[$1]}")")
    elif [[ -n ${SERVICE_READY[$1]} ]]; then
        COMMAND+=("$RUNNER" exec "$VALUE" /bin/sh -c "${SERVICE_NAMING[$1]-}$("body_${SERVICE_READY[$1]}")")
    else
        # The image of the service may have no shell; that of the step has one.
        printf -v look '%04X' "${SERVICE_PORT[$1]}"
        COMMAND+=("$RUNNER" run --rm --network "$NETWORK" --security-opt label=disable --entrypoint /bin/sh
            "${STEP_IMAGE[${FIRST_STEP[SELF]}]}" -c "$LISTENS" sh "$look")
    fi
}

# Whether a socket of this network listens at the port, given in hexadecimal digits.
LISTENS='for table in /proc/net/tcp /proc/net/tcp6; do
    [ -r "$table" ] || continue
    while read -r _ address _ state _; do
        case $address/$state in *:"$1"/0A) exit 0 ;; esac
    done <"$table"
done
exit 1'

# Sets VALUE to the container of a service.
service_container() { VALUE=pipec-$PIPELINE-$RUN-$SELF-service-$1-$TRY; }

# What is started by hand is nobody's here.
service_runs() {
    [[ $SERVICES != external ]] || return 0
    service_container "$1"
    [[ $("$RUNNER" container inspect --format '{{.State.Running}}' "$VALUE" 2>/dev/null </dev/null) == true ]]
}

# Sets VALUE to how a service that is started by hand is found.
service_address() {
    VALUE='has to be there: its `ready` has to succeed on this machine'
    [[ -z ${SERVICE_PORT[$1]} ]] || VALUE="has to listen at localhost:${SERVICE_PORT[$1]}"
}

# The last one that was started first: the network of all is that of the first.
stop_services() {
    local gone=("${STARTED_SERVICES[@]}")
    ((SERVICE_COUNT[SELF])) || return 0
    NETWORK='' STARTED_SERVICES=()
    remove_together "${gone[@]}"
    rm -f -- "$WORK/state/${TASK[SELF]:?}/services" "$PRIVATE"/service.*."$BASHPID"
}

# TASK: removes what a supervisor left that was killed.
remove_services() {
    local name gone=()
    [[ -r $WORK/state/${TASK[$1]}/services ]] || return 0
    while read -r name; do gone+=("$name"); done <"$WORK/state/${TASK[$1]}/services"
    remove_together "${gone[@]}"
}

# CONTAINER…: removes them, the last first. The network of the first goes with it, so that podman keeps it as long as there
# are others; those go at once.
remove_together() {
    local at rest=()
    (($#)) || return 0
    for ((at = $#; at > 1; --at)); do
        rest+=("${!at}")
    done
    ((${#rest[@]} == 0)) || "$RUNNER" rm --force --volumes "${rest[@]}" >/dev/null 2>&1 </dev/null
    "$RUNNER" rm --force --volumes "$1" >/dev/null 2>&1 </dev/null
}

# TASK: adds to LACKS what is missing for its services.
services_can_start() {
    local at
    for ((at = FIRST_SERVICE[$1]; at < FIRST_SERVICE[$1] + SERVICE_COUNT[$1]; ++at)); do
        service_address "$at"
        if [[ $SERVICES != external && $RUNNER == none ]]; then
            LACKS+=("$2 has the service \`${SERVICE[at]}\` (${SERVICE_IMAGE[at]}), which needs a container: give \`--runner podman\` or \`--runner docker\`; or start it yourself and give \`--services external\`: then it $VALUE")
        elif [[ $SERVICES == external && $RUNNER != none && ${NEEDS[$1]-} == *' offline '* ]]; then
            LACKS+=("$2 has no network, and with \`--services external\` the service \`${SERVICE[at]}\` is outside of its container")
        fi
    done
}
