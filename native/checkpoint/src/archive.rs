//! The zip archive of `torch.save`: which records it has and where they lie, read from its directory alone.

use std::collections::HashMap;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;

use zip::read::{ArchiveOffset, Config};
use zip::{CompressionMethod, ZipArchive};

use crate::Problem;
use crate::dtype::ByteOrder;
use crate::record::Record;

/// What reading the directory may consume of the file; a model of ten thousand tensors needs 2 MB. It bounds
/// both the memory for the directory and the search for its start in a file that was cut off.
const MAX_DIRECTORY_BYTES: usize = 16 << 20;

/// Records of an archive by their names without the folder that all of them lie in.
pub(crate) struct Archive {
    records: HashMap<String, Arc<Record>>,
}

impl Archive {
    /// Reads the directory of an archive that PyTorch can load as a state dict.
    pub(crate) fn open(file: &[u8]) -> Result<Self, Problem> {
        let reader = Bounded { inner: Cursor::new(file), left: MAX_DIRECTORY_BYTES };
        // Told where the archive begins, `zip` looks for the directory where the archive says that it is. Left to find it,
        // it takes the second header for the first if that lies as far behind as PyTorch's end of the archive is long,
        // which depends on the file's name.
        let config = Config { archive_offset: ArchiveOffset::Known(0) };
        let mut zip = ZipArchive::with_config(config, reader).map_err(|error| explain(&error, file))?;
        if zip.has_duplicate_names() {
            return Err(Problem::Damaged("two records have the same name".to_owned()));
        }
        // As PyTorch does: the folder of the first record is the folder of all.
        let first = zip.name_for_index(0).transpose().map_err(|error| explain(&error, file))?;
        let folder = first.as_deref().and_then(|name| name.split_once('/')).map_or("", |(folder, _)| folder);
        let folder = format!("{folder}/");
        let mut records = HashMap::new();
        for index in 0..zip.len() {
            let entry = zip.by_index_raw(index).map_err(|error| explain(&error, file))?;
            let name = entry.name().map_err(|error| explain(&error, file))?;
            let Some(name) = name.strip_prefix(&folder).map(str::to_owned) else { continue };
            let deflated = match entry.compression() {
                CompressionMethod::Stored => false,
                CompressionMethod::Deflated => true,
                other => return Err(Problem::Unsupported(format!("the zip compression {other}"))),
            };
            if entry.encrypted() {
                return Err(Problem::Unsupported("zip encryption".to_owned()));
            }
            let start = entry.data_start().unwrap_or(u64::MAX);
            let end = start.checked_add(entry.compressed_size()).filter(|&end| end <= file.len() as u64);
            let Some(end) = end else {
                return Err(Problem::Incomplete(format!("its record \"{name}\" lies beyond the end")));
            };
            let stored = start as usize..end as usize;
            let record = Record::zipped(stored, entry.size(), deflated, entry.crc32())?;
            records.insert(name, Arc::new(record));
        }
        let archive = Self { records };
        archive.check_kind()?;
        Ok(archive)
    }

    /// The record of that name.
    pub(crate) fn record(&self, name: &str) -> Option<&Arc<Record>> {
        self.records.get(name)
    }

    /// How the numbers in the storages are written. Files older than the record are little-endian.
    pub(crate) fn byte_order(&self, file: &[u8]) -> Result<ByteOrder, Problem> {
        let Some(record) = self.record("byteorder") else { return Ok(ByteOrder::Little) };
        if record.len() > 16 {
            return Err(Problem::Damaged("its byte order is unknown".to_owned()));
        }
        match &*record.bytes(file)? {
            b"little" => Ok(ByteOrder::Little),
            b"big" => Ok(ByteOrder::Big),
            _ => Err(Problem::Damaged("its byte order is unknown".to_owned())),
        }
    }

    fn check_kind(&self) -> Result<(), Problem> {
        let foreign = |found, remedy| Err(Problem::Foreign { found, remedy });
        if self.records.contains_key("constants.pkl") {
            return foreign(
                "a TorchScript archive (a program with its weights)",
                "load it in PyTorch and save its state_dict() with torch.save",
            );
        }
        if !self.records.contains_key("data.pkl") {
            return foreign(
                "a zip archive that torch.save did not write",
                "unpack it if the checkpoint is inside, or choose a .pt, .ckpt or .safetensors file",
            );
        }
        Ok(())
    }
}

/// Without the record that ends every archive, the end of the file is missing.
fn explain(error: &zip::result::ZipError, file: &[u8]) -> Problem {
    // The record has 22 bytes and a comment of up to 65535.
    let tail = &file[file.len().saturating_sub(22 + 65535)..];
    if tail.windows(4).any(|bytes| bytes == b"PK\x05\x06") {
        Problem::Damaged(error.to_string())
    } else {
        Problem::Incomplete(format!("it breaks off after {} bytes", file.len()))
    }
}

/// A reader that gives up rather than read more than it was allowed.
struct Bounded<'a> {
    inner: Cursor<&'a [u8]>,
    left: usize,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(count).ok_or_else(|| {
            io::Error::other(format!("its directory is larger than {MAX_DIRECTORY_BYTES} bytes"))
        })?;
        Ok(count)
    }
}

impl Seek for Bounded<'_> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.inner.seek(position)
    }
}
