//! Containers beside those of a task.

use super::{engine, lines, pipeline};
use crate::commands::Place;

/// Perl has sockets of its own, without a module that would have to be there.
const SERVICE: &str = r#"
    task asks {
        service db {
            image: "localhost/pipec-test:1"
            port: 5432
            env: { WORD: word, HOME: "/of/the/service" }
            run: """
                exec perl -e 'socket(S, 2, 1, 6) or die; setsockopt(S, 1, 2, 1); bind(S, pack("S n N x8", 2, 5432, 0)) or die $!;
                    listen(S, 5); while (accept(C, S)) { print C "$ENV{WORD}|$ENV{HOME}\n"; close C }'
            """
        }
        run: """
            read -r line < /dev/tcp/localhost/5432
            printf '%s\n' "$line"
        """
    }"#;

/// A service answers at its port on `localhost`, and is gone behind its task.
#[test]
fn a_service_is_beside_its_task_and_gone_behind_it() {
    let Some(engine) = engine() else { return };
    let place = Place::new(&pipeline("beside", "(word: string)", SERVICE));
    let given = ["--word", "a 'b' $(id)"];
    for scripted in [false, true] {
        let ran = if scripted { engine.script(&place, "beside", &given) } else { engine.run(&place, &given) }.exits(0);
        assert_eq!(lines(&ran.out), ["asks | a 'b' $(id)|/of/the/service"], "{}", ran.err);
        assert_eq!(engine.containers("beside"), [""; 0]);
    }
}
