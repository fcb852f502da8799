//! Several threads run one session at once.

use graph::Builder;
use runtime::{Cancel, Device, Error, Precision, Session, SessionOptions, Tensor, library};
use std::path::Path;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

const SIDE: usize = 160;

/// A session that multiplies a matrix with itself again and again.
fn powers(side: usize, times: usize, at_once: usize) -> Session {
    let mut graph = Builder::new("powers");
    let x = graph.input("x", &[side, side]).expect("a shape");
    let mut power = x.clone();
    for _ in 0..times {
        power = graph.matmul(&power, &x).expect("they fit");
    }
    let graph = graph.finish(&[("power", &power)]).expect("an output");
    let library = library::load(None, None).expect("TERRAMIND_ONNXRUNTIME names a folder with ONNX Runtime");
    let options = SessionOptions { device: Device::Cpu, precision: Precision::Fp32, threads: 4 };
    Session::open_for(&library, &graph, Path::new("."), &options, at_once, &Cancel::default())
        .expect("the processor is always there")
}

/// A matrix that is its own power, times a number: (n·P)^k = n^k·P.
fn matrix(number: f32) -> [(&'static str, Tensor); 1] {
    let value = |i: usize| if i / SIDE == i % SIDE { number } else { 0.0 };
    [("x", Tensor::floats(&[SIDE, SIDE], (0..SIDE * SIDE).map(value).collect()))]
}

#[test]
fn each_gets_the_answer_to_its_own_question() {
    let session = powers(SIDE, 3, 8);
    assert_eq!(session.at_once(), 4, "no more than threads");
    thread::scope(|scope| {
        for number in [-2.0_f32, -1.0, 1.0, 2.0] {
            let session = &session;
            scope.spawn(move || {
                for _ in 0..100 {
                    let found = session.run(&matrix(number), &Cancel::default()).unwrap();
                    assert_eq!(found, matrix(number.powi(4))[0].1);
                }
            });
        }
    });
}

#[test]
fn a_single_run_is_told_to_take_all_threads_and_gives_the_same() {
    let (alone, beside) = (powers(SIDE, 2, 1), powers(SIDE, 2, 4));
    assert_eq!((alone.at_once(), alone.threads()), (1, 4));
    let values = (0..SIDE * SIDE).map(|i| (i as f32 * 0.37).sin()).collect();
    let dense = [("x", Tensor::floats(&[SIDE, SIDE], values))];
    let run = |session: &Session| session.run(&dense, &Cancel::default()).unwrap();
    assert_eq!(run(&alone), run(&beside), "to the last bit: every sum is made in the same order");
}

#[test]
fn cancelling_ends_all_runs() {
    // Many minutes of work for each; who is not ended in one of them is not ended.
    let side = 2000;
    let (session, cancel, (tell, ended)) = (powers(side, 2000, 4), Cancel::default(), channel());
    let zeros = [("x", Tensor::floats(&[side, side], vec![0.0; side * side]))];
    thread::scope(|scope| {
        for _ in 0..4 {
            let (session, cancel, zeros, tell) = (&session, &cancel, &zeros, tell.clone());
            scope.spawn(move || tell.send(session.run(zeros, cancel)));
        }
        assert!(ended.recv_timeout(Duration::from_millis(500)).is_err(), "they are at work");
        cancel.cancel();
        for _ in 0..4 {
            let result = ended.recv_timeout(Duration::from_mins(1)).expect("it was ended");
            assert!(matches!(result, Err(Error::Cancelled)));
        }
    });
}
