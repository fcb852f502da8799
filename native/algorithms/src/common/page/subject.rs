//! One raster on the page: how it looks, and what its values are.

use super::picture;
use crate::common::html;
use crate::description::{Algorithm, Kind};
use crate::result::{Outcome, Style};
use crate::values::Values;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use html_escape::encode_text;
use raster::{Class, Layer, Look};
use std::fmt::Write;

/// The longest side of a look: enough for statistics, and little to read.
const LOOK_PX: usize = 512;

/// The longest side of a picture.
const PICTURE_PX: usize = 256;

/// Bands that statistics are told of.
const TOLD_BANDS: usize = 13;

/// A raster, and what was seen of it.
pub(super) struct Subject {
    title: String,
    source: String,
    seen: Result<Seen, raster::Error>,
}

struct Seen {
    metadata: Vec<(String, String)>,
    size: String,
    is_sampled: bool,
    /// A PNG file.
    picture: Option<Vec<u8>>,
    bands: Vec<Band>,
    all_bands: usize,
    shares: Vec<Share>,
}

/// A band's values.
#[derive(Debug, PartialEq)]
struct Band {
    name: String,
    /// Least, mean, most; nothing where no pixel has a value.
    values: Option<[f64; 3]>,
    missing: f64,
}

/// How much of the pixels with a value a class has.
#[derive(Debug, PartialEq)]
struct Share {
    class: Class,
    part: f64,
}

impl Subject {
    /// The rasters that a run wrote.
    pub fn outputs(algorithm: &Algorithm, outcome: &Outcome) -> Vec<Self> {
        let parameters = algorithm.parameters.iter();
        let rasters = parameters.filter(|parameter| matches!(parameter.kind, Kind::RasterDestination { .. }));
        let written = rasters.filter_map(|parameter| {
            let source = outcome.outputs.get(parameter.name)?.as_str()?;
            let layer = outcome.layers.iter().find(|layer| layer.output == parameter.name);
            let title = layer.map_or_else(|| parameter.label.to_owned(), |layer| layer.name.clone());
            Some(Self::new(title, source, layer.and_then(|layer| layer.style.as_ref())))
        });
        written.collect()
    }

    /// The rasters that a run read.
    pub fn inputs(algorithm: &Algorithm, values: &Values) -> Vec<Self> {
        let parameters = algorithm.parameters.iter();
        let rasters = parameters.filter(|parameter| matches!(parameter.kind, Kind::Raster | Kind::Rasters));
        let read = rasters.flat_map(|parameter| {
            let sources = values.sources(parameter.name).into_iter();
            sources.map(|source| Self::new(parameter.label.to_owned(), &source, None))
        });
        read.collect()
    }

    fn new(title: String, source: &str, style: Option<&Style>) -> Self {
        Self { title, source: source.to_owned(), seen: see(source, style) }
    }

    /// What the raster says of itself.
    pub fn metadata(&self) -> Vec<(String, String)> {
        self.seen.as_ref().map(|seen| seen.metadata.clone()).unwrap_or_default()
    }

    /// Whether its statistics come from a part of its pixels.
    pub fn is_sampled(&self) -> bool {
        self.seen.as_ref().is_ok_and(|seen| seen.is_sampled)
    }

    pub fn html(&self) -> String {
        let mut text = format!("<h3>{}</h3>\n", encode_text(&self.title));
        let mut rows = vec![("File", self.source.clone())];
        match &self.seen {
            Err(error) => {
                rows.push(("Not shown", error.to_string()));
                text += &html::pairs(&rows);
            }
            Ok(seen) => {
                rows.push(("Size", seen.size.clone()));
                text += &html::pairs(&rows);
                text += "<table cellspacing=\"0\" cellpadding=\"4\"><tr valign=\"top\">";
                if let Some(picture) = &seen.picture {
                    let _ = write!(
                        text,
                        "<td><img src=\"data:image/png;base64,{}\"></td>",
                        STANDARD.encode(picture)
                    );
                }
                let _ = writeln!(text, "<td>{}</td></tr></table>", seen.numbers());
            }
        }
        text
    }
}

