//! Installed models: found by name, opened, and checked once per machine.

use crate::host::Context;
use crate::{Error, folders};
use model::Pack;
use model::pack::{MANIFEST, WEIGHTS};
use runtime::library::Loaded;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// Names of the installed models.
pub(crate) fn installed() -> Vec<String> {
    let Some(folder) = folders::models() else { return Vec::new() };
    let mut names: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().join(MANIFEST).is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    names
}

/// Opens a model by its name, or by the path of its folder.
pub(crate) fn open(name_or_path: &str) -> Result<Pack, Error> {
    let as_path = Path::new(name_or_path);
    let by_name = folders::models().map(|models| models.join(name_or_path));
    let is_pack = |folder: &PathBuf| folder.join(MANIFEST).is_file();
    match by_name.filter(is_pack).or_else(|| Some(as_path.to_owned()).filter(is_pack)) {
        Some(folder) => Ok(Pack::open(&folder)?),
        None => Err(Error::UnknownModel { name: name_or_path.to_owned(), known: known() }),
    }
}

fn known() -> String {
    let place = folders::models().map_or_else(String::new, |f| format!(" in {}", f.display()));
    match installed().as_slice() {
        [] => format!("and none is installed{place}; run Import model first"),
        names => format!("installed{place}; there are: {}", names.join(", ")),
    }
}

/// What was checked, and by what: if any of it changes, it is checked again.
#[derive(PartialEq, Serialize, Deserialize)]
struct Stamp {
    folder: PathBuf,
    weights_bytes: u64,
    /// Last change of the file's content or place, which no tool can set back.
    weights_changed: String,
    /// Covers the weights' digest and the known answers, which stand in the manifest.
    manifest_sha256: String,
    runtime: String,
}

/// Checks the weights' digest and the known answers, unless that was done on this machine for the very same
/// files and ONNX Runtime.
pub(crate) fn verify_once(pack: &Pack, library: &Loaded, context: &Context) -> Result<(), Error> {
    let stamp = stamp(pack, library)?;
    let record = record_path(&stamp);
    let recorded =
        record.as_ref().and_then(|path| serde_json::from_slice::<Stamp>(&fs::read(path).ok()?).ok());
    if recorded.as_ref() == Some(&stamp) {
        return Ok(());
    }
    context.host.info(&format!(
        "Checking the model {} (once on this machine, and after each change)…",
        pack.manifest().name
    ));
    pack.verify_weights(|| context.cancel.is_cancelled())?;
    let answer = pipeline::known_answer::of_encoder(pack, library, context.cancel)?;
    for known in &pack.manifest().known_answers {
        known
            .matches(&answer)
            .map_err(|source| Error::WrongAnswer { model: pack.manifest().name.clone(), source })?;
    }
    if let Some(path) = record {
        remember(&path, &stamp);
    }
    Ok(())
}

fn stamp(pack: &Pack, library: &Loaded) -> Result<Stamp, Error> {
    let path = pack.folder().join(WEIGHTS);
    let failed = |reason| Error::Folder { doing: "reading the weights", reason, path: path.clone() };
    let about = fs::metadata(&path).map_err(failed)?;
    Ok(Stamp {
        folder: fs::canonicalize(pack.folder()).map_err(failed)?,
        weights_bytes: about.len(),
        weights_changed: changed(&about),
        manifest_sha256: hexadecimal(&Sha256::digest(
            fs::read(pack.folder().join(MANIFEST)).map_err(failed)?,
        )),
        runtime: format!(
            "{} {}",
            fs::canonicalize(&library.path).unwrap_or_default().display(),
            library.build
        ),
    })
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[cfg(unix)]
fn changed(about: &fs::Metadata) -> String {
    use std::os::unix::fs::MetadataExt;
    format!("{}:{}.{:09}", about.ino(), about.ctime(), about.ctime_nsec())
}

#[cfg(not(unix))]
fn changed(about: &fs::Metadata) -> String {
    format!("{:?}", about.modified().ok())
}

/// One small file per pack folder and ONNX Runtime: QGIS and the command line may use different ones in turn.
fn record_path(stamp: &Stamp) -> Option<PathBuf> {
    let digest = Sha256::new()
        .chain_update(stamp.folder.as_os_str().as_encoded_bytes())
        .chain_update([0])
        .chain_update(&stamp.runtime)
        .finalize();
    Some(folders::cache()?.join("verified").join(format!("{}.json", hexadecimal(&digest[..8]))))
}

/// A record that cannot be written costs the time of the next check, nothing else.
fn remember(path: &Path, stamp: &Stamp) {
    if let (Some(folder), Ok(text)) = (path.parent(), serde_json::to_vec(stamp)) {
        let _ = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
    }
}
