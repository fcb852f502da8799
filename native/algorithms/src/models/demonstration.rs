//! Which models are the demonstration that comes with the plugin.

/// Digests of the files in `demo/`: a model, its tokenizers, and what was fine-tuned.
const FILES: [&str; 9] = [
    "9a80645c6d2171da8a07937b1c356889bc4b20b49864e6d165fdcc685fe8c8fd",
    "8bbd283c492e70999d786263ff98286051d5a5ecff5f51d83db018efacc70f49",
    "4e8566d620840420d0bd88cbfbe985a44a57bc73ae57695c24e952c13d08a5ed",
    "e654d7355d96d3c7f96ab04f9fa0cbc47e03d65d4e62d04720e3d535123e9657",
    "904cab964b9d6c42da540af832cbc44ad490b83ee4fe58d0bad04aa0fa4b27c0",
    "1e7c1744f95ce9d3711a5effca4671d6632d935ae8666617f9a1c9219b58ab28",
    "b33b9a3380b58fb33c638b1d4feaa6e818a171a38696a97f63d2fd048893973d",
    "a06a2796faef45caf1f97547f256be5b4dd65f9006bc028ed2b0d62476084247",
    "4b66b13103274d920610c9bfc045f678427a3dff5e19a3112731b9bcd9397812",
];

/// What is to be known of it, wherever a result is told of.
pub(crate) const STATEMENT: &str =
    "The model is a demonstration that was trained on synthetic data, not for analysis.";

/// Whether the file that a model was made of, by its SHA-256, belongs to the demonstration.
pub(crate) fn is_of(sha256: &str) -> bool {
    FILES.contains(&sha256)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};
    use std::fs;
    use std::path::Path;

    #[test]
    fn the_digests_are_those_of_the_files() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo");
        let mut found = Vec::new();
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "pt" || ending == "ckpt") {
                let digest = Sha256::digest(fs::read(&path).unwrap());
                let hex = digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
                assert!(is_of(&hex), "{}: {hex}", path.display());
                found.push(hex);
            }
        }
        assert_eq!(found.len(), FILES.len());
    }
}
