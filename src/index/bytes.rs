//! Numbers as bytes: variable-length integers, packed bits, and reading both without trust.
//!
//! **A packed array** has its values in so many bits each, the lowest bit first, without gaps. **A packed
//! block** is the same for fewer than [`BLOCK`] values. [`BLOCK`] values are laid out so that they can be
//! unpacked four at a time (`bitpacking::BitPacker4x`): they are dealt to four rows in turn, each row is packed
//! into words of 32 bits, and the words of the four rows stand in turn, each with its lowest byte first.

use bitpacking::{BitPacker, BitPacker4x};

/// Values in a block.
pub(super) const BLOCK: usize = BitPacker4x::BLOCK_LEN;

/// Bytes that are not what they should be; the text says what is wrong with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damaged(pub(super) &'static str);

pub(super) type Decoded<T> = Result<T, Damaged>;

/// LEB128: seven bits a byte, the lowest first, the highest bit set on all but the last.
pub(super) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A signed number with its sign in the lowest bit, so that small ones stay short.
pub(super) fn put_signed(out: &mut Vec<u8>, value: i64) {
    put_varint(out, ((value << 1) ^ (value >> 63)).cast_unsigned());
}

/// A length and the bytes themselves.
pub(super) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Reads from the front of some bytes; everything is checked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn byte(&mut self) -> Decoded<u8> {
        let (&first, rest) = self.0.split_first().ok_or(Damaged("cut short"))?;
        self.0 = rest;
        Ok(first)
    }

    pub(super) fn take(&mut self, length: usize) -> Decoded<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Damaged("cut short"))?;
        self.0 = rest;
        Ok(taken)
    }

    #[inline]
    pub(super) fn varint(&mut self) -> Decoded<u64> {
        // Most are small.
        match *self.0 {
            [byte @ ..0x80, ref rest @ ..] => {
                self.0 = rest;
                Ok(byte.into())
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Decoded<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Damaged("a number without an end"))
    }

    /// A varint that fits what the caller needs.
    pub(super) fn number<T: TryFrom<u64>>(&mut self) -> Decoded<T> {
        T::try_from(self.varint()?).map_err(|_| Damaged("a number out of bounds"))
    }

    pub(super) fn signed(&mut self) -> Decoded<i64> {
        let value = self.varint()?;
        Ok((value >> 1).cast_signed() ^ -((value & 1).cast_signed()))
    }

    pub(super) fn bytes(&mut self) -> Decoded<&'a [u8]> {
        let length = self.number()?;
        self.take(length)
    }
}

/// Bits that hold every value up to `greatest`.
pub(super) fn width(greatest: u32) -> u32 {
    u32::BITS - greatest.leading_zeros()
}

/// Bytes that `count` values of some bits fill.
pub(super) fn packed_bytes(count: usize, width: u32) -> usize {
    (count * width as usize).div_ceil(8)
}

/// Packs the low `width` bits of each value, the lowest bit first.
pub(super) fn pack(out: &mut Vec<u8>, values: impl Iterator<Item = u32>, width: u32) {
    let (mut held, mut bits) = (0u64, 0);
    for value in values {
        held |= u64::from(value) << bits;
        bits += width;
        while bits >= 8 {
            out.push(held as u8);
            held >>= 8;
            bits -= 8;
        }
    }
    if bits > 0 {
        out.push(held as u8);
    }
}

/// The value at a place among packed ones. The bytes must hold it.
#[inline]
pub(super) fn packed_at(bytes: &[u8], width: u32, at: usize) -> u32 {
    let bit = at * width as usize;
    let start = bit >> 3;
    let word = match bytes.get(start..start + 8) {
        Some(eight) => u64::from_le_bytes(eight.try_into().unwrap_or_default()),
        None => {
            let tail = bytes.get(start..).unwrap_or_default();
            tail.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
        }
    };
    (word >> (bit & 7)) as u32 & ((1u64 << width) - 1) as u32
}

