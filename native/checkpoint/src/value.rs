//! Plain values that stand beside the tensors.

/// A plain Python value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `None`
    None,
    /// `bool`
    Bool(bool),
    /// `int` within 64 bits
    Int(i64),
    /// `float`
    Float(f64),
    /// `str`
    Str(String),
    /// `list`
    List(Vec<Value>),
    /// `tuple` or `torch.Size`
    Tuple(Vec<Value>),
    /// `dict` or `OrderedDict`, in the file's order
    Dict(Vec<(Value, Value)>),
    /// Anything else, by the name of its class: it is never constructed. Containers that lie deeper, or are
    /// larger when written out in full, than any real description of a model end here too.
    Opaque(String),
}

impl Value {
    /// The entry under a text key, where this is a dictionary that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        let Self::Dict(pairs) = self else { return None };
        // A repeated key means what it means in Python: the last one counts.
        pairs.iter().rev().find(|(k, _)| matches!(k, Self::Str(text) if text == key)).map(|(_, value)| value)
    }
}
