//! The core's description document, checked while it is read.

use crate::bridge::ffi;
use crate::error::Error;
use serde::Deserialize;

/// The document that `terramind_describe` returns.
#[derive(Debug, Deserialize)]
pub struct Description {
    version: String,
    provider: Provider,
    algorithms: Vec<Algorithm>,
}

#[derive(Debug, Deserialize)]
struct Provider {
    id: String,
    name: String,
    long_name: String,
}

#[derive(Debug, Deserialize)]
struct Algorithm {
    id: String,
    name: String,
    group: String,
    group_id: String,
    summary: String,
    help: String,
    tags: Vec<String>,
    parameters: Vec<Parameter>,
    outputs: Vec<Output>,
}

#[derive(Debug, Deserialize)]
struct Parameter {
    name: String,
    label: String,
    help: String,
    optional: bool,
    advanced: bool,
    #[serde(flatten)]
    kind: Kind,
}

/// The kinds with the fields that only they have, as the contract lists them.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Kind {
    Raster,
    Rasters,
    Vector,
    Field {
        parent: String,
    },
    File {
        extensions: Vec<String>,
        default: Option<String>,
    },
    Folder {
        default: Option<String>,
    },
    String {
        default: Option<String>,
        #[serde(default)]
        suggestions: Vec<String>,
    },
    Enum {
        options: Vec<EnumOption>,
        default: Option<String>,
        default_with_map: Option<String>,
    },
    Crs,
    Extent,
    Integer {
        minimum: Option<i64>,
        maximum: Option<i64>,
        default: Option<i64>,
    },
    Number {
        minimum: Option<f64>,
        maximum: Option<f64>,
        default: Option<f64>,
    },
    Boolean {
        default: Option<bool>,
    },
    RasterDestination,
    VectorDestination {
        #[serde(default)]
        geometry: Geometry,
    },
    FileDestination {
        extension: String,
    },
    FolderDestination,
}

/// What a vector layer holds. There were points only before the contract named it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Geometry {
    #[default]
    Point,
    Polygon,
}

#[derive(Debug, Deserialize)]
struct EnumOption {
    value: String,
    label: String,
}

#[derive(Debug, Deserialize)]
struct Output {
    name: String,
    label: String,
    kind: OutputKind,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OutputKind {
    String,
    Number,
    Folder,
}

impl Description {
    /// Reads the document.
    pub fn from_json(json: &str) -> Result<Self, Error> {
        serde_json::from_str(json).map_err(|source| Error::Document { document: "description", source })
    }

