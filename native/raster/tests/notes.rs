//! What killed runs left is found again in any folder. One test, because a process keeps its notes in one place.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use raster::KEPT_FOR;
use raster::{TextWriter, keep_notes_in};
use std::fs::{self, File};
use std::time::SystemTime;

#[test]
fn what_the_notes_of_dead_processes_name_is_removed_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let notes = at("cache/unfinished");
    fs::create_dir_all(&notes).unwrap();
    fs::create_dir(at("temporary")).unwrap();
    let left = [
        ".OUTPUT.tif.terramind-1-0.part",
        ".OUTPUT.tif.terramind-1-0.part.work",
        ".OUTPUT.tif.terramind-1-0.part.work.aux.xml",
        ".OUTPUT.tif.terramind-1-0.part.aux.xml",
    ];
    let in_use = ".OUTPUT.tif.terramind-2-0.part";
    // Of somebody else, whatever notes say.
    let foreign = "thesis.tif";
    let journals = [".new.tif.terramind.journal", ".old.tif.terramind.journal"];
    for name in left.iter().chain(&[in_use, foreign]).chain(&journals) {
        fs::write(at("temporary").join(name), "left").unwrap();
    }
    let path = |name: &str| at("temporary").join(name).to_str().unwrap().to_owned();
    fs::write(
        notes.join("1-1.notes"),
        format!(
            "{}\0{}\0/nowhere/.x.terramind-1-0.part\0{}\0{}\0",
            path(left[0]),
            path(foreign),
            path(journals[0]),
            path(journals[1])
        ),
    )
    .unwrap();
    let old = File::options().write(true).open(path(journals[1])).unwrap();
    old.set_modified(SystemTime::now() - KEPT_FOR).unwrap();
    fs::write(notes.join("2-1.notes"), format!("{}\0", path(in_use))).unwrap();
    let alive = File::open(notes.join("2-1.notes")).unwrap();
    alive.try_lock().unwrap();

    keep_notes_in(&notes);
    let names = |folder: &str| {
        let entries = fs::read_dir(at(folder)).unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(names("temporary"), [in_use, journals[0], foreign]);
    let there = names("cache/unfinished");
    assert!(there.len() == 2 && there.contains(&String::from("2-1.notes")), "{there:?}");

    // This process notes its own, and what is kept a while longer.
    let writer = TextWriter::create(&at("table.csv")).unwrap();
    let own = there.iter().find(|name| *name != "2-1.notes").unwrap();
    let text = fs::read_to_string(notes.join(own)).unwrap();
    let mut hidden_files = text.split('\0');
    assert_eq!(hidden_files.next().unwrap(), path(journals[0]));
    let hidden = hidden_files.next().unwrap();
    assert!(std::path::Path::new(hidden).is_file() && hidden.contains(".table.csv.terramind-"), "{text}");
    drop(writer);
}
