//! The names of packs, which are folders' names on every system.

use super::NAME;
use crate::Error;
use std::path::Path;

const LONGEST_BYTES: usize = 100;

/// Refuses what cannot be a folder's name.
pub fn checked(name: &str) -> Result<&str, Error> {
    if name.len() <= LONGEST_BYTES && name.chars().all(is_allowed) && !name.starts_with('.') {
        return Ok(name);
    }
    Err(Error::InvalidValue {
        name: NAME,
        value: format!("\"{name}\""),
        expected: format!(
            "use at most {LONGEST_BYTES} letters, digits, dots, dashes and underscores, not beginning with a dot"
        ),
    })
}

/// The name of a checkpoint's file without its extension, made such a name.
pub fn of_file(source: &Path) -> String {
    let stem = source.file_stem().unwrap_or_default().to_string_lossy();
    let mut name: String =
        stem.chars().map(|character| if is_allowed(character) { character } else { '-' }).collect();
    if name.is_empty() || name.starts_with('.') {
        name.insert(0, '-');
    }
    name.truncate(name.floor_char_boundary(LONGEST_BYTES));
    name
}

fn is_allowed(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '.' | '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_folder_name() {
        for good in ["base", "TerraMind_v1-tiny.2", "größe"] {
            assert!(checked(good).is_ok(), "{good}");
        }
        for bad in ["../x", "a/b", ".hidden", "a b", &"x".repeat(101)] {
            assert!(checked(bad).unwrap_err().to_string().contains("NAME"), "{bad}");
        }
    }

    #[test]
    fn every_file_gives_a_name() {
        for (file, expected) in [
            ("/data/TerraMind_Tokenizer_DEM.pt", "TerraMind_Tokenizer_DEM"),
            ("TerraMind v1 (2).safetensors", "TerraMind-v1--2-"),
            ("größe.pt", "größe"),
            (".pt", "-.pt"),
            ("", "-"),
        ] {
            assert_eq!(of_file(Path::new(file)), expected);
        }
        let long = of_file(Path::new(&format!("{}.pt", "ö".repeat(80))));
        assert_eq!(long, "ö".repeat(50));
        for file in ["a b.pt", ".pt", "", &"ä".repeat(200)] {
            assert!(checked(&of_file(Path::new(file))).is_ok(), "{file}");
        }
    }
}
