#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| newsdb_fuzz::read(data, Some("text")));
