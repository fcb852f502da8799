//! safetensors: the `safetensors` crate reads and checks the header; the weights stay in the file.

use std::collections::BTreeMap;
use std::sync::Arc;

use safetensors::{Dtype as SafeDtype, SafeTensorError, SafeTensors};

use crate::dtype::ByteOrder;
use crate::record::Record;
use crate::view::View;
use crate::{Contents, Dtype, Problem, Stored, Value};

/// Some 100 bytes per tensor.
const MAX_HEADER_BYTES: u64 = 16 << 20;

const LENGTH_BYTES: usize = 8;

/// Reads the header alone.
pub(crate) fn open(file: &[u8]) -> Result<Contents, Problem> {
    let length = file.first_chunk::<LENGTH_BYTES>().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    if length > MAX_HEADER_BYTES {
        return Err(Problem::TooLarge {
            what: "the header's size in bytes".to_owned(),
            found: length,
            limit: MAX_HEADER_BYTES,
        });
    }
    let (header_len, header) = SafeTensors::read_metadata(file).map_err(|error| explain(&error))?;
    let data = LENGTH_BYTES + header_len;
    let mut contents =
        Contents { tensors: BTreeMap::new(), metadata: BTreeMap::new(), byte_order: ByteOrder::Little };
    for (name, info) in header.tensors() {
        let (start, end) = info.data_offsets;
        let bad = |fault| Problem::BadTensor { name: name.clone(), fault };
        let dtype = dtype(info.dtype).ok_or_else(|| bad(format!("its type {} is unknown", info.dtype)))?;
        let elements = info.shape.iter().product();
        let view = View::contiguous(info.shape.clone(), elements).map_err(bad)?;
        let record = Arc::new(Record::plain(data + start..data + end));
        contents.tensors.insert(name, Stored { dtype, view, record });
    }
    for (key, value) in header.metadata().iter().flatten() {
        contents.metadata.insert(key.clone(), Value::Str(value.clone()));
    }
    if contents.tensors.is_empty() {
        return Err(Problem::NoTensors("a safetensors file without any".to_owned()));
    }
    Ok(contents)
}

fn dtype(dtype: SafeDtype) -> Option<Dtype> {
    Some(match dtype {
        SafeDtype::BOOL => Dtype::Bool,
        SafeDtype::U8 => Dtype::U8,
        SafeDtype::I8 => Dtype::I8,
        SafeDtype::U16 => Dtype::U16,
        SafeDtype::I16 => Dtype::I16,
        SafeDtype::U32 => Dtype::U32,
        SafeDtype::I32 => Dtype::I32,
        SafeDtype::U64 => Dtype::U64,
        SafeDtype::I64 => Dtype::I64,
        SafeDtype::F16 => Dtype::F16,
        SafeDtype::BF16 => Dtype::Bf16,
        SafeDtype::F32 => Dtype::F32,
        SafeDtype::F64 => Dtype::F64,
        SafeDtype::C64 => Dtype::C64,
        SafeDtype::F4
        | SafeDtype::F6_E2M3
        | SafeDtype::F6_E3M2
        | SafeDtype::F8_E5M2
        | SafeDtype::F8_E4M3
        | SafeDtype::F8_E8M0
        | SafeDtype::F8_E4M3FNUZ
        | SafeDtype::F8_E5M2FNUZ => Dtype::Narrow,
        _ => return None,
    })
}

fn explain(error: &SafeTensorError) -> Problem {
    match error {
        SafeTensorError::InvalidHeaderLength => {
            Problem::Incomplete("it breaks off within its header".to_owned())
        }
        SafeTensorError::MetadataIncompleteBuffer => {
            Problem::Incomplete("its header describes more or fewer bytes than it has".to_owned())
        }
        other => Problem::Damaged(other.to_string()),
    }
}
