//! Where in its articles a word stands.
//!
//! # Bytes
//!
//! Tokens are numbered through headline, summary and body from 0, with a number left out between
//! two fields, so that no phrase runs from one into the next. What is stored are **gaps**, article by
//! article in the order of the list: from -1 to the first position of an article, from each to the
//! next, all less one.
//!
//! The gaps of a block, or of a list that has no blocks, stand together. Up to [`FEW`] are LEB128 numbers, more are cut into
//! **runs** of [`BLOCK`], the last one shorter: a byte with a number of bits for each run, 1 at least, then the runs, each
//! a packed array ([`super::bytes`]). So any of them is found without reading those before it.

use super::bytes::{
    BLOCK, Damaged, Decoded, Reader, pack, packed_at, packed_bytes, put_varint, unpack, width,
};
use std::ops::Range;

/// Gaps that are not packed: the number of bits would cost more than they save.
const FEW: usize = 2;

/// Writes the gaps of a block.
pub(super) fn encode(out: &mut Vec<u8>, gaps: &[u32]) {
    if gaps.len() <= FEW {
        gaps.iter().for_each(|&gap| put_varint(out, gap.into()));
        return;
    }
    // With none, a few bytes could stand for any number of gaps.
    let bits = |run: &[u32]| width(run.iter().copied().max().unwrap_or(0)).max(1);
    out.extend(gaps.chunks(BLOCK).map(|run| bits(run) as u8));
    gaps.chunks(BLOCK).for_each(|run| pack(out, run.iter().copied(), bits(run)));
}

/// Adds some of the `count` gaps of a block to those that were found.
pub(super) fn decode(
    bytes: &[u8],
    count: usize,
    wanted: Range<usize>,
    found: &mut Vec<u32>,
) -> Decoded<()> {
    let cut_short = Damaged("positions cut short");
    if count <= FEW {
        let mut reader = Reader(bytes);
        for at in 0..count {
            let gap = reader.number()?;
            if wanted.contains(&at) {
                found.push(gap);
            }
        }
        return if reader.is_empty() { Ok(()) } else { Err(Damaged("positions that go on")) };
    }
    let (bits, runs) = bytes.split_at_checked(count.div_ceil(BLOCK)).ok_or(cut_short)?;
    let before = wanted.start / BLOCK;
    let mut at: usize =
        bits.iter().take(before).map(|&bits| packed_bytes(BLOCK, bits.into())).sum();
    for (&bits, first) in bits.iter().zip((0..wanted.end).step_by(BLOCK)).skip(before) {
        let (bits, length) = (u32::from(bits), (count - first).min(BLOCK));
        if !(1..=32).contains(&bits) {
            return Err(Damaged("numbers of no or too many bits"));
        }
        let run = runs.get(at..at + packed_bytes(length, bits)).ok_or(cut_short)?;
        let (from, to) = (wanted.start.max(first), wanted.end.min(first + length));
        if to - from == length {
            let end = found.len();
            found.resize(end + length, 0);
            unpack(run, bits, &mut found[end..])?;
        } else {
            found.extend((from..to).map(|gap| packed_at(run, bits, gap - first)));
        }
        at += run.len();
    }
    let goes_on = wanted.end == count && at < runs.len();
    if goes_on { Err(Damaged("positions that go on")) } else { Ok(()) }
}

/// The positions in an article, from its gaps.
pub(super) fn positions(gaps: &[u32]) -> impl Iterator<Item = Decoded<u32>> {
    let mut next = 0u32;
    gaps.iter().map(move |&gap| {
        let position = next.checked_add(gap).filter(|&position| position < u32::MAX);
        let position = position.ok_or(Damaged("a position out of bounds"))?;
        next = position + 1;
        Ok(position)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_come_back_all_or_some() {
        for count in [0usize, 1, 2, 3, 127, 128, 129, 256, 700] {
            // Each run of another width.
            let gaps: Vec<u32> =
                (0..count as u32).map(|n| n.wrapping_mul(0x9e37_79b9) >> (n / 128 * 5)).collect();
            let mut bytes = Vec::new();
            encode(&mut bytes, &gaps);
            for wanted in [0..count, 0..count / 2, count / 3..count, count..count] {
                let mut found = vec![7];
                decode(&bytes, count, wanted.clone(), &mut found).unwrap();
                assert_eq!(found[1..], gaps[wanted]);
            }
            let mut found = Vec::new();
            for end in 0..bytes.len() {
                let cut = decode(&bytes[..end], count, 0..count, &mut found);
                assert!(cut.is_err(), "{count}, cut at {end}");
            }
            bytes.push(0);
            assert!(decode(&bytes, count, 0..count, &mut found).is_err());
        }
    }

    #[test]
    fn a_run_takes_as_many_bits_as_its_greatest_gap() {
        let encoded = |gaps: &[u32]| {
            let mut bytes = Vec::new();
            encode(&mut bytes, gaps);
            bytes
        };
        assert_eq!(encoded(&[5, 128]), [5, 0x80, 1]);
        // Three numbers of three bits: 101, 000, 010, the first one lowest.
        assert_eq!(encoded(&[5, 0, 2]), [3, 0b1000_0101, 0]);
        let two = [&[1, 1][..], &[0; 16], &[0xff; 16]].concat();
        assert_eq!(encoded(&[[0; 128], [1; 128]].concat()), two);
        assert!(decode(&[0], 128, 0..128, &mut Vec::new()).is_err());
    }

    #[test]
    fn positions_are_sums_of_gaps() {
        let of = |gaps: &[u32]| positions(gaps).collect::<Decoded<Vec<u32>>>();
        assert_eq!(of(&[0, 0, 5, 128]), Ok(vec![0, 1, 7, 136]));
        assert!(of(&[u32::MAX]).is_err() && of(&[1, u32::MAX - 1]).is_err());
    }
}
