//! A checkpoint of TerraMind 1.0 tiny with random weights, in the layout of the published file.
//!
//! So that the bench needs neither a download nor a Python. Time does not depend on the weights' values.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde_json::{Map, json};

const WIDTH: usize = 192;
const HIDDEN: usize = 4 * WIDTH;
const ENCODER_BLOCKS: usize = 12;
const DECODER_BLOCKS: usize = 4;
/// Positions of a picture of 224 × 224 pixels.
const POSITIONS: usize = 14 * 14;
/// Raw modalities and their channels.
const RAW: [(&str, usize); 6] =
    [("sen2l2a", 12), ("sen2l1c", 13), ("sen2rgb", 3), ("sen1grd", 2), ("sen1rtc", 2), ("dem", 1)];
/// Modalities of tokens, the size of their vocabularies and their positions.
const TOKENS: [(&str, usize, usize); 7] = [
    ("tok_sen2l2a@224", 15360, POSITIONS),
    ("tok_sen1grd@224", 15360, POSITIONS),
    ("tok_sen1rtc@224", 15360, POSITIONS),
    ("tok_dem@224", 15360, POSITIONS),
    ("tok_lulc@224", 4375, POSITIONS),
    ("tok_ndvi@224", 15360, POSITIONS),
    ("coords", 30_000, 512),
];

/// Names and shapes.
type Tensors = Vec<(String, Vec<usize>)>;

/// Writes the checkpoint as safetensors.
pub fn write(path: &Path) -> io::Result<()> {
    let tensors = tensors();
    let mut header = Map::new();
    let mut offset = 0;
    for (name, shape) in &tensors {
        let end = offset + 4 * shape.iter().product::<usize>();
        header.insert(name.clone(), json!({"dtype": "F32", "shape": shape, "data_offsets": [offset, end]}));
        offset = end;
    }
    let header = serde_json::to_vec(&header)?;
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(&(header.len() as u64).to_le_bytes())?;
    file.write_all(&header)?;
    let mut random = Random(1);
    for (name, shape) in &tensors {
        let (middle, distance) = range(name, shape);
        for _ in 0..shape.iter().product() {
            file.write_all(&(middle + distance * random.next()).to_le_bytes())?;
        }
    }
    file.flush()
}

/// Around which value, and how far from it: what goes through a layer keeps its size.
fn range(name: &str, shape: &[usize]) -> (f32, f32) {
    match shape {
        [_] if name.ends_with("weight") => (1.0, 0.5),
        [.., inputs] if shape.len() == 2 => (0.0, (3.0 / *inputs as f32).sqrt()),
        _ => (0.0, 0.5),
    }
}

fn tensors() -> Tensors {
    let mut tensors = Tensors::new();
    for block in 0..ENCODER_BLOCKS {
        let block = format!("encoder.{block}");
        norms(&mut tensors, &block, &["norm1", "norm2"]);
        layer(&mut tensors, &format!("{block}.attn.qkv"), 3 * WIDTH, WIDTH);
        layer(&mut tensors, &format!("{block}.attn.proj"), WIDTH, WIDTH);
        mlp(&mut tensors, &block);
    }
    for block in 0..DECODER_BLOCKS {
        let block = format!("decoder.{block}");
        norms(&mut tensors, &block, &["norm1", "query_norm", "context_norm", "norm2"]);
        layer(&mut tensors, &format!("{block}.self_attn.qkv"), 3 * WIDTH, WIDTH);
        layer(&mut tensors, &format!("{block}.self_attn.proj"), WIDTH, WIDTH);
        layer(&mut tensors, &format!("{block}.cross_attn.q"), WIDTH, WIDTH);
        layer(&mut tensors, &format!("{block}.cross_attn.kv"), 2 * WIDTH, WIDTH);
        layer(&mut tensors, &format!("{block}.cross_attn.proj"), WIDTH, WIDTH);
        mlp(&mut tensors, &block);
    }
    for name in ["encoder_norm", "decoder_norm"] {
        norm(&mut tensors, name);
    }
    layer(&mut tensors, "decoder_proj_context", WIDTH, WIDTH);
    tensors.push(("mask_token".into(), vec![1, 1, WIDTH]));
    for (key, channels) in RAW {
        let embedding = format!("encoder_embeddings.untok_{key}@224");
        positions(&mut tensors, &embedding, POSITIONS);
        tensors.push((format!("{embedding}.proj.weight"), vec![WIDTH, 16 * 16 * channels]));
    }
    for side in ["encoder_embeddings", "decoder_embeddings"] {
        for (key, vocabulary, length) in TOKENS {
            let embedding = format!("{side}.{key}");
            positions(&mut tensors, &embedding, length);
            tensors.push((format!("{embedding}.token_emb.weight"), vec![vocabulary, WIDTH]));
        }
    }
    tensors
}

fn norms(tensors: &mut Tensors, block: &str, names: &[&str]) {
    for name in names {
        norm(tensors, &format!("{block}.{name}"));
    }
}

fn norm(tensors: &mut Tensors, name: &str) {
    tensors.push((format!("{name}.weight"), vec![WIDTH]));
    tensors.push((format!("{name}.bias"), vec![WIDTH]));
}

fn layer(tensors: &mut Tensors, name: &str, outputs: usize, inputs: usize) {
    tensors.push((format!("{name}.weight"), vec![outputs, inputs]));
    tensors.push((format!("{name}.bias"), vec![outputs]));
}

fn mlp(tensors: &mut Tensors, block: &str) {
    layer(tensors, &format!("{block}.mlp.fc1"), HIDDEN, WIDTH);
    layer(tensors, &format!("{block}.mlp.fc2"), WIDTH, HIDDEN);
}

fn positions(tensors: &mut Tensors, embedding: &str, length: usize) {
    tensors.push((format!("{embedding}.mod_emb"), vec![1, 1, WIDTH]));
    tensors.push((format!("{embedding}.pos_emb"), vec![1, length, WIDTH]));
}

/// Xorshift: the same numbers each time, from -1 to 1.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1 << 23) as f32 - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_and_the_numbers_are_those_of_the_published_model() {
        let tensors = tensors();
        let mut names: Vec<_> = tensors.iter().map(|(name, _)| name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), tensors.len());
        let of_encoder = tensors.iter().filter(|(name, _)| name.starts_with("encoder."));
        let parameters: usize = of_encoder.map(|(_, shape)| shape.iter().product::<usize>()).sum();
        // Of a block: 4 products of width by width for attention, 8 for the MLP, biases and norms.
        assert_eq!(parameters, 12 * (12 * 192 * 192 + 13 * 192));
    }

    #[test]
    fn random_numbers_fill_their_range() {
        let mut random = Random(1);
        let numbers: Vec<f32> = (0..10_000).map(|_| random.next()).collect();
        assert!(numbers.iter().all(|n| (-1.0..=1.0).contains(n)));
        assert!((numbers.iter().sum::<f32>() / 1e4).abs() < 0.05);
        assert!(numbers.iter().any(|&n| n > 0.99) && numbers.iter().any(|&n| n < -0.99));
    }
}
