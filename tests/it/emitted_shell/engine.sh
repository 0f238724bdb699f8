#!/bin/bash
# A container engine that notes what it was told ($TOP/told, a line a call, and $TOP/words, closed by NUL each) and runs it
# here, with no variable but those that it was told. A service is a file in $TOP/up, there as long as the service.
{ printf '%q ' "$@"; echo; } >>"$TOP/told"
printf '%s\0' "$@" >>"$TOP/words"
case $1 in
logs) echo "said by $4"; exit 0 ;;
stop) exit 0 ;;
container) [[ -e $TOP/up/$5 ]] && echo true; exit 0 ;;
rm)
    while [[ $2 == -* ]]; do shift; done
    for name in "${@:2}"; do rm -f "$TOP/up/$name"; echo "$name" >>"$TOP/removed"; done
    exit 0 ;;
exec)
    [[ -e $TOP/up/$2 ]] || exit 1
    mapfile -d '' -t lines <"$TOP/env0.$2"
    shift 2
    exec env "${lines[@]}" "$@" ;;
# What an image runs: a shell that says what it was given, and the argument `of image`.
image)
    [[ $5 != *absent* || -e $TOP/pulled ]] || exit 1
    echo '=%2Fbin%2Fsh =-c =printf+%27%25s%5Cn%27+%22%24PASSWORD%22+%22%24%40%22 =sh / =of+image'
    exit 0 ;;
pull) touch "$TOP/pulled"; exit 0 ;;
esac
shift
keep=(TOP="$TOP" PATH="$PATH" ${PIPEC_TEST_MARK+PIPEC_TEST_MARK="$PIPEC_TEST_MARK"})
detach='' name='' entry='' dir=/
while [[ $1 == -* ]]; do
    case $1 in
    --rm | --privileged) shift ;;
    --detach) detach=yes; shift ;;
    --name) name=$2; shift 2 ;;
    --mount)
        place=${2#*source=}
        place=${place%%\",\"*}
        stat -c '%a %n' "${place//\"\"/\"}" >>"$TOP/modes"
        shift 2 ;;
    --env) keep+=("$2=${!2}"); shift 2 ;;
    --env-file) mapfile -t lines <"$2"; keep+=("${lines[@]}"); shift 2 ;;
    --entrypoint) entry=$2; shift 2 ;;
    --workdir) dir=$2; shift 2 ;;
    *) shift 2 ;;
    esac
done
image=$1
echo "$image" >>"$TOP/images"
shift
if [[ $detach ]]; then
    mkdir -p "$TOP/up"
    printf '%s\n' "${keep[@]}" >"$TOP/env.${name##*-service-}"
    printf '%s\0' "${keep[@]}" >"$TOP/env0.$name"
    [[ ! $entry ]] || env -i "${keep[@]}" "$entry" "$@" >"$TOP/served.${name##*-service-}"
    echo "$name" >>"$TOP/started"
    [[ $image == *dies* ]] || touch "$TOP/up/$name"
    [[ $image != *refused* ]] || { echo "no such image"; exit 125; }
    echo 0123abc
    exit 0
fi
cd "$dir" || exit 125
exec env -i "${keep[@]}" "$entry" "$@"
