//! Random typed expressions: the emitted code comes to what the reference says, in bash and in dash.

use pipec::emit::script::{Rendered, decision};
use pipec::plan::{Expr, ExprKind, Op, Plan, Quoting, Shell, TaskId, Ty, Value};

use super::make::*;
use super::random::Random;
use super::reference::{World, elements, evaluate, text};
use super::run::{Engine, SH, shells};

/// Makes expressions of a type over the parameters of its plan.
struct Maker {
    plan: Plan,
    random: Random,
    texts: TaskId,
}

const CASES: [&str; 3] = ["production", "testing-devel", "mechanical"];

const UNITS: [&str; 3] = ["duration", "size", "cpu"];

impl Maker {
    fn new(seed: u64) -> Self {
        let mut plan = plan();
        let all = [
            ("b", Ty::Bool),
            ("n", Ty::Int),
            ("m", Ty::Int),
            ("on", optional(Ty::Int)),
            ("s", Ty::String),
            ("os", optional(Ty::String)),
            ("kind", kind()),
            ("duration", Ty::Duration),
            ("size", Ty::Size),
            ("cpu", Ty::Cpu),
            ("xs", list(Ty::String)),
            ("ns", list(Ty::Int)),
        ];
        all.into_iter().for_each(|(name, ty)| drop(param(&mut plan, name, ty)));
        let texts = earlier(&mut plan, "texts", list(Ty::String));
        Self { plan, random: Random::new(seed), texts }
    }

    fn param(&self, name: &str) -> Expr {
        let at = self.plan.params.iter().position(|param| param.name == name).unwrap();
        Expr::param(&self.plan, pipec::plan::ParamId(u32::try_from(at).unwrap()))
    }

    fn of(&mut self, ty: &Ty, depth: usize) -> Expr {
        if depth > 0 && self.random.chance(20) {
            let cond = Box::new(self.of(&Ty::Bool, depth - 1));
            let both = [self.of(ty, depth - 1), self.of(ty, depth - 1)].map(Box::new);
            let [then, otherwise] = both;
            return of(ExprKind::If(cond, then, otherwise), ty.clone());
        }
        match ty {
            Ty::Bool => self.bool(depth),
            Ty::Int => self.int(depth),
            Ty::Duration | Ty::Size | Ty::Cpu => self.measure(ty, depth),
            Ty::List(element) if **element == Ty::Int => self.ints(depth),
            Ty::List(_) => self.list(depth),
            Ty::Enum(_) if self.random.chance(50) => self.param("kind"),
            Ty::Enum(_) => {
                let name: &str = self.random.one_of::<&str>(&CASES);
                case(ty, name)
            }
            Ty::Pattern(_) => of(ExprKind::Convert(Box::new(self.of(&Ty::String, depth))), ty.clone()),
            _ => self.string(depth),
        }
    }

    fn pair(&mut self, ty: &Ty, depth: usize) -> (Expr, Expr) {
        (self.of(ty, depth), self.of(ty, depth))
    }

    fn bool(&mut self, depth: usize) -> Expr {
        if depth == 0 {
            return if self.random.chance(70) { self.param("b") } else { Expr::bool(self.random.chance(50)) };
        }
        let depth = depth - 1;
        let kind = match self.random.below(9) {
            0 => ExprKind::Not(Box::new(self.of(&Ty::Bool, depth))),
            1 => ExprKind::IsNone(Box::new(self.param("os"))),
            2 => ExprKind::IsNone(Box::new(self.param("on"))),
            3 => {
                let list = self.of(&list(Ty::String), depth);
                return binary(Op::In, self.of(&Ty::String, depth), list, Ty::Bool);
            }
            4 | 5 => {
                let (a, b) = self.pair(&Ty::Bool, depth);
                return binary(*self.random.one_of(&[Op::And, Op::Or]), a, b, Ty::Bool);
            }
            6 => {
                let types = [Ty::Bool, Ty::Int, Ty::String, Ty::Size, Ty::Duration, kind(), list(Ty::String)];
                let ty = self.random.one_of(&types).clone();
                let (a, b) = self.pair(&ty, depth);
                return binary(*self.random.one_of(&[Op::Equal, Op::Unequal]), a, b, Ty::Bool);
            }
            _ => {
                let ty = self.random.one_of(&[Ty::Int, Ty::Duration, Ty::Size, Ty::Cpu]).clone();
                let (a, b) = self.pair(&ty, depth);
                let op = *self.random.one_of(&[Op::Less, Op::LessEqual, Op::Greater, Op::GreaterEqual]);
                return binary(op, a, b, Ty::Bool);
            }
        };
        of(kind, Ty::Bool)
    }

