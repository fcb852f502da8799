//! From names and shapes to a tokenizer.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::unet::DOWN;
use super::{Decoder, Level, Tokenizer, Transformer, Unet};
use crate::architecture::{
    HEAD_WIDTH, Problems, Recognised, Shapes, block_count, first_of, most_common, strip_common_prefix,
};
use crate::{Error, TokenModality};

/// Channels per group of the diffusion decoders' normalisations: the number of groups is fixed.
pub const GROUPS: usize = 32;

/// Whether tensors are those of a tokenizer, if perhaps an incomplete one.
#[must_use]
pub fn is_tokenizer(tensors: &Shapes) -> bool {
    let (_, tensors) = strip_common_prefix(tensors);
    tensors.keys().any(|name| name.starts_with("quant_proj."))
}

/// What tensors are the tokenizer of: `given` if they suit it, else what the file's name says, else what
/// the number of channels says, if only one modality has that many.
pub fn modality_of(
    tensors: &Shapes,
    file: &Path,
    given: Option<TokenModality>,
) -> Result<TokenModality, Error> {
    let (_, tensors) = strip_common_prefix(tensors);
    let Some(&[_, channels, ..]) = tensors.get("encoder.proj.weight").map(Vec::as_slice) else {
        return Err(Error::NotTokenizer { found: "it has no encoder.proj.weight".into() });
    };
    let suits = |modality: &TokenModality| modality.channels().bands.len() == channels;
    let candidates: Vec<_> = TokenModality::ALL.into_iter().filter(suits).collect();
    if candidates.is_empty() {
        let found = format!("it takes images of {channels} channels");
        return Err(Error::NotTokenizer { found });
    }
    let file_name = file.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
    let named: Vec<_> =
        TokenModality::ALL.into_iter().filter(|modality| file_name.contains(modality.name())).collect();
    match (given, named.as_slice(), candidates.as_slice()) {
        (Some(modality), _, _) | (None, &[modality], _) if candidates.contains(&modality) => Ok(modality),
        (Some(modality), _, _) | (None, &[modality], _) => {
            Err(Error::OtherTokenizer { modality, channels, candidates })
        }
        (None, _, &[modality]) => Ok(modality),
        (None, _, _) => Err(Error::WhichTokenizer { candidates }),
    }
}

/// Recognises the tokenizer of a modality.
///
/// Encoders of width 768 and diffusion decoders of 256 channels are the published ones. All others are
/// *reduced*: their depths and levels are read from their tensors. A prefix that all names share is ignored.
pub fn recognise(tensors: &Shapes, modality: TokenModality) -> Result<Recognised<Tokenizer>, Error> {
    let (prefix, stripped) = strip_common_prefix(tensors);
    let decoder = match modality {
        TokenModality::Lulc => Decoder::Classes(transformer(&stripped, "decoder")?),
        _ => Decoder::Diffusion(unet(&stripped)?),
    };
    let architecture = Tokenizer { modality, encoder: transformer(&stripped, "encoder")?, decoder };
    let expected = architecture.layout();
    let problems = Problems::find(&expected, &stripped);
    if !problems.is_empty() {
        return Err(Error::Incomplete { model: architecture.label(), problems });
    }
    let kept: BTreeMap<_, _> = expected
        .into_iter()
        .map(|tensor| (tensor.name.clone(), format!("{prefix}{}", tensor.name)))
        .collect();
    let unknown: Vec<String> = stripped.into_keys().filter(|name| !kept.contains_key(name)).collect();
    // TerraTorch refuses tokenizers that have more than it knows.
    let parts: Vec<String> = unknown.iter().filter(|name| is_of_known_part(name)).cloned().collect();
    if !parts.is_empty() {
        return Err(Error::Variant { model: architecture.label(), parts: first_of(&parts) });
    }
    Ok(Recognised { architecture, kept, dropped: Vec::new(), unknown })
}

