# The words that the pipeline is declared in. A task is an index; tasks are declared in topological order.

declare -A PARAM=() PARAM_KIND=() PARAM_NEED=() GIVEN=() INDEX=() PLACE=() LOCK_NUMBER=()
PARAM_NAMES=() LIST_OF=() LIST_ITEM=() WORKSPACES=() WORKSPACE_PARAM=()
TASK=() PHASE=() WAVE=() ORIGIN=() ABOUT=() STAGE=() PENDING=() BEFORE=() NEXT=() READS=() DECIDED_BY=() NEEDS=() TIMEOUT=() RETRIES=() DELAY=()
GO_ON=() CLEANS_UP=() LOCK=() LOCK_NAME=() WHEN=() FAN=() OUTPUTS=() MOUNTS=() SECRETS=() FIRST_STEP=() STEP_COUNT=()
STEP=() STEP_GIVE=() STEP_BODY=() STEP_IMAGE=()
SERVICE=() SERVICE_PORT=() SERVICE_TIME=() SERVICE_IMAGE=() SERVICE_GIVE=() SERVICE_RUN=() SERVICE_WITH=() SERVICE_READY=()
SERVICE_NEEDS=() SERVICE_ARG_OF=() SERVICE_ARG=() FIRST_SERVICE=() SERVICE_COUNT=()
TASKS=0 RETURNS=()
# What people see of a task. A turn of a loop is a task that is made when the run knows it: of PARENT, for TURN.
SHOWN=() PARENT=() TURN=() TURNS_LEFT=()

# NAME text|list|secret|workspace required|optional [DEFAULT…]
parameter() {
    PARAM_NAMES+=("$1")
    PARAM_KIND[$1]=$2
    PARAM_NEED[$1]=$3
    if [[ $2 == list ]]; then
        local item
        for item in "${@:4}"; do
            LIST_OF+=("$1")
            LIST_ITEM+=("$item")
        done
    else
        PARAM[$1]=${4-}
    fi
}

# NAME [PARAMETER]
workspace() {
    WORKSPACES+=("$1")
    WORKSPACE_PARAM+=("${2-}")
}

# NAME main|finally WAVE ORIGIN
task() {
    T=$TASKS
    ((++TASKS))
    INDEX[$1]=$T
    TASK+=("$1")
    SHOWN+=("$1")
    PHASE+=("$2")
    WAVE+=("$3")
    ORIGIN+=("$4")
    PENDING[T]=0
    RETRIES[T]=0
    FIRST_STEP[T]=${#STEP[@]}
    STEP_COUNT[T]=0
    FIRST_SERVICE[T]=${#SERVICE[@]}
    SERVICE_COUNT[T]=0
}
about() { ABOUT[T]=$1; }
stage() { STAGE[T]=$1; }
needs() { NEEDS[T]=" $* "; }
# Milliseconds, for one try.
limit() { TIMEOUT[T]=$1; }
# How often again, after how many milliseconds.
again() {
    RETRIES[T]=$1
    DELAY[T]=$2
}
# Milliseconds that its scripts need between TERM and their cleanup.
cleans_up() { CLEANS_UP[T]=10000; }
go_on() { GO_ON[T]=yes; }
# Tasks with the same text never overlap.
lock() {
    [[ -n ${LOCK_NUMBER[=$1]-} ]] || LOCK_NUMBER[=$1]=${#LOCK_NUMBER[@]}
    LOCK[T]=${LOCK_NUMBER[=$1]}
    LOCK_NAME[T]=$1
}
# known|later GIVE BODY: whether the condition reads parameters only.
when() { WHEN[T]="$*"; }
# known|later GIVE BODY: it runs once for each turn that this script finds.
fan() { FAN[T]="$*"; }
outputs() { OUTPUTS[T]=$*; }
mounts() { MOUNTS[T]=$*; }
# param:NAME | name:NAME
secrets() {
    local IFS=$'\n'
    SECRETS[T]=$*
}
# Tasks that end before this one starts.
after() {
    local name
    for name in "$@"; do
        BEFORE[T]+=" ${INDEX[$name]}"
    done
}
# Those of them whose outputs it reads.
reads() {
    local name
    for name in "$@"; do
        READS[T]+=" ${INDEX[$name]}"
    done
}
# Those of them that its condition reads.
decided_by() {
    local name
    for name in "$@"; do
        DECIDED_BY[T]+=" ${INDEX[$name]}"
    done
}
# NAME GIVE BODY IMAGE
step() {
    STEP+=("$1")
    STEP_GIVE+=("$2")
    STEP_BODY+=("$3")
    STEP_IMAGE+=("$4")
    ((++STEP_COUNT[T]))
}
# NAME PORT MILLISECONDS IMAGE: runs beside the steps; the port may be empty, and the time is what it has to get ready.
service() {
    S=${#SERVICE[@]}
    SERVICE+=("$1")
    SERVICE_PORT[S]=$2
    SERVICE_TIME[S]=$3
    SERVICE_IMAGE[S]=$4
    SERVICE_READY[S]=''
    ((++SERVICE_COUNT[T]))
}
# GIVE BODY: its environment, and what runs instead of what the image runs.
serves() {
    SERVICE_GIVE[S]=$1
    SERVICE_RUN[S]=$2
}
# NAME GIVE BODY: a variable whose text a script makes.
serves_with() { SERVICE_WITH+=("$S $*"); }
# BODY: a script that succeeds in it when it is ready.
serves_when() { SERVICE_READY[S]=$1; }
serves_by() { SERVICE_NEEDS[S]=$*; }
# WORD…: arguments for what the image runs.
serves_as() {
    local word
    for word in "$@"; do
        SERVICE_ARG_OF+=("$S")
        SERVICE_ARG+=("$word")
    done
}
# NAME GIVE BODY: an output of the pipeline.
returns() { RETURNS+=("$*"); }
