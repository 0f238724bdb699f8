//! Every diagnostic code: one row each, with a page in `pages/` that explains it and is its test.

use super::Severity;

macro_rules! codes {
    ($($code:ident $severity:ident $name:literal $summary:literal)+) => {
        /// The number of a diagnostic. The first two digits are its stage.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Code { $(#[doc = $summary] $code,)+ }

        /// Every code, in order.
        pub const CODES: &[Code] = &[$(Code::$code,)+];

        impl Code {
            /// `P0401`
            pub fn id(self) -> &'static str {
                match self { $(Self::$code => stringify!($code),)+ }
            }

            /// The name in words, for people who do not learn numbers.
            pub fn name(self) -> &'static str {
                match self { $(Self::$code => $name,)+ }
            }

            pub fn summary(self) -> &'static str {
                match self { $(Self::$code => $summary,)+ }
            }

            pub fn severity(self) -> Severity {
                match self { $(Self::$code => Severity::$severity,)+ }
            }

            /// The page that `pipec explain` prints.
            pub fn page(self) -> &'static str {
                match self { $(Self::$code => include_str!(concat!("pages/", stringify!($code), ".md")),)+ }
            }
        }
    };
}

codes! {
    // Syntax.
    P0101 Error "unexpected-text" "the text is not what the grammar allows here"
    P0102 Error "unclosed-string" "a string or block string has no end"
    P0103 Error "unclosed-bracket" "a bracket is never closed, or closed by the wrong one"
    P0104 Error "nested-too-deep" "brackets are nested deeper than the compiler follows"
    P0105 Error "wrong-case" "a name is written in the wrong case"
    P0106 Error "bad-escape" "an escape in a string does not exist"
    P0107 Error "bad-number" "a number, duration or size cannot be read"
    P0108 Error "not-text" "the file is not UTF-8 text"
    P0109 Error "reserved-name" "a word of the language stands where a name belongs"
    P0110 Error "block-indent" "a line of a block string stands left of its end"
    P0111 Error "file-too-large" "the file is larger than 64 MiB"

    // Names.
    P0201 Error "unknown-name" "no value, task or pipeline of this name is in scope"
    P0202 Error "duplicate-name" "a name is declared twice"
    P0203 Error "unknown-type" "no type of this name is in scope"
    P0204 Error "unknown-field" "the record, task or block has no such field"
    P0205 Error "unknown-module" "no module of this name can be found"
    P0206 Error "unknown-parameter" "the called task, pipeline or function has no such parameter"
    P0207 Error "missing-argument" "a parameter without a default gets no argument"
    P0208 Error "too-many-arguments" "a call gives more arguments than there are parameters, or one twice"
    P0209 Error "unknown-case" "the enum has no such case"
    P0210 Error "used-before-bound" "a name is used above the line that binds it"
    P0211 Error "import-cycle" "modules import each other in a circle"
    P0212 Error "unusable-name" "a name is too long for a cluster, or clashes with another there"
    P0213 Error "recursive-definition" "a definition needs itself"
    P0214 Error "wrong-kind" "a name is something else than what stands here"
    P0215 Error "missing-field" "a field that is needed is not given"
    P0216 Error "unknown-output" "the task has no such output, or the value no such part"
    P0217 Error "too-many-calls" "pipelines that call pipelines come to too many calls"
    P0218 Error "unclear-source" "nothing, or more than one thing, says where an `extern task` is found"
    P0219 Error "unreadable-fact" "the block of a `command` says something that is no fact about it"
    P0251 Warning "unused-parameter" "nothing reads a parameter"
    P0252 Warning "unused-task" "no pipeline of the file calls a task of it"
    P0253 Warning "unused-output" "nothing reads a value that a task writes"
    P0254 Warning "unused-import" "nothing of a module that is in reach is used"
    P0255 Warning "name-shadowing" "a name hides another, or is hidden"
    P0256 Warning "unused-declaration" "nothing uses a constant, function, type, value or workspace"

    // Types.
    P0301 Error "type-mismatch" "a value has another type than its place"
    P0302 Error "string-as-condition" "a string stands where a `bool` is needed"
    P0303 Error "number-as-condition" "a number, list or other value stands where a `bool` is needed"
    P0304 Error "optional-as-condition" "an optional stands where a `bool` is needed"
    P0305 Error "unequal-types" "values of different types are compared"
    P0306 Error "optional-not-opened" "an optional is used as if it had a value"
    P0307 Error "not-proved" "`!` opens an optional that may be `none`"
    P0308 Error "bool-in-text" "a `bool` stands in text"
    P0309 Error "optional-in-text" "an optional stands in text"
    P0310 Error "not-text-value" "a value that has no text form stands in text"
    P0311 Error "string-is-not-image" "a string stands where an image or a path is needed"
    P0312 Error "string-is-not-newtype" "a string, or another string type, stands where a declared string type is needed"
    P0313 Error "literal-does-not-match" "a literal does not have the form of its type"
    P0314 Error "match-not-exhaustive" "a `match` leaves out cases"
    P0315 Error "bad-operands" "the operator does not take these types"
    P0316 Error "out-of-range" "a number overflows or leaves its range"
    P0317 Error "type-not-known" "the type of a literal cannot be told from its place"
    P0318 Error "bad-pattern" "the pattern of a type cannot be used in every target"
    P0319 Error "unordered-types" "the values have no order"

    // Order and graph.
    P0401 Error "requirement-not-made" "what a raw script makes needs an artifact that nothing before it makes"
    P0402 Error "cycle" "tasks wait for each other in a circle"
    P0403 Error "no-workspace" "an artifact has no workspace to be put in"
    P0404 Error "order-only-in-finally" "a task of the body waits for a task of `finally`"
    P0405 Error "misplaced-statement" "a statement stands where it has no meaning"
    P0411 Warning "redundant-after" "a task waits anyway for what stands behind its `after`"
    P0412 Warning "unreachable-branch" "no run comes to a branch"
    P0413 Warning "condition-always-true" "a condition holds in every run that comes to it"
    P0414 Warning "two-writers" "two tasks that may run at once write the same place of a workspace"
    P0415 Warning "unwritten-output" "no script of a task writes one of its outputs"
    P0421 Error "spoilt-requirement" "a task requires what another has spoilt since it was made"
    P0422 Error "lost-work" "a command overwrites what was made and not saved"
    P0423 Error "disturbed-command" "two commands that disturb each other may run at the same time"
    P0424 Error "not-ended" "what a command starts is not ended on every path"

    // Values, parameters, scripts.
    P0501 Error "not-known-when-compiling" "the place needs a value that is known when compiling"
    P0502 Error "bad-parameter-value" "a value from outside does not have the type of its parameter"
    P0503 Error "no-such-parameter" "a value is given for a parameter that does not exist"
    P0504 Error "bad-parameter-file" "a parameter file cannot be read"
    P0505 Error "requirement-broken" "a `require` does not hold for the given values"
    P0506 Error "value-in-single-quotes" "an interpolation stands where the shell expands nothing"
    P0507 Error "value-in-quoted-heredoc" "an interpolation stands in a here-document that expands nothing"
    P0508 Error "value-in-foreign-script" "an interpolation stands in a script that no shell reads"
    P0509 Error "list-in-quotes" "a list stands inside quotes, where it cannot stay words"
    P0510 Error "value-as-code" "a value is handed to something that runs it as code"
    P0511 Error "unfinished-script" "a script ends inside a quote or a here-document"
    P0512 Error "value-in-arithmetic" "a value that is not an `int` stands in arithmetic"
    P0513 Error "unwritten-pipeline" "the pipeline to work on does not exist or is not named"
    P0514 Error "empty-graph" "nothing is left to do for the given values"
    P0515 Error "value-in-comment" "an interpolation stands in a comment of a script"
    P0516 Error "lost-in-a-loop" "a value of one turn of a loop is read where that turn is not known"
    P0517 Error "unpinned-source" "what an `extern task` runs may be another text tomorrow"
    P0518 Error "value-in-service" "an interpolation stands in a script of a service"
    P0519 Error "no-such-goal" "nothing in the plan makes what `--goal` names"
    P0520 Error "broken-call" "a call breaks what its task requires"
    P0521 Error "unknown-flag" "a command of a script has no such flag"
    P0522 Error "removed-from-command" "a command or a flag of it is gone"
    P0523 Error "misplaced-flag" "a flag is given to another command than the one that has it"
    P0524 Error "bad-flag-value" "a flag has no value, one too many, or one that it does not take"
    P0525 Error "unknown-subcommand" "a command of a script does not exist"
    P0526 Error "wrong-operands" "a command of a script has too few words or too many"
    P0527 Error "missing-flag" "a flag is not given that the command or another flag needs"
    P0528 Error "clashing-flags" "flags are given together that exclude each other"
    P0531 Error "wrong-architecture" "a task makes what does not exist on its architecture"
    P0532 Error "too-small-machine" "a task asks for less than a command of it needs"
    P0533 Error "unfit-source-field" "a field of something `extern` says nothing beside the others, or needs another"
    P0534 Error "unfit-step" "an `extern step` is used, given or asked for what no step can be"
    P0535 Error "unknown-command" "a task without `run` keeps a command that nobody knows"
    P0536 Error "unfit-kept-command" "a task has what only a script has, or what only a task without one has"
    P0537 Error "no-such-stage" "`--stage` names no stage, or one in which nothing is left to do"
    P0551 Warning "unpinned-image" "an image has neither a tag nor a digest"
    P0552 Warning "latest-tag" "an image has the tag `latest`"
    P0553 Warning "kvm-not-needed" "a task asks for KVM, and none of its commands needs it"
    P0554 Warning "kvm-needed" "a command needs KVM, and its task does not ask for it"
    P0555 Warning "kvm-without-timeout" "a task with KVM has no timeout"
    P0556 Warning "memory-not-asked" "a command needs much memory, and its task asks for none"
    P0557 Warning "unread-exit-code" "an exit code of a command means something, and its task does not say what"
    P0561 Warning "shellcheck" "ShellCheck has found something in a script"
    P0562 Note "no-shellcheck" "scripts were not checked, since ShellCheck is not installed"
    P0563 Warning "shellcheck-failed" "scripts were not checked, since ShellCheck could not be run"
    P0564 Note "unread-commands" "a script runs commands that are known only when it runs"

    // Targets.
    P0601 Error "unknown-target" "there is no such target"
    P0602 Error "not-supported" "the target cannot express this"
    P0603 Error "budget" "a limit of the target is exceeded"
    P0604 Error "two-volumes" "a task needs two volumes that cannot be mounted together"
    P0605 Error "timeout-does-not-fit" "timeouts contradict each other"
    P0606 Error "no-artifact-store" "an artifact crosses from one machine to another without a store"
    P0607 Error "secret-not-named" "the target needs the name of a secret when compiling"
    P0608 Error "unusable-request" "a request cannot be given to the target as it stands"
    P0609 Warning "large-object" "an object becomes larger than what a cluster stores by default"
    P0611 Error "too-new" "the program needs a newer engine than it says that it runs on"
    P0612 Error "not-settled" "the program uses what is less settled in an engine than it allows"
    P0613 Note "flags-to-set" "the engine has to be told to take what the program uses"
    P0614 Error "bundle-too-large" "a bundle would hold more objects than it may"
    P0615 Error "watches-nothing" "a trigger waits for a change of a file that there is not"
    P0616 Error "unusable-option" "an option of the target names nothing, contradicts another, or has a value it cannot have"
    P0617 Error "nobody-gives" "a run that starts by itself lacks a value that nobody gives"
    P0619 Error "alpha-only" "the target can express this only at its alpha level, which is not asked for"

    // Manifests that others wrote.
    P0641 Error "manifest-unreadable" "a manifest is not YAML, or says something twice"
    P0642 Error "manifest-unknown-key" "a manifest has a key that means nothing there"
    P0643 Error "manifest-wrong-type" "a value of a manifest is of another type than its place"
    P0644 Error "manifest-missing" "a manifest lacks something that must be there"
    P0645 Error "manifest-contradiction" "parts of a manifest exclude each other"
    P0646 Error "manifest-bad-name" "a name in a manifest is not in the form of its place, or too long"
    P0647 Error "manifest-duplicate" "a manifest has two things of one name"
    P0648 Error "manifest-bad-value" "a value of a manifest is not one that its place takes"
    P0649 Error "manifest-unknown-reference" "a manifest refers to what is not declared"
    P0650 Error "manifest-misused-reference" "a variable of a manifest stands where it is not replaced, or not by that"
    P0651 Error "manifest-wrong-call" "what a manifest gives is not what is asked for"
    P0652 Error "manifest-order" "tasks of a manifest wait for what cannot be before them"
    P0653 Error "manifest-timeouts" "timeouts of a manifest do not fit together"
    P0654 Error "manifest-budget" "a manifest exceeds a limit of the cluster"
    P0655 Error "manifest-reserved-mount" "a manifest mounts over what the cluster keeps for itself"
    P0656 Error "manifest-level" "a manifest uses what the level of the cluster does not switch on"
    P0657 Error "manifest-version" "a manifest uses what came after the version that it is for"
    P0658 Error "manifest-expression" "an expression of a condition cannot be read"
    P0659 Error "manifest-resolver" "a resolver of a manifest is not given what it needs"
    P0661 Warning "manifest-unwritten-result" "a result is declared, and nothing writes it"
    P0662 Warning "manifest-secret" "a secret stands in the text of a manifest"
    P0663 Warning "manifest-unpinned" "what a manifest runs may be another text tomorrow"
    P0664 Warning "manifest-hidden-order" "a result is read in a place that makes no order"
    P0665 Warning "manifest-two-claims" "a task uses two volume claims"
    P0666 Warning "manifest-changed-text" "what a manifest says is read as something else"
    P0667 Warning "manifest-no-effect" "a manifest gives what nothing takes"
    P0668 Warning "manifest-open-expression" "a value that may hold a quote is put into an expression"
    P0669 Warning "manifest-default-hour" "a run ends before its tasks may take as long as they say"
    P0670 Error "build-strategy" "a build of a cluster has no strategy, or more than one"
    P0671 Error "build-source" "what a build of a cluster is made of is missing, or cannot be read"
    P0672 Error "build-path" "a path of a build leaves the place that it belongs to"
    P0673 Error "build-image" "a reference of an image is not one that a build takes"
    P0674 Error "build-secret-name" "a Secret or ConfigMap of a build is not named as it must be"
    P0675 Error "build-trigger" "what starts a build by itself is not given as it must be"
    P0676 Error "build-variable" "a variable of a build is refused"
    P0677 Error "build-value" "a value of a build is not one that its place takes"
    P0678 Error "build-contradiction" "parts of a build exclude each other"
    P0679 Error "build-volume" "a volume of a build is refused"
    P0680 Error "image-stream" "a stream of images is refused"
    P0681 Error "build-access" "a role, a binding or a policy beside a build is refused"
    P0682 Error "build-data" "a Secret or ConfigMap beside a build is refused"
    P0685 Warning "build-dropped" "what a build says is dropped without a word"
    P0686 Warning "build-resources" "no pod can be given what a build asks for"
    P0687 Warning "build-variable-lost" "a variable of a build does not do what it says"
    P0688 Warning "build-account" "no account can have the name that a build gives"
    P0689 Warning "build-mount" "a build mounts what cannot be mounted"
    P0690 Warning "build-tag" "a tag of an image is another one than what is written"
    P0691 Warning "build-stage" "an image of a build is used by nothing"
    P0692 Warning "build-queue" "an uploaded build waits for another, and is cancelled"
    P0693 Warning "build-image-variable" "a variable of a build goes into the image, and not to the builder"
    P0694 Warning "build-hidden-secret" "a build is given a Secret that it does not name"
    P0695 Warning "build-reference" "a build refers to what the documents beside it do not have"
    P0696 Warning "build-jenkins" "a build has a strategy that no cluster runs any more"
    P0697 Warning "build-without-input" "an uploaded build is started by something that uploads nothing"

    // Running the compiler.
    P0701 Error "cannot-read" "a file or directory cannot be read"
    P0702 Error "nothing-to-check" "no `.pipe` file was found"
    P0703 Error "cannot-write" "an output cannot be written"
    P0704 Error "out-of-date" "what is on disk is not what the program emits"
    P0705 Error "no-such-code" "there is no diagnostic of this code or name"
    P0706 Error "bad-usage" "the command line, or a name on it, cannot be understood"
    P0707 Error "already-there" "a new project would be made where something is already"
    P0708 Error "unknown-origin" "nothing says which line of a program a line comes from"
    P0711 Error "assertion-failed" "an assertion of a test does not hold"
    P0712 Error "expectation-failed" "the body of an `expect error` does not give that error alone"
    P0713 Error "nothing-to-test" "no test was found where one was asked for"
    P0721 Error "bad-configuration" "a `pipec.toml` is not what the compiler reads"
    P0722 Error "no-such-lint" "a level is given to what is no lint"
    P0723 Warning "unused-allow" "a comment allows what is not found"
    P0724 Error "bad-allow" "a comment for the compiler says nothing, or not why"
    P0725 Error "no-such-environment" "`--env` names an environment that no `pipec.toml` has"
    P0731 Error "jobspec-unreadable" "a JobSpec cannot be read, or says nothing"
    P0732 Error "jobspec-unknown-key" "a JobSpec has a key that means nothing"
    P0733 Error "jobspec-wrong-value" "a value of a JobSpec is not of its type"
    P0734 Error "jobspec-contradiction" "parts of a JobSpec do not go together"
    P0735 Error "jobspec-template" "a template of a JobSpec is not a value"
    P0736 Error "jobspec-refused" "what a JobSpec becomes is no sound program"
    P0737 Warning "jobspec-order" "the numbers of a JobSpec are not the order that its stages need"
    P0738 Warning "jobspec-no-effect" "a part of a JobSpec never did anything"
    P0739 Warning "jobspec-assumed" "the import of a JobSpec has taken something for something"
    P0740 Note "jobspec-left-out" "a part of a JobSpec is not needed any more"
    P0741 Error "import-unreadable" "a manifest cannot be read, or there is none to import"
    P0742 Error "import-not-said" "a part of a manifest has no form in a program"
    P0743 Error "import-unknown-name" "a manifest names what it does not declare"
    P0744 Error "import-unpinned" "what a manifest refers to may be another text tomorrow"
    P0745 Error "import-script" "a variable stands where a script cannot take a value"
    P0746 Warning "import-spliced" "a manifest writes values into the text of a script"
    P0747 Warning "import-mended" "a manifest says something that a cluster reads otherwise, or not at all"
    P0748 Warning "import-assumed" "the import of a manifest has taken something for something"
    P0749 Warning "import-renamed" "a name of a manifest is another one in the program"
    P0750 Error "import-refused" "what a manifest becomes is no sound program"
    P0751 Note "import-skipped-with" "a task is left out with the one whose results it reads"
    P0752 Note "import-left-out" "a part of a manifest is not needed any more"
    P0753 Error "lock-unreadable" "a `pipec.lock` is not what `pipec lock` writes"
    P0754 Error "lock-out-of-date" "a `pipec.lock` does not say what programs name"
    P0755 Error "not-locked" "an image is not in the lock, and only what is there may run"
    P0756 Error "look-up-failed" "an image cannot be looked up"
    P0757 Error "digest-mismatch" "an image is not what its digest says"
    P0758 Error "no-such-layout" "an image cannot be read from files"
    P0759 Note "images-not-known" "which images a pipeline runs depends on values that are not given"
    P0760 Error "parameter-not-given" "a parameter without a default is not given to an archive"
    P0761 Error "which-build" "a part of a run is named that there is not, or none where one has to be"
    P0762 Error "bad-entry" "a file cannot stand in an archive under this name"
    P0763 Error "reserved-value" "a value cannot be handed to a script"
    P0764 Error "leaves-the-folder" "what would be sent leads out of its folder"
    P0765 Error "which-workspace" "it is not known into which workspace files go"
    P0766 Error "nothing-to-send" "there is nothing in the folder that could be sent"
    P0767 Error "cannot-start" "a program that starts builds is not there"
    P0770 Error "cannot-run" "a run cannot start as it was asked for"
    P0771 Error "no-such-run" "there is no run of this name, or it cannot be read"
    P0772 Error "cannot-resume" "an earlier run cannot go on here"
    P0773 Error "bad-store" "runs cannot be kept or read"
    P0774 Error "no-such-log" "a run has no task or step of this name"
    P0780 Error "cannot-serve" "runs cannot be served at an address, or not to anybody"
    P0781 Error "wharf-unreadable" "a `.wharf-ci.yml` cannot be read, or says nothing"
    P0782 Error "wharf-unknown-key" "a `.wharf-ci.yml` has a key that means nothing"
    P0783 Error "wharf-wrong-value" "a value of a `.wharf-ci.yml` is missing, or not of its type"
    P0784 Error "wharf-contradiction" "parts of a `.wharf-ci.yml` do not go together"
    P0785 Error "wharf-undefined" "a `.wharf-ci.yml` names a variable or an environment that there is not"
    P0786 Error "wharf-not-said" "a part of a `.wharf-ci.yml` has no form in a program"
    P0787 Error "wharf-refused" "what a `.wharf-ci.yml` becomes is no sound program"
    P0788 Warning "wharf-assumed" "a part of a `.wharf-ci.yml` was taken for something, or never did anything"
    P0789 Note "wharf-otherwise" "a program does otherwise what Wharf did by mistake"

    // Secrets.
    P0801 Error "secret-in-script" "a secret stands in the text of a script"
    P0802 Error "secret-in-argument" "a secret is passed as an ordinary argument, or stands in text"
    P0803 Error "secret-in-result" "a secret leaves a task or pipeline as a result"
    P0804 Error "secret-in-name" "a secret becomes part of a name, an image or a path"
}

impl Code {
    /// A lint has a level that a project may set: it finds what is probably wrong, not what cannot be done.
    pub fn is_lint(self) -> bool {
        self.severity() != Severity::Error
    }

    /// The code of `P0401` or of `requirement-not-made`.
    pub fn find(text: &str) -> Option<Self> {
        CODES.iter().copied().find(|code| code.id().eq_ignore_ascii_case(text) || code.name() == text)
    }
}
