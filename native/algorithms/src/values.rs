//! Raw values become checked ones: every parameter known, of its type, and within its range.

use crate::Error;
use crate::description::{Algorithm, Kind, Parameter};
use crate::request::ExtentValue;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;

/// The values of one run. What has a default is there; what is optional and was not given is not.
pub(crate) struct Values(HashMap<&'static str, Checked>);

#[derive(Debug)]
pub(crate) enum Checked {
    Text(String),
    Texts(Vec<String>),
    Integer(i64),
    Number(f64),
    Boolean(bool),
    Extent(ExtentValue),
}

impl Display for Checked {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Texts(texts) => f.write_str(&texts.join("; ")),
            Self::Integer(number) => number.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Boolean(yes) => yes.fmt(f),
            Self::Extent(ExtentValue { xmin, ymin, xmax, ymax, crs }) => {
                write!(f, "{xmin},{xmax},{ymin},{ymax} [{crs}]")
            }
        }
    }
}

impl Values {
    /// Checks `raw` against an algorithm's parameters. `has_map` chooses between two defaults.
    pub fn check(algorithm: &Algorithm, raw: &Map<String, Value>, has_map: bool) -> Result<Self, Error> {
        if let Some(name) = raw.keys().find(|k| algorithm.parameters.iter().all(|p| p.name != k.as_str())) {
            let known: Vec<_> = algorithm.parameters.iter().map(|p| p.name).collect();
            return Err(Error::UnknownParameter {
                algorithm: algorithm.name,
                name: name.clone(),
                known: known.join(", "),
            });
        }
        let mut values = HashMap::new();
        for parameter in &algorithm.parameters {
            let given = raw.get(parameter.name).filter(|v| !is_absent(v));
            let checked = match given {
                Some(value) => Some(check(parameter, value)?),
                None => default(&parameter.kind, has_map),
            };
            match checked {
                Some(value) => {
                    values.insert(parameter.name, value);
                }
                None if parameter.optional => {}
                None => {
                    let Parameter { name, label, help, .. } = *parameter;
                    return Err(Error::MissingValue { name, label, help });
                }
            }
        }
        Ok(Self(values))
    }

    /// Each value as a line, in the order of their names, but for some.
    pub fn lines(&self, without: &[&str]) -> Vec<String> {
        let told = self.0.iter().filter(|(name, _)| !without.contains(name));
        let mut lines: Vec<_> = told.map(|(name, value)| format!("{name}={value:?}")).collect();
        lines.sort_unstable();
        lines
    }

    /// What was given or taken by default, in words, in the order of the description.
    pub fn told(&self, algorithm: &Algorithm) -> Vec<(&'static str, String)> {
        let told = |parameter: &Parameter| Some((parameter.name, self.0.get(parameter.name)?.to_string()));
        algorithm.parameters.iter().filter_map(told).collect()
    }

    /// Rasters in their order; none where none was given.
    pub fn rasters(&self, name: &str) -> Vec<String> {
        match self.0.get(name) {
            Some(Checked::Texts(texts)) => texts.clone(),
            _ => Vec::new(),
        }
    }

    /// One text or several; none where none was given.
    pub fn sources(&self, name: &str) -> Vec<String> {
        match self.0.get(name) {
            Some(Checked::Text(text)) => vec![text.clone()],
            _ => self.rasters(name),
        }
    }

