//! How layers are read: on what grid, which bands, in what unit, and where they count.

use crate::Error;
use crate::description::{Kind, Parameter};
use crate::generate::place_of;
use crate::values::Values;
use pipeline::{
    LayerModality, LayerSpec, MASK, Quantity, RGB_UNITS, S1_UNITS, S2_UNITS, Setting, Target, Unit, Validity,
};
use raster::{Crs, Resampling};
use std::collections::BTreeMap;

const TARGET_CRS: &str = "TARGET_CRS";
const CELL_SIZE: &str = "CELL_SIZE";
const RESAMPLING: &str = "RESAMPLING";
const BANDS: &str = "BANDS";
const MOST_MISSING: &str = "MOST_MISSING";

const BILINEAR: &str = "bilinear";
const CUBIC: &str = "cubic";

/// Finds the unit out.
const AUTO: &str = "auto";

/// The words for units.
const UNITS: [(&str, Unit); 8] = [
    ("dn", Unit::Usual),
    ("dn+1000", Unit::Raised),
    ("reflectance", Unit::Reflectance),
    ("db", Unit::Usual),
    ("power", Unit::Power),
    ("8bit", Unit::Usual),
    ("16bit", Unit::SixteenBit),
    ("0to1", Unit::Brightness),
];

/// Those of an algorithm that reads layers of several modalities.
pub(crate) fn parameters() -> Vec<Parameter> {
    let rgb = Kind::choice(
        &[(AUTO, "As the values tell"), ("8bit", "0 to 255"), ("16bit", "0 to 65,535"), ("0to1", "0 to 1")],
        AUTO,
    );
    let mut all = parameters_of_one();
    all.insert(
        6,
        Parameter::new(
            RGB_UNITS,
            "Values of RGB",
            "In what range the values of RGB are. Auto decides by a sample of them, and the log says how.",
            rgb,
        )
        .advanced(),
    );
    all
}

/// Those of an algorithm that reads what goes through a tokenizer, which RGB does not.
pub(crate) fn parameters_of_one() -> Vec<Parameter> {
    let s2 = Kind::choice(
        &[
            (AUTO, "As metadata and values tell"),
            ("dn", "Reflectance × 10,000"),
            ("dn+1000", "The same with 1000 added (since 2022-01-25, baseline 04.00)"),
            ("reflectance", "Reflectance from 0 to 1"),
        ],
        AUTO,
    );
    let s1 =
        Kind::choice(&[(AUTO, "As the values tell"), ("db", "Decibels"), ("power", "Linear power")], AUTO);
    vec![
        Parameter::new(
            TARGET_CRS,
            "Coordinate reference system of the result",
            "All layers are brought to it; without one, to that of the first optical layer, else of the first. For layers in degrees choose the UTM zone of the place: TerraMind was trained on square pixels of 10 m.",
            Kind::Crs,
        )
        .optional()
        .advanced(),
        Parameter::new(
            CELL_SIZE,
            "Pixel size",
            "To which layers are brought, in units of the coordinate reference system; without it, that of the first optical layer's pixels, else of the first layer's, and 10 m where degrees become metres.",
            Kind::Number { minimum: 0.0, maximum: None, default: None },
        )
        .optional()
        .advanced(),
        Parameter::new(
            RESAMPLING,
            "Interpolation",
            "How values between pixels are made where a layer does not lie on the grid of the result. Bilinear is safe; cubic is sharper and may overshoot beside edges. Classes take the nearest pixel, whatever this says.",
            Kind::choice(&[(BILINEAR, "Bilinear"), (CUBIC, "Cubic")], BILINEAR),
        )
        .advanced(),
        Parameter::new(
            BANDS,
            "Bands",
            "Which bands of a layer to take, where neither their names nor their number tell: numbers from 1 in the order that the model wants, for example S2L2A=2,3,4,8;S1GRD=2,1.",
            Kind::String { default: None, suggestions: vec![] },
        )
        .optional()
        .advanced(),
        Parameter::new(
            S2_UNITS,
            "Values of Sentinel-2",
            "In what unit the values of S2L2A and S2L1C are. Auto decides by the metadata and a sample of the values, and the log says how.",
            s2,
        )
        .advanced(),
        Parameter::new(
            S1_UNITS,
            "Values of Sentinel-1",
            "In what unit the values of S1GRD and S1RTC are. Auto decides by a sample of them, and the log says how.",
            s1,
        )
        .advanced(),
        Parameter::new(
            MASK,
            "Mask",
            "A raster on any grid: where it is 0 or nodata, or does not reach, pixels count as missing in all layers, and the result is nodata. For example the clear pixels of a scene classification.",
            Kind::Raster,
        )
        .optional()
        .advanced(),
        Parameter::new(
            MOST_MISSING,
            "Largest share of missing pixels",
            "Of a patch of 16 × 16 pixels with a larger share of missing ones than this there is no result. Missing pixels are replaced by the mean that the model knows: 1 computes patches with a single valid pixel, 0 only complete ones.",
            Kind::Number { minimum: 0.0, maximum: Some(1.0), default: Some(1.0) },
        )
        .advanced(),
    ]
}

