#![no_main]

libfuzzer_sys::fuzz_target!(init: floorwalk_fuzz::begin(), |bytes: &[u8]| floorwalk_fuzz::run("cursor", bytes));