    fn int(&mut self, depth: usize) -> Expr {
        if depth == 0 {
            return match self.random.below(3) {
                0 => int(self.random.int()),
                1 => self.param("n"),
                _ => self.param("m"),
            };
        }
        let depth = depth - 1;
        match self.random.below(6) {
            0 => of(ExprKind::Negate(Box::new(self.of(&Ty::Int, depth))), Ty::Int),
            1 => of(ExprKind::Len(Box::new(self.of(&list(Ty::String), depth))), Ty::Int),
            2 => of(ExprKind::Coalesce(Box::new(self.param("on")), Box::new(self.of(&Ty::Int, depth))), Ty::Int),
            _ => {
                let (a, b) = self.pair(&Ty::Int, depth);
                let all = [Op::Add, Op::Subtract, Op::Multiply, Op::Divide, Op::Remainder];
                binary(*self.random.one_of(&all), a, b, Ty::Int)
            }
        }
    }

    fn measure(&mut self, ty: &Ty, depth: usize) -> Expr {
        let (name, value): (_, fn(i64) -> Value) = match ty {
            Ty::Duration => ("duration", Value::Duration),
            Ty::Size => ("size", Value::Size),
            _ => ("cpu", Value::Cpu),
        };
        if depth == 0 {
            return match self.random.chance(60) {
                true => self.param(name),
                false => known(value(self.random.int().checked_abs().unwrap_or(0)), ty.clone()),
            };
        }
        let depth = depth - 1;
        match self.random.below(3) {
            0 => {
                let (a, b) = self.pair(ty, depth);
                binary(*self.random.one_of(&[Op::Add, Op::Subtract]), a, b, ty.clone())
            }
            1 => binary(Op::Multiply, self.of(&Ty::Int, depth), self.of(ty, depth), ty.clone()),
            _ => binary(Op::Divide, self.of(ty, depth), self.of(&Ty::Int, depth), ty.clone()),
        }
    }

    fn string(&mut self, depth: usize) -> Expr {
        if depth == 0 {
            return match self.random.below(3) {
                0 => Expr::string(self.random.text()),
                1 => Expr::string("abc"),
                _ => self.param("s"),
            };
        }
        let depth = depth - 1;
        let kind = match self.random.below(4) {
            0 => ExprKind::Coalesce(Box::new(self.param("os")), Box::new(self.of(&Ty::String, depth))),
            1 => {
                let list = self.of(&list(Ty::String), depth);
                ExprKind::Join(Box::new(list), Box::new(self.of(&Ty::String, 0)))
            }
            2 => ExprKind::Join(Box::new(self.of(&list(Ty::Int), depth)), Box::new(Expr::string(", "))),
            _ => {
                let types = [Ty::String, Ty::Int, Ty::Duration, Ty::Size, Ty::Cpu, kind(), pattern("[a-z]+")];
                let mut part = || {
                    let ty = self.random.one_of(&types).clone();
                    self.of(&ty, depth)
                };
                ExprKind::Concat(vec![part(), part(), part()])
            }
        };
        of(kind, Ty::String)
    }

    fn ints(&mut self, depth: usize) -> Expr {
        match depth {
            0 => self.param("ns"),
            _ => of(ExprKind::List(vec![self.of(&Ty::Int, depth - 1), self.of(&Ty::Int, 0)]), list(Ty::Int)),
        }
    }

