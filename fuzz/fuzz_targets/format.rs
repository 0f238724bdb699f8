#![no_main]

#[path = "../claims/format.rs"]
mod claims;

libfuzzer_sys::fuzz_target!(|text: &str| claims::hold(text));
