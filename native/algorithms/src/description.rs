//! Algorithms as data: the description document of `docs/contract.md`.

use serde::Serialize;

/// The version of the contract that this document follows.
pub const ABI_VERSION: u32 = 1;

/// Every algorithm there is.
#[derive(Debug, Clone, Serialize)]
pub struct Description {
    /// [`ABI_VERSION`].
    pub abi_version: u32,
    /// Version of the core.
    pub version: &'static str,
    /// Who provides the algorithms.
    pub provider: Provider,
    /// The algorithms.
    pub algorithms: Vec<Algorithm>,
}

/// The provider in the Processing Toolbox.
#[derive(Debug, Clone, Serialize)]
pub struct Provider {
    /// What algorithm ids begin with.
    pub id: &'static str,
    /// Name in the toolbox.
    pub name: &'static str,
    /// Name with version.
    pub long_name: String,
}

/// One algorithm.
#[derive(Debug, Clone, Serialize)]
pub struct Algorithm {
    /// Unique, lower case, never changed.
    pub id: &'static str,
    /// Name in the toolbox.
    pub name: &'static str,
    /// Group in the toolbox.
    pub group: &'static str,
    /// The group's id.
    pub group_id: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// Help, in paragraphs separated by blank lines.
    pub help: &'static str,
    /// Words to find it by.
    pub tags: Vec<&'static str>,
    /// What it takes, in the order of the dialog.
    pub parameters: Vec<Parameter>,
    /// What it returns beyond its destinations.
    pub outputs: Vec<Output>,
}

/// One parameter.
#[derive(Debug, Clone, Serialize)]
pub struct Parameter {
    /// Name in requests, upper case.
    pub name: &'static str,
    /// Name in the dialog.
    pub label: &'static str,
    /// What to choose and why, in one or two sentences.
    pub help: &'static str,
    /// Whether it may be left out even where there is no default.
    pub optional: bool,
    /// Whether the dialog hides it at first.
    pub advanced: bool,
    /// What values it takes.
    #[serde(flatten)]
    pub kind: Kind,
}

/// What values a parameter takes.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// A raster as GDAL opens it.
    Raster,
    /// Several rasters in an order that matters, at least one.
    Rasters,
    /// A vector layer of polygons: a file that GDAL opens, with `|layername=…` behind it where one of several is meant.
    Vector,
    /// A field of a vector layer, by its name.
    Field {
        /// The parameter of the layer.
        parent: &'static str,
    },
    /// A file with one of these extensions.
    File {
        /// Without the dot.
        extensions: Vec<&'static str>,
    },
    /// A folder.
    Folder,
    /// Free text.
    String {
        /// Taken if no value is given.
        #[serde(skip_serializing_if = "Option::is_none")]
        default: Option<String>,
        /// Values to offer.
        suggestions: Vec<String>,
    },
    /// One of a few words.
    Enum {
        /// The words.
        options: Vec<Choice>,
        /// Taken if no value is given.
        default: &'static str,
        /// Taken instead where there is a map.
        #[serde(skip_serializing_if = "Option::is_none")]
        default_with_map: Option<&'static str>,
    },
    /// A coordinate reference system, as PROJ understands it.
    Crs,
    /// A rectangle in any coordinate reference system.
    Extent,
    /// A whole number.
    Integer {
        /// Smallest.
        minimum: i64,
        /// Largest.
        #[serde(skip_serializing_if = "Option::is_none")]
        maximum: Option<i64>,
        /// Taken if no value is given.
        default: i64,
    },
    /// A number.
    Number {
        /// Smallest.
        minimum: f64,
        /// Largest.
        #[serde(skip_serializing_if = "Option::is_none")]
        maximum: Option<f64>,
        /// Taken if no value is given.
        #[serde(skip_serializing_if = "Option::is_none")]
        default: Option<f64>,
    },
    /// Yes or no.
    Boolean {
        /// Taken if no value is given.
        default: bool,
    },
    /// A raster to be written. Where it is optional, no value means that it is not wanted.
    RasterDestination {
        /// Without the dot.
        extension: &'static str,
    },
    /// A file of points or polygons to be written. Where it is optional, no value means that it is not wanted.
    VectorDestination {
        /// Without the dot.
        extension: &'static str,
        /// What it holds.
        geometry: Geometry,
    },
    /// Any other file to be written. Where it is optional, no value means that it is not wanted.
    FileDestination {
        /// Without the dot.
        extension: &'static str,
    },
}

/// What a vector layer holds.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Geometry {
    /// Points.
    Point,
    /// Polygons.
    Polygon,
}

/// One word of an enumeration.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// In requests.
    pub value: &'static str,
    /// In the dialog.
    pub label: &'static str,
}

/// One result beyond the destinations.
#[derive(Debug, Clone, Serialize)]
pub struct Output {
    /// Name in results, upper case.
    pub name: &'static str,
    /// Name for people.
    pub label: &'static str,
    /// What it is.
    pub kind: OutputKind,
}

/// What a result is.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputKind {
    /// A text.
    String,
    /// A number.
    Number,
    /// A folder.
    Folder,
}

impl Parameter {
    /// A parameter that has to be given, unless its kind has a default.
    #[must_use]
    pub fn new(name: &'static str, label: &'static str, help: &'static str, kind: Kind) -> Self {
        Self { name, label, help, optional: false, advanced: false, kind }
    }

    /// The same, but it may be left out.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// The same for one raster per date.
    #[must_use]
    pub fn of_dates(self) -> Self {
        Self { kind: Kind::Rasters, ..self }
    }

    /// The same, but hidden at first.
    #[must_use]
    pub fn advanced(self) -> Self {
        Self { advanced: true, ..self }
    }
}

impl Kind {
    /// An enumeration of (value, label) pairs.
    #[must_use]
    pub fn choice(options: &[(&'static str, &'static str)], default: &'static str) -> Self {
        let options = options.iter().map(|&(value, label)| Choice { value, label }).collect();
        Self::Enum { options, default, default_with_map: None }
    }
}
