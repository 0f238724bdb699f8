if [ -z "${BASH_VERSION-}" ] || [ "${BASH_VERSINFO[0]}${BASH_VERSINFO[1]}" -lt 43 ]; then
    echo "$0: needs bash 4.3 or newer" >&2
    exit 2
fi

# The environment that steps get, before anything here changes it.
CALLER=()
while IFS= read -r -d '' CALLER_LINE; do
    case $CALLER_LINE in
    # bash keeps these itself, and names that are none of its own it passes on.
    _=* | PWD=* | OLDPWD=* | SHLVL=*) ;;
    [A-Za-z_]*=*) [[ ${CALLER_LINE%%=*} == *[!A-Za-z0-9_]* ]] || CALLER+=("$CALLER_LINE") ;;
    esac
done < <(env -0)

# What the caller's shell may have exported must not change how this file is read.
set +o posix +o errexit +o nounset +o noclobber +o noglob +o monitor
shopt -u patsub_replacement nullglob failglob nocasematch 2>/dev/null
unset -v CDPATH
IFS=$' \t\n'
{ : <&0; } 2>/dev/null || exec </dev/null
{ : >&1; } 2>/dev/null || exec >/dev/null
{ : >&2; } 2>/dev/null || exec 2>/dev/null

# Texts are bytes here.
LC_ALL=C

# Sets NOW to milliseconds.
if ((BASH_VERSINFO[0] >= 5)); then
    now() {
        NOW=${EPOCHREALTIME/[.,]/}
        NOW=${NOW%???}
    }
else
    now() { NOW=$(date +%s%3N); }
fi

# SECONDS: waits without a process that could be left behind, since nobody writes to IDLE. Only where a trap does not go
# on: before bash 5.2, a `read -t` whose time is up while a trap runs waits for ever.
pause() {
    local _
    read -r -t "$1" -u "$IDLE" _
}

# SECONDS: waits where traps go on; a signal ends it.
nap() {
    sleep "$1" &
    wait "$!"
    (($? <= 128)) || kill -KILL "$!" 2>/dev/null
    wait "$!" 2>/dev/null
}

# Sets VALUE to seconds, as `read -t` takes them.
seconds() {
    local ms=$(($1 > 0 ? $1 : 1))
    printf -v VALUE '%d.%03d' $((ms / 1000)) $((ms % 1000))
}

# Sets VALUE to a duration for people.
spoken() {
    local ms=$1 s=$(($1 / 1000))
    if ((ms < 10000)); then
        printf -v VALUE '%d.%ds' "$s" $((ms % 1000 / 100))
        VALUE=${VALUE/.0s/s}
        return
    fi
    VALUE=''
    ((s < 3600)) || VALUE=$((s / 3600))h
    ((s % 3600 < 60)) || VALUE+=$((s / 60 % 60))min
    ((s % 60 == 0)) || VALUE+=$((s % 60))s
}

# Sets VALUE to the whole content of a file.
read_file() {
    VALUE=
    [[ -r $1 && ! -d $1 ]] || return 1
    IFS= read -r -d '' VALUE <"$1"
    return 0
}

# Sets VALUE to an absolute path.
absolute() {
    case $1 in
    /*) VALUE=$1 ;;
    *) VALUE=${PWD%/}/${1#./} ;;
    esac
}

# An error of the caller, before anything ran.
refuse() {
    printf 'pipec: %s\n' "$@" >&2
    exit 2
}
