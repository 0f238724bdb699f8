# The command line. Everything that is wrong with it is said at once.

JOBS=$DEFAULT_JOBS WORK=$DEFAULT_WORK GRACE=$DEFAULT_GRACE RUNNER=none SERVICES=start FRESH='' KEEP_GOING='' MODE=run
ONLY=() FROM=() PROBLEMS=() ARGUMENTS=() AT=0
OPTIONS=(help list dry-run jobs only from keep-going work fresh runner services grace param)
declare -A SECRET_ENV=()

problem() { PROBLEMS+=("$*"); }

read_options() {
    ARGUMENTS=("$@")
    local argument
    while ((AT < ${#ARGUMENTS[@]})); do
        argument=${ARGUMENTS[AT]}
        ((++AT))
        case $argument in
        -h) long_option help ;;
        -j) long_option jobs ;;
        -j?*) long_option jobs "${argument#-j}" ;;
        -p) long_option param ;;
        --?*=*) long_option "${argument%%=*}" "${argument#*=}" ;;
        --?*) long_option "$argument" ;;
        *) problem "unexpected argument \`$argument\`; values are given as \`--NAME VALUE\`, see \`--help\`" ;;
        esac
    done
}

# NAME [VALUE]
long_option() {
    local name=${1#--}
    case $name in
    help)
        pipeline_help
        exit 0
        ;;
    list | dry-run | fresh | keep-going) switch "$@" ;;
    jobs) wanted "$@" && number_of_jobs "$VALUE" ;;
    only) wanted "$@" && known_task "$VALUE" && ONLY+=("$VALUE") ;;
    from) wanted "$@" && known_task "$VALUE" && FROM+=("$VALUE") ;;
    work) wanted "$@" && WORK=$VALUE ;;
    runner) wanted "$@" && known_runner "$VALUE" ;;
    services) wanted "$@" && known_services "$VALUE" ;;
    grace) wanted "$@" && grace "$VALUE" ;;
    param) wanted "$@" && parameter_of_pair "$VALUE" ;;
    *) parameter_option "$@" ;;
    esac
}

