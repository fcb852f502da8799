//! Where wheels come from: an index as PEP 503 and PEP 691 describe it, or a folder that holds them.

use super::packages::Wheel;
use super::watch::Watch;
use crate::Error;
use fluent_uri::{Uri, UriRef};
use raster::download::{Interruption, Receiver, download};
use serde::Deserialize;
use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;

/// The largest page of an index that is read. The largest of the Python Package Index have some ten megabytes.
const LARGEST_PAGE_BYTES: usize = 64_000_000;

/// An index of packages.
pub(super) enum Index {
    Folder(PathBuf),
    Server(Uri<String>),
}

/// Where one file is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    File(PathBuf),
    Address(String),
}

impl Index {
    /// As users name it: an address, or a folder.
    pub fn of(text: &str) -> Option<Self> {
        if !text.contains("://") {
            return Some(Self::Folder(PathBuf::from(text)));
        }
        // Ends like a folder, so that projects are in it and not beside it.
        let uri = Uri::parse(format!("{}/", text.trim().trim_end_matches('/'))).ok()?;
        is_http(uri.scheme().as_str()).then_some(Self::Server(uri))
    }

    /// Where a wheel is, by its name, if it is there; whether it is the right one, its hash tells.
    pub fn find(&self, wheel: &Wheel, watch: &Watch) -> Result<Option<Source>, Error> {
        let file = wheel.file();
        match self {
            Self::Folder(folder) => {
                let path = folder.join(file);
                Ok(path.is_file().then_some(Source::File(path)))
            }
            Self::Server(uri) => {
                let project = UriRef::parse(format!("{}/", wheel.project)).ok();
                let page = project.and_then(|project| project.resolve_against(uri).ok());
                let Some(page) = page else { return Ok(None) };
                let text = read(&page, watch)?;
                Ok(address_in(&text, &page, &file).map(Source::Address))
            }
        }
    }
}

impl Display for Index {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => f.write_str(&without_password(&folder.to_string_lossy())),
            Self::Server(uri) => f.write_str(&without_password(uri.as_str())),
        }
    }
}

impl Display for Source {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Address(address) => f.write_str(&without_password(address)),
        }
    }
}

fn is_http(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

/// An address as it may stand in logs: companies' indexes have names and passwords in front, and tokens behind. Of what is no
/// address nobody knows where a password begins, so everything before the last @ goes if it looks like one.
pub(super) fn without_password(address: &str) -> String {
    let Ok(uri) = Uri::parse(address) else {
        return match address.rsplit_once('@') {
            Some((secret, rest)) if secret.contains(':') => format!("…@{rest}"),
            _ => address.to_owned(),
        };
    };
    let shown = address.split(['?', '#']).next().unwrap_or_default();
    match uri.authority().and_then(|authority| authority.userinfo()) {
        Some(secret) => shown.replacen(&format!("{}@", secret.as_str()), "", 1),
        None => match shown.rsplit_once('@') {
            Some((_, rest)) if uri.authority().is_none() => format!("…@{rest}"),
            _ => shown.to_owned(),
        },
    }
}

/// The page of a project.
fn read(page: &Uri<String>, watch: &Watch) -> Result<String, Error> {
    let mut text = Text { bytes: Vec::new(), watch };
    match download(page.as_str(), &mut text) {
        Ok(()) => Ok(String::from_utf8_lossy(&text.bytes).into_owned()),
        Err(Interruption::Unwanted) => {
            watch.check()?;
            Err(refused(page, String::from("the page of the index is larger than any index has")))
        }
        Err(Interruption::Failed(reason)) => Err(refused(page, reason)),
    }
}

fn refused(page: &Uri<String>, reason: String) -> Error {
    Error::Fetch { reason, address: without_password(page.as_str()) }
}

struct Text<'a> {
    bytes: Vec<u8>,
    watch: &'a Watch<'a>,
}

impl Receiver for Text<'_> {
    fn begin(&mut self) {
        self.bytes.clear();
    }

    fn receive(&mut self, piece: &[u8]) -> bool {
        self.bytes.extend(piece);
        self.bytes.len() <= LARGEST_PAGE_BYTES && self.is_wanted()
    }

    fn is_wanted(&self) -> bool {
        self.watch.is_wanted()
    }
}

/// What PEP 691 has of a project.
#[derive(Deserialize)]
struct Listing {
    files: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    url: String,
}

