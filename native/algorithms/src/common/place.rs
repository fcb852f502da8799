//! Where: what the map shows, an extent, or everywhere.

use crate::Error;
use crate::description::{Kind, Parameter};
use crate::host::Context;
use crate::request::ExtentValue;
use crate::values::Values;
use grid::Extent;
use pipeline::Place;
use raster::Crs;

const AREA: &str = "AREA";
const EXTENT: &str = "EXTENT";

pub(crate) fn parameters() -> [Parameter; 2] {
    let mut area =
        Kind::choice(&[("map", "What the map shows"), ("layers", "All that the layers cover")], "layers");
    if let Kind::Enum { default_with_map, .. } = &mut area {
        *default_with_map = Some("map");
    }
    [
        Parameter::new(AREA, "Area", "Which part of the layers to use, unless an extent is given.", area),
        Parameter::new(
            EXTENT,
            "Extent",
            "A rectangle, as xmin,xmax,ymin,ymax with its coordinate reference system behind, for example 14.4,14.5,50.0,50.1 [EPSG:4326]; without one, that of the layers. It wins over the area, is widened to whole patches of 16 × 16 pixels, and ends where the layers end.",
            Kind::Extent,
        )
        .optional(),
    ]
}

/// The extent, else the map's, else everywhere.
pub(crate) fn of(values: &Values, context: &Context) -> Result<Option<Place>, Error> {
    if let Some(extent) = values.extent(EXTENT) {
        return placed(extent, EXTENT).map(Some);
    }
    if values.text(AREA) != Some("map") {
        return Ok(None);
    }
    let Some(canvas) = context.canvas else {
        return Err(Error::InvalidValue {
            name: AREA,
            value: String::from("map"),
            expected: String::from("there is no map here; choose layers, or give an EXTENT"),
        });
    };
    let place = placed(canvas, "AREA: what the map shows")?;
    let e = place.extent;
    context.host.info(&format!(
        "Extent of the map: {},{},{},{} [{}]",
        e.xmin,
        e.xmax,
        e.ymin,
        e.ymax,
        place.crs.name()
    ));
    Ok(Some(place))
}

fn placed(value: &ExtentValue, name: &'static str) -> Result<Place, Error> {
    let extent = Extent { xmin: value.xmin, ymin: value.ymin, xmax: value.xmax, ymax: value.ymax };
    let crs = Crs::from_text(&value.crs).map_err(|source| Error::Place { name, source })?;
    Ok(Place { extent, crs, name })
}
