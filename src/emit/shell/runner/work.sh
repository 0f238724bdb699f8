# The work directory, and locks between runs.

prepare_work() {
    local at dirs=()
    claim_work
    take_lock "$WORK/.lock" try || refuse "another run uses the work directory $WORK; give this one another with \`--work DIR\`"
    WORK_LOCK=$LOCK_FD
    mkdir -p "$WORK"/{logs,outputs,results,scratch,state,steps,workspaces} || refuse "the work directory $WORK cannot be written"
    rm -rf -- "$WORK/result.json" "$WORK/scratch"/* "$WORK/steps"/* "$WORK/outputs"/*
    ((${#ONLY[@]} + ${#FROM[@]})) || rm -rf -- "$WORK/results"/* "$WORK/logs"/* "$WORK/state"/*
    for ((at = 0; at < TASKS; ++at)); do
        [[ -n ${SELECTED[at]-} ]] || continue
        dirs+=("$WORK/results/${TASK[at]}" "$WORK/state/${TASK[at]}")
        [[ -z ${ONLY[*]}${FROM[*]} ]] || rm -rf -- "$WORK/results/${TASK[at]}" "$WORK/state/${TASK[at]}"
        ((${#dirs[@]} < 500)) || {
            make_open "${dirs[@]}"
            dirs=()
        }
    done
    ((${#dirs[@]} == 0)) || make_open "${dirs[@]}"
    prepare_workspaces
}

# Files are only removed from a directory that a run has made, or found empty.
claim_work() {
    local found
    mkdir -p "$WORK" || refuse "the work directory $WORK cannot be made"
    if [[ ! -e $WORK/.pipec-work ]]; then
        found=$(ls -A "$WORK") || refuse "the work directory $WORK cannot be read"
        [[ -z $found ]] || refuse "$WORK is there already and no work directory; give \`--work\` a new or an empty one"
        : >"$WORK/.pipec-work" || refuse "the work directory $WORK cannot be written"
    fi
    # What users of containers have to write to is open to all, inside of what is open to nobody else.
    [[ $RUNNER == none ]] || chmod 700 "$WORK"
}

# DIRECTORY…
make_open() {
    mkdir -p "$@" || return 1
    [[ $RUNNER == none ]] || chmod 777 "$@"
}

# Workspaces keep what is in them, because it may be all that a long run has made.
prepare_workspaces() {
    local at name old=()
    for at in "${!WORKSPACES[@]}"; do
        name=${WORKSPACES[at]}
        [[ ${PLACE[$name]} == "$WORK/workspaces/$name" ]] || continue
        [[ -z $FRESH ]] || rm -rf -- "${PLACE[$name]}" || refuse "the workspace \`$name\` cannot be emptied"
        make_open "${PLACE[$name]}"
        old=("${PLACE[$name]}"/*)
        [[ ! -e ${old[0]} || -n ${ONLY[*]}${FROM[*]} ]] ||
            say "the workspace \`$name\` has files of an earlier run; \`--fresh\` empties it"
    done
}

place_workspaces() {
    local at name from
    for at in "${!WORKSPACES[@]}"; do
        name=${WORKSPACES[at]}
        from=${WORKSPACE_PARAM[at]}
        PLACE[$name]=${from:+${PARAM[$from]}}
        # One that the run may leave out is nowhere then.
        [[ -n $from ]] || PLACE[$name]=$WORK/workspaces/$name
    done
}

# What earlier runs left of tasks that are not part of this one; those whose outputs are read have to be there.
earlier_states() {
    local at before lacks=()
    for ((at = 0; at < TASKS; ++at)); do
        [[ -z ${SELECTED[at]-} ]] || continue
        STATE[at]=skipped
        if read_file "$WORK/state/${TASK[at]}/status"; then
            STATE[at]=${VALUE%$'\n'}
        else
            LOST[at]=yes
        fi
        [[ ${STATE[at]} != failed && ${STATE[at]} != cancelled ]] || LOST[at]=yes
    done
    for ((at = 0; at < TASKS; ++at)); do
        [[ -n ${SELECTED[at]-} && ${DECIDED[at]-} != false ]] || continue
        for before in ${READS[at]-}; do
            [[ -z ${LOST[before]-} ]] ||
                lacks+=("\`${SHOWN[at]}\` reads outputs of \`${SHOWN[before]}\`, and $WORK has none of an earlier run")
        done
    done
    ((${#lacks[@]} == 0)) || refuse "${lacks[@]}"
}

# Two runs with this name never overlap, whatever their work directories.
take_exclusive() {
    local give body dir=${PIPEC_LOCK_DIR:-${TMPDIR:-/tmp}/pipec-locks-$(id -u)} name
    [[ -n $EXCLUSIVE_BY ]] || return 0
    read -r give body <<<"$EXCLUSIVE_BY"
    evaluate "$give" "$body" PIPE_VALUE || refuse "the name of the exclusive lock cannot be made"
    file_name "$VALUE"
    name=$VALUE
    mkdir -p "$dir" || refuse "the directory of locks $dir cannot be made"
    take_lock "$dir/$name" wait
    EXCLUSIVE=$LOCK_FD
}

# Sets VALUE to a file name that no other text has.
file_name() {
    local text=$1 letter at name=''
    for ((at = 0; at < ${#text}; ++at)); do
        letter=${text:at:1}
        case $letter in
        [A-Za-z0-9_-]) name+=$letter ;;
        *) printf -v name '%s%%%02x' "$name" $(($(printf '%d' "'$letter") & 255)) ;;
        esac
    done
    if ((${#name} > 200)); then
        name=$(printf %s "$text" | sha256sum)
        name=${name%% *}
    fi
    VALUE=$name.lock
}

# FILE try|wait: sets LOCK_FD, which holds the lock as long as it is open.
take_lock() {
    local told='' where=$1
    while ! try_lock "$where"; do
        [[ $2 == wait ]] || return 1
        [[ -n $told ]] || say "waiting for another run that holds $where${OWNER:+ (process ${OWNER%%:*})}"
        told=yes
        pause 0.2
    done
}

try_lock() {
    exec {LOCK_FD}>>"$1" || refuse "the lock $1 cannot be written"
    if [[ -n $FLOCK ]]; then
        "$FLOCK" -n "$LOCK_FD" && return 0
        exec {LOCK_FD}>&-
        return 1
    fi
    link_lock "$1.held" || {
        exec {LOCK_FD}>&-
        return 1
    }
}

# Without flock: a link is made in one step with its owner in it, and the lock of a process that is gone is broken.
link_lock() {
    process_mark $$
    ln -s "$VALUE" "$1" 2>/dev/null && LOCK_LINKS+=("$1") && return 0
    owner_is_gone "$1" || return 1
    # Only one process at a time may break it, and only after another look.
    ln -s "$VALUE" "$1.breaking" 2>/dev/null || {
        owner_is_gone "$1.breaking" && rm -f -- "$1.breaking"
        return 1
    }
    if owner_is_gone "$1"; then
        rm -f -- "$1"
    fi
    rm -f -- "$1.breaking"
    process_mark $$
    ln -s "$VALUE" "$1" 2>/dev/null && LOCK_LINKS+=("$1")
}

# A link that is not there has no owner that is gone: somebody just gave it back, and somebody else may take it now.
owner_is_gone() {
    local mine=$VALUE
    OWNER=$(readlink "$1") || {
        OWNER=
        return 1
    }
    process_mark "${OWNER%%:*}"
    [[ $VALUE != "$OWNER" ]] || {
        VALUE=$mine
        return 1
    }
    VALUE=$mine
}

# Sets VALUE to the process and when it started, because numbers come again.
process_mark() {
    local line words=()
    if ! kill -0 "$1" 2>/dev/null && [[ ! -d /proc/$1 ]]; then
        VALUE=gone
        return
    fi
    if [[ -r /proc/$1/stat ]] && read -r line <"/proc/$1/stat"; then
        # It has ended, and nobody waits for it.
        if [[ ${line##*)} == ' '[ZX]* ]]; then
            VALUE=gone
            return
        fi
        # The name, in brackets, may have blanks; the start is the 20th word behind it.
        read -r -a words <<<"${line##*)}"
    fi
    VALUE=$1:${words[19]-}
}

release_locks() {
    ((${#LOCK_LINKS[@]} == 0)) || rm -f -- "${LOCK_LINKS[@]}"
}
