//! The classes of a prediction, and what in a reference stands for them.

use super::reference::listed;
use raster::Mark;
use std::collections::{BTreeMap, BTreeSet};

/// The values of a reference that mean "no label".
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ignored {
    /// Those that are numbers.
    pub numbers: Vec<f64>,
    /// Names of classes, or texts of a field.
    pub words: Vec<String>,
}

/// What is known of classes.
#[derive(Debug, Clone, Default)]
pub(super) struct Classes {
    /// Names by value.
    pub names: BTreeMap<u8, String>,
    /// With the values of the classes that are named.
    ignored: Ignored,
    /// As it was given.
    given: Ignored,
}

/// What was found that means "no label", and classes that were predicted.
#[derive(Debug, Clone, Default)]
pub(super) struct Met {
    /// Few, and each of them once.
    pub numbers: Vec<f64>,
    /// Texts of a field.
    pub texts: BTreeSet<String>,
}

impl Met {
    pub fn number(&mut self, number: f64) {
        if !self.numbers.contains(&number) {
            self.numbers.push(number);
        }
    }
}

/// A value that is no class.
pub(super) struct NotAClass(pub f32);

/// The class that a value of a raster is.
pub(super) fn of(value: f32) -> Result<u8, NotAClass> {
    let class = value as u8;
    if f32::from(class).to_bits() == (value + 0.0).to_bits() { Ok(class) } else { Err(NotAClass(value)) }
}

impl Classes {
    /// Names, and words that mean "no label": those that name a class stand for its value too.
    pub fn new(names: Vec<(u8, String)>, mut ignored: Ignored) -> Self {
        let given = ignored.clone();
        let mut classes = Self { names: BTreeMap::new(), ignored: Ignored::default(), given };
        for (value, name) in names {
            classes.names.entry(value).or_insert(name);
        }
        let values = ignored.words.iter().filter_map(|word| classes.value(word)).map(f64::from);
        ignored.numbers.extend(values.collect::<Vec<_>>());
        Self { ignored, ..classes }
    }

    /// The first word to be ignored that names no class.
    pub fn unknown_word(&self) -> Option<&str> {
        self.ignored.words.iter().map(String::as_str).find(|word| self.value(word).is_none())
    }

    /// The classes that mean "no label" in the reference.
    pub fn ignored(&self) -> BTreeSet<u8> {
        (0..=u8::MAX).filter(|&class| self.is_ignored(f64::from(class))).collect()
    }

    pub fn is_ignored(&self, value: f64) -> bool {
        self.ignored.numbers.iter().any(|&own| is_one(own, value))
    }

    /// Of the values that were given to be ignored, those that were never met.
    pub fn never_met(&self, met: &Met) -> Vec<String> {
        let met_number = |own: f64| met.numbers.iter().any(|&number| is_one(own, number));
        let met_word = |word: &str| {
            met.texts.iter().any(|text| same(text, word))
                || self.value(word).is_some_and(|class| met_number(f64::from(class)))
        };
        let numbers = self.given.numbers.iter().filter(|&&own| !met_number(own)).map(f64::to_string);
        let words = self.given.words.iter().filter(|word| !met_word(word)).map(|word| format!("\"{word}\""));
        numbers.chain(words).collect()
    }

    /// What a value of a field stands for; none for what is no class.
    pub fn mark(&self, text: &str, is_text: bool) -> Option<Mark> {
        if self.ignored.words.iter().any(|word| same(word, text)) {
            return Some(Mark::NoLabel);
        }
        let number = self.number(text, is_text)?;
        if self.is_ignored(number) {
            return Some(Mark::NoLabel);
        }
        of(number as f32).ok().map(Mark::Class)
    }

    /// The number that a value of a field stands for.
    pub fn number(&self, text: &str, is_text: bool) -> Option<f64> {
        let named = self.value(text).filter(|_| is_text).map(f64::from);
        named.or_else(|| text.parse().ok())
    }

    fn value(&self, name: &str) -> Option<u8> {
        self.names.iter().find(|(_, own)| same(own, name)).map(|(value, _)| *value)
    }

    /// The names in words.
    pub fn listed(&self) -> String {
        if self.names.is_empty() {
            return String::from(
                "that raster names no classes. A map's names are in the file beside it whose name ends in .tif.aux.xml, which has to be copied along; without it their numbers are needed",
            );
        }
        format!("its classes are {}", listed(self.names.values().map(String::as_str)))
    }
}

/// Whether a marker is this value. Rasters are read as 32-bit floats, so markers such as -3.4e38 are compared as such.
#[expect(clippy::float_cmp, reason = "classes are whole numbers, and markers are no measurements")]
fn is_one(marker: f64, value: f64) -> bool {
    marker == value || f64::from(marker as f32) == value
}

/// Whether two names are one, whatever their case.
fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(words: &[&str], numbers: &[f64]) -> Classes {
        let names =
            vec![(0, String::from("Wasser")), (1, String::from("Öde Fläche")), (7, String::from("3"))];
        let words = words.iter().map(|&word| word.to_owned()).collect();
        Classes::new(names, Ignored { numbers: numbers.to_vec(), words })
    }

    #[test]
    fn whole_numbers_of_a_byte_are_classes() {
        for (value, class) in [(0.0, Some(0)), (-0.0, Some(0)), (255.0, Some(255)), (256.0, None)] {
            assert_eq!(of(value).ok(), class, "{value}");
        }
        assert!(of(-1.0).is_err() && of(0.5).is_err() && of(f32::NAN).is_err());
    }

    #[test]
    fn names_match_in_any_case_and_numbers_are_numbers() {
        let classes = classes(&[], &[]);
        assert_eq!(classes.mark("ÖDE fläche ", true), Some(Mark::Class(1)));
        assert_eq!(classes.mark("3", true), Some(Mark::Class(7)), "a name comes first in a text");
        assert_eq!(classes.mark("3", false), Some(Mark::Class(3)));
        assert_eq!(classes.mark("12", true), Some(Mark::Class(12)));
        for strange in ["forest", "2.5", "-1", "256"] {
            assert_eq!(classes.mark(strange, true), None, "{strange}");
        }
    }

    #[test]
    fn what_means_no_label_is_given_as_number_word_or_name() {
        let classes = classes(&["unknown", "wasser"], &[-1.0, 255.0]);
        for nothing in ["-1", "255", "Unknown", "0", "Wasser"] {
            assert_eq!(classes.mark(nothing, true), Some(Mark::NoLabel), "{nothing}");
        }
        assert_eq!(classes.ignored(), [0, 255].into());
        assert_eq!(classes.unknown_word(), Some("unknown"));
        assert!(classes.is_ignored(-1.0) && !classes.is_ignored(1.0));
    }
    #[test]
    fn what_is_to_be_ignored_and_was_never_met_is_known() {
        let classes = classes(&["unknown", "Wasser", "clouds"], &[-1.0, 255.5, -3.4e38, 7.0]);
        let mut met = Met::default();
        for number in [-1.0, f64::from(-3.4e38_f32), -1.0, 0.0] {
            met.number(number);
        }
        met.texts.insert(String::from("Unknown "));
        assert_eq!(
            (met.numbers.len(), classes.never_met(&met)),
            (3, vec!["255.5".into(), "7".into(), "\"clouds\"".into()])
        );
    }
}
