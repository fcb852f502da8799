//! From names and shapes to an architecture.

use std::collections::{BTreeMap, BTreeSet};

use super::layout::{self, DECODER_SIDE, ENCODER_SIDE, Expected, Problems};
use super::{Architecture, HEAD_WIDTH, Mlp, Size, foreign};
use crate::{Error, Modality};

/// Shapes of tensors by their names.
pub type Shapes = BTreeMap<String, Vec<usize>>;

/// Far above any width that makes sense, far below what sizes could overflow with.
const MAXIMUM_WIDTH: usize = 1 << 16;

/// A checkpoint that was recognised.
#[derive(Debug, PartialEq, Eq)]
pub struct Recognised<A = Architecture> {
    /// What it is.
    pub architecture: A,
    /// The tensors that matter: the name in a pack, and the name in the checkpoint.
    pub kept: BTreeMap<String, String>,
    /// Tensors of TerraMind that nothing here uses: captions, and second copies of shared weights.
    pub dropped: Vec<String>,
    /// Tensors that are not TerraMind's.
    pub unknown: Vec<String>,
}

/// Recognises a TerraMind encoder-decoder.
///
/// A prefix that all names share (`model.`, `module.`) is ignored.
pub fn recognise(tensors: &Shapes) -> Result<Recognised, Error> {
    let (prefix, stripped) = strip_common_prefix(tensors);
    let Some(width) = width(&stripped) else {
        return Err(Error::NotTerraMind { found: foreign::describe(&stripped) });
    };
    let mut architecture = match Architecture::published(Size::of_width(width)) {
        Some(published) => published,
        None => reduced(&stripped, width)?,
    };
    let expected = expected(&mut architecture, &stripped);
    let model = architecture.label();
    let mut problems = Problems::find(&expected, &stripped);
    if problems.is_empty() && architecture.modalities.is_empty() {
        problems = Problems::missing("the embeddings of every raw modality (encoder_embeddings.untok_…)");
    }
    if !problems.is_empty() {
        return Err(Error::Incomplete { model, problems });
    }

    let mut kept = BTreeMap::new();
    let mut dropped = Vec::new();
    let mut used = BTreeSet::new();
    for expected in &expected {
        if let Some((name, superfluous)) = expected.find(&stripped) {
            kept.insert(expected.name.clone(), format!("{prefix}{name}"));
            used.insert(name);
            used.extend(superfluous);
            dropped.extend(superfluous.map(String::from));
        }
    }
    let rest = stripped.keys().filter(|name| !used.contains(name.as_str())).cloned();
    let (captions, unknown): (Vec<_>, Vec<_>) = rest.partition(|name| is_caption(name));
    dropped.extend(captions);
    dropped.sort_unstable();
    // The published sizes are computed as TerraTorch does, which ignores what it does not know.
    let is_reduced = architecture.size == Size::Reduced;
    let parts: Vec<String> =
        unknown.iter().filter(|name| is_reduced && is_of_known_part(name)).cloned().collect();
    if !parts.is_empty() {
        return Err(Error::Variant { model, parts: layout::first_of(&parts) });
    }
    Ok(Recognised { architecture, kept, dropped, unknown })
}

/// The tensors without the leading parts that all their names have in common, and those parts.
pub fn strip_common_prefix(tensors: &Shapes) -> (String, Shapes) {
    let prefix = common_prefix(tensors);
    let stripped =
        tensors.iter().map(|(name, shape)| (name[prefix.len()..].to_string(), shape.clone())).collect();
    (prefix, stripped)
}

/// The leading parts that all names have in common, such as `model.`, with their dots.
fn common_prefix(tensors: &Shapes) -> String {
    let Some(first) = tensors.keys().next() else { return String::new() };
    let mut length = 0;
    for (dot, _) in first.match_indices('.') {
        if !tensors.keys().all(|name| name.starts_with(&first[..=dot])) {
            break;
        }
        length = dot + 1;
    }
    first[..length].to_string()
}

/// Features per token: what most of the tensors say that hold one number per feature.
fn width(tensors: &Shapes) -> Option<usize> {
    let width = most_common(tensors.iter().filter_map(|(name, shape)| {
        let of_embedding = name.starts_with(ENCODER_SIDE) && name.ends_with(".mod_emb");
        let of_block = block_index(name, "encoder.").is_some() && name.ends_with(".norm1.weight");
        (of_embedding || of_block).then(|| shape.last().copied().unwrap_or(0))
    }))?;
    // Without either of them this is another vision transformer.
    let named_so = tensors.contains_key("encoder_norm.weight")
        || tensors.keys().any(|name| name.starts_with(ENCODER_SIDE));
    named_so.then_some(width)
}