/// The address of a file that the page of a project links to.
fn address_in(text: &str, page: &Uri<String>, file: &str) -> Option<String> {
    let links = if text.trim_start().starts_with('{') {
        let listing: Listing = serde_json::from_str(text).ok()?;
        listing.files.into_iter().map(|listed| listed.url).collect()
    } else {
        links(text)
    };
    links.iter().find_map(|link| {
        let address = UriRef::parse(link.as_str()).ok()?.resolve_against(page).ok()?;
        let (_, name) = address.path().rsplit_once('/')?;
        let is_it = name.decode().to_string_lossy() == file && is_http(address.scheme().as_str());
        is_it.then(|| address.strip_fragment().as_str().to_owned())
    })
}

/// What the links of a page of HTML lead to. PEP 503 wants anchors with quoted addresses.
fn links(html: &str) -> Vec<String> {
    let mut links = Vec::new();
    for part in html.split("href=").skip(1) {
        let quoted = part.strip_prefix(['"', '\'']).and_then(|rest| rest.split(&part[..1]).next());
        links.extend(quoted.map(|link| html_escape::decode_html_entities(link).trim().to_owned()));
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Uri<String> {
        Uri::parse(String::from("https://pypi.org/simple/thing/")).unwrap()
    }

    #[test]
    fn links_are_found_by_their_files_names() {
        let html = r#"<html><head><base target=x></head><body>
            <a href="https://elsewhere.org/a/thing-1-py3.whl.metadata">thing-1-py3.whl</a>
            <a data-x="1" href='../../packages/a%2Bb/thing-1%2Blocal-py3.whl#sha256=00'>local</a>
            <a href="https://files.org/thing-1-py3.whl?token=a&amp;b=1#sha256=00" data-yanked>thing</a>
            <a href="file:///etc/thing-2-py3.whl">thing-2-py3.whl</a></body></html>"#;
        let found = |file| address_in(html, &page(), file);
        assert_eq!(found("thing-1-py3.whl").unwrap(), "https://files.org/thing-1-py3.whl?token=a&b=1");
        assert_eq!(
            found("thing-1+local-py3.whl").unwrap(),
            "https://pypi.org/packages/a%2Bb/thing-1%2Blocal-py3.whl"
        );
        assert_eq!(found("thing-2-py3.whl"), None, "nothing of this machine is read");
        assert_eq!(found("thing-3-py3.whl"), None);
    }

    #[test]
    fn an_index_may_answer_in_json() {
        let json = r#"{"meta": {"api-version": "1.0"}, "name": "thing", "files": [
            {"filename": "x", "url": "/files/thing-1-py3.whl", "hashes": {}}]}"#;
        assert_eq!(
            address_in(json, &page(), "thing-1-py3.whl").unwrap(),
            "https://pypi.org/files/thing-1-py3.whl"
        );
        assert_eq!(address_in("{broken", &page(), "thing-1-py3.whl"), None);
        assert_eq!(address_in("", &page(), "thing-1-py3.whl"), None);
    }

    #[test]
    fn an_index_is_an_address_or_a_folder_and_keeps_its_password() {
        let shown = |text| Index::of(text).unwrap().to_string();
        assert_eq!(shown("https://pypi.org/simple"), "https://pypi.org/simple/");
        assert_eq!(shown("https://me:secret@pypi.firm.org/simple/"), "https://pypi.firm.org/simple/");
        assert_eq!(shown("/media/usb/wheels"), "/media/usb/wheels");
        let broken = ["https://me:sec ret@firm.org/", "ftp://me:secret@firm.org/", "https://me:secret@a b/"];
        for address in broken {
            assert!(Index::of(address).is_none());
            assert!(!without_password(address).contains("ret"), "{address}");
        }
        let forgotten = ["me:secret@firm.org/simple", "https:/me:secret@firm.org/simple"];
        for address in forgotten {
            assert!(!shown(address).contains("secret"), "{address}");
        }
        assert_eq!(shown("https://firm.org/simple?token=abc"), "https://firm.org/simple");
        assert_eq!(without_password("https://firm.org/a.whl?key=abc#b"), "https://firm.org/a.whl");
        assert_eq!(shown("/home/me@firm.org/wheels"), "/home/me@firm.org/wheels");
        assert!(Index::of("ftp://pypi.org/simple").is_none() && Index::of("https://a b/").is_none());
    }
}