    fn list(&mut self, depth: usize) -> Expr {
        let ty = list(Ty::String);
        if depth == 0 {
            return match self.random.below(3) {
                0 => {
                    known(Value::List((0..self.random.below(3)).map(|_| Value::Text(self.random.text())).collect()), ty)
                }
                1 => of(ExprKind::Result(self.texts, 0), ty),
                _ => self.param("xs"),
            };
        }
        let depth = depth - 1;
        let kind = match self.random.below(10) {
            0 => ExprKind::List(vec![self.of(&Ty::String, depth), self.of(&Ty::String, 0)]),
            7 => return flag("--it's=", self.param("os")),
            8 => return flag("-n=", self.of(&list(Ty::Int), depth)),
            9 => return flag("--xs=", self.of(&ty, depth)),
            1 => return flag("--bool", self.of(&Ty::Bool, depth)),
            2 => return flag("--it's", self.param("os")),
            3 => return flag("-n", self.of(&list(Ty::Int), depth)),
            4 => ExprKind::Coalesce(Box::new(self.of(&ty, depth)), Box::new(self.of(&ty, depth))),
            _ => ExprKind::Append(Box::new(self.of(&ty, depth)), Box::new(self.of(&ty, depth))),
        };
        of(kind, ty)
    }

    /// Values for every parameter, and the engine that hands them over.
    fn world(&mut self) -> (World, Engine) {
        let random = &mut self.random;
        let mut world = World::new();
        let mut engine = Engine::new();
        let case = *random.one_of(&CASES);
        let texts = |random: &mut Random, lines: bool| -> Vec<Value> {
            let count = random.below(4);
            let texts = (0..count).map(|_| if random.chance(30) { "abc".to_owned() } else { random.text() });
            let texts = texts.map(|text| if lines { text.replace('\n', "_") + "." } else { text });
            texts.map(Value::Text).collect()
        };
        let scalars = [
            ("b", Value::Bool(random.chance(50))),
            ("n", Value::Int(random.int())),
            ("m", Value::Int(random.int())),
            ("on", if random.chance(50) { Value::None } else { Value::Int(random.int()) }),
            ("s", Value::Text(if random.chance(40) { "abc".to_owned() } else { random.text() })),
            ("os", if random.chance(50) { Value::None } else { Value::Text(random.text() + "x") }),
            ("kind", Value::Case(case.to_owned())),
        ];
        for (name, value) in scalars {
            engine.params.insert(name.to_owned(), text(&value));
            world.insert(name.to_owned(), value);
        }
        for unit in UNITS {
            let (given, value) = measured(random, unit);
            engine.params.insert(unit.to_owned(), given);
            world.insert(unit.to_owned(), value);
        }
        let (xs, lines) = (texts(random, false), texts(random, true));
        let ns: Vec<Value> = (0..random.below(3)).map(|_| Value::Int(random.int())).collect();
        engine.lists.insert("xs".to_owned(), xs.iter().map(text).collect());
        engine.lists.insert("ns".to_owned(), ns.iter().map(text).collect());
        let joined: Vec<String> = lines.iter().map(text).collect();
        engine.results.insert("texts.value".to_owned(), joined.join("\n"));
        for (name, list) in [("xs", xs), ("ns", ns), ("texts", lines)] {
            world.insert(name.to_owned(), Value::List(list));
        }
        (world, engine)
    }

    /// A script that prints each text, closed by a NUL, and then the elements of one list.
    fn printing(&mut self, shell: Shell, texts: &[Expr], list: Option<&Expr>) -> Rendered {
        let mut script = ScriptOf::default();
        for one in texts {
            script = script.text("printf '%s\\0' ").word("v", one.clone()).text("\n");
        }
        if let Some(list) = list {
            script = script.text("for x in ").word("list", list.clone()).text("; do printf '%s\\0' \"$x\"; done\n");
        }
        first_step(&mut self.plan, task(shell, script.done()))
    }
}

