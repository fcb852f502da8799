//! Where a generated raster comes from, for whoever finds the file later.

use super::describe::{CLAMP, ENSEMBLE, SEED, STEPS, TEMPERATURE, TOP_K, TOP_P};
use crate::common::device::PRECISION;
use crate::common::tiling::{OVERLAP, TILE_SIZE};
use crate::models::demonstration;
use crate::values::Values;
use model::generation::Target;
use model::pack::{Component, ManifestOf};
use model::{TokenModality, TokenizerPack};
use pipeline::generate::Coordinates;
use pipeline::products::Product;
use pipeline::{GENERATED, LayerModality, LayerSpec};
use std::path::Path;

/// What a generation says that it did.
pub(crate) const GENERATED_VERB: &str = "Generated";

/// What a run says about its results.
pub(crate) struct Provenance {
    verb: &'static str,
    model: String,
    is_demonstration: bool,
    facts: Vec<(&'static str, String)>,
}

/// Where layers lie.
pub(crate) fn sources(layers: &[LayerSpec]) -> String {
    let sources = layers.iter().flat_map(|layer| &layer.sources);
    sources.map(|source| place_of(source)).collect::<Vec<_>>().join("; ")
}

/// Where a raster lies, wherever that is read later; what is no file stays as GDAL opens it.
pub(crate) fn place_of(source: &str) -> String {
    let path = Path::new(source);
    let absolute = if path.exists() { std::path::absolute(path).ok() } else { None };
    absolute.map_or_else(|| source.to_owned(), |path| path.display().to_string())
}

impl Provenance {
    /// Of a generation with these values; `verb` is `Generated` or `Reconstructed`, and the manifest that of what did
    /// it.
    pub fn new<C: Component>(verb: &'static str, values: &Values, manifest: &ManifestOf<C>) -> Self {
        let mut provenance = Self::of_tiles(verb, values, manifest);
        for name in [SEED, STEPS, TOP_K, ENSEMBLE] {
            provenance.facts.extend(values.integer_if_any(name).map(|value| (name, value.to_string())));
        }
        for name in [TEMPERATURE, TOP_P] {
            provenance.facts.extend(values.number_if_any(name).map(|value| (name, value.to_string())));
        }
        provenance.facts.push((CLAMP, values.boolean(CLAMP).to_string()));
        provenance
    }

    /// Of any run in tiles with these values.
    pub fn of_tiles<C: Component>(verb: &'static str, values: &Values, manifest: &ManifestOf<C>) -> Self {
        let mut facts =
            vec![("MODEL", manifest.name.clone()), ("MODEL_SHA256", manifest.source.sha256.clone())];
        for name in [TILE_SIZE, OVERLAP] {
            facts.extend(values.integer_if_any(name).map(|value| (name, value.to_string())));
        }
        facts.push((PRECISION, values.text(PRECISION).unwrap_or_default().to_owned()));
        let is_demonstration = demonstration::is_of(&manifest.source.sha256);
        Self { verb, model: manifest.name.clone(), is_demonstration, facts }
    }

    /// What it was made from, and which of that was itself generated.
    pub fn inputs(
        &mut self,
        layers: &[LayerSpec],
        generated: &[LayerModality],
        coordinates: Option<&Coordinates>,
    ) {
        let name = |layer: &LayerSpec| {
            let mark = if generated.contains(&layer.modality) { " (generated)" } else { "" };
            format!("{}{mark}", layer.modality.name())
        };
        let told = match coordinates {
            None => None,
            Some(Coordinates::OfTiles) => Some(String::from("coordinates")),
            Some(Coordinates::Given(position)) => {
                Some(format!("coordinates {},{}", position.latitude, position.longitude))
            }
        };
        let names: Vec<_> = layers.iter().map(name).chain(told).collect();
        self.facts.extend([("INPUTS", names.join(" + ")), ("SOURCES", sources(layers))]);
    }

    /// Everything that was predicted, in its order.
    pub fn order(&mut self, outputs: &[Target]) {
        let names: Vec<_> = outputs.iter().map(|output| output.name()).collect();
        self.facts.push(("ORDER", names.join(",")));
    }

    /// The tokenizers that took part, if any.
    pub fn tokenizers<'a>(&mut self, packs: impl Iterator<Item = &'a TokenizerPack>) {
        let digest = |pack: &TokenizerPack| {
            format!("{} {}", pack.architecture().modality, pack.manifest().source.sha256)
        };
        let digests: Vec<_> = packs.map(digest).collect();
        if !digests.is_empty() {
            self.facts.push(("TOKENIZERS_SHA256", digests.join("; ")));
        }
    }

    /// Further facts.
    pub fn add(&mut self, facts: Vec<(&'static str, String)>) {
        self.facts.extend(facts);
    }

    /// The metadata of a file.
    pub fn metadata(&self, product: Product) -> Vec<(String, String)> {
        self.metadata_saying(&self.statement(product))
    }

    /// The metadata of a file that says this of itself.
    pub fn metadata_saying(&self, statement: &str) -> Vec<(String, String)> {
        let statement = &self.warned(statement);
        let tags = [
            ("TIFFTAG_SOFTWARE", crate::SOFTWARE.to_owned()),
            ("TIFFTAG_IMAGEDESCRIPTION", statement.to_owned()),
            (GENERATED, statement.to_owned()),
        ];
        let tags = tags.into_iter().map(|(key, value)| (key.to_owned(), value));
        tags.chain(self.facts.iter().map(|(key, value)| (format!("TERRAMIND_{key}"), value.clone())))
            .collect()
    }

    /// The notes of a layer, in paragraphs.
    pub fn notes(&self, product: Product) -> String {
        self.notes_saying(&self.statement(product))
    }

    /// The notes of a layer that begin with this.
    pub fn notes_saying(&self, statement: &str) -> String {
        let statement = &self.warned(statement);
        let facts: Vec<_> = self.facts.iter().map(|(key, value)| format!("{key}: {value}")).collect();
        format!("{statement}\n\n{}", facts.join("\n"))
    }

    /// What it is and what it is not.
    pub fn statement(&self, product: Product) -> String {
        let what = format!("{} by the TerraMind model {}, not measured.", self.verb, self.model);
        match product {
            Product::Values(TokenModality::Dem) if self.verb == GENERATED_VERB => format!(
                "{what} Never use it as elevation: in the TerraMind paper elevations generated from Sentinel images are wrong by 163 to 216 m on average."
            ),
            _ => what,
        }
    }

    /// What has to be known of the demonstration.
    fn warned(&self, statement: &str) -> String {
        if self.is_demonstration {
            format!("{statement} {}", demonstration::STATEMENT)
        } else {
            statement.to_owned()
        }
    }
}
