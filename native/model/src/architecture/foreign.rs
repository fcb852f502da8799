//! Says what a file holds that is no TerraMind encoder-decoder.

use super::Shapes;

/// Describes tensors that are not those of an encoder-decoder, for the error message.
pub fn describe(tensors: &Shapes) -> String {
    let any = |part: &str| tensors.keys().any(|name| name.contains(part));
    if tensors.is_empty() {
        "the file holds no tensors".into()
    } else if tensors.keys().any(|name| name.starts_with("quant_proj.")) {
        "it is a tokenizer of TerraMind, which is imported as such".into()
    } else if any("encoder_embeddings.untok_") {
        "it is a task that was fine-tuned with TerraTorch, which is imported as such".into()
    } else if any("patch_embed.") && any("blocks.") {
        format!("it is another vision transformer, such as Prithvi ({})", groups(tensors))
    } else {
        format!("its tensors are {}", groups(tensors))
    }
}

/// The beginnings of the tensors' names with their numbers, the most frequent first.
fn groups(tensors: &Shapes) -> String {
    const SHOWN: usize = 5;
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    for name in tensors.keys() {
        *counts.entry(name.split('.').next().unwrap_or(name)).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    let more = counts.len() > SHOWN;
    let shown: Vec<String> =
        counts.into_iter().take(SHOWN).map(|(group, count)| format!("{group}… ({count})")).collect();
    format!("named {}{}", shown.join(", "), if more { " and others" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[&str]) -> String {
        describe(&names.iter().map(|&name| (name.to_string(), vec![1])).collect())
    }

    #[test]
    fn common_mistakes_are_told_apart() {
        assert!(found(&["encoder.blocks.0.norm1.weight", "quant_proj.weight"]).contains("tokenizer"));
        let fine_tuned = ["encoder.encoder_embeddings.untok_dem@224.mod_emb", "head.weight"];
        assert!(found(&fine_tuned).contains("fine-tuned"));
        assert!(
            found(&["encoder.patch_embed.proj.weight", "encoder.blocks.0.norm1.weight"]).contains("Prithvi")
        );
        assert!(found(&[]).contains("no tensors"));
        assert_eq!(
            found(&["fc.weight", "layer1.0.weight", "layer1.1.weight"]),
            "its tensors are named layer1… (2), fc… (1)"
        );
    }
}