/// What most of the tensors say that hold one number per feature, unless it makes no sense.
pub fn most_common(lengths: impl Iterator<Item = usize>) -> Option<usize> {
    let mut votes = BTreeMap::<usize, usize>::new();
    lengths.for_each(|length| *votes.entry(length).or_default() += 1);
    let (length, _) = votes.into_iter().max_by_key(|&(_, count)| count)?;
    (1..=MAXIMUM_WIDTH).contains(&length).then_some(length)
}

/// The dimensions of a model of no published width. Its modalities are filled in later.
pub fn reduced(tensors: &Shapes, width: usize) -> Result<Architecture, Error> {
    if !width.is_multiple_of(HEAD_WIDTH) {
        let found =
            format!("its width {width} is no multiple of {HEAD_WIDTH}, the width of an attention head");
        return Err(Error::NotTerraMind { found });
    }
    let of_blocks = |ending: &str| {
        tensors.iter().find(|(name, _)| block_index(name, "encoder.").is_some() && name.ends_with(ending))
    };
    let hidden =
        of_blocks(".mlp.fc1.weight").and_then(|(_, shape)| shape.first().copied()).unwrap_or(4 * width);
    let gated = of_blocks(".mlp.fc3.weight").is_some();
    let has_decoder = tensors.keys().any(|name| name.starts_with("decoder") || name == "mask_token");
    Ok(Architecture {
        size: Size::Reduced,
        width,
        depth: block_count(tensors, "encoder."),
        heads: width / HEAD_WIDTH,
        mlp: if gated { Mlp::SwiGlu { hidden } } else { Mlp::Gelu { hidden } },
        biases: of_blocks(".attn.qkv.bias").is_some(),
        modalities: Vec::new(),
        decoder_depth: has_decoder.then(|| block_count(tensors, "decoder.")),
    })
}

/// One more than the highest index of a block, at least 1.
pub fn block_count(tensors: &Shapes, prefix: &str) -> usize {
    // A name may claim any index; there cannot be more blocks than tensors.
    let indices =
        tensors.keys().filter_map(|name| block_index(name, prefix)).filter(|&index| index < tensors.len());
    indices.max().map_or(1, |index| index + 1)
}

fn block_index(name: &str, prefix: &str) -> Option<usize> {
    name.strip_prefix(prefix)?.split('.').next()?.parse().ok()
}

/// All tensors that must be there. A published size has all modalities, a reduced one those that begin.
fn expected(architecture: &mut Architecture, tensors: &Shapes) -> Vec<Expected> {
    let published = architecture.size != Size::Reduced;
    let begun = |side: &str, key: &str| {
        let prefix = format!("{side}.{key}.");
        published || tensors.keys().any(|name| name.starts_with(&prefix))
    };
    architecture.modalities.clear();
    architecture
        .modalities
        .extend(Modality::ALL.into_iter().filter(|modality| begun(ENCODER_SIDE, modality.checkpoint_key())));

    let mut expected = architecture.encoder();
    for &modality in &architecture.modalities {
        expected.extend(architecture.raw_embedding(modality));
    }
    if let Some(depth) = architecture.decoder_depth {
        expected.extend(architecture.decoder(depth));
    }
    for side in [ENCODER_SIDE, DECODER_SIDE] {
        for token in layout::tokens().filter(|(key, _)| begun(side, key)) {
            expected.extend(architecture.token_embedding(side, token));
        }
    }
    expected
}

fn is_caption(name: &str) -> bool {
    [ENCODER_SIDE, DECODER_SIDE]
        .iter()
        .any(|side| name.strip_prefix(side).is_some_and(|rest| rest.starts_with(".caption.")))
}

/// Whether the tensor is of a part that matters here, so that leaving it out may give other results.
fn is_of_known_part(name: &str) -> bool {
    let of_known_modality = || {
        let key =
            name.strip_prefix(ENCODER_SIDE).or_else(|| name.strip_prefix(DECODER_SIDE))?.split('.').nth(1)?;
        let known = Modality::ALL.iter().any(|modality| modality.checkpoint_key() == key)
            || layout::tokens().any(|(token, _)| token == key);
        Some(known)
    };
    let parts = [
        "encoder.",
        "decoder.",
        "encoder_norm.",
        "decoder_norm.",
        "decoder_proj_context.",
        "register_tokens",
    ];
    parts.iter().any(|part| name.starts_with(part)) || of_known_modality() == Some(true)
}
