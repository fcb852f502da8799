//! Where a generated raster comes from, for whoever finds the file later.

use super::describe::{CLAMP, ENSEMBLE, OFFSET, SEED, STEPS, TEMPERATURE, TOP_K, TOP_P};
use crate::common::device::PRECISION;
use crate::common::tiling::{OVERLAP, TILE_SIZE};
use crate::values::Values;
use model::TokenModality;
use model::pack::{Component, ManifestOf};
use pipeline::LayerSpec;
use pipeline::products::Product;

/// What a run says about its results.
pub(crate) struct Provenance {
    verb: &'static str,
    model: String,
    facts: Vec<(&'static str, String)>,
}

impl Provenance {
    /// Of a run with these values; `verb` is `Generated` or `Reconstructed`.
    pub fn new<C: Component>(
        verb: &'static str,
        values: &Values,
        manifest: &ManifestOf<C>,
        layers: &[LayerSpec],
        has_coordinates: bool,
    ) -> Self {
        let mut inputs: Vec<_> = layers.iter().map(|layer| layer.modality.name()).collect();
        if has_coordinates {
            inputs.push("coordinates");
        }
        let sources: Vec<_> = layers.iter().map(|layer| layer.source.as_str()).collect();
        let mut facts = vec![
            ("MODEL", manifest.name.clone()),
            ("MODEL_SHA256", manifest.source.sha256.clone()),
            ("INPUTS", inputs.join(" + ")),
            ("SOURCES", sources.join("; ")),
        ];
        for name in [SEED, STEPS, TOP_K, ENSEMBLE, TILE_SIZE, OVERLAP] {
            facts.extend(values.integer_if_any(name).map(|value| (name, value.to_string())));
        }
        for name in [TEMPERATURE, TOP_P, OFFSET] {
            facts.extend(values.number_if_any(name).map(|value| (name, value.to_string())));
        }
        facts.push((CLAMP, values.boolean(CLAMP).to_string()));
        facts.push((PRECISION, values.text(PRECISION).unwrap_or_default().to_owned()));
        Self { verb, model: manifest.name.clone(), facts }
    }

    /// The metadata of a file.
    pub fn metadata(&self, product: Product) -> Vec<(String, String)> {
        let tags = [
            ("TIFFTAG_SOFTWARE", format!("TerraMind for QGIS {}", env!("CARGO_PKG_VERSION"))),
            ("TIFFTAG_IMAGEDESCRIPTION", self.statement(product)),
            ("TERRAMIND_STATEMENT", self.statement(product)),
        ];
        let tags = tags.into_iter().map(|(key, value)| (key.to_owned(), value));
        tags.chain(self.facts.iter().map(|(key, value)| (format!("TERRAMIND_{key}"), value.clone())))
            .collect()
    }

    /// The notes of a layer, in paragraphs.
    pub fn notes(&self, product: Product) -> String {
        let facts: Vec<_> = self.facts.iter().map(|(key, value)| format!("{key}: {value}")).collect();
        format!("{}\n\n{}", self.statement(product), facts.join("\n"))
    }

    /// What it is and what it is not.
    fn statement(&self, product: Product) -> String {
        let what = format!("{} by the TerraMind model {}, not measured.", self.verb, self.model);
        match product {
            Product::Values(TokenModality::Dem) => format!(
                "{what} Never use it as elevation: in the TerraMind paper such elevations are wrong by 163 to 216 m on average."
            ),
            _ => what,
        }
    }
}