    /// The algorithm of the given id.
    pub fn into_algorithm(self, id: &str) -> Result<ffi::Algorithm, Error> {
        self.algorithms
            .into_iter()
            .find(|algorithm| algorithm.id == id)
            .map(Into::into)
            .ok_or_else(|| Error::UnknownAlgorithm { id: id.into() })
    }
}

impl From<Description> for ffi::Provider {
    fn from(description: Description) -> Self {
        let Description { version, provider: Provider { id, name, long_name }, algorithms } = description;
        Self { id, name, long_name, version, algorithms: algorithms.into_iter().map(Into::into).collect() }
    }
}

impl From<Algorithm> for ffi::Algorithm {
    fn from(algorithm: Algorithm) -> Self {
        Self {
            id: algorithm.id,
            name: algorithm.name,
            group: algorithm.group,
            group_id: algorithm.group_id,
            summary: algorithm.summary,
            help: algorithm.help,
            tags: algorithm.tags,
            parameters: algorithm.parameters.into_iter().map(Into::into).collect(),
            outputs: algorithm.outputs.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Output> for ffi::Output {
    fn from(Output { name, label, kind }: Output) -> Self {
        let kind = match kind {
            OutputKind::String => ffi::OutputKind::Text,
            OutputKind::Number => ffi::OutputKind::Number,
            OutputKind::Folder => ffi::OutputKind::Folder,
        };
        Self { name, label, kind }
    }
}

impl From<Parameter> for ffi::Parameter {
    fn from(Parameter { name, label, help, optional, advanced, kind }: Parameter) -> Self {
        let mut parameter = Self {
            name,
            label,
            help,
            optional,
            advanced,
            kind: ffi::ParameterKind::Raster,
            extensions: Vec::new(),
            parent: String::new(),
            suggestions: Vec::new(),
            values: Vec::new(),
            value_labels: Vec::new(),
            minimum: ffi::OptionalNumber::default(),
            maximum: ffi::OptionalNumber::default(),
            default_json: String::new(),
        };
        parameter.kind = match kind {
            Kind::Raster => ffi::ParameterKind::Raster,
            Kind::Rasters => ffi::ParameterKind::Rasters,
            Kind::Vector => ffi::ParameterKind::Vector,
            Kind::Field { parent } => {
                parameter.parent = parent;
                ffi::ParameterKind::Field
            }
            Kind::File { extensions, default } => {
                parameter.extensions = extensions;
                parameter.default_json = json(default);
                ffi::ParameterKind::File
            }
            Kind::Folder { default } => {
                parameter.default_json = json(default);
                ffi::ParameterKind::Folder
            }
            Kind::String { default, suggestions } => {
                parameter.suggestions = suggestions;
                parameter.default_json = json(default);
                ffi::ParameterKind::Text
            }
            Kind::Enum { options, default, default_with_map } => {
                (parameter.values, parameter.value_labels) =
                    options.into_iter().map(|option| (option.value, option.label)).unzip();
                let with_map = default_with_map.filter(|_| crate::canvas::current().known);
                parameter.default_json = json(with_map.or(default));
                ffi::ParameterKind::Enum
            }
            Kind::Crs => ffi::ParameterKind::Crs,
            Kind::Extent => ffi::ParameterKind::Extent,
            Kind::Integer { minimum, maximum, default } => {
                parameter.minimum = minimum.map(|value| value as f64).into();
                parameter.maximum = maximum.map(|value| value as f64).into();
                parameter.default_json = json(default);
                ffi::ParameterKind::Integer
            }
            Kind::Number { minimum, maximum, default } => {
                parameter.minimum = minimum.into();
                parameter.maximum = maximum.into();
                parameter.default_json = json(default);
                ffi::ParameterKind::Number
            }
            Kind::Boolean { default } => {
                parameter.default_json = json(default);
                ffi::ParameterKind::Boolean
            }
            Kind::RasterDestination => ffi::ParameterKind::RasterDestination,
            Kind::VectorDestination { geometry: Geometry::Point } => ffi::ParameterKind::PointsDestination,
            Kind::VectorDestination { geometry: Geometry::Polygon } => {
                ffi::ParameterKind::PolygonsDestination
            }
            Kind::FileDestination { extension } => {
                parameter.extensions = vec![extension];
                ffi::ParameterKind::FileDestination
            }
            Kind::FolderDestination => ffi::ParameterKind::FolderDestination,
        };
        parameter
    }
}

/// The value as JSON, empty where there is none.
fn json(value: Option<impl Into<serde_json::Value>>) -> String {
    value.map(|value| value.into().to_string()).unwrap_or_default()
}

impl From<Option<f64>> for ffi::OptionalNumber {
    fn from(value: Option<f64>) -> Self {
        value.map_or_else(Self::default, |value| Self { known: true, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{
      "abi_version": 1, "version": "0.1.0",
      "provider": { "id": "terramind", "name": "TerraMind", "long_name": "TerraMind 0.1.0" },
      "algorithms": [ {
        "id": "embedlayer", "name": "Embed layer", "group": "Features", "group_id": "features",
        "summary": "One.", "help": "More.", "tags": ["embedding"],
        "parameters": [
          { "name": "S2L2A", "label": "Sentinel-2", "help": "", "optional": true, "advanced": false, "kind": "raster" },
          { "name": "SEED", "label": "Seed", "help": "", "optional": false, "advanced": true, "kind": "integer",
            "minimum": 0, "default": 42 },
          { "name": "NAME", "label": "Name", "help": "", "optional": false, "advanced": false, "kind": "string",
            "default": "a \"b\"" }
        ],
        "outputs": [ { "name": "BANDS", "label": "Bands", "kind": "number" } ]
      } ] }"#;

    #[test]
    fn kinds_keep_their_fields() {
        let algorithm = Description::from_json(DOCUMENT).unwrap().into_algorithm("embedlayer").unwrap();
        let [raster, seed, name] = &algorithm.parameters[..] else { panic!("three parameters") };
        assert!(raster.optional && !raster.minimum.known && raster.default_json.is_empty());
        assert!(seed.advanced && seed.minimum.known && !seed.maximum.known);
        assert_eq!(seed.default_json, "42");
        assert_eq!(name.default_json, r#""a \"b\"""#);
    }

    #[test]
    fn an_algorithm_that_is_gone_is_named() {
        let error = Description::from_json(DOCUMENT).unwrap().into_algorithm("other").unwrap_err();
        assert_eq!(error.to_string(), "the core knows no algorithm “other”");
    }

    #[test]
    fn an_unknown_kind_is_refused() {
        let error = Description::from_json(&DOCUMENT.replace("\"integer\"", "\"colour\"")).unwrap_err();
        assert!(error.to_string().contains("colour"), "{error}");
    }
}