/// Unpacks as many values as `out` takes.
pub(super) fn unpack(bytes: &[u8], width: u32, out: &mut [u32]) -> Decoded<()> {
    if width > 32 || bytes.len() < packed_bytes(out.len(), width) {
        return Err(Damaged("packed numbers cut short"));
    }
    if width == 0 {
        out.fill(0);
        return Ok(());
    }
    let whole = out.len() / 8 * 8;
    let (eights, rest) = out.split_at_mut(whole);
    macro_rules! by_width {
        ($($width:literal)*) => {
            match width {
                $($width => unpack_eights::<$width>(bytes, eights),)*
                _ => {}
            }
        };
    }
    by_width!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32);
    for (at, value) in (whole..).zip(rest) {
        *value = packed_at(bytes, width, at);
    }
    Ok(())
}

/// Writes numbers of any number of bits, the lowest bit first; what is left of the last byte is 0.
#[derive(Debug)]
pub(super) struct BitWriter<'o> {
    out: &'o mut Vec<u8>,
    held: u64,
    bits: u32,
}

impl<'o> BitWriter<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>) -> Self {
        Self { out, held: 0, bits: 0 }
    }

    /// The low bits of a value, at most 32.
    pub(super) fn put(&mut self, value: u32, bits: u32) {
        self.held |= u64::from(value) << self.bits;
        self.bits += bits;
        while self.bits >= 8 {
            self.out.push(self.held as u8);
            self.held >>= 8;
            self.bits -= 8;
        }
    }

    /// So many bits that are 0, and one that is 1.
    fn put_unary(&mut self, zeros: u32) {
        (0..zeros).for_each(|_| self.put(0, 1));
        self.put(1, 1);
    }

    /// A Rice code: what is above `low` bits in unary, then these bits.
    pub(super) fn put_rice(&mut self, value: u32, low: u32) {
        self.put_unary(value >> low);
        self.put(value & ((1 << low) - 1), low);
    }

    /// An Elias gamma code of a value and one more, which fits into 32 bits: how many bits follow the highest one in
    /// unary, then these bits.
    pub(super) fn put_gamma(&mut self, value: u32) {
        let more = value + 1;
        let bits = more.ilog2();
        self.put_unary(bits);
        self.put(more & ((1 << bits) - 1), bits);
    }

    pub(super) fn finish(self) {
        if self.bits > 0 {
            self.out.push(self.held as u8);
        }
    }
}

/// Reads what a [`BitWriter`] wrote.
#[derive(Debug)]
pub(super) struct BitReader<'a> {
    bytes: Reader<'a>,
    held: u64,
    bits: u32,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes: Reader(bytes), held: 0, bits: 0 }
    }

    /// A value of at most 32 bits.
    pub(super) fn take(&mut self, bits: u32) -> Decoded<u32> {
        while self.bits < bits {
            self.held |= u64::from(self.bytes.byte()?) << self.bits;
            self.bits += 8;
        }
        let value = self.held & ((1 << bits) - 1);
        self.held >>= bits;
        self.bits -= bits;
        Ok(value as u32)
    }

    /// How many bits are 0 before one that is 1.
    fn take_unary(&mut self) -> Decoded<u32> {
        let mut zeros = 0;
        while self.held == 0 {
            zeros += self.bits;
            (self.held, self.bits) = (self.bytes.byte()?.into(), 8);
        }
        let more = self.held.trailing_zeros();
        self.held >>= more + 1;
        self.bits -= more + 1;
        Ok(zeros + more)
    }

    pub(super) fn take_rice(&mut self, low: u32) -> Decoded<u32> {
        let high = u64::from(self.take_unary()?) << low;
        let high = u32::try_from(high).map_err(|_| Damaged("a number out of bounds"))?;
        Ok(high | self.take(low)?)
    }

    pub(super) fn take_gamma(&mut self) -> Decoded<u32> {
        let bits = self.take_unary()?;
        if bits >= 32 {
            return Err(Damaged("a number out of bounds"));
        }
        Ok((1 << bits | self.take(bits)?) - 1)
    }

    /// Whether nothing is left but the rest of a byte, of zeros.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.bits < 8 && self.held == 0
    }
}

