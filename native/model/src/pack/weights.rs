//! The weights file: written tensor by tensor, read by position.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use graph::ExternalTensor;
use safetensors::tensor::{Dtype, Metadata, TensorInfo};
use sha2::{Digest, Sha256};

use super::{WEIGHTS, WeightsFile};
use crate::architecture::Shapes;
use crate::{Error, digest};

/// Length of the field before the header that says how long the header is.
const LENGTH_BYTES: u64 = 8;

/// The longest header that the format allows.
const MAXIMUM_HEADER_BYTES: u64 = 100_000_000;

/// A weights file whose header was read.
#[derive(Debug)]
pub struct Weights {
    path: PathBuf,
    /// By name: shape, first byte in the file, number of bytes.
    tensors: BTreeMap<String, (Vec<usize>, u64, u64)>,
    file_bytes: u64,
}

impl Weights {
    /// Reads the header, and checks that it covers the file.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let read = || -> io::Result<(Vec<u8>, u64)> {
            let mut file = File::open(path)?;
            let file_bytes = file.metadata()?.len();
            let mut length = [0; LENGTH_BYTES as usize];
            file.read_exact(&mut length)?;
            let length = u64::from_le_bytes(length).min(MAXIMUM_HEADER_BYTES);
            let mut header = Vec::new();
            file.take(length).read_to_end(&mut header)?;
            Ok((header, file_bytes))
        };
        let (header, file_bytes) = read().map_err(Error::io("read the weights", path))?;
        let altered = |reason: String| Error::Altered { reason, path: path.into() };
        let metadata: Metadata =
            serde_json::from_slice(&header).map_err(|error| altered(error.to_string()))?;
        let data_start = LENGTH_BYTES + header.len() as u64;
        if data_start + metadata.data_len() as u64 != file_bytes {
            return Err(altered("the file is longer or shorter than its header says".into()));
        }
        let mut tensors = BTreeMap::new();
        for (name, info) in metadata.tensors() {
            if info.dtype != Dtype::F32 {
                return Err(altered(format!("tensor {name} has another type")));
            }
            let (begin, end) = info.data_offsets;
            tensors.insert(name, (info.shape.clone(), data_start + begin as u64, (end - begin) as u64));
        }
        Ok(Self { path: path.into(), tensors, file_bytes })
    }

    /// Writes the tensors of these shapes, in the order of their names, each as `read` returns it.
    pub fn write(
        path: &Path,
        shapes: &Shapes,
        mut read: impl FnMut(&str) -> Result<Vec<f32>, Error>,
    ) -> Result<WeightsFile, Error> {
        let failed = || Error::io("write the weights", path);
        let mut hasher = Sha256::new();
        let mut bytes = 0;
        let mut file = BufWriter::new(File::create(path).map_err(failed())?);
        let mut put = |part: &[u8]| {
            hasher.update(part);
            bytes += part.len() as u64;
            file.write_all(part).map_err(failed())
        };
        let header = header(shapes).map_err(|error| failed()(io::Error::other(error)))?;
        put(&(header.len() as u64).to_le_bytes())?;
        put(&header)?;
        for name in shapes.keys() {
            digest::for_each_chunk(&read(name)?, &mut put)?;
        }
        // The rename that publishes the pack must not reach the disk before its contents.
        let file = file.into_inner().map_err(|error| failed()(error.into_error()))?;
        file.sync_all().map_err(failed())?;
        Ok(WeightsFile { sha256: digest::text(hasher), bytes })
    }

    /// The size of the whole file.
    #[must_use]
    pub fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    /// The shapes of all tensors.
    #[must_use]
    pub fn shapes(&self) -> Shapes {
        self.tensors.iter().map(|(name, (shape, ..))| (name.clone(), shape.clone())).collect()
    }

    /// Whether there is a tensor of that name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// Where a tensor lies.
    pub fn tensor(&self, name: &str) -> Result<ExternalTensor, Error> {
        let (shape, offset, length) = self.tensors.get(name).ok_or_else(|| Error::Altered {
            reason: format!("there is no tensor {name}"),
            path: self.path.clone(),
        })?;
        Ok(ExternalTensor {
            location: WEIGHTS.into(),
            offset: *offset,
            length: *length,
            shape: shape.clone(),
        })
    }

    /// The values of a tensor.
    pub fn read(&self, name: &str) -> Result<Vec<f32>, Error> {
        let tensor = self.tensor(name)?;
        // Not a memory map: another process may change the file at any time.
        let read = || -> io::Result<Vec<u8>> {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(tensor.offset))?;
            let mut bytes = vec![0; tensor.length as usize];
            file.read_exact(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = read().map_err(Error::io("read the weights", &self.path))?;
        let (values, _) = bytes.as_chunks();
        Ok(values.iter().map(|&value| f32::from_le_bytes(value)).collect())
    }
}

/// The header of a file with tensors of these shapes, one after the other.
fn header(shapes: &Shapes) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let mut end = 0;
    let tensors = shapes.iter().map(|(name, shape)| {
        let begin = end;
        end += shape.iter().product::<usize>() * size_of::<f32>();
        (name.clone(), TensorInfo { dtype: Dtype::F32, shape: shape.clone(), data_offsets: (begin, end) })
    });
    let metadata = Metadata::new(None, tensors.collect())?;
    let mut header = serde_json::to_vec(&metadata)?;
    // The format pads with spaces so that the values are aligned.
    header.resize(header.len().next_multiple_of(LENGTH_BYTES as usize), b' ');
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(folder: &Path) -> (PathBuf, WeightsFile) {
        let path = folder.join(WEIGHTS);
        let shapes =
            Shapes::from([("b".into(), vec![2, 2]), ("a".into(), vec![3]), ("none".into(), vec![0])]);
        let file = Weights::write(&path, &shapes, |name| {
            Ok(match name {
                "a" => vec![1.0, 2.0, 3.0],
                "b" => vec![4.0, 5.0, 6.0, 7.0],
                _ => Vec::new(),
            })
        });
        (path, file.unwrap())
    }

    #[test]
    fn what_was_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let (path, file) = written(folder.path());
        let weights = Weights::open(&path).unwrap();
        assert_eq!(weights.read("a").unwrap(), [1.0, 2.0, 3.0]);
        assert_eq!(weights.read("b").unwrap(), [4.0, 5.0, 6.0, 7.0]);
        assert_eq!(weights.tensor("b").unwrap().shape, [2, 2]);
        assert!(weights.read("c").is_err());
        assert_eq!(weights.file_bytes(), file.bytes);
        let digest = digest::of_file(&path, |_| std::ops::ControlFlow::Continue(()));
        assert_eq!(digest.unwrap(), Some(file.sha256));
    }

    #[test]
    fn other_programs_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let (path, _) = written(folder.path());
        let bytes = std::fs::read(path).unwrap();
        let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(tensors.tensor("a").unwrap().data()[8..], 3.0_f32.to_le_bytes());
        let data = bytes.len() - 28;
        assert_eq!(data % 8, 0, "values are aligned");
    }

    #[test]
    fn damaged_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (path, _) = written(folder.path());
        let bytes = std::fs::read(&path).unwrap();
        let mut longer = bytes.clone();
        longer.push(0);
        let mut endless = bytes.clone();
        endless[..8].fill(0xff);
        for damaged in [&bytes[..bytes.len() - 1], &bytes[..20], &bytes[..4], &[], &longer, &endless] {
            std::fs::write(&path, damaged).unwrap();
            assert!(Weights::open(&path).is_err(), "{} bytes", damaged.len());
        }
    }
}
