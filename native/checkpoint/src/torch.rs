//! The state dict in what `torch.save` wrote, and the plain values beside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::archive::Archive;
use crate::pickle::{self, Id, Object, Objects, TensorObject};
use crate::plain::Plain;
use crate::view::View;
use crate::{Contents, Problem, Stored, Value};

/// The pickle beside the weights: some 200 bytes per tensor.
const MAX_PICKLE_BYTES: usize = 32 << 20;

/// Entries of a state dict: a large model has some thousand.
const MAX_ENTRIES: usize = 100_000;

const MAX_NAME_BYTES: usize = 1024;

/// More axes than any tensor has; the view says so in its own words.
const MAX_SIZES: usize = 128;

/// Reads the description of every tensor, and no tensor.
pub(crate) fn open(file: &[u8]) -> Result<Contents, Problem> {
    let archive = Archive::open(file)?;
    let missing = || Problem::Damaged("it has no data.pkl".to_owned());
    let record = archive.record("data.pkl").ok_or_else(missing)?;
    if record.len() > MAX_PICKLE_BYTES {
        return Err(too_large("the description of the tensors in bytes", record.len(), MAX_PICKLE_BYTES));
    }
    let bytes = record.bytes(file)?;
    let (objects, top) = pickle::load(&bytes)?;
    let Object::Dict(pairs) = objects.get(top) else {
        return Err(Problem::NoTensors(format!("a saved {}", objects.class_name(top))));
    };
    let top = entries(&objects, pairs)?;
    let (inner_key, inner) = match state_dict(&objects, &top)? {
        Some((key, inner)) => (Some(key), inner),
        None => (None, top.clone()),
    };
    let (tensors, rest): (Entries, Entries) = inner.into_iter().partition(|&(_, id)| is_tensor(&objects, id));
    if tensors.is_empty() {
        return Err(Problem::NoTensors(describe(&objects, &top)));
    }
    let mut plain = Plain::new(&objects);
    let mut values =
        |entries: Entries| entries.into_iter().map(|(name, id)| (name, plain.value(id))).collect();
    let metadata = match inner_key {
        None => values(rest),
        // The tensors are not told twice; what else their dictionary has is kept under its name.
        Some(key) => {
            let mut beside: BTreeMap<_, _> =
                values(top.into_iter().filter(|(name, _)| name != key).collect());
            if !rest.is_empty() {
                let rest = values(rest).into_iter().map(|(name, value)| (Value::Str(name), value)).collect();
                beside.insert(key.to_owned(), Value::Dict(rest));
            }
            beside
        }
    };
    let mut stored_tensors = BTreeMap::new();
    for (name, id) in tensors {
        let Object::Tensor(tensor) = objects.get(id) else { continue };
        let stored = match stored(&archive, &objects, tensor) {
            Ok(stored) => stored,
            Err(fault) => return Err(Problem::BadTensor { name, fault }),
        };
        stored_tensors.insert(name, stored);
    }
    Ok(Contents { tensors: stored_tensors, metadata, byte_order: archive.byte_order(file)? })
}

/// A dictionary by the text of its keys; of repeated ones the last counts, as in Python.
type Entries = BTreeMap<String, Id>;

/// Keys that are neither text nor integer name nothing and are left out.
fn entries(objects: &Objects<'_>, pairs: &[(Id, Id)]) -> Result<Entries, Problem> {
    let mut entries = Entries::new();
    for &(key, value) in pairs {
        let name = match objects.get(key) {
            Object::Str(text) if text.len() > MAX_NAME_BYTES => {
                return Err(too_large("the length of a name", text.len(), MAX_NAME_BYTES));
            }
            Object::Str(text) => (*text).to_owned(),
            Object::Int(number) => number.to_string(),
            _ => continue,
        };
        entries.insert(name, value);
        if entries.len() > MAX_ENTRIES {
            return Err(too_large("the number of tensors", entries.len(), MAX_ENTRIES));
        }
    }
    Ok(entries)
}

fn is_tensor(objects: &Objects<'_>, id: Id) -> bool {
    matches!(objects.get(id), Object::Tensor(_))
}

/// The dictionary with tensors under `state_dict` or `model`, in this order.
fn state_dict(objects: &Objects<'_>, top: &Entries) -> Result<Option<(&'static str, Entries)>, Problem> {
    for key in ["state_dict", "model"] {
        if let Some(&id) = top.get(key)
            && let Object::Dict(pairs) = objects.get(id)
            && pairs.iter().any(|&(_, value)| is_tensor(objects, value))
        {
            return Ok(Some((key, entries(objects, pairs)?)));
        }
    }
    Ok(None)
}

/// What a dictionary without tensors has instead.
fn describe(objects: &Objects<'_>, top: &Entries) -> String {
    let keys: Vec<_> =
        top.iter().take(8).map(|(name, &id)| format!("\"{name}\" ({})", objects.class_name(id))).collect();
    if keys.is_empty() {
        "an empty dictionary".to_owned()
    } else {
        format!("a dictionary with {}", keys.join(", "))
    }
}

/// Checks what a tensor claims against the record that it lies in.
fn stored(archive: &Archive, objects: &Objects<'_>, tensor: &TensorObject<'_>) -> Result<Stored, String> {
    let storage = &tensor.storage;
    let record = archive.record(&format!("data/{}", storage.key));
    let record = record.ok_or_else(|| "its storage is not in the file".to_owned())?;
    let claimed_bytes = storage.elements.saturating_mul(storage.dtype.size_bytes() as u64);
    if claimed_bytes > record.len() as u64 {
        return Err(format!("its storage claims {claimed_bytes} bytes, the file has {}", record.len()));
    }
    let elements = claimed_bytes as usize / tensor.dtype.size_bytes();
    let offset = objects.size(tensor.offset).ok_or_else(|| "its offset is no size".to_owned())?;
    let shape =
        objects.sizes(tensor.shape, MAX_SIZES).ok_or_else(|| "its shape is no list of sizes".to_owned())?;
    let strides = objects
        .sizes(tensor.strides, MAX_SIZES)
        .ok_or_else(|| "its strides are no list of sizes".to_owned())?;
    let view = View::new(shape, strides, offset, elements)?;
    Ok(Stored { dtype: tensor.dtype, view, record: Arc::clone(record) })
}

fn too_large(what: &str, found: usize, limit: usize) -> Problem {
    Problem::TooLarge { what: what.to_owned(), found: found as u64, limit: limit as u64 }
}
