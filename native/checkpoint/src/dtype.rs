//! Number types, and how each becomes a 32-bit float.

use half::{bf16, f16};

use crate::view::View;

/// The type of a tensor's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dtype {
    /// One byte, 0 or 1
    Bool,
    /// Unsigned integer of 8 bits
    U8,
    /// Signed integer of 8 bits
    I8,
    /// Unsigned integer of 16 bits
    U16,
    /// Signed integer of 16 bits
    I16,
    /// Unsigned integer of 32 bits
    U32,
    /// Signed integer of 32 bits
    I32,
    /// Unsigned integer of 64 bits
    U64,
    /// Signed integer of 64 bits
    I64,
    /// IEEE half
    F16,
    /// The upper half of an [`Dtype::F32`]
    Bf16,
    /// IEEE single
    F32,
    /// IEEE double
    F64,
    /// Complex number of two [`Dtype::F32`]; listed, not readable
    C64,
    /// Complex number of two [`Dtype::F64`]; listed, not readable
    C128,
    /// A float of 8 bits or less, which needs scales from elsewhere; listed, not readable
    Narrow,
}

impl Dtype {
    /// Bytes per number in a PyTorch storage.
    pub(crate) fn size_bytes(self) -> usize {
        match self {
            Self::Bool | Self::U8 | Self::I8 | Self::Narrow => 1,
            Self::U16 | Self::I16 | Self::F16 | Self::Bf16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 | Self::C64 => 8,
            Self::C128 => 16,
        }
    }

    /// Whether the numbers have a meaning as 32-bit floats.
    pub(crate) fn is_real(self) -> bool {
        !matches!(self, Self::C64 | Self::C128 | Self::Narrow)
    }

    /// Converts what `view` sees in `bytes`; integers beyond 2^24 and doubles are rounded.
    ///
    /// Nothing for a type that is not real, or where there is no memory for the result.
    pub(crate) fn to_f32(self, view: &View, bytes: &[u8], order: ByteOrder) -> Option<Vec<f32>> {
        match self {
            Self::Bool => view.collect(bytes, order, |[byte]| f32::from(byte != 0)),
            Self::U8 => view.collect(bytes, order, |[byte]| f32::from(byte)),
            Self::I8 => view.collect(bytes, order, |raw| f32::from(i8::from_le_bytes(raw))),
            Self::U16 => view.collect(bytes, order, |raw| f32::from(u16::from_le_bytes(raw))),
            Self::I16 => view.collect(bytes, order, |raw| f32::from(i16::from_le_bytes(raw))),
            Self::U32 => view.collect(bytes, order, |raw| u32::from_le_bytes(raw) as f32),
            Self::I32 => view.collect(bytes, order, |raw| i32::from_le_bytes(raw) as f32),
            Self::U64 => view.collect(bytes, order, |raw| u64::from_le_bytes(raw) as f32),
            Self::I64 => view.collect(bytes, order, |raw| i64::from_le_bytes(raw) as f32),
            Self::F16 => view.collect(bytes, order, |raw| f16::from_le_bytes(raw).to_f32()),
            Self::Bf16 => view.collect(bytes, order, |raw| bf16::from_le_bytes(raw).to_f32()),
            Self::F32 => view.collect(bytes, order, f32::from_le_bytes),
            Self::F64 => view.collect(bytes, order, |raw| f64::from_le_bytes(raw) as f32),
            Self::C64 | Self::C128 | Self::Narrow => None,
        }
    }
}

/// In which order a number's bytes stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    /// As on x86 and Arm, and always in safetensors
    Little,
    /// As on s390x
    Big,
}
