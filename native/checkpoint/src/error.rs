//! What can go wrong: one [`Problem`], and the file that it was found in.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::Dtype;

/// A checkpoint that cannot be read: the problem, and the path last.
#[derive(Debug)]
pub struct Error {
    /// What is wrong.
    pub problem: Problem,
    /// The file.
    pub path: PathBuf,
}

impl Error {
    pub(crate) fn new(problem: Problem, path: &Path) -> Self {
        Self { problem, path: path.to_path_buf() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.problem, self.path.display())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        // The problem's own text is already part of this one.
        std::error::Error::source(&self.problem)
    }
}

/// What is wrong with a file, in words for those who chose it.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The operating system refused.
    #[error("the checkpoint cannot be opened ({0}); check that it exists and may be read")]
    Open(#[source] std::io::Error),

    /// A folder, a pipe or a device.
    #[error("this is not a file; choose the checkpoint file itself (.pt, .ckpt or .safetensors)")]
    NotAFile,

    /// Recognised as something that is not a checkpoint we read.
    #[error("this is {found}, not a checkpoint that can be read; {remedy}")]
    Foreign {
        /// What the content says the file is.
        found: &'static str,
        /// What to do about it.
        remedy: &'static str,
    },

    /// The end of the file is missing.
    #[error("the checkpoint is incomplete ({0}); download or copy it again")]
    Incomplete(String),

    /// Contradicts itself.
    #[error("the checkpoint is damaged ({0}); download or copy it again")]
    Damaged(String),

    /// The pickle names a callable whose only use is to run code on the reader's machine.
    #[error(
        "the checkpoint tries to execute code ({0}) when it is loaded; nothing was run, and the file should not be trusted: obtain the model from its publisher"
    )]
    ExecutesCode(String),

    /// Valid in its format, but nothing that a saved state dict needs.
    #[error(
        "the checkpoint uses {0}, which is not supported; save the model's state dict again with torch.save"
    )]
    Unsupported(String),

    /// Beyond what any model needs.
    #[error(
        "the checkpoint asks for too much: {what} is {found}, at most {limit} is accepted; the file is damaged or hostile"
    )]
    TooLarge {
        /// The quantity.
        what: String,
        /// As the file claims.
        found: u64,
        /// As we accept.
        limit: u64,
    },

    /// There is no dictionary of tensors.
    #[error(
        "no tensors were found: expected a state dict, alone or as \"state_dict\" or \"model\", found {0}; save the model with torch.save(model.state_dict(), …)"
    )]
    NoTensors(String),

    /// One tensor's description does not hold.
    #[error("tensor \"{name}\" is damaged ({fault}); download or copy the checkpoint again")]
    BadTensor {
        /// The tensor.
        name: String,
        /// What does not hold.
        fault: String,
    },

    /// Asked for by a name that is not there.
    #[error("the checkpoint has no tensor \"{0}\"; it belongs to another model or version")]
    NoSuchTensor(String),

    /// Numbers that have no meaning as 32-bit floats.
    #[error(
        "tensor \"{name}\" holds {dtype:?}, expected real numbers of 16 bits or more, integers or booleans"
    )]
    NotReal {
        /// The tensor.
        name: String,
        /// Its type.
        dtype: Dtype,
    },

    /// Valid, and larger than the memory at hand.
    #[error("there is not enough memory for tensor \"{name}\" of shape {shape:?}; close other programs")]
    NoMemory {
        /// The tensor.
        name: String,
        /// Its sides.
        shape: Vec<usize>,
    },
}