impl Seen {
    /// Shares of classes, else values of bands.
    fn numbers(&self) -> String {
        if self.picture.is_none() && self.bands.is_empty() {
            return String::from(
                "The raster is large and has no overviews, so neither a picture nor statistics are here.",
            );
        }
        let missing = self.bands.first().map_or(0.0, |band| band.missing);
        let mut table = String::from("<table border=\"1\" cellspacing=\"0\" cellpadding=\"4\">\n");
        if !self.shares.is_empty() {
            table += "<tr><th></th><th>Class</th><th>Name</th><th>Share</th></tr>\n";
            for Share { class, part } in &self.shares {
                let [red, green, blue] = class.colour;
                let _ = writeln!(
                    table,
                    "<tr><td bgcolor=\"#{red:02x}{green:02x}{blue:02x}\">&nbsp;&nbsp;</td><td align=\"right\">{}</td><td>{}</td><td align=\"right\">{}</td></tr>",
                    class.value,
                    encode_text(&class.name),
                    percent(*part)
                );
            }
            return format!("{table}</table>\n<p>Without a value: {}</p>", percent(missing));
        }
        table +=
            "<tr><th>Band</th><th>Minimum</th><th>Mean</th><th>Maximum</th><th>Without a value</th></tr>\n";
        for Band { name, values, missing } in &self.bands {
            let _ = write!(table, "<tr><td>{}</td>", encode_text(name));
            for index in 0..3 {
                let value = values.map_or_else(|| String::from("–"), |values| number(values[index]));
                let _ = write!(table, "<td align=\"right\">{value}</td>");
            }
            let _ = writeln!(table, "<td align=\"right\">{}</td></tr>", percent(*missing));
        }
        table += "</table>";
        if self.all_bands > self.bands.len() {
            let more = self.all_bands - self.bands.len();
            let _ = write!(table, "\n<p>and {more} more {}</p>", plural("band", more));
        }
        table
    }
}

/// Opens a raster and looks at it.
fn see(source: &str, style: Option<&Style>) -> Result<Seen, raster::Error> {
    let layer = Layer::open(source)?;
    let all_bands = layer.band_count();
    let descriptions: Vec<_> = layer.band_descriptions().map(ToOwned::to_owned).collect();
    let style = style.filter(|style| picture::bands(style).iter().all(|band| *band <= all_bands));
    let style = style.cloned().unwrap_or_else(|| picture::usual_style(&descriptions, &layer.classes()));
    let mut looks: Vec<Look> = Vec::new();
    for band in picture::bands(&style) {
        looks.extend(layer.look(band - 1, PICTURE_PX)?);
    }
    let picture =
        looks.first().map(|first| raster::png((first.width, first.height), &picture::paint(&style, &looks)));
    let (mut bands, mut shares) = (Vec::new(), Vec::new());
    for (band, name) in descriptions.into_iter().enumerate().take(TOLD_BANDS) {
        let Some(look) = layer.look(band, LOOK_PX)? else { break };
        if let (Style::Paletted { classes, .. }, 0) = (&style, band) {
            shares = shares_of(
                &look,
                classes.iter().map(|class| (class.value, class.label.as_str())),
                &layer.classes(),
            );
        }
        let name = if name.is_empty() { format!("Band {}", band + 1) } else { name };
        bands.push(Band::of(name, &look));
    }
    let (grid, crs) = (layer.grid(), layer.crs());
    let (width, height) = (grid.width_px(), grid.height_px());
    Ok(Seen {
        metadata: layer.metadata_items(),
        size: format!("{width} × {height} pixels, {all_bands} {}, {}", plural("band", all_bands), crs.name()),
        is_sampled: width.max(height) > LOOK_PX,
        picture: picture.transpose()?,
        bands,
        all_bands,
        shares,
    })
}

