//! Installations of tiny made-up wheels, from a folder and from a server on this machine.

use super::packages::{Package, Wheel};
use super::*;
use crate::host::Host;
use runtime::Cancel;
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Cursor, Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::thread;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const VERSION: &str = "9.9.9";
const LIBRARY: &str = "libonnxruntime.so.9.9.9";

/// A wheel with these members.
fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Bytes that no compression makes small.
fn noise(count: u32) -> Vec<u8> {
    let hash = |i: u32| (i ^ i >> 15).wrapping_mul(2_654_435_761);
    (0..count).map(|i| (hash(hash(i + 1)) >> 24) as u8).collect()
}

/// The core, with members that lead out of the folder, and one that nobody asks for.
fn core() -> Vec<u8> {
    zipped(&[
        ("../../outside.so", b"evil"),
        ("onnxruntime/capi/../../../outside.so", b"evil"),
        ("onnxruntime/capi/libonnxruntime.so.9.9.9", &noise(200_000)),
        ("onnxruntime/capi/state.cpython.so", b"python"),
        ("onnxruntime/LICENSE", b"do what you like"),
        ("onnxruntime/ThirdPartyNotices.txt", b"others"),
    ])
}

fn card() -> Vec<u8> {
    let licence = "a_card-1.0.dist-info/License.txt";
    zipped(&[("a/lib/libcard.so.1", &noise(300_000)), (licence, b"ours")])
}

/// A package of those two.
fn package() -> Package {
    let sha256 = |bytes: &[u8]| -> &'static str {
        let text = Sha256::digest(bytes).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        text.leak()
    };
    let (core, card) = (core(), card());
    let wheel = |project, version, bytes: &[u8], folder, libraries| Wheel {
        project,
        version,
        tag: "py3-none-any",
        sha256: sha256(bytes),
        bytes: bytes.len() as u64,
        folder,
        libraries,
        licences: &["onnxruntime/LICENSE"],
        // More than there is, so that only the very end is 100 %.
        unpacked_bytes: 400_000,
    };
    Package {
        word: "test",
        label: "A runtime",
        licences: "ONNX Runtime: MIT",
        wheels: vec![
            wheel("the-core", VERSION, &core, "onnxruntime/capi", vec![LIBRARY]),
            Wheel {
                licences: &["*.dist-info/License.txt"],
                ..wheel("a-card", "1.0", &card, "a/lib", vec!["libcard.so.1"])
            },
        ],
    }
}

const CORE: &str = "the_core-9.9.9-py3-none-any.whl";
const CARD: &str = "a_card-1.0-py3-none-any.whl";

/// A user's data folder, with a runtime of before in it, and a folder of wheels.
struct Bench {
    root: TempDir,
    cancel: Cancel,
    /// Stops at this progress.
    stop_at: Option<f64>,
    free: fn(&Path) -> Option<u64>,
    try_out: fn(&Path) -> Result<String, runtime::Error>,
}

impl Host for Bench {
    fn progress(&self, percent: f64) {
        assert!((0.0..=100.0).contains(&percent), "{percent}");
        if self.stop_at.is_some_and(|stop| percent >= stop) {
            self.cancel.cancel();
        }
    }
    fn info(&self, _: &str) {}
    fn warning(&self, _: &str) {}
}

