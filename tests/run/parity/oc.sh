#!/usr/bin/env bash
# As `oc` does it: a build goes on without the client that started it, and `cancel-build` waits for its end.
top=$OC_TOP
case $1 in
start-build)
    for word; do
        case $word in --from-archive=*) archive=${word#*=} ;; esac
    done
    segment=$(basename "$archive" .tar)
    name=$OC_RUN-$segment
    cp -- "$archive" "$top/$segment.tar"
    export BUILD="{\"metadata\":{\"name\":\"$name\"},\"spec\":{\"source\":{\"type\":\"Binary\"}}}"
    export PIPEC_ENTRYPOINT_WORK=$top/work PIPEC_ENTRYPOINT_SECRET_STORE=$OC_SECRETS
    # shellcheck disable=SC2016
    setsid bash -c '
        PATH=$OC_PATH "$OC_ENTRYPOINT" builder <"$1.tar" >"$1.log" 2>&1 &
        echo $! >"$1.pid.new" && mv "$1.pid.new" "$1.pid"
        wait $!
        echo $? >"$1.code.new" && mv "$1.code.new" "$1.code"' x "$top/$segment" </dev/null >/dev/null 2>&1 &
    echo "build.build.openshift.io/$name started"
    until [ -e "$top/$segment.code" ]; do sleep 0.02; done
    cat -- "$top/$segment.log"
    [ "$(cat "$top/$segment.code")" = 0 ]
    ;;
cancel-build)
    segment=${*: -1}
    segment=${segment#"$OC_RUN"-}
    until [ -e "$top/$segment.pid" ]; do sleep 0.02; done
    kill -TERM "$(cat "$top/$segment.pid")"
    until [ -e "$top/$segment.code" ]; do sleep 0.02; done
    ;;
create | delete) ;;
*) exit 2 ;;
esac
