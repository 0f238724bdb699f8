# What people see. Tasks write to their logs; only the main process writes to its output, so that lines stay whole.

OPEN='' MUTE='' LOG=() HELD=()
HELD_AT_MOST=8192

say() {
    close_line
    printf 'pipec: %s\n' "$*" >&2
}

# Ends the line of a task that has been shown in part.
close_line() {
    [[ -z $OPEN || -n $MUTE ]] || printf '\n' 2>/dev/null
    OPEN=''
}

follow() {
    local fd
    exec {fd}<"$WORK/logs/${TASK[$1]}.log"
    LOG[$1]=$fd
    HELD[$1]=''
}

# TASK LIMIT: shows what is new in its log, 16 KiB at a time.
drain() {
    local fd=${LOG[$1]} limit=$2 chunk
    while ((limit-- > 0)); do
        if ! IFS= read -r -d '' -n 16384 -u "$fd" chunk; then
            [[ -z $chunk ]] || show "$1" "$chunk"
            return
        fi
        show "$1" "$chunk"
        # A shorter chunk ended at a NUL byte, which no variable can hold.
        ((${#chunk} == 16384)) || show_nul "$1"
    done
}

# Shows whole lines and keeps the rest until it is a line or long.
show() {
    local text=${HELD[$1]}$2 glue=$'\n'"${SHOWN[$1]} | "
    HELD[$1]=${text##*$'\n'}
    if [[ $text == *$'\n'* ]]; then
        text=${text%$'\n'*}
        begin_line "$1"
        print "${text//$'\n'/$glue}"$'\n'
        OPEN=''
    fi
    ((${#HELD[$1]} <= HELD_AT_MOST)) || show_part "$1"
}

show_part() {
    begin_line "$1"
    print "${HELD[$1]}"
    HELD[$1]=''
}

show_nul() {
    show_part "$1"
    [[ -n $MUTE ]] || printf '\0' 2>/dev/null
}

begin_line() {
    [[ $OPEN != "$1" ]] || return 0
    close_line
    print "${SHOWN[$1]} | "
    OPEN=$1
}

print() {
    [[ -n $MUTE ]] || printf %s "$1" 2>/dev/null
}

# The last words of a task that has ended.
unfollow() {
    local fd=${LOG[$1]}
    drain "$1" 999999999
    if [[ -n ${HELD[$1]} ]]; then
        show_part "$1"
    fi
    [[ $OPEN != "$1" ]] || close_line
    exec {fd}<&-
    unset -v "LOG[$1]" "HELD[$1]"
}
