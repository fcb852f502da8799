//! Settings of one place, taken one by one, so that what is left is what nobody knows.

use std::collections::BTreeMap;

use checkpoint::Value;

use super::ConfigFault;

/// Longest value that is repeated in a message.
const SHOWN_BYTES: usize = 80;

/// The settings at one place. A setting that is null is one that is absent, but for [`Fields::take_null`].
#[derive(Debug, Default)]
pub struct Fields<'a> {
    path: String,
    entries: BTreeMap<&'a str, &'a Value>,
    /// What was asked for, for the message about the rest.
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// The entries of a dictionary; `path` is its name in messages.
    pub fn of(path: &str, value: &'a Value) -> Result<Self, ConfigFault> {
        let Value::Dict(pairs) = value else {
            return Err(wrong(path, value, "settings with names"));
        };
        let mut entries = BTreeMap::new();
        for (key, value) in pairs {
            // A repeated name means what it means in Python: the last one counts.
            if let Value::Str(key) = key {
                entries.insert(key.as_str(), value);
            }
        }
        Ok(Self { path: format!("{path}."), entries, known: Vec::new() })
    }

    /// Takes those that begin with a prefix out of these, without it.
    pub fn split(&mut self, prefix: &str) -> Self {
        let path = format!("{}{prefix}", self.path);
        let mut entries = BTreeMap::new();
        self.entries.retain(|key, value| match key.strip_prefix(prefix) {
            Some(rest) => {
                entries.insert(rest, *value);
                false
            }
            None => true,
        });
        Self { path, entries, known: Vec::new() }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.values().all(|value| **value == Value::None)
    }

    /// The name of a setting in messages.
    pub fn name(&self, key: &str) -> String {
        format!("{}{key}", self.path)
    }

    /// Takes a setting, unless it is null.
    pub fn take(&mut self, key: &'static str) -> Option<&'a Value> {
        self.take_null(key).filter(|value| **value != Value::None)
    }

    /// Takes a setting for which null is not the same as to leave it out.
    pub fn take_null(&mut self, key: &'static str) -> Option<&'a Value> {
        self.known.push(key);
        self.entries.remove(key)
    }

    /// Takes settings that have no effect on predictions.
    pub fn ignore(&mut self, keys: &[&'static str]) {
        for key in keys {
            self.entries.remove(key);
        }
    }

    /// Takes a setting with its name and reads it.
    pub fn read<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str, &'a Value) -> Result<T, ConfigFault>,
    ) -> Result<Option<T>, ConfigFault> {
        let value = self.take(key);
        value.map(|value| read(&self.name(key), value)).transpose()
    }

    /// As [`Fields::read`], for a setting that must be there.
    pub fn need<T>(
        &mut self,
        key: &'static str,
        wanted: &str,
        read: impl FnOnce(&str, &'a Value) -> Result<T, ConfigFault>,
    ) -> Result<T, ConfigFault> {
        let found = self.read(key, read)?;
        found.ok_or_else(|| ConfigFault::Missing { setting: self.name(key), wanted: wanted.to_owned() })
    }

    /// Takes a setting that is supported with one value only.
    pub fn only(&mut self, key: &'static str, supported: &[Value]) -> Result<(), ConfigFault> {
        match self.take(key) {
            Some(value) if !supported.contains(value) => Err(ConfigFault::Unsupported {
                what: self.name(key),
                found: show(value),
                supported: match supported {
                    [] => "is to leave it out".to_owned(),
                    some => format!("is {}", some.iter().map(show).collect::<Vec<_>>().join(" or ")),
                },
            }),
            _ => Ok(()),
        }
    }

    /// Says what is left, if anything is.
    pub fn finish(self) -> Result<(), ConfigFault> {
        let left = self.entries.iter().filter(|(_, value)| ***value != Value::None);
        let settings: Vec<_> = left.map(|(key, _)| self.name(key)).collect();
        if settings.is_empty() {
            return Ok(());
        }
        let known = match self.known.as_slice() {
            [] => "is no setting".to_owned(),
            known => format!("are {}", known.join(", ")),
        };
        Err(ConfigFault::Unknown { settings: settings.join(", "), known })
    }
}

/// The fault of a value that is not what was wanted.
pub fn wrong(setting: &str, found: &Value, wanted: &str) -> ConfigFault {
    ConfigFault::Value { setting: setting.to_owned(), found: show(found), wanted: wanted.to_owned() }
}

/// A value as a message shows it.
pub fn show(value: &Value) -> String {
    let list = |items: &[Value]| items.iter().map(show).collect::<Vec<_>>().join(", ");
    let mut text = match value {
        Value::None => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Str(text) => text.clone(),
        Value::List(items) | Value::Tuple(items) => format!("[{}]", list(items)),
        Value::Dict(pairs) => {
            let entry = |(key, value): &(Value, Value)| format!("{}: {}", show(key), show(value));
            format!("{{{}}}", pairs.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Value::Opaque(class) => format!("a Python object ({class})"),
    };
    if text.len() > SHOWN_BYTES {
        text.truncate(text.floor_char_boundary(SHOWN_BYTES));
        text.push('…');
    }
    text
}

/// A text.
pub fn text<'a>(setting: &str, value: &'a Value) -> Result<&'a str, ConfigFault> {
    match value {
        Value::Str(text) => Ok(text),
        other => Err(wrong(setting, other, "a text")),
    }
}

/// `true` or `false`.
pub fn truth(setting: &str, value: &Value) -> Result<bool, ConfigFault> {
    match value {
        Value::Bool(truth) => Ok(*truth),
        other => Err(wrong(setting, other, "true or false")),
    }
}

/// A whole number.
pub fn integer(setting: &str, value: &Value) -> Result<i64, ConfigFault> {
    match value {
        Value::Int(number) => Ok(*number),
        other => Err(wrong(setting, other, "a whole number")),
    }
}

/// A whole number from 1 up to what sizes of tensors can be.
pub fn count(setting: &str, value: &Value) -> Result<usize, ConfigFault> {
    const MAXIMUM: i64 = 1 << 16;
    match value {
        Value::Int(number @ 1..=MAXIMUM) => Ok(*number as usize),
        other => Err(wrong(setting, other, "a whole number from 1 to 65536")),
    }
}

/// A finite number.
pub fn number(setting: &str, value: &Value) -> Result<f64, ConfigFault> {
    match value {
        Value::Int(number) => Ok(*number as f64),
        Value::Float(number) if number.is_finite() => Ok(*number),
        other => Err(wrong(setting, other, "a number")),
    }
}

/// A list of which each item is read.
pub fn list<'a, T>(
    setting: &str,
    value: &'a Value,
    read: impl Fn(&str, &'a Value) -> Result<T, ConfigFault>,
) -> Result<Vec<T>, ConfigFault> {
    match value {
        Value::List(items) | Value::Tuple(items) => items.iter().map(|item| read(setting, item)).collect(),
        other => Err(wrong(setting, other, "a list")),
    }
}

/// A list of counts.
pub fn counts(setting: &str, value: &Value) -> Result<Vec<usize>, ConfigFault> {
    list(setting, value, count)
}

/// A list of texts.
pub fn texts(setting: &str, value: &Value) -> Result<Vec<String>, ConfigFault> {
    list(setting, value, |setting, item| text(setting, item).map(str::to_owned))
}

/// A list of numbers.
pub fn numbers(setting: &str, value: &Value) -> Result<Vec<f64>, ConfigFault> {
    list(setting, value, number)
}