    /// A raster, file, folder, text, choice or destination.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Checked::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The same as a path.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from)
    }

    /// A whole number, which always has a default.
    pub fn integer(&self, name: &str) -> i64 {
        self.integer_if_any(name).unwrap_or_default()
    }

    /// The same for a parameter that not every algorithm has.
    pub fn integer_if_any(&self, name: &str) -> Option<i64> {
        match self.0.get(name) {
            Some(Checked::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    /// A number, which always has a default.
    pub fn number(&self, name: &str) -> f64 {
        self.number_if_any(name).unwrap_or_default()
    }

    /// The same for a parameter that not every algorithm has.
    pub fn number_if_any(&self, name: &str) -> Option<f64> {
        match self.0.get(name) {
            Some(Checked::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// Yes or no, which always has a default.
    pub fn boolean(&self, name: &str) -> bool {
        matches!(self.0.get(name), Some(Checked::Boolean(true)))
    }

    /// An extent.
    pub fn extent(&self, name: &str) -> Option<&ExtentValue> {
        match self.0.get(name) {
            Some(Checked::Extent(extent)) => Some(extent),
            _ => None,
        }
    }
}

/// Dialogs and shells give an empty text for a field that was left empty.
fn is_absent(value: &Value) -> bool {
    value.is_null()
        || value.as_str().is_some_and(|s| s.trim().is_empty())
        || value.as_array().is_some_and(Vec::is_empty)
}

fn default(kind: &Kind, has_map: bool) -> Option<Checked> {
    match kind {
        Kind::String { default, .. } => default.clone().map(Checked::Text),
        Kind::Enum { default, default_with_map, .. } => {
            let word = default_with_map.filter(|_| has_map).unwrap_or(default);
            Some(Checked::Text(word.to_owned()))
        }
        Kind::Integer { default, .. } => Some(Checked::Integer(*default)),
        Kind::Number { default, .. } => default.map(Checked::Number),
        Kind::Boolean { default } => Some(Checked::Boolean(*default)),
        _ => None,
    }
}

/// Checks one value.
pub(crate) fn check(parameter: &Parameter, value: &Value) -> Result<Checked, Error> {
    let invalid = |expected: String| {
        let value = value.as_str().map_or_else(|| value.to_string(), |s| format!("\"{s}\""));
        Error::InvalidValue { name: parameter.name, value, expected }
    };
    match &parameter.kind {
        Kind::Raster
        | Kind::Vector
        | Kind::Field { .. }
        | Kind::File { .. }
        | Kind::Folder
        | Kind::Crs
        | Kind::String { .. } => value
            .as_str()
            .map(|s| Checked::Text(s.to_owned()))
            .ok_or_else(|| invalid(String::from("it must be a text"))),
        Kind::Rasters => texts(value)
            .map(Checked::Texts)
            .ok_or_else(|| invalid(String::from("it must be a raster, or a list of rasters"))),
        Kind::RasterDestination { extension }
        | Kind::VectorDestination { extension, .. }
        | Kind::FileDestination { extension } => match value.as_str() {
            Some(path) if PathBuf::from(path).extension().is_some_and(|e| e.eq_ignore_ascii_case(extension)) => {
                Ok(Checked::Text(path.to_owned()))
            }
            _ => Err(invalid(format!("it must be the name of a file that ends in .{extension}"))),
        },
        Kind::Enum { options, .. } => {
            let option = options.iter().find(|o| value.as_str() == Some(o.value));
            option.map(|o| Checked::Text(o.value.to_owned())).ok_or_else(|| {
                let words: Vec<_> = options.iter().map(|o| o.value).collect();
                invalid(format!("choose one of {}", words.join(", ")))
            })
        }
        Kind::Integer { minimum, maximum, .. } => whole_number(value)
            .filter(|n| n >= minimum && maximum.is_none_or(|m| *n <= m))
            .map(Checked::Integer)
            .ok_or_else(|| {
                let most = maximum.map_or_else(String::new, |m| format!(" to {m}"));
                invalid(format!("it must be a whole number from {minimum}{most}"))
            }),
        Kind::Number { minimum, maximum, .. } => number(value)
            .filter(|n| n.is_finite() && n >= minimum && maximum.is_none_or(|m| *n <= m))
            .map(Checked::Number)
            .ok_or_else(|| {
                let most = maximum.map_or_else(String::new, |m| format!(" to {m}"));
                invalid(format!("it must be a number from {minimum}{most}"))
            }),
        Kind::Boolean { .. } => boolean(value)
            .map(Checked::Boolean)
            .ok_or_else(|| invalid(String::from("choose one of true, false"))),
        Kind::Extent => match value {
            Value::String(text) => ExtentValue::from_text(text),
            other => serde_json::from_value(other.clone()).ok(),
        }
        .filter(|e| e.xmin <= e.xmax && e.ymin <= e.ymax)
        .map(Checked::Extent)
        .ok_or_else(|| invalid(String::from("it must be xmin,xmax,ymin,ymax, if wanted with [EPSG:n] behind, each minimum below its maximum"))),
    }
}

/// One text, or a list of texts none of which is empty.
fn texts(value: &Value) -> Option<Vec<String>> {
    let text = |value: &Value| value.as_str().filter(|s| !s.trim().is_empty()).map(ToOwned::to_owned);
    match value {
        Value::Array(values) => values.iter().map(text).collect(),
        other => Some(vec![text(other)?]),
    }
}

/// QGIS gives whole numbers as floats at times, shells as text.
pub(crate) fn whole_number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(n) => n.as_i64().or_else(|| n.as_f64().filter(|f| f.fract() == 0.0).map(|f| f as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(n) => n.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Shells give it as text; QGIS takes 1 and 0 too.
fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(yes) => Some(*yes),
        Value::Number(n) if n.as_u64() == Some(1) => Some(true),
        Value::Number(n) if n.as_u64() == Some(0) => Some(false),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::Geometry;
    use serde_json::json;

    fn algorithm() -> Algorithm {
        let p = |name, kind| Parameter::new(name, "Label", "What to choose.", kind);
        let area = Kind::Enum { options: vec![], default: "layers", default_with_map: Some("map") };
        Algorithm {
            id: "test",
            name: "Test",
            group: "",
            group_id: "",
            summary: "",
            help: "",
            tags: vec![],
            parameters: vec![
                p("INPUT", Kind::Raster),
                p("TILE", Kind::Integer { minimum: 16, maximum: Some(512), default: 224 }),
                p("KIND", Kind::choice(&[("patch", "Patch"), ("pixel", "Pixel")], "patch")),
                p("AREA", area),
                p("EXTENT", Kind::Extent).optional(),
                p("SHARE", Kind::Number { minimum: 0.0, maximum: Some(1.0), default: Some(0.8) }),
                p("HEAT", Kind::Number { minimum: 0.0, maximum: None, default: Some(1.0) }),
                p("CLAMP", Kind::Boolean { default: true }),
                p("OUTPUT", Kind::RasterDestination { extension: "tif" }),
                p("POINTS", Kind::VectorDestination { extension: "gpkg", geometry: Geometry::Point })
                    .optional(),
                p("DATES", Kind::Rasters).optional(),
                p("SECOND", Kind::RasterDestination { extension: "tif" }).optional(),
                p("PLACES", Kind::Vector).optional(),
                p("FIELD", Kind::Field { parent: "PLACES" }).optional(),
                p("TABLE", Kind::FileDestination { extension: "csv" }).optional(),
            ],
            outputs: vec![],
        }
    }

    fn checked(changes: &Value, has_map: bool) -> Result<Values, String> {
        let mut raw = json!({ "INPUT": "a.tif", "OUTPUT": "b.TIF" });
        raw.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        Values::check(&algorithm(), raw.as_object().unwrap(), has_map).map_err(|e| e.to_string())
    }

    fn refused(changes: &Value) -> String {
        checked(changes, false).err().expect("it must be refused")
    }

    #[test]
    fn text_numbers_and_defaults_are_understood() {
        let values = checked(&json!({ "TILE": "448", "KIND": "pixel", "EXTENT": "" }), false).unwrap();
        assert_eq!((values.integer("TILE"), values.text("KIND")), (448, Some("pixel")));
        assert!(values.extent("EXTENT").is_none());
        assert_eq!(values.text("AREA"), Some("layers"));
        assert_eq!(checked(&json!({ "TILE": 32.0 }), true).unwrap().integer("TILE"), 32);
        assert_eq!(checked(&json!({ "TILE": null }), true).unwrap().integer("TILE"), 224);
        assert_eq!(checked(&json!({}), true).unwrap().text("AREA"), Some("map"));
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "no arithmetic is done")]
    fn numbers_and_yes_or_no_come_as_json_and_as_text() {
        let values = checked(&json!({}), false).unwrap();
        assert_eq!((values.number("SHARE"), values.boolean("CLAMP")), (0.8, true));
        for half in [json!(0.5), json!("0.5"), json!(" 5e-1 ")] {
            assert_eq!(checked(&json!({ "SHARE": half }), false).unwrap().number("SHARE"), 0.5, "{half}");
        }
        assert_eq!(checked(&json!({ "SHARE": 1, "HEAT": "200" }), false).unwrap().number("HEAT"), 200.0);
        for (given, expected) in [
            (json!(false), false),
            (json!("false"), false),
            (json!("False"), false),
            (json!("0"), false),
            (json!(0), false),
            (json!("TRUE"), true),
            (json!(1), true),
            (json!(""), true),
        ] {
            let values = checked(&json!({ "CLAMP": given }), false).unwrap();
            assert_eq!(values.boolean("CLAMP"), expected, "{given}");
        }
    }

    #[test]
    fn an_optional_destination_without_a_value_is_not_wanted() {
        for nothing in [json!({}), json!({ "POINTS": null, "SECOND": "" })] {
            let values = checked(&nothing, true).unwrap();
            assert_eq!((values.path("POINTS"), values.path("SECOND")), (None, None), "{nothing}");
        }
        let given = json!({ "POINTS": "/tmp/a.gpkg", "TABLE": "/tmp/a.CSV", "PLACES": "a.gpkg|layername=b" });
        let values = checked(&given, true).unwrap();
        assert_eq!(values.text("POINTS"), Some("/tmp/a.gpkg"));
        assert_eq!(values.text("TABLE"), Some("/tmp/a.CSV"));
        assert_eq!(values.text("PLACES"), Some("a.gpkg|layername=b"));
    }

    #[test]
    fn every_wrong_value_is_named_with_what_is_allowed() {
        for (changes, words) in [
            (json!({ "TILE": 8 }), vec!["TILE", "8", "16 to 512"]),
            (json!({ "TILE": "many" }), vec!["TILE", "many"]),
            (json!({ "TILE": 20.5 }), vec!["TILE", "20.5"]),
            (json!({ "SHARE": 1.5 }), vec!["SHARE", "1.5", "a number from 0 to 1"]),
            (json!({ "SHARE": "-0.1" }), vec!["SHARE", "\"-0.1\"", "0 to 1"]),
            (json!({ "SHARE": "half" }), vec!["SHARE", "half"]),
            (json!({ "SHARE": true }), vec!["SHARE", "true"]),
            (json!({ "HEAT": "inf" }), vec!["HEAT", "inf", "a number from 0"]),
            (json!({ "HEAT": "NaN" }), vec!["HEAT", "NaN"]),
            (json!({ "CLAMP": "maybe" }), vec!["CLAMP", "maybe", "true, false"]),
            (json!({ "CLAMP": 2 }), vec!["CLAMP", "2", "true, false"]),
            (json!({ "POINTS": "points.shp" }), vec!["POINTS", "points.shp", ".gpkg"]),
            (json!({ "TABLE": "table.txt" }), vec!["TABLE", "table.txt", ".csv"]),
            (json!({ "PLACES": ["a.gpkg"] }), vec!["PLACES", "a text"]),
            (json!({ "FIELD": 3 }), vec!["FIELD", "3", "a text"]),
            (json!({ "KIND": "0" }), vec!["KIND", "patch, pixel"]),
            (json!({ "KIND": 0 }), vec!["KIND", "patch, pixel"]),
            (json!({ "EXTENT": "1,0,0,1" }), vec!["EXTENT", "xmin"]),
            (json!({ "EXTENT": { "xmin": 1 } }), vec!["EXTENT"]),
            (json!({ "OUTPUT": "b.png" }), vec!["OUTPUT", ".tif"]),
            (json!({ "INPUT": " " }), vec!["INPUT", "missing", "What to choose."]),
            (json!({ "TILES": 3 }), vec!["TILES", "TILE, KIND"]),
        ] {
            let message = refused(&changes);
            assert!(words.iter().all(|w| message.contains(w)), "{changes}: {message}");
        }
    }

    #[test]
    fn rasters_keep_their_order_and_one_is_a_list_of_one() {
        let dates = |value: Value| {
            let mut raw = Map::new();
            raw.insert(String::from("INPUT"), "a.tif".into());
            raw.insert(String::from("OUTPUT"), "b.tif".into());
            raw.insert(String::from("DATES"), value);
            Values::check(&algorithm(), &raw, false).map(|values| values.rasters("DATES"))
        };
        assert_eq!(dates(json!(["c.tif", "a.tif", "a.tif"])).unwrap(), ["c.tif", "a.tif", "a.tif"]);
        assert_eq!(dates(json!("a.tif")).unwrap(), ["a.tif"]);
        assert!(dates(json!([])).unwrap().is_empty() && dates(json!(null)).unwrap().is_empty());
        for wrong in [json!(["a.tif", ""]), json!([1]), json!({ "a": 1 })] {
            assert!(dates(wrong).is_err());
        }
    }
}
