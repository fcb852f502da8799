//! YAML as plain values, the same ones that checkpoints hold.

use std::fmt;

use checkpoint::Value;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_saphyr::DuplicateKeyPolicy;

use super::ConfigFault;

/// A configuration has some thousand bytes; a megabyte of settings is something else.
const MAX_BYTES: usize = 1 << 20;

/// Reads a YAML document. What aliases may expand to is bounded by the parser.
pub fn read(text: &str) -> Result<Value, ConfigFault> {
    if text.len() > MAX_BYTES {
        let reason = format!("it has {} bytes, a configuration at most {MAX_BYTES}", text.len());
        return Err(ConfigFault::NotYaml { reason });
    }
    // As Python's parser does.
    let options = serde_saphyr::options! { duplicate_keys: DuplicateKeyPolicy::LastWins };
    let Yaml(value) = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        // The parser adds an excerpt of the text in further lines.
        let reason = error.to_string();
        let reason = reason.lines().next().unwrap_or_default();
        ConfigFault::NotYaml { reason: reason.strip_prefix("error: ").unwrap_or(reason).to_owned() }
    })?;
    match value {
        Value::Dict(_) => Ok(value),
        _ => Err(ConfigFault::NotYaml { reason: "it holds no settings".to_owned() }),
    }
}

struct Yaml(Value);

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Plain).map(Self)
    }
}

struct Plain;

impl<'de> Visitor<'de> for Plain {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a setting")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::None)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Int(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value).map(Value::Int).map_err(|_| E::custom("a number is too large"))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Str(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Yaml(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some((Yaml(key), Yaml(value))) = entries.next_entry()? {
            if matches!(key, Value::List(_) | Value::Dict(_)) {
                return Err(A::Error::custom("the name of a setting is no text"));
            }
            pairs.push((key, value));
        }
        Ok(Value::Dict(pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Str(text.to_owned())
    }

    #[test]
    fn settings_are_read_as_python_reads_them() {
        let read = read("a: 1\nb: -2.5\nc: False\nd: null\ne: [x, 1.e-4]\nf:\n  - 0.5\ng: \"1\"\n").unwrap();
        let expected = [
            ("a", Value::Int(1)),
            ("b", Value::Float(-2.5)),
            ("c", Value::Bool(false)),
            ("d", Value::None),
            ("e", Value::List(vec![text("x"), Value::Float(1e-4)])),
            ("f", Value::List(vec![Value::Float(0.5)])),
            ("g", text("1")),
        ];
        let expected = expected.map(|(key, value)| (text(key), value)).to_vec();
        assert_eq!(read, Value::Dict(expected));
    }

    #[test]
    fn of_repeated_names_the_last_counts() {
        assert_eq!(read("a: 1\na: 2\n").unwrap().get("a"), Some(&Value::Int(2)));
    }

    #[test]
    fn what_is_no_configuration_is_refused() {
        for wrong in
            ["", "just words", "- a\n- b\n", "a: [1, 2", "a: &a [*a]\n", "<html><body>no</body></html>"]
        {
            assert!(matches!(read(wrong), Err(ConfigFault::NotYaml { .. })), "{wrong}: {:?}", read(wrong));
        }
        assert!(read(&format!("a: {}", "x".repeat(MAX_BYTES))).is_err());
    }

    #[test]
    fn aliases_do_not_explode() {
        let mut lines = vec!["a0: &a0 [x, x, x, x, x, x, x, x, x, x]".to_owned()];
        for level in 1..12 {
            let previous = vec![format!("*a{}", level - 1); 10].join(", ");
            lines.push(format!("a{level}: &a{level} [{previous}]"));
        }
        assert!(matches!(read(&lines.join("\n")), Err(ConfigFault::NotYaml { .. })));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("a: {}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(matches!(read(&deep), Err(ConfigFault::NotYaml { .. })));
    }
}