/// The classes that occur, with their names and colours.
fn shares_of<'a>(look: &Look, named: impl Iterator<Item = (u8, &'a str)>, coloured: &[Class]) -> Vec<Share> {
    let mut counts = [0_u64; 256];
    for (value, _) in look.values.iter().zip(&look.valid).filter(|(_, valid)| **valid) {
        counts[usize::from(*value as u8)] += 1;
    }
    let all = counts.iter().sum::<u64>().max(1) as f64;
    let name: Vec<_> = named.collect();
    let class = |(value, count): (usize, u64)| {
        let value = value as u8;
        let known = coloured.iter().find(|class| class.value == value);
        let named = name.iter().find(|(other, _)| *other == value).map(|(_, name)| (*name).to_owned());
        let class = Class {
            value,
            name: named.or_else(|| known.map(|class| class.name.clone())).unwrap_or_default(),
            colour: known.map_or([255; 3], |class| class.colour),
        };
        Share { class, part: count as f64 / all }
    };
    counts.into_iter().enumerate().filter(|(_, count)| *count > 0).map(class).collect()
}

impl Band {
    fn of(name: String, look: &Look) -> Self {
        let (mut least, mut most, mut sum, mut count) = (f64::INFINITY, f64::NEG_INFINITY, 0.0, 0_u64);
        for (value, _) in look.values.iter().zip(&look.valid).filter(|(_, valid)| **valid) {
            let value = f64::from(*value);
            (least, most, sum, count) = (least.min(value), most.max(value), sum + value, count + 1);
        }
        let values = (count > 0).then(|| [least, sum / count as f64, most]);
        Self { name, values, missing: 1.0 - count as f64 / look.values.len().max(1) as f64 }
    }
}

fn plural(word: &str, count: usize) -> String {
    format!("{word}{}", if count == 1 { "" } else { "s" })
}

fn percent(part: f64) -> String {
    format!("{:.1} %", 100.0 * part)
}

/// Five digits at most, in as few letters.
fn number(value: f64) -> String {
    if value != 0.0 && !(1e-3..1e6).contains(&value.abs()) {
        return format!("{value:.3e}");
    }
    let digits = (4 - value.abs().max(1.0).log10().floor() as i64).clamp(0, 4) as usize;
    let text = format!("{value:.digits$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::look;
    use super::*;

    #[test]
    fn statistics_leave_out_what_is_missing() {
        let band = Band::of(String::from("VV"), &look(&[1.0, f32::NAN, -4.0, 9.0]));
        assert_eq!(band.values, Some([-4.0, 2.0, 9.0]));
        assert_eq!(percent(band.missing), "25.0 %");
        assert_eq!(Band::of(String::new(), &look(&[f32::NAN])).values, None);
    }

    #[test]
    fn classes_have_their_shares_names_and_colours() {
        let water = Class { value: 1, name: String::from("Water"), colour: [1, 2, 3] };
        let found = shares_of(&look(&[1.0, 1.0, 1.0, 7.0, f32::NAN]), [(1, "Wasser")].into_iter(), &[water]);
        let told: Vec<_> =
            found.iter().map(|share| (share.class.name.as_str(), share.class.colour, share.part)).collect();
        assert_eq!(told, [("Wasser", [1, 2, 3], 0.75), ("", [255; 3], 0.25)]);
    }

    #[test]
    fn numbers_are_short() {
        for (value, expected) in [
            (0.0, "0"),
            (0.5, "0.5"),
            (-12.345_67, "-12.346"),
            (1523.72, "1523.7"),
            (99_999.6, "100000"),
            (1e-9, "1.000e-9"),
            (2.5e7, "2.500e7"),
        ] {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn a_raster_that_cannot_be_opened_is_told_with_its_name_escaped() {
        let page = Subject::new(String::from("<b>Layer</b>"), "/<i>none</i>.tif", None).html();
        assert!(
            page.contains("Not shown") && page.contains("&lt;i&gt;none") && !page.contains("<b>"),
            "{page}"
        );
    }
}