/// What the parameters say.
pub(crate) struct Reading {
    pub setting: Setting,
    bands: BTreeMap<String, Vec<usize>>,
    units: BTreeMap<&'static str, Unit>,
    /// As they were given, for whoever finds the result later.
    facts: Vec<(&'static str, String)>,
}

impl Reading {
    pub fn of(values: &Values) -> Result<Self, Error> {
        let crs =
            |text: &str| Crs::from_text(text).map_err(|source| Error::Place { name: TARGET_CRS, source });
        let cell_size = values.number_if_any(CELL_SIZE);
        if cell_size.is_some_and(|size| size <= 0.0) {
            return Err(Error::InvalidValue {
                name: CELL_SIZE,
                value: format!("{:?}", cell_size.unwrap_or_default()),
                expected: String::from("it must be above 0; leave it empty to keep the pixels' size"),
            });
        }
        let resampling =
            if values.text(RESAMPLING) == Some(CUBIC) { Resampling::Cubic } else { Resampling::Bilinear };
        let target = Target { crs: values.text(TARGET_CRS).map(crs).transpose()?, cell_size, resampling };
        let mask_given = values.text(MASK);
        let validity =
            Validity { mask: mask_given.map(ToOwned::to_owned), most_missing: values.number(MOST_MISSING) };
        let unit = |name: &'static str| {
            let word = values.text(name)?;
            UNITS.iter().find(|(known, _)| *known == word).map(|(_, unit)| (name, *unit))
        };
        let number = |name: &'static str| Some((name, values.number_if_any(name)?.to_string()));
        let text = |name: &'static str| Some((name, values.text(name)?.to_owned()));
        let lies = mask_given.map(|source| (MASK, place_of(source)));
        let facts = [text(TARGET_CRS), number(CELL_SIZE), text(BANDS), lies]
            .into_iter()
            .chain([text(RESAMPLING).filter(|(_, word)| word != BILINEAR)])
            .chain([number(MOST_MISSING).filter(|_| validity.most_missing < 1.0)])
            .chain([S2_UNITS, S1_UNITS, RGB_UNITS].map(|name| text(name).filter(|(_, word)| word != AUTO)))
            .flatten()
            .collect();
        Ok(Self {
            setting: Setting { target, validity },
            bands: bands(values.text(BANDS).unwrap_or_default())?,
            units: [S2_UNITS, S1_UNITS, RGB_UNITS].into_iter().filter_map(unit).collect(),
            facts,
        })
    }

    /// A modality, read so.
    pub fn spec(&self, modality: LayerModality, sources: Vec<String>) -> LayerSpec {
        let unit = Quantity::of(modality).parameter().and_then(|name| self.units.get(name)).copied();
        LayerSpec { modality, sources, bands: self.bands.get(modality.name()).cloned(), unit }
    }

    /// Refuses bands of layers that are not there.
    pub fn check(&self, layers: &[LayerSpec]) -> Result<(), Error> {
        let is_there = |name: &str| layers.iter().any(|layer| layer.modality.name() == name);
        match self.bands.keys().find(|name| !is_there(name)) {
            Some(name) => Err(Error::InvalidValue {
                name: BANDS,
                value: format!("\"{name}=…\""),
                expected: {
                    let known: Vec<_> = layers.iter().map(|layer| layer.modality.name()).collect();
                    format!("there is no such layer in this run; there are: {}", known.join(", "))
                },
            }),
            None => Ok(()),
        }
    }

    /// What was not left to itself, as facts.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        self.facts.clone()
    }
}

/// `S2L2A=1,2,3;S1GRD=2,1`
fn bands(text: &str) -> Result<BTreeMap<String, Vec<usize>>, Error> {
    let parse = |part: &str| {
        let (name, numbers) = part.split_once('=')?;
        let number = |word: &str| word.trim().parse::<usize>().ok().filter(|number| *number > 0);
        let numbers: Vec<_> = numbers.split(',').map(number).collect::<Option<_>>()?;
        Some((name.trim().to_ascii_uppercase(), numbers))
    };
    let parts = text.split(';').filter(|part| !part.trim().is_empty());
    parts.map(|part| parse(part).ok_or(part)).collect::<Result<_, _>>().map_err(|part| Error::InvalidValue {
        name: BANDS,
        value: format!("\"{}\"", part.trim()),
        expected: String::from(
            "write the modality, =, and the numbers of its bands from 1 with commas between, for example S2L2A=2,3,4; several modalities with ; between",
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_numbers_behind_the_names_of_modalities() {
        let found = bands(" s2l2a = 2, 3,4 ; S1GRD=2,1;").unwrap();
        assert_eq!(found["S2L2A"], [2, 3, 4]);
        assert_eq!((found["S1GRD"].as_slice(), found.len()), ([2, 1].as_slice(), 2));
        for bad in ["2,3,4", "S2L2A=", "S2L2A=0", "S2L2A=B02", "S2L2A=1,,2"] {
            let message = bands(bad).unwrap_err().to_string();
            assert!(message.contains("BANDS") && message.contains(bad), "{message}");
        }
    }

    #[test]
    fn a_mask_is_found_again_from_elsewhere() {
        let described = crate::registry::describe().algorithms;
        let embed = described.iter().find(|algorithm| algorithm.id == "embedlayer").unwrap();
        let facts = |mask: &str| {
            let raw = serde_json::json!({ "MODEL": "m", "OUTPUT": "o.tif", MASK: mask });
            let values = Values::check(embed, raw.as_object().unwrap(), false).unwrap();
            Reading::of(&values).unwrap().facts()
        };
        let here = std::env::current_dir().unwrap().join("Cargo.toml");
        assert!(facts("Cargo.toml").contains(&(MASK, here.display().to_string())));
        let elsewhere = "/vsicurl/https://example.org/mask.tif";
        assert!(facts(elsewhere).contains(&(MASK, elsewhere.to_owned())));
    }

    #[test]
    fn every_word_of_a_choice_of_units_is_one() {
        for parameter in parameters().into_iter().filter(|parameter| parameter.name != RESAMPLING) {
            let Kind::Enum { options, .. } = &parameter.kind else { continue };
            for option in options.iter().filter(|option| option.value != AUTO) {
                assert!(UNITS.iter().any(|(word, _)| *word == option.value), "{}", option.value);
            }
        }
    }
}
