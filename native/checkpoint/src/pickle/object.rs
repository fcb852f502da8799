//! Objects that a pickle describes, side by side in one list.

use super::globals::Known;
use crate::{Dtype, Problem};

/// Objects of one pickle: a checkpoint with optimizer states has some hundred thousand.
pub(super) const MAX_OBJECTS: usize = 4_000_000;

/// Where an object lies in [`Objects`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Id(u32);

/// An object; texts borrow from the pickle.
#[derive(Debug)]
pub(crate) enum Object<'a> {
    /// `None`
    None,
    /// `bool`
    Bool(bool),
    /// `int` within 64 bits
    Int(i64),
    /// `float`
    Float(f64),
    /// `str`
    Str(&'a str),
    /// `list`
    List(Vec<Id>),
    /// `tuple`, `torch.Size`
    Tuple(Vec<Id>),
    /// `dict` and its kin
    Dict(Vec<(Id, Id)>),
    /// A name that was imported
    Global(Box<Global<'a>>),
    /// An object of a class (a [`Object::Global`], or what stood for one) that is not understood
    Instance(Id),
    /// A built-in type whose content is of no use here
    Builtin(&'static str),
    /// A storage
    Storage(Box<StorageObject<'a>>),
    /// A tensor, unchecked
    Tensor(Box<TensorObject<'a>>),
}

/// An imported name.
#[derive(Debug)]
pub(crate) struct Global<'a> {
    pub(super) known: Known,
    pub(super) module: &'a str,
    pub(super) name: &'a str,
}

/// Numbers in a record of the archive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StorageObject<'a> {
    /// The type of its numbers.
    pub(crate) dtype: Dtype,
    /// Names the record `data/<key>`.
    pub(crate) key: &'a str,
    /// How many numbers it claims to have.
    pub(crate) elements: u64,
}

/// A view of a storage, as claimed.
#[derive(Debug)]
pub(crate) struct TensorObject<'a> {
    /// The type of its numbers; differs from the storage's where that is untyped.
    pub(crate) dtype: Dtype,
    /// Where the numbers are.
    pub(crate) storage: StorageObject<'a>,
    /// In numbers
    pub(crate) offset: Id,
    /// A tuple of integers, if all is well
    pub(crate) shape: Id,
    /// A tuple of integers, if all is well
    pub(crate) strides: Id,
}

/// All objects of a pickle.
pub(crate) struct Objects<'a>(Vec<Object<'a>>);

impl<'a> Objects<'a> {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn add(&mut self, object: Object<'a>) -> Result<Id, Problem> {
        if self.0.len() >= MAX_OBJECTS {
            return Err(Problem::TooLarge {
                what: "the number of objects beside the weights".to_owned(),
                found: self.0.len() as u64 + 1,
                limit: MAX_OBJECTS as u64,
            });
        }
        self.0.push(object);
        Ok(Id(self.0.len() as u32 - 1))
    }

    /// The object; an [`Id`] always stems from `add` of the same list.
    pub(crate) fn get(&self, id: Id) -> &Object<'a> {
        &self.0[id.0 as usize]
    }

    pub(super) fn get_mut(&mut self, id: Id) -> &mut Object<'a> {
        &mut self.0[id.0 as usize]
    }

    /// What Python would call the object's class.
    pub(crate) fn class_name(&self, id: Id) -> String {
        let class = match self.get(id) {
            // A class of a class is not followed: a chain of them could be of any length.
            Object::Instance(class) => self.get(*class),
            other => other,
        };
        let name = match class {
            Object::None => "NoneType",
            Object::Bool(_) => "bool",
            Object::Int(_) => "int",
            Object::Float(_) => "float",
            Object::Str(_) => "str",
            Object::List(_) => "list",
            Object::Tuple(_) => "tuple",
            Object::Dict(_) => "dict",
            Object::Global(global) => return format!("{}.{}", global.module, global.name),
            Object::Instance(_) => "object",
            Object::Builtin(name) => name,
            Object::Storage(_) => "torch.Storage",
            Object::Tensor(_) => "torch.Tensor",
        };
        name.to_owned()
    }

    /// The integers of a tuple or list, at most `limit`, none negative.
    pub(crate) fn sizes(&self, id: Id, limit: usize) -> Option<Vec<usize>> {
        let (Object::Tuple(items) | Object::List(items)) = self.get(id) else { return None };
        if items.len() > limit {
            return None;
        }
        items.iter().map(|&item| self.size(item)).collect()
    }

    /// An integer that is not negative.
    pub(crate) fn size(&self, id: Id) -> Option<usize> {
        match self.get(id) {
            Object::Int(number) => usize::try_from(*number).ok(),
            _ => None,
        }
    }
}
