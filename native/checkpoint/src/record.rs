//! A stretch of the mapped file: a tensor's storage or the pickle, stored as it is or deflated.

use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use flate2::Crc;
use flate2::read::DeflateDecoder;

use crate::Problem;

/// What a deflated record may become. `torch.save` deflates nothing, so only repacked archives come here.
const MAX_INFLATED_BYTES: u64 = 2 << 30;

/// Where bytes lie in the file, and how to make sure that they are the ones that were written.
#[derive(Debug)]
pub(crate) struct Record {
    stored: Range<usize>,
    len: usize,
    deflated: bool,
    /// None where the writer computed none.
    crc: Option<u32>,
    /// Storages can be shared by many tensors: their bytes are checked once.
    checked: AtomicBool,
}

impl Record {
    /// Bytes stored as they are, without a checksum.
    pub(crate) fn plain(stored: Range<usize>) -> Self {
        Self { len: stored.len(), stored, deflated: false, crc: None, checked: AtomicBool::new(true) }
    }

    /// An entry of a zip archive; `stored` lies within the file.
    pub(crate) fn zipped(stored: Range<usize>, len: u64, deflated: bool, crc: u32) -> Result<Self, Problem> {
        if deflated && len > MAX_INFLATED_BYTES {
            return Err(Problem::TooLarge {
                what: "the unpacked size of a compressed record".to_owned(),
                found: len,
                limit: MAX_INFLATED_BYTES,
            });
        }
        if !deflated && len != stored.len() as u64 {
            return Err(Problem::Damaged(format!("a record of {} bytes claims to have {len}", stored.len())));
        }
        // `torch.serialization.set_crc32_options(False)` writes 0 instead of checksums.
        let crc = (crc != 0).then_some(crc);
        Ok(Self { stored, len: len as usize, deflated, crc, checked: AtomicBool::new(false) })
    }

    /// Bytes that the record has when unpacked.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The unpacked bytes: a part of `file` itself wherever they are stored as they are.
    pub(crate) fn bytes<'a>(&self, file: &'a [u8]) -> Result<Cow<'a, [u8]>, Problem> {
        let stored = file
            .get(self.stored.clone())
            .ok_or_else(|| Problem::Incomplete("a record lies beyond the end".to_owned()))?;
        let bytes = if self.deflated { Cow::Owned(self.inflate(stored)?) } else { Cow::Borrowed(stored) };
        if let Some(expected) = self.crc
            && !self.checked.load(Ordering::Relaxed)
        {
            let mut crc = Crc::new();
            crc.update(&bytes);
            if crc.sum() != expected {
                return Err(Problem::Damaged(format!(
                    "the checksum of a record is {:08x}, expected {expected:08x}",
                    crc.sum()
                )));
            }
            self.checked.store(true, Ordering::Relaxed);
        }
        Ok(bytes)
    }

    /// Grows with what really comes out, never by what is claimed, and stops one byte beyond it.
    fn inflate(&self, stored: &[u8]) -> Result<Vec<u8>, Problem> {
        let mut out = Vec::new();
        let read = DeflateDecoder::new(stored).take(self.len as u64 + 1).read_to_end(&mut out);
        match read {
            Ok(count) if count == self.len => Ok(out),
            Ok(_) => Err(Problem::Damaged("a compressed record has another size than it claims".to_owned())),
            Err(error) => Err(Problem::Damaged(format!("a compressed record cannot be unpacked: {error}"))),
        }
    }
}
