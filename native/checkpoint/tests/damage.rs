//! A file damaged anywhere opens or fails; it never panics and never allocates more than its size warrants.
#![allow(clippy::unwrap_used, reason = "helpers of tests, which the setting for tests does not cover")]

use std::fs;
use std::path::Path;

use checkpoint::{Checkpoint, Problem};

mod common;

/// The fixtures have some kilobytes; a hash map's first allocations and an inflater are in here.
const MEMORY_BYTES: usize = 2 << 20;

/// Reads all there is to read, and says whether all of it could be.
fn exercise(path: &Path) -> bool {
    let Ok(checkpoint) = Checkpoint::open(path) else { return false };
    let mut results = checkpoint.tensors().keys().map(|name| checkpoint.read_f32(name));
    // Complex numbers are refused in a sound file, too.
    results
        .all(|result| result.map_or_else(|error| matches!(error.problem, Problem::NotReal { .. }), |_| true))
}

fn assert_bounded(folder: &Path, content: &[u8], what: &str) -> bool {
    let path = folder.join("damaged");
    fs::write(&path, content).unwrap();
    let (whole, bytes) = common::measured(|| exercise(&path));
    assert!(bytes < MEMORY_BYTES, "{what}: {bytes} bytes");
    whole
}

/// Small and even enough for this; a library would be a dependency for three lines (Marsaglia's xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

#[test]
fn a_file_cut_off_anywhere_fails() {
    let folder = tempfile::tempdir().unwrap();
    for path in common::fixtures("valid") {
        let content = fs::read(&path).unwrap();
        assert!(exercise(&path));
        for length in (0..content.len()).step_by(29) {
            let what = format!("{} cut at {length}", path.display());
            assert!(!assert_bounded(folder.path(), &content[..length], &what), "{what} was read");
        }
    }
}

#[test]
fn changed_bytes_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    for path in common::fixtures("valid") {
        let content = fs::read(&path).unwrap();
        for position in (0..content.len()).step_by(7) {
            let mut damaged = content.clone();
            damaged[position] ^= if position % 2 == 0 { 0xff } else { 1 << (position % 8) };
            assert_bounded(folder.path(), &damaged, &format!("{} changed at {position}", path.display()));
        }
    }
}

/// Without checksums the damage reaches the pickle and the sizes instead of being noticed before.
#[test]
fn changed_bytes_that_no_checksum_guards_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let content = fs::read(common::fixture("valid/without_crc.pt")).unwrap();
    let mut random = Random(0x7e44_a31d);
    for round in 0..1500 {
        let mut damaged = content.clone();
        for _ in 0..=random.below(3) {
            // The pickle is at the start, the directory at the end: most of the meaning is there.
            let position = match random.below(3) {
                0 => random.below(content.len()),
                1 => random.below(900),
                _ => content.len() - 1 - random.below(900),
            };
            damaged[position] = random.below(256) as u8;
        }
        assert_bounded(folder.path(), &damaged, &format!("round {round}"));
    }
}

#[test]
fn changed_safetensors_headers_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let content = fs::read(common::fixture("valid/weights.safetensors")).unwrap();
    let header_end = 8 + u64::from_le_bytes(*content.first_chunk().unwrap()) as usize;
    let tokens: [&[u8]; 10] =
        [b"{", b"}", b"[[", b"]", b"-1", b"1e999", b"18446744073709551615", b"\"", b"null", b"\xff"];
    let mut random = Random(0x5afe_7e50);
    for round in 0..1500 {
        let mut damaged = content.clone();
        for _ in 0..=random.below(3) {
            let position = random.below(header_end);
            if random.below(2) == 0 {
                damaged[position] = random.below(256) as u8;
            } else {
                let token = tokens[random.below(tokens.len())];
                damaged.splice(position..position + random.below(4), token.iter().copied());
            }
        }
        assert_bounded(folder.path(), &damaged, &format!("round {round}"));
    }
}

#[test]
fn a_safetensors_header_that_is_endless_or_deep_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut long = (1u64 << 31).to_le_bytes().to_vec();
    long.extend(b"{}");
    assert!(!assert_bounded(folder.path(), &long, "long"));
    let mut deep = 100_000u64.to_le_bytes().to_vec();
    deep.extend(b"{\"a\":");
    deep.resize(100_008, b'[');
    assert!(!assert_bounded(folder.path(), &deep, "deep"));
}