/// Packs a block.
pub(super) fn pack_block(out: &mut Vec<u8>, values: &[u32], width: u32) {
    if values.len() == BLOCK && width <= 32 {
        let start = out.len();
        out.resize(start + packed_bytes(BLOCK, width), 0);
        BitPacker4x::new().compress(values, &mut out[start..], width as u8);
    } else {
        pack(out, values.iter().copied(), width);
    }
}

/// Unpacks a block, as many values as `out` takes.
pub(super) fn unpack_block(bytes: &[u8], width: u32, out: &mut [u32]) -> Decoded<()> {
    if out.len() != BLOCK {
        return unpack(bytes, width, out);
    }
    if width > 32 || bytes.len() < packed_bytes(BLOCK, width) {
        return Err(Damaged("packed numbers cut short"));
    }
    BitPacker4x::new().decompress(bytes, out, width as u8);
    Ok(())
}

/// Unpacks a block of gaps, each one less than it is: to the value before, and the first to the one before
/// `first`.
pub(super) fn unpack_ascending(
    bytes: &[u8],
    width: u32,
    first: u32,
    out: &mut [u32],
) -> Decoded<()> {
    // So the sum of a block cannot run over.
    if width > 16 || first > 1 << 17 {
        return Err(Damaged("a gap beyond the segment"));
    }
    if out.len() == BLOCK && bytes.len() >= packed_bytes(BLOCK, width) {
        let before = first.checked_sub(1);
        BitPacker4x::new().decompress_strictly_sorted(before, bytes, out, width as u8);
        return Ok(());
    }
    unpack_block(bytes, width, out)?;
    let mut next = first;
    for value in out {
        *value += next;
        next = *value + 1;
    }
    Ok(())
}

