# Where values come from. They reach a script by its environment and arguments only.

# Sets VALUE to one text: literal|param|result|output|place|secret|secret_file|status|outcome WHAT…
resolve() {
    case $1 in
    literal) VALUE=$2 ;;
    param) VALUE=${PARAM[$2]} ;;
    result) result_of "$2" "$3" ;;
    output) VALUE=$WORK/results/${TASK[SELF]}/$2 ;;
    place) VALUE=${PLACE[$2]}${3:+/$3} ;;
    secret) secret_value "$2" ;;
    secret_file) secret_file "$2" ;;
    status) VALUE=${STATE[INDEX[$2]]} ;;
    outcome) VALUE=$OUTCOME ;;
    esac
}

# The output of a task that did not succeed is empty.
result_of() {
    local file=$WORK/results/$1/$2 state=${STATE[INDEX[$1]]}
    VALUE=
    [[ $state == succeeded ]] || return 0
    read_file "$file" && return 0
    echo "pipec: output \`$2\` of task \`$1\` is not in $WORK; run that task first"
    return 1
}

# Sets VALUE to `file:PATH`, `env:NAME`, or nothing for an absent optional.
secret_reference() {
    case $1 in
    param:*) VALUE=${PARAM[${1#param:}]} ;;
    *) VALUE=$1 ;;
    esac
    [[ $VALUE == name:* ]] || return 0
    VALUE=file:$SECRETS_DIR/${VALUE#name:}
    # As clusters mount them: a folder, with a file for each key.
    [[ ! -d ${VALUE#file:} ]] || VALUE+=/value
}

# Whether the secret can be read; the reason is in VALUE if not.
secret_there() {
    secret_reference "$1"
    case $VALUE in
    file:*)
        [[ -r ${VALUE#file:} && ! -d ${VALUE#file:} ]] && return 0
        VALUE="the file ${VALUE#file:} of a secret cannot be read"
        ;;
    env:*)
        [[ -n ${SECRET_ENV[${VALUE#env:}]+set} ]] && return 0
        VALUE="the variable \`${VALUE#env:}\` of a secret is not set"
        ;;
    *) return 0 ;;
    esac
    return 1
}

secret_value() {
    if ! secret_there "$1"; then
        echo "pipec: $VALUE"
        return 1
    fi
    case $VALUE in
    file:*) read_file "${VALUE#file:}" ;;
    env:*) VALUE=${SECRET_ENV[${VALUE#env:}]} ;;
    esac
}

secret_file() {
    if ! secret_there "$1"; then
        echo "pipec: $VALUE"
        return 1
    fi
    case $VALUE in
    file:*) VALUE=${VALUE#file:} ;;
    env:*) VALUE=$PRIVATE/secrets/${VALUE#env:} ;;
    *) return 0 ;;
    esac
    [[ $RUNNER == none ]] || open_secret
    SECRET_FILES+=("$VALUE")
}

# The user of a container may be another: it gets a copy that all can read, in a directory that nobody else can enter.
open_secret() {
    local copy=$PRIVATE/open.$SELF.${#SECRET_FILES[@]}
    (umask 022 && cat <"$VALUE" >"$copy")
    VALUE=$copy
}

# NAME SOURCE…: one variable of the script.
give() {
    resolve "${@:2}" || GIVE_FAILED=yes
    [[ $2 != secret || -z $VALUE ]] || SECRET_NAMES[${#ENV_NAMES[@]}]=yes
    ENV_NAMES+=("$1")
    ENV_VALUES+=("$VALUE")
}

# literal WORD… | param NAME | gathered TASK OUTPUT: one list of the script's arguments.
words() {
    local at number
    case $1 in
    literal) WORDS+=("${@:2}") ;;
    param)
        for at in "${!LIST_OF[@]}"; do
            [[ ${LIST_OF[at]} != "$2" ]] || WORDS+=("${LIST_ITEM[at]}")
        done
        ;;
    gathered)
        [[ ${STATE[INDEX[$2]]} == succeeded ]] && read_file "$WORK/state/$2/turns" || VALUE=''
        for number in $VALUE; do
            # A turn that was skipped, or failed, has nothing.
            read_file "$WORK/results/$2.$number/$3" && [[ -n $VALUE ]] || VALUE=$number:
            WORDS+=("$VALUE")
        done
        ;;
    esac
    end_words
}

# SOURCE…: one element of a list that `end_words` closes.
word() {
    resolve "$@" || GIVE_FAILED=yes
    WORDS+=("$VALUE")
}

end_words() { WORDS+=("$END_OF_LIST"); }

# SOURCE…: the directory in which the script starts.
start_in() {
    resolve "$@" || GIVE_FAILED=yes
    START=$VALUE
}

# WORD…: what runs the script's file, when it is not sh.
run_by() { INTERPRETER=("$@"); }

# Gathers what the script GIVE reads; fails when something is missing.
gather() {
    ENV_NAMES=() ENV_VALUES=() SECRET_NAMES=() WORDS=() SECRET_FILES=() START='' GIVE_FAILED='' INTERPRETER=(/bin/sh)
    "give_$1"
    [[ -z $GIVE_FAILED ]]
}

# COMMAND…: in a subshell: becomes the command with the caller's environment and what was gathered. Secrets that came
# by the environment are only for those who are given them, and PIPE_ variables only for their own run.
become() {
    local at name environment=()
    for at in "${!CALLER[@]}"; do
        name=${CALLER[at]%%=*}
        if [[ $name == PIPE_* || -n ${SECRET_ENV[$name]+set} ]]; then
            environment+=("$name")
        else
            environment+=("${CALLER[at]}")
        fi
    done
    for at in "${!ENV_NAMES[@]}"; do
        environment+=("${ENV_NAMES[at]}=${ENV_VALUES[at]}")
    done
    replace "${environment[@]}" -- "$@"
}

# NAME|NAME=VALUE… -- COMMAND…: no variable is used here, since any name may be one of those that are set.
replace() {
    while [[ $1 != -- ]]; do
        unset -v "${1%%=*}"
        # shellcheck disable=SC2163
        [[ $1 != *=* ]] || export "$1"
        shift
    done
    shift
    exec "$@"
}

# GIVE BODY FILE NAME: runs a script of the compiler's own, with NAME in its environment as the file to write;
# sets VALUE to what it wrote.
evaluate() {
    local answer=$PRIVATE/answer.${BASHPID} script=$PRIVATE/script.${BASHPID} code
    gather "$1" || return 1
    ENV_NAMES+=("$3")
    ENV_VALUES+=("$answer")
    "body_$2" >"$script" || return 1
    : >"$answer"
    (become "${INTERPRETER[@]}" "$script" "${WORDS[@]}" </dev/null)
    code=$?
    ((code == 0)) || return "$code"
    read_file "$answer"
}
