//! Which of several routes is the fastest for a graph: measured on this machine once, and kept for the next time.

use crate::provider::{Route, nvidia_driver};
use crate::session::{Opening, Session};
use crate::{Cancel, Error};
use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::time::Duration;

/// Seconds that a run took, by the route's words.
type Seconds = BTreeMap<String, f64>;

/// Measurements by what was measured.
type Kept = BTreeMap<String, Seconds>;

/// Another route has to be that much faster than one before it in the table: times differ from run to run, and of two
/// that are alike the exact one is the better.
const WORTH_IT: f64 = 0.95;

/// What is to be told of a choice.
#[derive(Debug, Default)]
pub(crate) struct Account {
    /// What was measured, in words.
    pub tried: Option<String>,
    /// Routes that cannot be taken, and why.
    pub left_out: Vec<(Route, String)>,
}

/// Opens a session on the fastest of the routes, which are in the order of preference. `account` learns what was measured,
/// and why routes cannot be taken. An error only where it was cancelled.
pub(crate) fn fastest(
    opening: &Opening<'_>,
    routes: &[Route],
    cancel: &Cancel,
    account: &mut Account,
) -> Result<Option<Session>, Error> {
    let file = opening.library.trials.as_deref();
    let name = opening.model.name().replace('_', " ");
    let key = key(opening, routes);
    let kept = file.map(read).unwrap_or_default();
    // Where one failed it is tried again: what was in its way may be gone.
    let is_whole = |seconds: &&Seconds| routes.iter().all(|route| seconds.contains_key(&route.to_string()));
    let mut seconds = if let Some(seconds) = kept.get(&key).filter(is_whole).cloned() {
        account.tried = Some(format!("Tried the {name} on one tile before: {}", words(&seconds)));
        seconds
    } else {
        let seconds = measure(opening, routes, cancel, account)?;
        if !seconds.is_empty() {
            account.tried = Some(format!("Tried the {name} on one tile now: {}", words(&seconds)));
            if let Some(file) = file {
                keep(file, key, seconds.clone());
            }
        }
        seconds
    };
    // What worked once may fail now, such as a graphics card whose memory is full: then the next best is taken.
    while let Some(route) = best(routes, &seconds) {
        match opening.on(route) {
            Ok(session) => return Ok(Some(session)),
            Err(reason) => account.left_out.push((route, reason)),
        }
        seconds.remove(&route.to_string());
    }
    Ok(None)
}

/// One route after the other, so that no two have their weights in memory at once.
fn measure(
    opening: &Opening<'_>,
    routes: &[Route],
    cancel: &Cancel,
    account: &mut Account,
) -> Result<Seconds, Error> {
    let mut seconds = Seconds::new();
    for &route in routes {
        let taken = match opening.on(route) {
            Err(reason) => Err(reason),
            Ok(session) => match session.trial(cancel) {
                Err(Error::Cancelled) => return Err(Error::Cancelled),
                Err(error) => Err(error.to_string()),
                Ok(taken) => Ok(taken),
            },
        };
        match taken {
            Ok(taken) => {
                seconds.insert(route.to_string(), taken.as_secs_f64());
            }
            Err(reason) => account.left_out.push((route, reason)),
        }
    }
    Ok(seconds)
}

/// The first route that none of the later ones beats clearly.
fn best(routes: &[Route], seconds: &Seconds) -> Option<Route> {
    let of = |route: &Route| seconds.get(&route.to_string()).copied();
    routes
        .iter()
        .filter_map(|route| Some((*route, of(route)?)))
        .reduce(|best, other| if other.1 < WORTH_IT * best.1 { other } else { best })
        .map(|(route, _)| route)
}

fn words(seconds: &Seconds) -> String {
    let each = seconds.iter().map(|(route, &s)| format!("{route} {:.1?}", Duration::from_secs_f64(s)));
    each.collect::<Vec<_>>().join(", ")
}

/// Whatever a time depends on: the machine, ONNX Runtime, the graph with its sizes, threads, and what it was held against.
fn key(opening: &Opening<'_>, routes: &[Route]) -> String {
    // Of another release of the compiler it may be another number: then it is measured again.
    let mut hasher = DefaultHasher::new();
    (processor(), nvidia_driver()).hash(&mut hasher);
    let at_once = opening.wanted.clamp(1, opening.threads);
    (&opening.library.path, opening.library.build, opening.threads, at_once, opening.model.to_bytes())
        .hash(&mut hasher);
    for route in routes {
        route.to_string().hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

/// The processor's name and abilities; of all cores alike.
fn processor() -> Vec<String> {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let names = ["model name", "flags", "Features"];
    let is_named = |line: &&str| names.iter().any(|name| line.starts_with(name));
    text.split("\n\n").next().unwrap_or_default().lines().filter(is_named).map(str::to_owned).collect()
}

/// What is kept; nothing where that cannot be read: then it is measured again.
fn read(file: &Path) -> Kept {
    let kept = fs::read(file).ok().and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok());
    let mut kept = kept.unwrap_or_default();
    for seconds in kept.values_mut() {
        seconds.retain(|_, s| (0.0..1e6).contains(s));
    }
    kept
}

/// Adds to what is kept. Where that cannot be written, it is measured again the next time.
fn keep(file: &Path, key: String, seconds: Seconds) {
    // Read again: another process may have added something meanwhile.
    let mut kept = read(file);
    kept.insert(key, seconds);
    let write = || -> std::io::Result<()> {
        let folder = file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let new = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&new, &kept)?;
        new.persist(file)?;
        Ok(())
    };
    let _ = write();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::ROUTES;

    fn seconds(pairs: &[(&str, f64)]) -> Seconds {
        pairs.iter().map(|&(route, s)| (route.to_owned(), s)).collect()
    }

    #[test]
    fn the_fastest_is_taken_and_of_equals_the_first() {
        let best = |pairs: &[(&str, f64)]| best(&ROUTES, &seconds(pairs)).map(|route| route.to_string());
        assert_eq!(best(&[("CPU in fp32", 0.2), ("CPU in int8", 0.1)]).as_deref(), Some("CPU in int8"));
        assert_eq!(best(&[("CPU in fp32", 0.2), ("CPU in int8", 0.196)]).as_deref(), Some("CPU in fp32"));
        assert_eq!(best(&[("CPU in fp32", 0.1), ("CPU in int8", 0.2)]).as_deref(), Some("CPU in fp32"));
        assert_eq!(best(&[("no such route", 0.1)]), None);
    }

    #[test]
    fn what_is_kept_is_found_again_and_what_is_broken_is_not_missed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("made/trials.json");
        keep(&file, String::from("a"), seconds(&[("CPU in fp32", 0.2)]));
        keep(&file, String::from("b"), seconds(&[("CPU in int8", 0.1)]));
        assert_eq!(read(&file)["a"], seconds(&[("CPU in fp32", 0.2)]));
        assert_eq!(read(&file).len(), 2);
        fs::write(&file, r#"{"a": {"CPU in fp32": -1, "CPU in int8": 1e30, "CUDA in fp32": 1}}"#).unwrap();
        assert_eq!(read(&file)["a"], seconds(&[("CUDA in fp32", 1.0)]), "times that cannot be are left out");
        fs::write(&file, "{").unwrap();
        assert!(read(&file).is_empty());
        keep(&file, String::from("c"), Seconds::new());
        assert_eq!(read(&file).len(), 1);
    }
}
