//! One wheel: brought here, compared with its hash, and unpacked.

use super::failed;
use super::index::Source;
use super::packages::Wheel;
use super::watch::Watch;
use crate::Error;
use raster::download::{Interruption, Receiver, download};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use zip::ZipArchive;

const CHUNK_BYTES: usize = 1 << 18;

/// What may come beyond the expected size, because servers explain errors in pages of their own.
const LARGEST_EXPLANATION_BYTES: u64 = 1_000_000;

/// Where licences and notices are put, by project.
const LICENCES: &str = "licences";

/// Puts what is taken of a wheel into a folder. What is fetched lies in that folder meanwhile.
pub(super) fn install(wheel: &Wheel, source: &Source, folder: &Path, watch: &Watch) -> Result<(), Error> {
    let fetched = folder.join("wheel");
    let file = match source {
        Source::File(path) => read(wheel, path, watch),
        Source::Address(address) => fetch(wheel, address, &fetched, watch),
    }?;
    watch.finish(wheel.bytes);
    unpack(wheel, file, folder, watch)?;
    watch.finish(wheel.unpacked_bytes);
    if let Source::Address(_) = source {
        fs::remove_file(&fetched).map_err(failed("removing the wheel", &fetched))?;
    }
    Ok(())
}

/// A wheel that is on this machine.
fn read(wheel: &Wheel, path: &Path, watch: &Watch) -> Result<File, Error> {
    let reading = || failed("reading the wheel", path);
    let mut file = File::open(path).map_err(reading())?;
    let (mut hasher, mut bytes) = (Sha256::new(), 0);
    in_chunks(&mut file, |chunk| {
        hasher.update(chunk);
        bytes += chunk.len() as u64;
        watch.at(bytes);
        watch.check()
    })
    .map_err(|stop| stop.or(reading()))?;
    check(wheel, hasher, bytes, &path.display().to_string())?;
    Ok(file)
}

/// A wheel from a server.
fn fetch(wheel: &Wheel, address: &str, path: &Path, watch: &Watch) -> Result<File, Error> {
    let writing = || failed("writing the wheel", path);
    let file = File::options().read(true).write(true).create_new(true).open(path).map_err(writing())?;
    let (hasher, expected) = (Sha256::new(), wheel.bytes);
    let mut incoming = Incoming { file, hasher, bytes: 0, expected, failure: None, watch };
    let result = download(address, &mut incoming);
    let Incoming { file, hasher, bytes, failure, .. } = incoming;
    if let Some(failure) = failure {
        return Err(writing()(failure));
    }
    watch.check()?;
    let shown = super::index::without_password(address);
    match result {
        Err(Interruption::Failed(reason)) => Err(Error::Fetch { reason, address: shown }),
        Ok(()) | Err(Interruption::Unwanted) => check(wheel, hasher, bytes, &shown).map(|()| file),
    }
}

fn check(wheel: &Wheel, hasher: Sha256, bytes: u64, place: &str) -> Result<(), Error> {
    let found = model::hexadecimal(&hasher.finalize());
    let reason = match () {
        () if bytes < wheel.bytes => format!("only {bytes} of {} bytes came", wheel.bytes),
        () if bytes > wheel.bytes => format!("it is larger than {} bytes", wheel.bytes),
        () if found != wheel.sha256 => format!("its SHA-256 is {found}, not {}", wheel.sha256),
        () => return Ok(()),
    };
    Err(Error::OtherFile { reason, place: place.to_owned() })
}

/// A wheel while it comes.
struct Incoming<'a> {
    file: File,
    hasher: Sha256,
    bytes: u64,
    expected: u64,
    /// Why it cannot be kept.
    failure: Option<io::Error>,
    watch: &'a Watch<'a>,
}

impl Receiver for Incoming<'_> {
    fn begin(&mut self) {
        self.failure = self.file.rewind().and_then(|()| self.file.set_len(0)).err();
        self.hasher = Sha256::new();
        self.bytes = 0;
    }

    fn receive(&mut self, piece: &[u8]) -> bool {
        self.bytes += piece.len() as u64;
        self.hasher.update(piece);
        if self.bytes <= self.expected {
            self.failure = self.failure.take().or(self.file.write_all(piece).err());
        }
        self.watch.at(self.bytes.min(self.expected));
        self.bytes <= self.expected + LARGEST_EXPLANATION_BYTES && self.is_wanted()
    }

    fn is_wanted(&self) -> bool {
        self.failure.is_none() && self.watch.is_wanted()
    }
}

/// Members are asked for by their whole names, and written by the last part of these: no path that stands in the wheel
/// leads anywhere.
fn unpack(wheel: &Wheel, file: File, folder: &Path, watch: &Watch) -> Result<(), Error> {
    let damaged = |reason: String| Error::Wheel { file: wheel.file(), reason };
    let mut archive = ZipArchive::new(file).map_err(|e| damaged(e.to_string()))?;
    let licences = folder.join(LICENCES).join(wheel.project);
    fs::create_dir_all(&licences).map_err(failed("making the folder", &licences))?;
    let mut done = 0;
    let libraries = wheel.library_members().map(|member| (member, folder));
    for (member, folder) in
        libraries.chain(wheel.licence_members().map(|member| (member, licences.as_path())))
    {
        let path = folder.join(member.rsplit('/').next().unwrap_or_default());
        let mut packed = archive.by_name(&member).map_err(|e| damaged(format!("{member}: {e}")))?;
        if !packed.is_file() {
            return Err(damaged(format!("{member} is not a file")));
        }
        write(&mut packed, &path, |bytes| {
            watch.at(done + bytes);
            watch.check()
        })
        .map_err(|stop| {
            stop.or(|reason| match reason.kind() {
                io::ErrorKind::InvalidData => damaged(format!("{member}: {reason}")),
                _ => failed("unpacking the wheel", &path)(reason),
            })
        })?;
        done += packed.size();
    }
    Ok(())
}

/// Writes a file so that it survives a power cut right after.
fn write(
    from: &mut impl Read,
    path: &PathBuf,
    mut watch: impl FnMut(u64) -> Result<(), Error>,
) -> Result<(), Stop> {
    let mut file = File::create_new(path).map_err(Stop::Failed)?;
    let mut bytes = 0;
    in_chunks(from, |chunk| {
        file.write_all(chunk).map_err(Stop::Failed)?;
        bytes += chunk.len() as u64;
        watch(bytes).map_err(Stop::Asked)
    })?;
    file.sync_all().map_err(Stop::Failed)
}

/// Why reading or writing ended early.
enum Stop {
    Failed(io::Error),
    Asked(Error),
}

impl Stop {
    fn or(self, failed: impl FnOnce(io::Error) -> Error) -> Error {
        match self {
            Self::Failed(reason) => failed(reason),
            Self::Asked(error) => error,
        }
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Asked(error)
    }
}

fn in_chunks<E: Into<Stop>>(
    from: &mut impl Read,
    mut each: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), Stop> {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match from.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(count) => each(&chunk[..count]).map_err(Into::into)?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Stop::Failed(error)),
        }
    }
}
