//! Pages of plain tables, which any browser shows, and so do viewers that know but little of HTML.
//!
//! Nothing is loaded from elsewhere. Whatever comes from files or from users has to be escaped.

use crate::SOFTWARE;
use html_escape::encode_text;
use std::fmt::Write;
use std::path::Path;

/// A whole page; `body` is HTML. The plugin knows it by its generator, and QGIS's results viewer lists it by its title.
pub(crate) fn page(title: &str, body: &str) -> String {
    let (title, software) = (encode_text(title), encode_text(SOFTWARE));
    format!(
        "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"generator\" content=\"{software}\">\n<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n{body}</body>\n</html>\n"
    )
}

/// The name of a file without its ending; nothing of what GDAL opens by other words, nor of a temporary file of QGIS's,
/// which is called like the output that it is of.
pub(crate) fn stem(source: &str) -> Option<String> {
    let path = Path::new(source);
    path.extension()?;
    let name = path.file_stem()?.to_str()?;
    (!name.starts_with("OUTPUT")).then(|| name.to_owned())
}

/// Names and values, which are escaped.
pub(crate) fn pairs<N: AsRef<str>>(rows: &[(N, String)]) -> String {
    let mut table = String::from("<table cellspacing=\"0\" cellpadding=\"4\">\n");
    for (name, value) in rows {
        let (name, value) = (encode_text(name.as_ref()), encode_text(value));
        let _ = writeln!(table, "<tr><th align=\"left\">{name}</th><td>{value}</td></tr>");
    }
    table + "</table>\n"
}

/// What users were warned of, if of anything.
pub(crate) fn warnings(messages: &[String]) -> String {
    if messages.is_empty() {
        return String::new();
    }
    format!("<h2>Warnings</h2>\n{}", list(messages))
}

/// Sentences, which are escaped.
pub(crate) fn list(messages: &[String]) -> String {
    let items = messages.iter().map(|message| format!("<li>{}</li>\n", encode_text(message)));
    format!("<ul>\n{}</ul>\n", items.collect::<String>())
}
