#![no_main]

#[path = "../claims/shell.rs"]
mod claims;

libfuzzer_sys::fuzz_target!(|text: &str| claims::hold(text));
