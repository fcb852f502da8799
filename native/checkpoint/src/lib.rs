//! Tensors out of PyTorch's `.pt` and `.ckpt` files and out of `.safetensors`, without executing anything.
//!
//! A [`Checkpoint`] is opened by its content, whatever its name. Opening reads the description of the tensors
//! and checks all of it; the weights stay in the file until [`Checkpoint::read_f32`] asks for them, one tensor
//! at a time. Whatever else a training run saved is [`Checkpoint::metadata`], as plain [`Value`]s.
//!
//! ```no_run
//! # fn main() -> Result<(), checkpoint::Error> {
//! let checkpoint = checkpoint::Checkpoint::open("TerraMind_v1_tiny.pt".as_ref())?;
//! for (name, tensor) in checkpoint.tensors() {
//!     println!("{name} {:?} {:?}", tensor.dtype, tensor.shape);
//! }
//! let weights = checkpoint.read_f32("encoder_norm.weight")?;
//! # Ok(())
//! # }
//! ```
//!
//! Files come from strangers, and a crash here takes QGIS down with it. So every size that a file claims is
//! checked before memory is asked for, nothing recurses as deep as a file says, and of a pickle only
//! descriptions are built: the classes that a state dict needs are understood, other classes stay opaque, and a
//! file that names a callable made for running code is refused by that name.
//!
//! This crate does not know what the tensors mean, and writes nothing.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memmap2::Mmap;

mod archive;
mod dtype;
mod error;
mod foreign;
mod pickle;
mod plain;
mod record;
mod safe;
mod torch;
mod value;
mod view;

pub use dtype::Dtype;
pub use error::{Error, Problem};
pub use value::Value;

use dtype::ByteOrder;
use foreign::Format;
use record::Record;
use view::View;

/// What a tensor is, without its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorInfo {
    /// The type of its numbers in the file.
    pub dtype: Dtype,
    /// Its sides, outermost first; empty for a single number.
    pub shape: Vec<usize>,
}

/// An open checkpoint; cheap to hold, as the system pages the file in and out on demand.
#[derive(Debug)]
pub struct Checkpoint {
    path: PathBuf,
    file: Mmap,
    infos: BTreeMap<String, TensorInfo>,
    contents: Contents,
}

/// What a file holds, in whichever format.
#[derive(Debug)]
struct Contents {
    tensors: BTreeMap<String, Stored>,
    metadata: BTreeMap<String, Value>,
    byte_order: ByteOrder,
}

/// Where a tensor lies.
#[derive(Debug)]
struct Stored {
    dtype: Dtype,
    view: View,
    record: Arc<Record>,
}

impl Checkpoint {
    /// Opens a checkpoint; its format is recognised by content.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let error = |problem| Error::new(problem, path);
        let file = map(path).map_err(error)?;
        let contents = match foreign::recognise(&file).map_err(error)? {
            Format::TorchZip => torch::open(&file),
            Format::Safetensors => safe::open(&file),
        }
        .map_err(error)?;
        let info = |stored: &Stored| TensorInfo { dtype: stored.dtype, shape: stored.view.shape().to_vec() };
        let infos = contents.tensors.iter().map(|(name, stored)| (name.clone(), info(stored))).collect();
        Ok(Self { path: path.to_path_buf(), file, infos, contents })
    }

    /// All tensors by name.
    #[must_use]
    pub fn tensors(&self) -> &BTreeMap<String, TensorInfo> {
        &self.infos
    }

    /// The numbers of a tensor, row by row.
    ///
    /// Halves become floats exactly; doubles, and integers beyond 2^24, are rounded.
    pub fn read_f32(&self, name: &str) -> Result<Vec<f32>, Error> {
        self.read(name).map_err(|problem| Error::new(problem, &self.path))
    }

    /// What stands beside the tensors: Lightning's `hyper_parameters` and `epoch`, the text entries of a
    /// safetensors file. Entries of a nested state dict that are no tensors are under that dictionary's key.
    #[must_use]
    pub fn metadata(&self) -> &BTreeMap<String, Value> {
        &self.contents.metadata
    }

    fn read(&self, name: &str) -> Result<Vec<f32>, Problem> {
        let stored = self.contents.tensors.get(name);
        let stored = stored.ok_or_else(|| Problem::NoSuchTensor(name.to_owned()))?;
        if !stored.dtype.is_real() {
            return Err(Problem::NotReal { name: name.to_owned(), dtype: stored.dtype });
        }
        let bytes = stored.record.bytes(&self.file)?;
        let numbers = stored.dtype.to_f32(&stored.view, &bytes, self.contents.byte_order);
        numbers
            .ok_or_else(|| Problem::NoMemory { name: name.to_owned(), shape: stored.view.shape().to_vec() })
    }
}

fn map(path: &Path) -> Result<Mmap, Problem> {
    // Asked before opening: to open a pipe waits for its other end.
    let about = std::fs::metadata(path).map_err(Problem::Open)?;
    if !about.is_file() {
        return Err(Problem::NotAFile);
    }
    let file = File::open(path).map_err(Problem::Open)?;
    // SAFETY: the map is read-only and private to this object. Someone who rewrites the file meanwhile changes
    // numbers that are only ever copied out and checked for what they are used for; that a file which is
    // shortened while it is open ends the process is the known price of reading gigabytes in place.
    #[allow(unsafe_code)]
    let map = unsafe { Mmap::map(&file) };
    map.map_err(Problem::Open)
}
