//! The reduced tokenizers of the goldens, made from their formulas (see the README of the goldens).

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use checkpoint::Checkpoint;
use model::{Error, StagedTokenizerPack, TokenModality};
use safetensors::tensor::{Dtype, TensorView};
use serde::Deserialize;

/// The folder of the goldens of generation.
pub fn goldens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/goldens/generation")
}

/// The scramble that all numbers of the goldens come from.
pub fn scrambled(seed: u32, count: usize) -> impl Iterator<Item = u32> {
    let start = seed.wrapping_mul(0x9E37_79B9);
    (0..count as u32).map(move |index| {
        let h = index.wrapping_add(start);
        let h = (h ^ (h >> 16)).wrapping_mul(0x85EB_CA6B);
        let h = (h ^ (h >> 13)).wrapping_mul(0xC2B2_AE35);
        h ^ (h >> 16)
    })
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
pub fn write_checkpoint(modality: TokenModality, folder: &Path, name: &str) -> PathBuf {
    let text = fs::read_to_string(goldens().join("tokenizers.json")).unwrap();
    let mut recipes: BTreeMap<String, Recipe> = serde_json::from_str(&text).unwrap();
    let recipe = recipes.remove(modality.name()).unwrap();
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

/// Stages the pack of a checkpoint.
pub fn stage(
    source: &Path,
    modality: Option<TokenModality>,
    parent: &Path,
) -> Result<StagedTokenizerPack, Error> {
    let checkpoint = Checkpoint::open(source)?;
    let go_on = |_| ControlFlow::Continue(());
    StagedTokenizerPack::from_checkpoint(&checkpoint, source, modality, "tokenizer", parent, go_on)
}

/// Stages the pack of a modality's reduced tokenizer.
pub fn stage_golden(modality: TokenModality, parent: &Path) -> StagedTokenizerPack {
    let source = write_checkpoint(modality, parent, &format!("TerraMind_Tokenizer_{modality}.safetensors"));
    let staged = stage(&source, None, parent).unwrap();
    fs::remove_file(source).unwrap();
    staged
}
