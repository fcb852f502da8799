//! Of which modality a tokenizer is, where the file does not tell.

use super::{INPUT, MODALITY};
use crate::Error;
use model::TokenModality;
use std::path::Path;

/// What leaves it to the file.
pub const AUTO: &str = "auto";

/// The choices of the user: [`AUTO`], and the names of all modalities that have a tokenizer.
pub const CHOICES: [(&str, &str); 7] = [
    (AUTO, "As the file says"),
    ("S2L2A", "Sentinel-2 L2A"),
    ("S1GRD", "Sentinel-1 GRD"),
    ("S1RTC", "Sentinel-1 RTC"),
    ("DEM", "Elevation"),
    ("LULC", "Land use and land cover"),
    ("NDVI", "NDVI"),
];

/// Says by which parameter a modality that is not clear becomes so. `given` is what the user chose.
pub fn explained(error: model::Error, source: &Path, given: Option<TokenModality>) -> Error {
    let (name, value, expected) = match error {
        model::Error::WhichTokenizer { candidates } => (
            MODALITY,
            String::from(AUTO),
            format!(
                "the file may be the tokenizer of {}, which have the same layout; choose which one it is, or give the file the name that it was published under",
                names(&candidates)
            ),
        ),
        model::Error::OtherTokenizer { modality, channels, candidates } => {
            let (name, value, by_name) = match given {
                Some(_) => (MODALITY, modality.to_string(), String::new()),
                None => (
                    INPUT,
                    format!("\"{}\"", source.display()),
                    format!("by its name it is the tokenizer of {modality}, but "),
                ),
            };
            let expected = format!(
                "{by_name}the number of channels that it takes is {channels}, as with the tokenizer of {}; choose that by {MODALITY}, or another file",
                names(&candidates)
            );
            (name, value, expected)
        }
        error => return error.into(),
    };
    Error::InvalidValue { name, value, expected }
}

fn names(candidates: &[TokenModality]) -> String {
    candidates.iter().map(|modality| modality.name()).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_modality_can_be_chosen() {
        let names = CHOICES.map(|(name, _)| name);
        assert_eq!(names[0], AUTO);
        assert!(TokenModality::ALL.iter().map(|modality| modality.name()).eq(names[1..].iter().copied()));
    }
}
