//! Plain values out of a pickle, bounded in depth and size.

use crate::Value;
use crate::pickle::{Id, Object, Objects};

/// Values are nested in each other, and so is the code that writes, compares and drops them.
const MAX_DEPTH: usize = 64;

/// Shared objects are written out at every place that refers to them: a few bytes of pickle can ask for
/// terabytes. A checkpoint's own metadata takes some kilobytes.
const BUDGET_BYTES: usize = 16 << 20;

/// Turns objects into values until the budget is spent.
pub(crate) struct Plain<'o, 'a> {
    objects: &'o Objects<'a>,
    left_bytes: usize,
}

impl<'o, 'a> Plain<'o, 'a> {
    pub(crate) fn new(objects: &'o Objects<'a>) -> Self {
        Self { objects, left_bytes: BUDGET_BYTES }
    }

    /// The value of an object; what is too deep, too large or not plain becomes opaque.
    pub(crate) fn value(&mut self, id: Id) -> Value {
        self.nested(id, MAX_DEPTH)
    }

    fn nested(&mut self, id: Id, depth: usize) -> Value {
        let objects = self.objects;
        match objects.get(id) {
            Object::None => Value::None,
            Object::Bool(value) => Value::Bool(*value),
            Object::Int(value) => Value::Int(*value),
            Object::Float(value) => Value::Float(*value),
            Object::Str(text) if self.spend(text.len()) => Value::Str((*text).to_owned()),
            Object::List(items) if depth > 0 && self.spend_items(items.len()) => {
                Value::List(items.iter().map(|&item| self.nested(item, depth - 1)).collect())
            }
            Object::Tuple(items) if depth > 0 && self.spend_items(items.len()) => {
                Value::Tuple(items.iter().map(|&item| self.nested(item, depth - 1)).collect())
            }
            Object::Dict(pairs) if depth > 0 && self.spend_items(pairs.len().saturating_mul(2)) => {
                Value::Dict(
                    pairs
                        .iter()
                        .map(|&(key, value)| (self.nested(key, depth - 1), self.nested(value, depth - 1)))
                        .collect(),
                )
            }
            _ => self.opaque(id),
        }
    }

    fn opaque(&mut self, id: Id) -> Value {
        let name = self.objects.class_name(id);
        Value::Opaque(if self.spend(name.len()) { name } else { "object".to_owned() })
    }

    /// Each item costs its place and a short text, even where it turns out opaque.
    fn spend_items(&mut self, count: usize) -> bool {
        self.spend(count.saturating_mul(size_of::<Value>() + 32))
    }

    fn spend(&mut self, bytes: usize) -> bool {
        let left = self.left_bytes.checked_sub(bytes);
        self.left_bytes = left.unwrap_or(self.left_bytes);
        left.is_some()
    }
}
