//! Bytes as one part of a segment, which the first byte chooses; the sound parts are the corpus.
#![no_main]
use std::path::Path;

libfuzzer_sys::fuzz_target!(
    init: {
        for (number, part) in newsdb::sound_parts().into_iter().enumerate() {
            let path = Path::new("found/segment").join(format!("sound-{number}"));
            let bytes = [&[number as u8], part.as_slice()].concat();
            std::fs::write(path, bytes).expect("found/segment can be written");
        }
    },
    |data: &[u8]| {
        if let Some((&part, bytes)) = data.split_first() {
            newsdb::decode_part(part.into(), bytes);
        }
    }
);
