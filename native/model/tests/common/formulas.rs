//! The formulas of the goldens (see their README), and the checkpoints of the reduced tokenizers, made from them.
//! The tests of several crates include this file.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, TensorView};
use serde::Deserialize;

/// The folder of the goldens of generation.
pub fn goldens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/goldens/generation")
}

/// The scramble that all numbers of the goldens come from.
pub fn scramble(seed: u32, index: u32) -> u32 {
    let h = index.wrapping_add(seed.wrapping_mul(0x9E37_79B9));
    let h = (h ^ (h >> 16)).wrapping_mul(0x85EB_CA6B);
    let h = (h ^ (h >> 13)).wrapping_mul(0xC2B2_AE35);
    h ^ (h >> 16)
}

/// The same from index 0 on.
pub fn scrambled(seed: u32, count: usize) -> impl Iterator<Item = u32> {
    (0..count as u32).map(move |index| scramble(seed, index))
}

/// Numbers in -1 … 1.
pub fn spread(seed: u32, count: usize) -> impl Iterator<Item = f32> {
    scrambled(seed, count).map(|h| (h >> 8) as f32 / 8_388_608.0 - 1.0)
}

#[derive(Deserialize)]
struct Recipe {
    /// Name, shape, seed, offset, scale.
    tensors: Vec<(String, Vec<usize>, u32, f32, f32)>,
}

/// The checkpoint of a modality's reduced tokenizer, under a name in `folder`.
pub fn write_checkpoint(modality: impl Display, folder: &Path, name: &str) -> PathBuf {
    let text = fs::read_to_string(goldens().join("tokenizers.json")).unwrap();
    let mut recipes: BTreeMap<String, Recipe> = serde_json::from_str(&text).unwrap();
    let recipe = recipes.remove(&modality.to_string()).unwrap();
    let tensors: Vec<_> = recipe
        .tensors
        .into_iter()
        .map(|(name, shape, seed, offset, scale)| {
            let values = spread(seed, shape.iter().product());
            let bytes: Vec<u8> = values.flat_map(|value| (scale * value + offset).to_le_bytes()).collect();
            (name, shape, bytes)
        })
        .collect();
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| (name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
    let path = folder.join(name);
    fs::write(&path, safetensors::serialize(views, None).unwrap()).unwrap();
    path
}