impl Bench {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let bench = Self {
            root,
            cancel: Cancel::default(),
            stop_at: None,
            free: |_| Some(1_000_000_000),
            try_out: |folder| {
                assert_eq!(fs::read(folder.join(LIBRARY)).unwrap(), noise(200_000), "it is complete by now");
                Ok(VERSION.to_owned())
            },
        };
        fs::create_dir_all(bench.place()).unwrap();
        fs::write(bench.place().join("libonnxruntime.so.1.0"), "old").unwrap();
        fs::create_dir(bench.wheels()).unwrap();
        bench.put(CORE, &core());
        bench.put(CARD, &card());
        bench
    }

    fn data(&self) -> PathBuf {
        self.root.path().join("data")
    }

    fn place(&self) -> PathBuf {
        installed_in(&self.data())
    }

    fn wheels(&self) -> PathBuf {
        self.root.path().join("wheels")
    }

    fn put(&self, file: &str, bytes: &[u8]) {
        fs::write(self.wheels().join(file), bytes).unwrap();
    }

    fn folder(&self) -> String {
        self.wheels().to_str().unwrap().to_owned()
    }

    fn install(&self, index: &str, accepted: bool) -> Result<Outcome, Error> {
        let context = Context { host: self, cancel: &self.cancel, canvas: None, home: None, memory: None };
        let (package, data) = (package(), self.data());
        let index = Index::of(index).unwrap();
        let installation = Installation {
            package: &package,
            index: &index,
            data: &data,
            free: self.free,
            try_out: self.try_out,
            remarks: vec![],
            context: &context,
        };
        installation.run(accepted)
    }

    /// Asserts that nothing has changed and nothing is left; returns what was said.
    fn refuses(&self, index: &str, accepted: bool) -> String {
        let error = self.install(index, accepted).expect_err("it must be refused");
        assert_eq!(fs::read(self.place().join("libonnxruntime.so.1.0")).unwrap(), b"old", "{error}");
        assert_eq!(names(&self.place()), ["libonnxruntime.so.1.0"], "{error}");
        assert_eq!(names(&self.data()), ["runtime"], "{error}");
        error.to_string()
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn assert_installed(bench: &Bench) {
    let place = bench.place();
    assert_eq!(names(&place), ["contents.json", "libcard.so.1", LIBRARY, "licences", PINS]);
    assert_eq!(fs::read(place.join(LIBRARY)).unwrap(), noise(200_000));
    assert_eq!(fs::read(place.join("libcard.so.1")).unwrap(), noise(300_000));
    assert_eq!(fs::read(place.join("licences/a-card/License.txt")).unwrap(), b"ours");
    assert_eq!(fs::read(place.join("licences/the-core/LICENSE")).unwrap(), b"do what you like");
    let pins = fs::read_to_string(place.join(PINS)).unwrap();
    assert!(pins.lines().count() == 2 && pins.contains(CORE) && pins.contains(CARD), "{pins}");
    assert_eq!(names(&bench.data()), ["runtime"], "nothing hidden is left");
    assert_eq!(names(bench.root.path()), ["data", "wheels"], "no member leads out of the folder");
}

/// Serves an index of these files; a body may be shorter than what is announced.
fn serve(files: Vec<(&'static str, Vec<u8>, usize)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(Read::by_ref(&mut stream)).lines().map_while(Result::ok);
            let request = lines.next().unwrap_or_default();
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            let path = request.split(' ').nth(1).unwrap_or_default();
            let anchors =
                files.iter().map(|(name, ..)| format!("<a href=\"../../files/{name}#sha256=0\">x</a>"));
            let (status, body, length) = if path.starts_with("/simple/") && path.ends_with('/') {
                let page = anchors.collect::<String>().into_bytes();
                ("200 OK", page.clone(), page.len())
            } else if let Some((_, body, length)) = files.iter().find(|(name, ..)| path.ends_with(name)) {
                ("200 OK", body.clone(), *length)
            } else {
                ("404 Not Found", b"none".to_vec(), 4)
            };
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    format!("http://{address}/simple")
}

fn served(core: Vec<u8>, card: Vec<u8>) -> String {
    let (core_length, card_length) = (core.len(), card.len());
    serve(vec![(CORE, core, core_length), (CARD, card, card_length)])
}

#[test]
fn wheels_of_a_folder_and_of_a_server_are_installed_and_replace_what_was_there() {
    for index in [None, Some(served(core(), card()))] {
        let bench = Bench::new();
        // Somebody uses the old one meanwhile.
        let mut in_use = fs::File::open(bench.place().join("libonnxruntime.so.1.0")).unwrap();
        let outcome = bench.install(&index.unwrap_or_else(|| bench.folder()), true).unwrap();
        assert_eq!(outcome.outputs["FOLDER"], bench.place().to_str().unwrap());
        assert_installed(&bench);
        let mut text = String::new();
        in_use.read_to_string(&mut text).unwrap();
        assert_eq!(text, "old", "what was replaced stays readable for who has it open");
    }
    // Where there was none.
    let bench = Bench::new();
    fs::remove_dir_all(bench.data()).unwrap();
    bench.install(&bench.folder(), true).unwrap();
    assert_installed(&bench);
}

#[test]
fn without_consent_nothing_is_fetched_and_the_terms_are_told() {
    let bench = Bench::new();
    let message = bench.refuses("http://127.0.0.1:9/simple", false);
    for words in ["ACCEPT", "127.0.0.1:9", "1 MB", "ONNX Runtime: MIT", bench.place().to_str().unwrap()] {
        assert!(message.contains(words), "{words} in {message}");
    }
}

#[test]
fn another_file_of_the_same_name_is_refused() {
    let mut other = core();
    let middle = other.len() / 2;
    other[middle] ^= 1;
    let bench = Bench::new();
    bench.put(CORE, &other);
    for index in [bench.folder(), served(other.clone(), card())] {
        let message = bench.refuses(&index, true);
        assert!(message.contains("SHA-256") && message.contains(CORE), "{message}");
    }
    // The last one, when all else has come.
    let message = bench.refuses(&served(core(), [card(), vec![0]].concat()), true);
    assert!(message.contains("larger") && message.contains(CARD), "{message}");
}

#[test]
fn what_comes_only_in_part_is_refused() {
    let half = core()[..1000].to_vec();
    let bench = Bench::new();
    bench.put(CORE, &half);
    // A server that says that this is all.
    for index in [bench.folder(), served(half, card())] {
        let message = bench.refuses(&index, true);
        assert!(message.contains("only 1000 of"), "{message}");
    }
}

#[test]
fn a_cancelled_installation_leaves_nothing() {
    let server = served(core(), card());
    for percent in [1.0, 30.0, 60.0, 99.0, 100.0] {
        for remote in [false, true] {
            let bench = Bench { stop_at: Some(percent), ..Bench::new() };
            let index = if remote { server.clone() } else { bench.folder() };
            assert!(bench.install(&index, true).is_err_and(|error| error.is_cancelled()), "{percent}");
            assert_eq!(names(&bench.data()), ["runtime"]);
            assert_eq!(names(&bench.place()), ["libonnxruntime.so.1.0"]);
        }
    }
}

#[test]
fn a_full_disk_is_told_before_anything_is_fetched() {
    let bench = Bench { free: |_| Some(400_000), ..Bench::new() };
    let message = bench.refuses(&bench.folder(), true);
    assert!(
        message.contains("0 MB are free") && message.contains(bench.data().to_str().unwrap()),
        "{message}"
    );
    // Where the system does not tell, it is tried.
    let bench = Bench { free: |_| None, ..bench };
    bench.install(&bench.folder(), true).unwrap();
}

#[test]
fn an_index_without_the_file_is_named() {
    let bench = Bench::new();
    fs::remove_file(bench.wheels().join(CARD)).unwrap();
    for index in [bench.folder(), serve(vec![(CORE, core(), core().len())])] {
        let message = bench.refuses(&index, true);
        assert!(message.contains(CARD) && message.contains(&index), "{message}");
    }
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let message = bench.refuses(&format!("http://{nobody}/simple"), true);
    assert!(message.contains("download failed") && message.contains("the-core"), "{message}");
}

#[test]
fn what_does_not_work_here_is_not_installed() {
    let try_out = |folder: &Path| {
        Err(runtime::Error::Load { reason: String::from("no such symbol"), path: folder.join(LIBRARY) })
    };
    let bench = Bench { try_out, ..Bench::new() };
    let message = bench.refuses(&bench.folder(), true);
    assert!(message.contains("does not work") && message.contains("no such symbol"), "{message}");
}

#[test]
fn a_wheel_without_its_members_is_refused() {
    // The table and its hashes agree, but the file is not what the table says.
    let bench = Bench::new();
    let context = Context { host: &bench, cancel: &bench.cancel, canvas: None, home: None, memory: None };
    let watch = Watch::new(&context, 1);
    for (library, word) in [("../../outside.so", "../../outside.so"), ("libnone.so", "libnone.so")] {
        let mut package = package();
        package.wheels[0].libraries = vec![library];
        let source = Source::File(bench.wheels().join(CORE));
        let folder = tempfile::tempdir().unwrap();
        let error = wheel::install(&package.wheels[0], &source, folder.path(), &watch).unwrap_err();
        assert!(error.to_string().contains(word), "{error}");
    }
}
