//! Hostile and damaged files fail with a reason, or open without what is hostile in them: they never crash,
//! hang or allocate what they claim.
#![allow(clippy::unwrap_used, reason = "helpers of tests, which the setting for tests does not cover")]

use std::time::{Duration, Instant};

use checkpoint::{Checkpoint, Error, Problem, Value};

mod common;

/// The largest allowance: four million objects.
const MEMORY_BYTES: usize = 320 << 20;

/// Reading one takes milliseconds; this is for slow machines without optimisation.
const TIME: Duration = Duration::from_secs(20);

fn open(name: &str) -> Result<Checkpoint, Error> {
    // Measured so that it does not run while another test is being measured.
    common::measured(|| Checkpoint::open(&common::fixture("attacks").join(name))).0
}

fn assert_fails(name: &str, part: &str) {
    let error = open(name).and_then(|checkpoint| checkpoint.read_f32("w").map(drop)).unwrap_err().to_string();
    assert!(error.contains(part), "{name}: expected \"{part}\" in: {error}");
}

#[test]
fn all_attacks_end_soon_and_within_bounds() {
    for path in common::fixtures("attacks") {
        let start = Instant::now();
        let ((), bytes) = common::measured(|| {
            if let Ok(checkpoint) = Checkpoint::open(&path) {
                for name in checkpoint.tensors().keys() {
                    drop(checkpoint.read_f32(name));
                }
            }
        });
        assert!(bytes < MEMORY_BYTES, "{}: {bytes} bytes", path.display());
        assert!(start.elapsed() < TIME, "{}: {:?}", path.display(), start.elapsed());
    }
}

#[test]
fn code_is_named_and_not_run() {
    for (file, callable) in [
        ("code_system.pt", "posix.system"),
        ("code_eval.pt", "__builtin__.eval"),
        ("code_exec_protocol4.pt", "builtins.exec"),
        ("code_getattr.pt", "__builtin__.getattr"),
        ("code_dotted.pt", "torch.serialization.os.system"),
        ("code_in_state_dict.pt", "subprocess.Popen"),
        ("code_reduced_tensor.pt", "runpy.run_path"),
        ("code_in_task.ckpt", "posix.system"),
    ] {
        let error = open(file).unwrap_err();
        assert!(
            matches!(&error.problem, Problem::ExecutesCode(found) if found == callable),
            "{file}: {error}"
        );
        assert!(error.to_string().contains("nothing was run"));
    }
}

#[test]
fn depth_sharing_and_loops_beside_the_tensors_do_no_harm() {
    for file in [
        "deep_tuple_beside.pt",
        "deep_list_beside.pt",
        "deep_calls.pt",
        "laughs.pt",
        "loop.pt",
        "memo.pt",
        "repeated_keys.pt",
    ] {
        let checkpoint = open(file).unwrap();
        assert_eq!(checkpoint.read_f32("w").unwrap(), [0., 1.], "{file}");
    }
    assert_fails("deep_tuple.pt", "found a saved tuple");
    assert_fails("deep_marks.pt", "the depth of its pickle is 100001, at most 100000");
    assert_fails("memo_many.pt", "that its pickle remembers");
    assert_fails("objects.pt", "the number of objects");
}

#[test]
fn a_deep_value_ends_opaque() {
    let checkpoint = open("deep_tuple_beside.pt").unwrap();
    let mut value = &checkpoint.metadata()["x"];
    let mut depth = 0;
    while let Value::Tuple(items) = value {
        value = &items[0];
        depth += 1;
    }
    assert_eq!((depth, value), (64, &Value::Opaque("tuple".to_owned())));
}

#[test]
fn claimed_lengths_are_not_believed() {
    for opcode in ["42", "58", "8b", "8d", "8e", "96"] {
        let path = common::fixture("attacks").join(format!("huge_{opcode}.pt"));
        let (result, bytes) = common::measured(|| Checkpoint::open(&path));
        let error = result.unwrap_err().to_string();
        assert!(error.contains("breaks off"), "{error}");
        assert!(bytes < 1 << 20, "{error}: {bytes} bytes");
    }
}

#[test]
fn tensors_beyond_their_storage_are_named() {
    for (file, part) in [
        ("strides_beyond.pt", "reaches to element 2 of a storage that has 2"),
        ("strides_overflow.pt", "beyond any memory"),
        ("strides_negative.pt", "strides are no list of sizes"),
        ("strides_missing.pt", "1 axes, its strides 0"),
        ("shape_beyond.pt", "reaches to element 2"),
        ("shape_overflow.pt", "beyond any memory"),
        ("shape_repeats.pt", "repeats 2 numbers"),
        ("shape_negative.pt", "shape is no list of sizes"),
        ("offset_beyond.pt", "reaches to element 2"),
        ("offset_negative.pt", "offset is no size"),
        ("storage_claims.pt", "claims 4398046511104 bytes, the file has 8"),
        ("storage_overflow.pt", "claims 18446744073709551615 bytes"),
        ("storage_missing.pt", "storage is not in the file"),
    ] {
        let error = open(file).unwrap_err();
        assert!(matches!(&error.problem, Problem::BadTensor { name, .. } if name == "w"), "{file}: {error}");
        assert!(error.to_string().contains(part), "{file}: {error}");
    }
}

#[test]
fn damaged_archives_say_what_is_damaged() {
    for (file, part) in [
        ("truncated_middle.pt", "incomplete (it breaks off after 192 bytes)"),
        ("truncated_end.pt", "incomplete (it breaks off after 355 bytes)"),
        ("wrong_crc_pickle.pt", "the checksum of a record"),
        ("wrong_crc_weights.pt", "the checksum of a record"),
        ("record_beyond.pt", "\"data/0\" lies beyond the end"),
        ("record_size_lies.pt", "claims to have 1073741824"),
        ("encrypted.pt", "zip encryption"),
        ("duplicate_records.pt", "the same name"),
        ("inflate_claims.pt", "the description of the tensors in bytes"),
        ("inflate_more_than_claimed.pt", "another size than it claims"),
    ] {
        assert_fails(file, part);
    }
}