/// Suffixes and what they stand for.
type Forms = &'static [(&'static str, i64)];

/// A value of a unit, and one of the ways to write it.
fn measured(random: &mut Random, unit: &str) -> (String, Value) {
    let n = i64::try_from(random.below(5000)).unwrap();
    let (forms, value): (Forms, fn(i64) -> Value) = match unit {
        "duration" => {
            (&[("ms", 1), ("s", 1000), ("min", 60_000), ("h", 3_600_000), ("d", 86_400_000)], Value::Duration)
        }
        "size" => (
            &[
                ("", 1),
                ("k", 1000),
                ("K", 1000),
                ("M", 1_000_000),
                ("Ki", 1 << 10),
                ("Mi", 1 << 20),
                ("Gi", 1 << 30),
                ("Ti", 1 << 40),
            ],
            Value::Size,
        ),
        _ => (&[("", 1000), ("m", 1)], Value::Cpu),
    };
    let (suffix, factor) = *random.one_of(forms);
    if unit == "duration" && random.chance(30) {
        return (format!("{n}h30min7ms"), value(n * 3_600_000 + 1_800_007));
    }
    (format!("{n}{suffix}"), value(n * factor))
}

/// A body with random expressions.
pub(super) fn sample(seed: u64, shell: Shell) -> Rendered {
    let mut maker = Maker::new(seed);
    let texts: Vec<Expr> = TYPES().iter().map(|ty| maker.of(ty, 3)).collect();
    let list = maker.of(&list(Ty::String), 3);
    maker.printing(shell, &texts, Some(&list))
}

/// A random decision.
pub(super) fn decided(seed: u64) -> Rendered {
    let mut maker = Maker::new(seed);
    let cond = maker.of(&Ty::Bool, 4);
    decision(&maker.plan, &cond)
}

const TYPES: fn() -> [Ty; 8] = || [Ty::Bool, Ty::Int, Ty::Int, Ty::String, Ty::String, Ty::Duration, Ty::Size, Ty::Cpu];

#[test]
fn code_comes_to_what_the_reference_says() {
    let (mut good, mut bad) = (0, 0);
    for seed in 0..60 {
        let mut maker = Maker::new(seed);
        let (world, engine) = maker.world();
        let mut texts = Vec::new();
        for _ in 0..16 {
            let ty = maker.random.one_of(&TYPES()).clone();
            let depth = 1 + maker.random.below(3);
            let expr = maker.of(&ty, depth);
            match evaluate(&maker.plan, &world, &expr) {
                Ok(value) => texts.push((expr, text(&value))),
                Err(_) => {
                    bad += 1;
                    fails(&mut maker, &engine, &expr);
                }
            }
        }
        good += texts.len();
        let listed = maker.of(&list(Ty::String), 3);
        let listed = evaluate(&maker.plan, &world, &listed).ok().map(|value| (listed, elements(value)));
        agrees(&mut maker, &engine, &texts, listed.as_ref());
    }
    assert!(good > 500 && bad > 50, "{good} {bad}");
}

fn agrees(maker: &mut Maker, engine: &Engine, texts: &[(Expr, String)], list: Option<&(Expr, Vec<Value>)>) {
    let exprs: Vec<Expr> = texts.iter().map(|(expr, _)| expr.clone()).collect();
    let elements = list.iter().flat_map(|(_, values)| values.iter().map(text));
    let want: Vec<String> = texts.iter().map(|(_, text)| text.clone()).chain(elements).collect();
    for shell in [Shell::Bash, Shell::Sh] {
        let rendered = maker.printing(shell, &exprs, list.map(|(expr, _)| expr));
        for shell in shells(&rendered) {
            let ran = engine.run(shell, &rendered);
            let got: Vec<String> = ran.records().into_iter().map(|text| String::from_utf8(text).unwrap()).collect();
            let first = got.iter().zip(&want).position(|(got, want)| got != want);
            let wrong = first.map(|at| (&got[at], &want[at], texts.get(at)));
            assert!(
                ran.code == 0 && got == want,
                "{shell} {}\n{wrong:#?}\n{}\n{:?}",
                ran.err,
                rendered.body,
                rendered.env
            );
        }
    }
}

