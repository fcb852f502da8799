//! SHA-256 of files and values, as text.

use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;

use sha2::{Digest, Sha256};

/// Large enough that reading is not the bottleneck, small enough to stay in the cache.
const CHUNK_BYTES: usize = 1 << 18;

/// The digest in hexadecimal digits.
pub fn text(hasher: Sha256) -> String {
    hexadecimal(&hasher.finalize())
}

/// Bytes in hexadecimal digits, as digests are told and compared.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The digest of a file. `on_chunk` hears how many bytes each chunk had; where it breaks off there is none.
pub fn of_file(path: &Path, mut on_chunk: impl FnMut(u64) -> ControlFlow<()>) -> io::Result<Option<String>> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match file.read(&mut chunk) {
            Ok(0) => return Ok(Some(text(hasher))),
            Ok(count) => {
                hasher.update(&chunk[..count]);
                if on_chunk(count as u64).is_break() {
                    return Ok(None);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Calls `sink` with the little-endian bytes of the values, a chunk at a time.
pub fn for_each_chunk<E>(values: &[f32], mut sink: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
    let mut bytes = Vec::with_capacity(CHUNK_BYTES);
    for chunk in values.chunks(CHUNK_BYTES / size_of::<f32>()) {
        bytes.clear();
        bytes.extend(chunk.iter().flat_map(|value| value.to_le_bytes()));
        sink(&bytes)?;
    }
    Ok(())
}

/// The digest of the values' little-endian bytes.
pub fn of_values(values: &[f32]) -> String {
    let mut hasher = Sha256::new();
    let Ok(()) = for_each_chunk(values, |bytes| {
        hasher.update(bytes);
        Ok::<(), std::convert::Infallible>(())
    });
    text(hasher)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_the_standards() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc");
        std::fs::write(&path, "abc").unwrap();
        let mut heard = 0;
        let digest = of_file(&path, |count| {
            heard += count;
            ControlFlow::Continue(())
        });
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest.unwrap().as_deref(), Some(expected));
        assert_eq!(heard, 3);
        assert_eq!(of_file(&path, |_| ControlFlow::Break(())).unwrap(), None);
        // Four zero bytes.
        assert_eq!(of_values(&[0.0]), "df3f619804a92fdb4057192dc43dd748ea778adc52bc498ce80524c014b81119");
    }

    #[test]
    fn chunks_cover_everything_once() {
        let values: Vec<f32> = (0..200_000).map(|index| index as f32).collect();
        let mut bytes = Vec::new();
        for_each_chunk(&values, |chunk| {
            bytes.extend_from_slice(chunk);
            Ok::<(), ()>(())
        })
        .unwrap();
        assert_eq!(bytes.len(), 800_000);
        assert_eq!(bytes[799_996..], 199_999_f32.to_le_bytes());
    }
}
