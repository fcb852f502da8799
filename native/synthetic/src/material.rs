//! What surfaces are made of, and how they look to both satellites.

/// A surface without mixture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Material {
    ClearWater,
    TurbidWater,
    Conifers,
    GreenLeaves,
    AutumnLeaves,
    BareBranches,
    GreenGrass,
    DryGrass,
    GreenCereal,
    RipeCereal,
    Rapeseed,
    Maize,
    DarkSoil,
    BrightSoil,
    Asphalt,
    RedRoof,
    GreyRoof,
    BrightRoof,
    Rock,
    Gravel,
    Snow,
    OldSnow,
    Reed,
    Cloud,
}

/// Properties of a material.
pub(crate) struct Facts {
    /// Surface reflectance × 10,000 of B01, B02, B03, B04, B05, B06, B07, B08, B8A, B09, B11, B12.
    pub reflectance: [f32; 12],
    /// Backscatter γ⁰ in dB: VV, VH.
    pub backscatter_db: [f32; 2],
    /// How rough it is to the eye: relative standard deviation from pixel to pixel.
    pub texture: f32,
}

impl Material {
    pub fn facts(self) -> &'static Facts {
        &FACTS[self as usize]
    }
}

const fn facts(reflectance: [f32; 12], backscatter_db: [f32; 2], texture: f32) -> Facts {
    Facts { reflectance, backscatter_db, texture }
}

/// In the order of [`Material`]. Reflectances are of the size that spectral libraries (USGS, ECOSTRESS) and Sentinel-2
/// scenes show for such surfaces; backscatter is what C-band studies report. They are chosen, not measured.
static FACTS: [Facts; 24] = [
    facts([270., 250., 270., 150., 115., 80., 75., 60., 55., 50., 30., 22.], [-20.5, -27.5], 0.03),
    facts([560., 660., 930., 880., 820., 520., 490., 430., 390., 350., 130., 80.], [-19.0, -26.5], 0.03),
    facts(
        [190., 215., 370., 240., 580., 1580., 1900., 2020., 2180., 2250., 1020., 480.],
        [-9.6, -15.3],
        0.15,
    ),
    facts(
        [220., 245., 540., 280., 880., 2480., 3150., 3280., 3450., 3480., 1750., 790.],
        [-9.2, -14.6],
        0.12,
    ),
    facts(
        [260., 360., 760., 930., 1480., 2080., 2350., 2480., 2650., 2700., 2080., 1180.],
        [-9.8, -15.6],
        0.14,
    ),
    facts(
        [360., 470., 640., 800., 1050., 1280., 1430., 1560., 1720., 1780., 2250., 1530.],
        [-10.3, -16.2],
        0.12,
    ),
    facts(
        [300., 370., 800., 480., 1180., 2620., 3250., 3450., 3620., 3680., 2250., 1180.],
        [-12.8, -20.2],
        0.05,
    ),
    facts(
        [520., 720., 1120., 1480., 1880., 2230., 2450., 2620., 2850., 2900., 3650., 2720.],
        [-14.2, -21.8],
        0.06,
    ),
    facts(
        [240., 290., 670., 330., 980., 2950., 3850., 4150., 4300., 4320., 1900., 870.],
        [-12.6, -19.6],
        0.03,
    ),
    facts(
        [620., 870., 1370., 1920., 2300., 2620., 2850., 3080., 3320., 3350., 4050., 2950.],
        [-11.4, -18.4],
        0.03,
    ),
    facts(
        [320., 480., 1620., 1520., 2050., 3250., 3800., 4050., 4150., 4150., 2100., 1050.],
        [-9.6, -15.4],
        0.03,
    ),
    facts(
        [260., 320., 680., 380., 980., 2850., 3650., 3900., 4080., 4120., 2180., 1020.],
        [-9.8, -16.2],
        0.04,
    ),
    facts(
        [520., 660., 890., 1130., 1320., 1450., 1580., 1720., 1900., 1960., 2680., 2280.],
        [-12.4, -20.8],
        0.04,
    ),
    facts(
        [820., 1150., 1640., 2220., 2550., 2740., 2920., 3120., 3320., 3380., 4420., 3850.],
        [-14.6, -22.6],
        0.05,
    ),
    facts(
        [720., 860., 1010., 1120., 1190., 1230., 1290., 1360., 1410., 1420., 1580., 1440.],
        [-9.5, -17.5],
        0.10,
    ),
    facts(
        [620., 780., 1040., 1820., 2020., 2150., 2300., 2450., 2580., 2600., 2980., 2700.],
        [-4.6, -11.8],
        0.22,
    ),
    facts(
        [900., 1080., 1240., 1360., 1430., 1490., 1560., 1640., 1700., 1700., 1920., 1800.],
        [-3.9, -11.3],
        0.22,
    ),
    facts(
        [2300., 2750., 3050., 3200., 3280., 3320., 3370., 3420., 3450., 3350., 3250., 2950.],
        [-1.8, -9.8],
        0.25,
    ),
    facts(
        [920., 1090., 1320., 1540., 1680., 1780., 1880., 1980., 2090., 2120., 2650., 2380.],
        [-9.8, -17.0],
        0.15,
    ),
    facts(
        [1120., 1380., 1700., 1980., 2100., 2160., 2230., 2300., 2400., 2380., 2880., 2620.],
        [-13.4, -21.2],
        0.06,
    ),
    facts(
        [8500., 8850., 8780., 8680., 8580., 8380., 8200., 7950., 7700., 6900., 950., 760.],
        [-14.0, -20.8],
        0.015,
    ),
    facts(
        [6100., 6500., 6350., 6050., 5850., 5550., 5250., 4900., 4600., 4000., 520., 420.],
        [-10.5, -17.8],
        0.04,
    ),
    facts(
        [300., 380., 640., 540., 900., 1720., 2080., 2240., 2360., 2400., 1180., 600.],
        [-8.4, -15.4],
        0.07,
    ),
    facts(
        [6400., 6600., 6550., 6600., 6700., 6800., 6900., 7000., 7050., 6300., 4600., 3500.],
        [0.0, 0.0],
        0.0,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spectra_have_the_features_that_tell_them_apart() {
        let of = |material: Material| material.facts().reflectance;
        let ndvi = |material| {
            let spectrum = of(material);
            (spectrum[7] - spectrum[3]) / (spectrum[7] + spectrum[3])
        };
        for green in [Material::GreenLeaves, Material::Conifers, Material::GreenCereal, Material::Maize] {
            assert!(ndvi(green) > 0.7, "{green:?}");
        }
        assert!(ndvi(Material::ClearWater) < 0.0 && ndvi(Material::BrightSoil) < 0.25);
        // Snow is dark in the short-wave infrared, clouds are not.
        assert!(of(Material::Snow)[10] < 1500.0 && of(Material::Cloud)[10] > 4000.0);
        // The enumeration and the table have one order.
        assert!((of(Material::Cloud)[7] - 7000.0).abs() < 1.0);
        assert!((of(Material::Rock)[3] - 1540.0).abs() < 1.0);
    }
}
