//! Opening a large file reads its description alone, and reading a tensor that tensor alone.
#![allow(clippy::unwrap_used, reason = "helpers of tests, which the setting for tests does not cover")]
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use checkpoint::Checkpoint;

const HOLE_BYTES: u64 = 1 << 30;

/// How much of a mapped file is in this process's memory.
fn resident_bytes(path: &Path) -> usize {
    let maps = fs::read_to_string("/proc/self/smaps").unwrap();
    let mut lines = maps.lines().skip_while(|line| !line.ends_with(path.to_str().unwrap()));
    let resident = lines.find_map(|line| line.strip_prefix("Rss:")).expect("the file is mapped");
    resident.trim().strip_suffix(" kB").unwrap().trim().parse::<usize>().unwrap() << 10
}

fn assert_is_lazy(path: &Path) {
    let checkpoint = Checkpoint::open(path).unwrap();
    assert!(fs::metadata(path).unwrap().len() > HOLE_BYTES);
    assert!(resident_bytes(path) < 1 << 20, "opened: {}", resident_bytes(path));
    assert_eq!(checkpoint.read_f32("w").unwrap(), [0., 0.]);
    assert!(resident_bytes(path) < 1 << 20, "read: {}", resident_bytes(path));
}

#[test]
fn a_torch_file_of_a_gigabyte() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.pt");
    // A small archive, with a hole in place of the storage that comes last in it.
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/attacks/memo.pt");
    let mut content = fs::read(fixture).unwrap();
    let end = content.len() - 22;
    let directory = u32::from_le_bytes(*content[end + 16..].first_chunk().unwrap());
    let entry = content.windows(14).rposition(|name| name == b"archive/data/0").unwrap() - 46;
    let size = HOLE_BYTES as u32 + 8;
    content[entry + 16..entry + 20].fill(0); // no checksum
    content[entry + 20..entry + 24].copy_from_slice(&size.to_le_bytes());
    content[entry + 24..entry + 28].copy_from_slice(&size.to_le_bytes());
    content[end + 16..end + 20].copy_from_slice(&(directory + HOLE_BYTES as u32).to_le_bytes());
    let (records, tail) = content.split_at(directory as usize);
    let mut file = File::create(&path).unwrap();
    file.write_all(&records[..records.len() - 8]).unwrap();
    file.seek(SeekFrom::Current(HOLE_BYTES as i64 + 8)).unwrap();
    file.write_all(tail).unwrap();
    assert_is_lazy(&path);
}

#[test]
fn a_gigabyte_that_was_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.pt");
    fs::write(&path, b"PK\x03\x04").unwrap();
    File::options().write(true).open(&path).unwrap().set_len(HOLE_BYTES).unwrap();
    let error = Checkpoint::open(&path).unwrap_err().to_string();
    assert!(error.contains("incomplete (it breaks off after 1073741824 bytes)"), "{error}");
}

#[test]
fn a_safetensors_file_of_a_gigabyte() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.safetensors");
    let (middle, end) = (HOLE_BYTES, HOLE_BYTES + 8);
    let header = format!(
        r#"{{"large":{{"dtype":"F32","shape":[{}],"data_offsets":[0,{middle}]}},"w":{{"dtype":"F32","shape":[2],"data_offsets":[{middle},{end}]}}}}"#,
        HOLE_BYTES / 4
    );
    let mut file = File::create(&path).unwrap();
    file.write_all(&(header.len() as u64).to_le_bytes()).unwrap();
    file.write_all(header.as_bytes()).unwrap();
    file.set_len(8 + header.len() as u64 + end).unwrap();
    assert_is_lazy(&path);
}