/// Eight values of one width begin and end with a byte: every shift is known when this is compiled.
fn unpack_eights<const WIDTH: usize>(bytes: &[u8], out: &mut [u32]) {
    for (eight, bytes) in out.chunks_exact_mut(8).zip(bytes.chunks_exact(WIDTH)) {
        let mut padded = [0; 40];
        padded[..WIDTH].copy_from_slice(bytes);
        for (at, value) in eight.iter_mut().enumerate() {
            let bit = at * WIDTH;
            let mut word = [0; 8];
            word.copy_from_slice(&padded[bit / 8..bit / 8 + 8]);
            *value = (u64::from_le_bytes(word) >> (bit % 8) & ((1 << WIDTH) - 1)) as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_cut_ones_are_errors() {
        let values = [0, 1, 127, 128, 300, 1 << 20, u64::from(u32::MAX), u64::MAX];
        for value in values {
            let mut bytes = Vec::new();
            put_varint(&mut bytes, value);
            assert_eq!(Reader(&bytes).varint(), Ok(value));
            assert!(Reader(&bytes[..bytes.len() - 1]).varint().is_err());
            for signed in [value.cast_signed(), value.cast_signed().wrapping_neg()] {
                let mut bytes = Vec::new();
                put_signed(&mut bytes, signed);
                assert_eq!(Reader(&bytes).signed(), Ok(signed));
            }
        }
        assert_eq!(Reader(&[0xac, 0x02]).varint(), Ok(300)); // the example of the DWARF standard's LEB128
        assert!(Reader(&[0xff; 20]).varint().is_err());
        assert!(Reader(&[0x80, 0x80, 0x04]).number::<u16>().is_err());
    }

    #[test]
    fn codes_come_back_and_cut_ones_are_errors() {
        let values = [0, 1, 2, 63, 64, 65, 1000, 70_000];
        for low in [0, 1, 6, 16] {
            let mut bytes = Vec::new();
            let mut writer = BitWriter::new(&mut bytes);
            for value in values {
                writer.put_rice(value, low);
                writer.put_gamma(value);
                writer.put(value & 1, 1);
            }
            writer.put_gamma(u32::MAX - 1);
            writer.finish();
            let read = |bytes: &[u8]| -> Decoded<()> {
                let mut reader = BitReader::new(bytes);
                for value in values {
                    assert_eq!((reader.take_rice(low)?, reader.take_gamma()?), (value, value));
                    assert_eq!(reader.take(1)?, value & 1);
                }
                assert_eq!(reader.take_gamma()?, u32::MAX - 1);
                if reader.is_empty() { Ok(()) } else { Err(Damaged("more")) }
            };
            read(&bytes).unwrap();
            (0..bytes.len()).for_each(|end| assert!(read(&bytes[..end]).is_err()));
            assert!(read(&[&bytes[..], &[0]].concat()).is_err());
        }
        // 5 with two low bits: a 0, a 1, then 01 with the lowest first; 4 is 101 in binary and one more: two zeros, 1, 01.
        let mut bytes = Vec::new();
        let mut writer = BitWriter::new(&mut bytes);
        writer.put_rice(5, 2);
        writer.put_gamma(4);
        writer.finish();
        assert_eq!(bytes, [0b1100_0110, 0]);
        assert!(BitReader::new(&[0; 100]).take_gamma().is_err());
        assert!(BitReader::new(&[[0; 9].as_slice(), &[1; 9]].concat()).take_rice(31).is_err());
    }

    #[test]
    fn packed_values_come_back_at_every_width() {
        for bits in 0..=32u32 {
            let most = if bits == 0 { 0 } else { u32::MAX >> (32 - bits) };
            for count in [1, 7, 8, 127, 128] {
                let values: Vec<u32> =
                    (0..count).map(|n| 0x9e37_79b9u32.wrapping_mul(n + 1) & most).collect();
                let mut bytes = Vec::new();
                pack(&mut bytes, values.iter().copied(), bits);
                assert_eq!(bytes.len(), packed_bytes(values.len(), bits));
                let mut found = vec![0; values.len()];
                unpack(&bytes, bits, &mut found).unwrap();
                assert_eq!(found, values);
                if bits > 0 {
                    assert!(unpack(&bytes[..bytes.len() - 1], bits, &mut found).is_err());
                }
                let mut bytes = Vec::new();
                pack_block(&mut bytes, &values, bits);
                assert_eq!(bytes.len(), packed_bytes(values.len(), bits));
                found.fill(0);
                unpack_block(&bytes, bits, &mut found).unwrap();
                assert_eq!(found, values);
                for cut in 0..bytes.len() {
                    assert!(unpack_block(&bytes[..cut], bits, &mut found).is_err());
                    assert!(unpack_ascending(&bytes[..cut], bits, 0, &mut found).is_err());
                }
                for first in [0, 1, 1 << 17] {
                    let ascending = unpack_ascending(&bytes, bits, first, &mut found);
                    assert_eq!(ascending.is_ok(), bits <= 16);
                    if ascending.is_ok() {
                        let mut next = first;
                        for (value, gap) in found.iter().zip(&values) {
                            assert_eq!(*value, next + gap);
                            next = value + 1;
                        }
                    }
                }
            }
        }
        // A value of one bit in each row of a block: the first of each row is the lowest bit of its word.
        let mut bytes = Vec::new();
        let values: Vec<u32> = (0..128).map(|n| u32::from(n == 1 || n == 4 * 9 + 2)).collect();
        pack_block(&mut bytes, &values, 1);
        assert_eq!(bytes, [0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0]);
        assert_eq!((width(0), width(1), width(255), width(u32::MAX)), (0, 1, 8, 32));
    }
}
