//! Checks packs once per machine: their weights' digests and their known answers.

use crate::host::Context;
use crate::{Error, folders};
use model::TokenizerPack;
use model::pack::{MANIFEST, PackOf, WEIGHTS};
use pipeline::known_answer::Questioned;
use runtime::library::Loaded;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

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
pub(crate) fn verify_once<C: Questioned>(
    pack: &PackOf<C>,
    library: &Loaded,
    context: &Context,
) -> Result<(), Error> {
    let stamp = stamp(pack, library)?;
    let record = record_path(&stamp);
    let recorded =
        record.as_ref().and_then(|path| serde_json::from_slice::<Stamp>(&fs::read(path).ok()?).ok());
    if recorded.as_ref() == Some(&stamp) {
        return Ok(());
    }
    context.host.info(&format!(
        "Checking the {} {} (once on this machine, and after each change)…",
        C::KIND.word(),
        pack.manifest().name
    ));
    verify(pack, library, context)?;
    if let Some(path) = record {
        remember(&path, &stamp);
    }
    Ok(())
}

/// The same for a model and the tokenizers that it works with.
pub(crate) fn verify_with<'a, C: Questioned>(
    pack: &PackOf<C>,
    mut tokenizers: impl Iterator<Item = &'a TokenizerPack>,
    library: &Loaded,
    context: &Context,
) -> Result<(), Error> {
    verify_once(pack, library, context)?;
    tokenizers.try_for_each(|tokenizer| verify_once(tokenizer, library, context))
}

/// Checks the weights' digest, and asks again whatever was asked at the import.
fn verify<C: Questioned>(pack: &PackOf<C>, library: &Loaded, context: &Context) -> Result<(), Error> {
    pack.verify_weights(|| context.cancel.is_cancelled())?;
    let questions = C::questions(pack);
    for known in &pack.manifest().known_answers {
        // A later version may have asked what this one cannot. Older ones asked encoders only.
        let Some(question) = questions.iter().find(|question| question.component == known.component) else {
            continue;
        };
        let answer = question.ask(pack, library, context.cancel)?;
        known.matches(&answer).map_err(|source| Error::WrongAnswer {
            kind: C::KIND.word(),
            name: pack.manifest().name.clone(),
            source,
        })?;
    }
    Ok(())
}

fn stamp<C: Questioned>(pack: &PackOf<C>, library: &Loaded) -> Result<Stamp, Error> {
    let path = pack.folder().join(WEIGHTS);
    let failed = |reason| Error::Folder { doing: "reading the weights", reason, path: path.clone() };
    let about = fs::metadata(&path).map_err(failed)?;
    Ok(Stamp {
        folder: fs::canonicalize(pack.folder()).map_err(failed)?,
        weights_bytes: about.len(),
        weights_changed: changed(&about),
        manifest_sha256: model::hexadecimal(&Sha256::digest(
            fs::read(pack.folder().join(MANIFEST)).map_err(failed)?,
        )),
        runtime: format!(
            "{} {}",
            fs::canonicalize(&library.path).unwrap_or_default().display(),
            library.build
        ),
    })
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
    Some(folders::cache()?.join("verified").join(format!("{}.json", model::hexadecimal(&digest[..8]))))
}

/// A record that cannot be written costs the time of the next check, nothing else.
fn remember(path: &Path, stamp: &Stamp) {
    if let (Some(folder), Ok(text)) = (path.parent(), serde_json::to_vec(stamp)) {
        let _ = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Silent;
    use crate::models::reduced::stage_golden;
    use model::{TokenModality, TokenizerPack};
    use runtime::{Cancel, library};

    #[test]
    fn every_recorded_answer_of_a_tokenizer_is_compared() {
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/onnxruntime");
        let library = library::load(Some(&target), None).expect("./test.sh installs ONNX Runtime");
        let cancel = Cancel::default();
        let context = Context { host: &Silent, cancel: &cancel, canvas: None, home: None, memory: None };
        let parent = tempfile::tempdir().unwrap();
        for modality in [TokenModality::Lulc, TokenModality::Dem] {
            let folder = parent.path().join(modality.name());
            let mut staged = stage_golden(modality, parent.path());
            for question in Questioned::questions(staged.pack()) {
                let answer = question.ask(staged.pack(), &library, &cancel).unwrap();
                assert_eq!(answer.component, question.component);
                staged.add_known_answer(answer).unwrap();
            }
            let pack = staged.publish(&folder).unwrap();
            assert_eq!(pack.manifest().known_answers.len(), 2);
            verify(&pack, &library, &context).unwrap();

            let path = folder.join(MANIFEST);
            let text = fs::read_to_string(&path).unwrap();
            for (index, component) in ["tokenizer encoder", "tokenizer decoder"].into_iter().enumerate() {
                let mut manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
                let answer = &mut manifest["known_answers"][index];
                assert_eq!(answer["component"], component);
                answer["mean"] = (answer["mean"].as_f64().unwrap() + answer["std"].as_f64().unwrap()).into();
                answer["sha256"] = "0".into();
                fs::write(&path, manifest.to_string()).unwrap();
                let pack = TokenizerPack::open(&folder).unwrap();
                let message = verify(&pack, &library, &context).unwrap_err().to_string();
                let words = format!(
                    "the tokenizer \"tokenizer\" cannot be trusted on this machine: its {component} gives"
                );
                assert!(message.starts_with(&words), "{message}");
            }
        }
    }
}
