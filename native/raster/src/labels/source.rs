//! How QGIS names a layer of a file.

/// A file and what of it is meant.
pub(super) struct Source {
    pub given: String,
    pub path: String,
    pub layer: Option<String>,
    /// Counts where there is no name.
    pub number: Option<usize>,
    pub subset: Option<String>,
}

impl Source {
    pub fn of(given: &str) -> Self {
        let mut source =
            Self { given: given.to_owned(), path: String::new(), layer: None, number: None, subset: None };
        // A filter may hold anything, and QGIS writes it last.
        let (rest, subset) = match given.split_once("|subset=") {
            Some((rest, subset)) => (rest, Some(subset.to_owned())),
            None => (given, None),
        };
        source.subset = subset.filter(|subset| !subset.trim().is_empty());
        let mut parts = rest.split('|');
        let path = parts.next().unwrap_or_default();
        let mut end = path.len();
        for part in parts {
            match part.split_once('=') {
                Some(("layername", name)) => source.layer = Some(name.to_owned()),
                Some(("layerid", number)) => source.number = number.parse().ok(),
                Some(("geometrytype", _)) => {}
                // Part of the path.
                _ => end += 1 + part.len(),
            }
        }
        rest[..end].clone_into(&mut source.path);
        source
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(given: &str) -> (String, Option<String>, Option<usize>, Option<String>) {
        let Source { path, layer, number, subset, .. } = Source::of(given);
        (path, layer, number, subset)
    }

    #[test]
    fn sources_are_split_as_qgis_joins_them() {
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(parts("/a/b.gpkg"), ("/a/b.gpkg".into(), None, None, None));
        assert_eq!(parts("/a b.gpkg|layername=x y"), ("/a b.gpkg".into(), text("x y"), None, None));
        assert_eq!(parts("/a.gpkg|layerid=2"), ("/a.gpkg".into(), None, Some(2), None));
        assert_eq!(parts("/a|b.shp"), ("/a|b.shp".into(), None, None, None));
        let filtered = "/a.gpkg|layername=x|geometrytype=Polygon|subset=\"c\" = 'a|layername=b'";
        assert_eq!(parts(filtered), ("/a.gpkg".into(), text("x"), None, text("\"c\" = 'a|layername=b'")));
    }
}