# Sets VALUE to what was given with the option, or to the next argument.
wanted() {
    VALUE=${2-}
    (($# < 2)) || return 0
    if ((AT >= ${#ARGUMENTS[@]})); then
        problem "\`--${1#--}\` needs a value"
        return 1
    fi
    VALUE=${ARGUMENTS[AT]}
    ((++AT))
}

switch() {
    local name=${1#--}
    (($# < 2)) || problem "\`--$name\` takes no value"
    case $name in
    list | dry-run) MODE=$name ;;
    fresh) FRESH=yes ;;
    keep-going) KEEP_GOING=yes ;;
    esac
}

number_of_jobs() {
    if [[ $1 =~ ^[1-9][0-9]{0,3}$ ]]; then
        JOBS=$1
    else
        problem "\`-j $1\`: the number of tasks that run together is 1 or more"
    fi
}

known_runner() {
    case $1 in
    none | podman | docker) RUNNER=$1 ;;
    *) problem "\`--runner $1\`: it is \`none\`, \`podman\` or \`docker\`" ;;
    esac
}

known_services() {
    case $1 in
    start | external) SERVICES=$1 ;;
    *) problem "\`--services $1\`: it is \`start\` or \`external\`" ;;
    esac
}

known_task() {
    [[ -n $1 && -n ${INDEX[$1]-} ]] && return 0
    nearest "$1" "${TASK[@]}"
    problem "there is no task \`$1\`${NEAREST:+; did you mean \`$NEAREST\`?}"
    return 1
}

grace() {
    case $1 in
    *[!0-9]*[!a-z]* | [!0-9]* | '') ;;
    *ms) [[ ${1%ms} =~ ^[0-9]{1,9}$ ]] && GRACE=$((10#${1%ms})) && return ;;
    *s) [[ ${1%s} =~ ^[0-9]{1,6}$ ]] && GRACE=$((10#${1%s} * 1000)) && return ;;
    *min) [[ ${1%min} =~ ^[0-9]{1,4}$ ]] && GRACE=$((10#${1%min} * 60000)) && return ;;
    esac
    problem "\`--grace $1\`: it is a duration like \`500ms\`, \`10s\` or \`2min\`"
}

parameter_of_pair() {
    case $1 in
    ?*=*) parameter_option "${1%%=*}" "${1#*=}" ;;
    *) problem "\`-p $1\`: write \`-p NAME=VALUE\`" ;;
    esac
}

# NAME [VALUE]: a parameter of the pipeline, or `no-NAME` for an empty list or no value.
parameter_option() {
    local name=${1#--}
    name=${name//-/_}
    if [[ -n ${PARAM_KIND[$name]-} ]]; then
        wanted "$@" && set_parameter "$name" "$VALUE"
    elif [[ $name == no_?* && -n ${PARAM_KIND[${name#no_}]-} ]]; then
        no_value "${name#no_}"
    else
        nearest "${1#--}" "${OPTIONS[@]}" "${PARAM_NAMES[@]//_/-}"
        problem "there is no option \`--${1#--}\`${NEAREST:+; did you mean \`--$NEAREST\`?}"
    fi
}

no_value() {
    [[ ${PARAM_KIND[$1]} == list ]] || PARAM[$1]=''
    clear_list "$1"
    GIVEN[$1]=yes
}

set_parameter() {
    local kind=${PARAM_KIND[$1]}
    if [[ -n ${GIVEN[$1]-} && $kind != list ]]; then
        problem "the parameter \`$1\` is given twice"
        return
    fi
    case $kind in
    text) PARAM[$1]=$2 ;;
    list) add_to_list "$1" "$2" ;;
    secret) set_secret "$1" "$2" ;;
    workspace) set_workspace "$1" "$2" ;;
    esac
    GIVEN[$1]=yes
}

add_to_list() {
    [[ -n ${GIVEN[$1]-} ]] || clear_list "$1"
    if [[ $2 == "$END_OF_LIST" ]]; then
        problem "the parameter \`$1\`: an element cannot be \`$2\`, which ends a list"
    fi
    LIST_OF+=("$1")
    LIST_ITEM+=("$2")
}

clear_list() {
    local at
    for at in "${!LIST_OF[@]}"; do
        [[ ${LIST_OF[at]} != "$1" ]] || unset -v "LIST_OF[at]" "LIST_ITEM[at]"
    done
}

# What is no plain file (`<(command)`, /dev/stdin) can be read once only: it is kept for the run.
set_secret() {
    local variable
    case $2 in
    '') PARAM[$1]='' ;;
    env:*)
        variable=${2#env:}
        if [[ ! $variable =~ ^[A-Za-z_][A-Za-z0-9_]*$ || -z ${!variable+set} ]]; then
            problem "the secret \`$1\`: the variable \`$variable\` is not set"
            return
        fi
        SECRET_ENV[$variable]=${!variable}
        (umask 077 && mkdir -p "$PRIVATE/secrets" && printf %s "${!variable}" >"$PRIVATE/secrets/$variable")
        PARAM[$1]=$2
        ;;
    *) secret_of_file "$1" "${2#file:}" "$2" ;;
    esac
}

# NAME FILE TEXT: a file, or the name of one in the folder of secrets.
secret_of_file() {
    local name
    absolute "$2"
    name=$VALUE
    if [[ ! -r $name || -d $name ]]; then
        if [[ $3 =~ ^[A-Za-z0-9_-][A-Za-z0-9._-]*$ && -e $SECRETS_DIR/$3 ]]; then
            PARAM[$1]=name:$3
            return
        fi
        problem "the secret \`$1\`: the file \`$2\` cannot be read"
    elif [[ ! -f $name ]]; then
        (umask 077 && mkdir -p "$PRIVATE/given" && cat <"$2" >"$PRIVATE/given/$1")
        name=$PRIVATE/given/$1
    fi
    PARAM[$1]=file:$name
}

set_workspace() {
    if [[ -d $2 ]]; then
        absolute "$2"
        PARAM[$1]=$VALUE
    else
        problem "the workspace \`$1\`: there is no directory \`$2\`"
    fi
}

# Every parameter that has to be given and is not.
missing_parameters() {
    local name
    for name in "${PARAM_NAMES[@]}"; do
        [[ ${PARAM_NEED[$name]} != required || -n ${GIVEN[$name]-} ]] ||
            problem "the parameter \`$name\` is not given: \`--${name//_/-} VALUE\`"
    done
}

# NAME CANDIDATE…: sets NEAREST to the candidate that was most likely meant, or to nothing.
nearest() {
    local name=$1 candidate best=$((2 + ${#1} / 4))
    NEAREST=''
    for candidate in "${@:2}"; do
        ((${#candidate} - ${#name} < best && ${#name} - ${#candidate} < best)) || continue
        distance "$name" "$candidate"
        ((DISTANCE < best)) || continue
        best=$DISTANCE
        NEAREST=$candidate
    done
}

# Sets DISTANCE to the number of letters to change, add or leave out.
distance() {
    local a=$1 b=$2 i j above corner least
    local -a row=()
    for ((j = 0; j <= ${#b}; ++j)); do row[j]=$j; done
    for ((i = 1; i <= ${#a}; ++i)); do
        corner=${row[0]}
        row[0]=$i
        for ((j = 1; j <= ${#b}; ++j)); do
            above=${row[j]}
            least=$((corner + 1))
            [[ ${a:i-1:1} != "${b:j-1:1}" ]] || least=$corner
            ((above + 1 >= least)) || least=$((above + 1))
            ((row[j - 1] + 1 >= least)) || least=$((row[j - 1] + 1))
            row[j]=$least
            corner=$above
        done
    done
    DISTANCE=${row[${#b}]}
}