fn fails(maker: &mut Maker, engine: &Engine, expr: &Expr) {
    for shell in [Shell::Bash, Shell::Sh] {
        let rendered = maker.printing(shell, std::slice::from_ref(expr), None);
        for shell in shells(&rendered) {
            let ran = engine.run(shell, &rendered);
            assert_eq!((ran.code, ran.text()), (2, ""), "{shell} {expr:?}\n{}", rendered.body);
            assert!(ran.err.starts_with("pipec: task build: v is "), "{}\n{}", ran.err, rendered.body);
        }
    }
}

#[test]
fn decisions_come_to_what_the_reference_says() {
    let mut seen = [0, 0, 0];
    for seed in 100..160 {
        let mut maker = Maker::new(seed);
        let (world, engine) = maker.world();
        let cond = maker.of(&Ty::Bool, 4);
        let rendered = decision(&maker.plan, &cond);
        let want = evaluate(&maker.plan, &world, &cond);
        for shell in SH {
            let ran = engine.run(shell, &rendered);
            let wrote = std::fs::read_to_string(engine.path("decision")).unwrap_or_default();
            match &want {
                Ok(value) => assert_eq!((ran.code, wrote), (0, text(value)), "{shell} {}\n{}", ran.err, rendered.body),
                Err(_) => assert_eq!(ran.code, 2, "{shell} {}", rendered.body),
            }
        }
        seen[want.map_or(2, |value| usize::from(value == Value::Bool(true)))] += 1;
    }
    assert!(seen.iter().all(|count| *count > 3), "{seen:?}");
}

#[test]
fn what_a_condition_does_not_reach_is_not_evaluated() {
    let mut plan = plan();
    let n = param(&mut plan, "n", Ty::Int);
    let division = binary(Op::Divide, int(10), n.clone(), Ty::Int);
    let large = binary(Op::Greater, division, int(2), Ty::Bool);
    let safe = binary(Op::And, binary(Op::Unequal, n, int(0), Ty::Bool), large, Ty::Bool);
    let rendered = decision(&plan, &safe);
    for (n, want) in [("0", "false"), ("2", "true"), ("9", "false")] {
        let engine = Engine::new().param("n", n);
        for shell in SH {
            let _ = engine.run(shell, &rendered).good();
            assert_eq!(std::fs::read_to_string(engine.path("decision")).unwrap(), want, "{shell} {n}");
        }
    }
}

#[test]
fn a_conversion_that_fails_names_the_value_and_the_form() {
    let mut plan = plan();
    let text = param(&mut plan, "text", Ty::String);
    let id = of(ExprKind::Convert(Box::new(text)), pattern("[0-9]+\\.(x|y)"));
    for shell in [Shell::Bash, Shell::Sh] {
        let script =
            ScriptOf::default().text("echo \"").slot("build_id", id.clone(), Quoting::DoubleQuoted).text("\"\n");
        let rendered = first_step(&mut plan, task(shell, script.done()));
        for shell in shells(&rendered) {
            assert_eq!(Engine::new().param("text", "42.x").run(shell, &rendered).good().text(), "42.x\n");
            for bad in ["42", "42.xy", "a42.x", "42.x\n42.y", "42.x\n", "", "\u{1b}[31m"] {
                let ran = Engine::new().param("text", bad).run(shell, &rendered);
                assert_eq!((ran.code, ran.text()), (2, ""), "{shell} {bad:?}");
                let shown = bad.replace(['\n', '\u{1b}'], "?");
                let want =
                    format!("pipec: task build: build_id is not of the form of BuildId ([0-9]+\\.(x|y)): '{shown}'\n");
                assert_eq!(ran.err, want);
            }
        }
    }
}
