//! How rasters are stored.

use crate::Error;
use crate::description::{Kind, Parameter};
use crate::values::Values;
use raster::CreationOptions;

const CREATION_OPTIONS: &str = "CREATION_OPTIONS";

pub(crate) fn parameter() -> Parameter {
    Parameter::new(
        CREATION_OPTIONS,
        "Creation options",
        "How GeoTIFFs are stored, as options of GDAL's GeoTIFF driver with | between them, for example COMPRESS=ZSTD|ZSTD_LEVEL=15. Empty: DEFLATE without loss, blocks of 512 × 512 pixels, overviews, and the layout of Cloud Optimised GeoTIFFs.",
        Kind::String { default: None, suggestions: vec![] },
    )
    .optional()
    .advanced()
}

/// What was asked for, which GDAL must know; to be called before any work.
pub(crate) fn options(values: &Values) -> Result<CreationOptions, Error> {
    CreationOptions::parse(values.text(CREATION_OPTIONS).unwrap_or_default()).map_err(|error| match error {
        raster::Error::CreationOption { option, reason } => {
            Error::InvalidValue { name: CREATION_OPTIONS, value: option, expected: reason }
        }
        other => pipeline::Error::from(other).into(),
    })
}

#[cfg(test)]
mod tests {
    use crate::Error;
    use crate::description::Kind;
    use crate::registry::describe;
    use crate::values::Values;
    use serde_json::json;

    #[test]
    fn every_algorithm_that_writes_rasters_takes_them_and_nothing_wrong_with_them() {
        let mut writing = 0;
        for algorithm in describe().algorithms {
            let writes =
                algorithm.parameters.iter().any(|p| matches!(p.kind, Kind::RasterDestination { .. }));
            let takes = algorithm.parameters.iter().any(|p| p.name == super::CREATION_OPTIONS);
            assert_eq!(writes, takes, "{}", algorithm.id);
            writing += usize::from(writes);
        }
        assert!(writing >= 4);
        let algorithm =
            describe().algorithms.into_iter().find(|algorithm| algorithm.id == "embedlayer").unwrap();
        let of = |options: &str| {
            let raw = json!({ "MODEL": "m", "OUTPUT": "o.tif", "CREATION_OPTIONS": options });
            super::options(&Values::check(&algorithm, raw.as_object().unwrap(), false).unwrap())
        };
        assert!(of("").unwrap().is_empty() && !of("COMPRESS=ZSTD|NUM_THREADS=2").unwrap().is_empty());
        let error = of("COMPRESS=ZSTD|BLOCKSIZE=512").err().unwrap();
        assert!(matches!(&error, Error::InvalidValue { value, .. } if value == "BLOCKSIZE=512"), "{error}");
        let said = error.to_string();
        assert!(said.starts_with("CREATION_OPTIONS") && said.contains("BLOCKXSIZE"), "{said}");
    }
}