fn is_of_known_part(name: &str) -> bool {
    ["encoder.", "decoder.", "quant_proj.", "post_quant_proj.", "cls_emb."]
        .iter()
        .any(|part| name.starts_with(part))
}

fn transformer(tensors: &Shapes, side: &str) -> Result<Transformer, Error> {
    let blocks = format!("{side}.blocks.");
    let lengths = |ending: &str| {
        let of_blocks = |name: &str| name.starts_with(&blocks) && name.ends_with(ending);
        let found = tensors.iter().filter(|(name, _)| of_blocks(name));
        most_common(found.map(|(_, shape)| shape.first().copied().unwrap_or(0)))
    };
    let Some(width) = lengths(".norm1.weight") else {
        return Err(Error::NotTokenizer {
            found: format!("it has no blocks of a transformer ({blocks}…)")
        });
    };
    if width == Transformer::PUBLISHED.width {
        return Ok(Transformer::PUBLISHED);
    }
    if !width.is_multiple_of(HEAD_WIDTH) {
        let found =
            format!("its width {width} is no multiple of {HEAD_WIDTH}, the width of an attention head");
        return Err(Error::NotTokenizer { found });
    }
    let side_of_positions = tensors.get(&format!("{side}.pos_emb")).and_then(|shape| shape.last().copied());
    Ok(Transformer {
        width,
        depth: block_count(tensors, &blocks),
        hidden: lengths(".mlp.fc1.weight").unwrap_or(4 * width),
        positions_per_side: side_of_positions.unwrap_or(Transformer::PUBLISHED.positions_per_side),
    })
}

fn unet(tensors: &Shapes) -> Result<Unet, Error> {
    let not_one = |found: &str| Error::NotTokenizer { found: found.into() };
    let first = |name: &str| tensors.get(name).and_then(|shape| shape.first().copied());
    let Some(channels) = most_common(first(&format!("{DOWN}.0.0.weight")).into_iter()) else {
        return Err(not_one("it has no diffusion decoder (decoder.input_blocks…)"));
    };
    if channels == PUBLISHED_CHANNELS {
        return Ok(Unet::published());
    }
    // A name may claim any index; there cannot be more blocks than tensors.
    let numbers: BTreeSet<usize> = (1..block_count(tensors, &format!("{DOWN}."))).collect();
    let begins = |prefix: String| tensors.keys().any(|name| name.starts_with(&prefix));
    let mut levels = vec![];
    let mut residuals = vec![];
    for number in numbers {
        if begins(format!("{DOWN}.{number}.0.op.")) {
            levels.push(std::mem::take(&mut residuals));
        } else {
            residuals.push(number);
        }
    }
    levels.push(residuals);
    let blocks = levels.iter().map(Vec::len).max().unwrap_or(0);
    let mut outer = channels;
    let levels: Vec<Level> = levels
        .iter()
        .map(|numbers| {
            let last = numbers.last().map(|number| format!("{DOWN}.{number}"));
            if let Some(channels) =
                last.iter().find_map(|last| first(&format!("{last}.0.out_layers.3.weight")))
            {
                outer = channels;
            }
            Level { channels: outer, attention: last.is_some_and(|last| begins(format!("{last}.1."))) }
        })
        .collect();
    let suits = |channels: usize| channels > 0 && channels.is_multiple_of(GROUPS);
    if !suits(channels) || !levels.iter().all(|level| suits(level.channels)) {
        return Err(not_one("the channels of its decoder cannot be split into 32 groups"));
    }
    Ok(Unet { channels, blocks, levels })
}

/// Channels of the outermost level of all published diffusion decoders.
const PUBLISHED_CHANNELS: usize = 256;

impl Unet {
    /// That of all published tokenizers.
    pub(super) fn published() -> Self {
        let level = |factor, attention| Level { channels: factor * PUBLISHED_CHANNELS, attention };
        Self {
            channels: PUBLISHED_CHANNELS,
            blocks: 3,
            levels: vec![level(1, false), level(2, false), level(2, true), level(2, true)],
        }
    }
}
