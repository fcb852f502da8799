//! The run request of `docs/contract.md`, as it comes in: nothing checked yet.

use serde::Deserialize;
use serde_json::{Map, Value};

/// What to run, with which values.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRequest {
    /// The algorithm's id, with or without `terramind:`.
    pub algorithm: String,
    /// Values by parameter name; absent and null are the same.
    #[serde(default)]
    pub parameters: Map<String, Value>,
    /// What the map shows, where there is one.
    #[serde(default)]
    pub canvas: Option<ExtentValue>,
}

/// A rectangle with its coordinate reference system.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtentValue {
    /// Smallest x (or longitude).
    pub xmin: f64,
    /// Smallest y (or latitude).
    pub ymin: f64,
    /// Largest x.
    pub xmax: f64,
    /// Largest y.
    pub ymax: f64,
    /// WKT or `EPSG:…`; empty means that of the layers.
    #[serde(default)]
    pub crs: String,
}

impl ExtentValue {
    /// From the text that `qgis_process` takes: `xmin,xmax,ymin,ymax [EPSG:n]`.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let (numbers, crs) = match text.split_once('[') {
            Some((numbers, crs)) => (numbers, crs.trim().strip_suffix(']')?.trim()),
            None => (text, ""),
        };
        let numbers: Vec<f64> = numbers.split(',').map(|n| n.trim().parse().ok()).collect::<Option<_>>()?;
        let [xmin, xmax, ymin, ymax] = numbers.try_into().ok()?;
        Some(Self { xmin, ymin, xmax, ymax, crs: crs.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extent_reads_as_qgis_writes_it() {
        let read = ExtentValue::from_text("500000.0, 501000,5199000,5200000 [EPSG:32633]").unwrap();
        let expected = ExtentValue {
            xmin: 500_000.0,
            xmax: 501_000.0,
            ymin: 5_199_000.0,
            ymax: 5_200_000.0,
            crs: String::from("EPSG:32633"),
        };
        assert_eq!(read, expected);
        assert_eq!(ExtentValue::from_text("0,1,0,1").unwrap().crs, "");
        for wrong in ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "0,1,0,1 [EPSG:32633"] {
            assert_eq!(ExtentValue::from_text(wrong), None, "{wrong}");
        }
    }
}
