//! A loaded graph.

use crate::choice::Account;
use crate::library::Loaded;
use crate::provider::{Route, fitting, has_nvidia_driver};
use crate::{Cancel, Device, Error, Precision, choice, refusal, run};
use graph::Model;
use ort::session::builder::{GraphOptimizationLevel, SessionBuilder};
use ort::session::{Session as OrtSession, SessionInputValue};
use ort::value::{DynValue, Shape, TensorElementType, TensorRef};
use parking_lot::Mutex;
use std::path::Path;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

/// How long the runs of a trial go on.
const TRIAL: Duration = Duration::from_millis(200);

/// How a graph is to run.
#[derive(Debug, Clone, Copy)]
pub struct SessionOptions {
    /// Where.
    pub device: Device,
    /// How exactly.
    pub precision: Precision,
    /// Threads of all runs that go on at once; 0 takes one per physical core.
    pub threads: usize,
}

impl SessionOptions {
    /// The same, but where rounding would show, so that [`Precision::Auto`] is exact: what decides between alternatives that lie
    /// close together takes another one too often, and in bf16 a continuous picture has steps.
    #[must_use]
    pub fn exact_if_auto(self) -> Self {
        let precision = if self.precision == Precision::Auto { Precision::Fp32 } else { self.precision };
        Self { precision, ..self }
    }
}

/// A dense array.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Length of each axis.
    pub shape: Vec<usize>,
    /// Values, the last axis fastest.
    pub values: Values,
}

/// The values of a [`Tensor`].
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// 32-bit floats.
    Floats(Vec<f32>),
    /// 64-bit whole numbers.
    Integers(Vec<i64>),
}

impl Tensor {
    /// An array of floats.
    #[must_use]
    pub fn floats(shape: &[usize], values: Vec<f32>) -> Self {
        Self { shape: shape.to_vec(), values: Values::Floats(values) }
    }

    /// An array of whole numbers.
    #[must_use]
    pub fn integers(shape: &[usize], values: Vec<i64>) -> Self {
        Self { shape: shape.to_vec(), values: Values::Integers(values) }
    }

    /// The values, or an error if they are no floats.
    pub fn into_floats(self) -> Result<Vec<f32>, Error> {
        match self.values {
            Values::Floats(values) => Ok(values),
            Values::Integers(_) => Err(Error::OtherType { wanted: "floats", found: "whole numbers" }),
        }
    }

    /// The values, or an error if they are no whole numbers.
    pub fn into_integers(self) -> Result<Vec<i64>, Error> {
        match self.values {
            Values::Integers(values) => Ok(values),
            Values::Floats(_) => Err(Error::OtherType { wanted: "whole numbers", found: "floats" }),
        }
    }

    fn view(&self) -> Result<SessionInputValue<'_>, ort::Error> {
        let shape = self.shape.as_slice();
        Ok(match &self.values {
            Values::Floats(values) => TensorRef::from_array_view((shape, values.as_slice()))?.into(),
            Values::Integers(values) => TensorRef::from_array_view((shape, values.as_slice()))?.into(),
        })
    }

    fn of(output: &DynValue) -> Result<Self, ort::Error> {
        fn lengths(shape: &Shape) -> Vec<usize> {
            shape.iter().map(|&n| n as usize).collect()
        }
        if let Ok((shape, values)) = output.try_extract_tensor::<i64>() {
            return Ok(Self::integers(&lengths(shape), values.to_vec()));
        }
        let (shape, values) = output.try_extract_tensor::<f32>()?;
        Ok(Self::floats(&lengths(shape), values.to_vec()))
    }
}

/// A graph that ONNX Runtime holds ready.
pub struct Session {
    inner: OrtSession,
    /// Held during a run of a route that does not stand others beside it.
    alone: Mutex<()>,
    route: Route,
    computed_by: String,
    threads: usize,
    at_once: usize,
    remarks: Vec<String>,
}

/// What is to be opened, on a route that is still to be chosen.
pub(crate) struct Opening<'a> {
    pub library: &'a Loaded,
    pub model: &'a Model,
    pub weights_folder: &'a Path,
    pub threads: usize,
    /// Runs at once.
    pub wanted: usize,
}

impl Opening<'_> {
    /// Opens a session on a route, or says why that does not work.
    pub fn on(&self, route: Route) -> Result<Session, String> {
        let &Self { library, model, weights_folder, threads, wanted } = self;
        let at_once = if route.side_by_side { wanted.clamp(1, threads) } else { 1 };
        let model = route.formed(model, weights_folder).map_err(|e| e.to_string())?;
        // Whoever runs the session is a thread of it, too.
        let inner = configure(library, weights_folder, &route, threads - at_once + 1)
            .and_then(|mut builder| builder.commit_from_memory(&model))
            .map_err(|e| words(&e))?;
        let computed_by = route.signature(library.build);
        let (alone, remarks) = (Mutex::new(()), Vec::new());
        Ok(Session { inner, alone, route, computed_by, threads, at_once, remarks })
    }
}

impl Session {
    /// Loads a graph whose external weights lie in `weights_folder`, on the route that fits the options and works; of
    /// several, on the fastest. One run takes all threads.
    pub fn open(
        library: &Loaded,
        model: &Model,
        weights_folder: &Path,
        options: &SessionOptions,
    ) -> Result<Self, Error> {
        Self::open_for(library, model, weights_folder, options, 1, &Cancel::default())
    }

    /// The same for up to `wanted` runs at once, which share the threads and the weights. Where threads work each on a
    /// run of its own, they do not wait for each other at the end of every operator: more gets done, but the first
    /// result comes later.
    ///
    /// Where several routes fit, each is tried on one tile, or was tried so before; `cancel` ends that.
    pub fn open_for(
        library: &Loaded,
        model: &Model,
        weights_folder: &Path,
        options: &SessionOptions,
        wanted: usize,
        cancel: &Cancel,
    ) -> Result<Self, Error> {
        let folder = library.folder();
        let threads = if options.threads == 0 { physical_cores() } else { options.threads };
        let opening = Opening { library, model, weights_folder, threads, wanted };
        let (routes, left_out) = routes(options, folder);
        let mut account = Account { tried: None, left_out };
        let opened = match routes.as_slice() {
            [] => None,
            &[route] => opening.on(route).map_err(|reason| account.left_out.push((route, reason))).ok(),
            several => choice::fastest(&opening, several, cancel, &mut account)?,
        };
        match opened {
            Some(session) => Ok(Self { remarks: remarks(account, options.device), ..session }),
            None => Err(refusal::of(options, account.left_out, folder)),
        }
    }

    /// Whether there may be a route for the options, as far as that can be known without a graph: an error like that of
    /// [`Session::open`] where there is none.
    pub fn check(library: &Loaded, options: &SessionOptions) -> Result<(), Error> {
        let (routes, left_out) = routes(options, library.folder());
        if routes.is_empty() { Err(refusal::of(options, left_out, library.folder())) } else { Ok(()) }
    }

    /// The way that was chosen.
    #[must_use]
    pub fn route(&self) -> Route {
        self.route
    }

    /// What results depend on beside graph and inputs: results of two sessions that differ in it may differ, too.
    #[must_use]
    pub fn computed_by(&self) -> &str {
        &self.computed_by
    }

    /// Threads of all runs that go on at once.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// How many runs may go on at once with profit; more would wait or share threads.
    #[must_use]
    pub fn at_once(&self) -> usize {
        self.at_once
    }

    /// Why the way was chosen: what others took, and why some cannot be taken.
    #[must_use]
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// With a further reason.
    #[must_use]
    pub fn with_remark(mut self, remark: &str) -> Self {
        self.remarks.push(remark.to_owned());
        self
    }

    /// The bytes of what one run takes in, and of its first output.
    #[must_use]
    pub fn bytes_of_run(&self) -> u64 {
        let values = self.inner.inputs().iter().chain(self.inner.outputs().first());
        let bytes = |outlet: &ort::value::Outlet| {
            let count = outlet.dtype().tensor_shape()?.iter().map(|&n| n.max(1) as u64).product::<u64>();
            Some(count * if outlet.dtype().tensor_type()? == TensorElementType::Int64 { 8 } else { 4 })
        };
        values.filter_map(bytes).sum()
    }

    /// Runs the graph on zeros, on as many threads at once as may, and tells how long one run of them all took at least: once to
    /// make it ready, then again and again for a fifth of a second. What disturbs a run makes it longer, never shorter.
    pub fn trial(&self, cancel: &Cancel) -> Result<Duration, Error> {
        let inputs: Vec<_> = self
            .inner
            .inputs()
            .iter()
            .filter_map(|input| {
                let shape: Vec<_> =
                    input.dtype().tensor_shape()?.iter().map(|&n| n.max(1) as usize).collect();
                let count = shape.iter().product();
                let zeros = match input.dtype().tensor_type()? {
                    TensorElementType::Int64 => Tensor::integers(&shape, vec![0; count]),
                    _ => Tensor::floats(&shape, vec![0.0; count]),
                };
                Some((input.name().to_owned(), zeros))
            })
            .collect();
        let at_once = || {
            // Together, so that memory is taken for all of them.
            let begin = Barrier::new(self.at_once);
            thread::scope(|scope| {
                let run = || {
                    begin.wait();
                    self.run(&inputs, cancel).map(drop)
                };
                let others: Vec<_> = (1..self.at_once).map(|_| scope.spawn(run)).collect();
                let own = run();
                others.into_iter().fold(own, |so_far, other| {
                    so_far.and(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                })
            })
        };
        at_once()?;
        let begun = Instant::now();
        let mut shortest = Duration::MAX;
        loop {
            let before = Instant::now();
            at_once()?;
            shortest = shortest.min(before.elapsed());
            if begun.elapsed() >= TRIAL {
                return Ok(shortest / self.at_once as u32);
            }
        }
    }

    /// Runs the graph and returns its first output. `cancel` ends it in between.
    pub fn run<N: AsRef<str>>(&self, inputs: &[(N, Tensor)], cancel: &Cancel) -> Result<Tensor, Error> {
        let values = inputs
            .iter()
            .map(|(name, tensor)| Ok((name.as_ref(), tensor.view()?)))
            .collect::<Result<Vec<_>, ort::Error>>()
            .map_err(Error::Run)?;
        let _alone = (!self.route.side_by_side).then(|| self.alone.lock());
        cancel.during(|run_options| Tensor::of(&run::first_output(&self.inner, &values, run_options)?))
    }
}

/// The routes that fit the options and may work with the library in `folder`, and those that cannot, with the reasons.
fn routes(options: &SessionOptions, folder: &Path) -> (Vec<Route>, Vec<(Route, String)>) {
    let (mut routes, mut left_out) = (Vec::new(), Vec::new());
    for route in fitting(options.device, options.precision) {
        match route.check(folder) {
            Ok(()) => routes.push(route),
            Err(reason) => left_out.push((route, reason)),
        }
    }
    (routes, left_out)
}

/// What is to be told of a session's route. Where nobody asked for a graphics card and there is none, nobody wonders why it
/// is not used.
fn remarks(account: Account, device: Device) -> Vec<String> {
    let is_known =
        |route: Route| device == Device::Auto && route.device == Device::Cuda && !has_nvidia_driver();
    let left_out = account.left_out.into_iter().filter(|(route, _)| !is_known(*route));
    let left_out = left_out.map(|(route, reason)| format!("Left out: {route}, because {reason}"));
    account.tried.into_iter().chain(left_out).collect()
}

/// ONNX Runtime's words without its source lines; where a library could not be loaded, only which and why.
fn words(error: &ort::Error) -> String {
    let message = error.message();
    let reason = message.rsplit_once("with error: ").map_or(message, |(_, reason)| reason);
    reason.trim().to_owned()
}

fn configure(
    library: &Loaded,
    weights_folder: &Path,
    route: &Route,
    threads: usize,
) -> Result<SessionBuilder, ort::Error> {
    let folder = weights_folder.to_string_lossy();
    let builder = OrtSession::builder(&library.environment)?
        .with_optimization_level(GraphOptimizationLevel::Level3)?
        .with_intra_threads(threads)?
        // Spinning threads would take the processor from QGIS's map between two tiles.
        .with_intra_op_spinning(false)?
        .with_config_entry("session.model_external_initializers_file_folder_path", folder)?
        .with_execution_providers([route.dispatch(threads)])?;
    // A graph that silently fell back to the processor's own kernels would neither be as fast nor as precise
    // as the log says.
    Ok(if route.precision == Precision::Bf16 { builder.with_disable_cpu_fallback()? } else { builder })
}

/// Hyper-threads share one set of multipliers, so more threads than physical cores make products slower.
fn physical_cores() -> usize {
    num_cpus::get_physical().min(num_cpus::get()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library;
    use crate::provider::ROUTES;

    #[test]
    fn auto_is_exact_where_rounding_would_show_and_nothing_else_is_changed() {
        for (asked, computed) in [
            (Precision::Auto, Precision::Fp32),
            (Precision::Fp32, Precision::Fp32),
            (Precision::Int8, Precision::Int8),
            (Precision::Bf16, Precision::Bf16),
        ] {
            let options =
                SessionOptions { device: Device::Cpu, precision: asked, threads: 3 }.exact_if_auto();
            assert_eq!((options.precision, options.threads), (computed, 3));
        }
    }

    /// The processor computes floats of 16 bits by widening them, which is slow but shows whether the form is right.
    #[test]
    fn graphs_in_fp16_agree() {
        let folder = tempfile::tempdir().expect("a folder");
        let library =
            library::load(None, None).expect("TERRAMIND_ONNXRUNTIME names a folder with ONNX Runtime");
        let mut graph = graph::Builder::new("g");
        let x = graph.input("x", &[1, 4, 8, 8]).expect("a shape");
        let scale = graph.constant("scale", &[4], &[0.3, -0.7, 1.1, 2.3]).expect("four values");
        let y = graph.group_norm(&x, &scale, &scale, 2, 1e-5).expect("two groups");
        let y = graph.repeat_pixels(&y, 2).expect("an image");
        let y = graph.gelu(&y).expect("any shape");
        let model = graph.finish(&[("y", &y)]).expect("an output");
        let values: Vec<f32> = (0..256).map(|i| ((i * 37 % 101) as f32 - 50.0) / 13.0).collect();
        let run = |form| {
            let cpu =
                ROUTES.into_iter().find(|route| route.to_string() == "CPU in fp32").expect("it is there");
            let opening = Opening {
                library: &library,
                model: &model,
                weights_folder: folder.path(),
                threads: 1,
                wanted: 1,
            };
            let session = opening.on(Route { form, ..cpu }).expect("it is opened");
            let inputs = [("x", Tensor::floats(&[1, 4, 8, 8], values.clone()))];
            session.run(&inputs, &Cancel::default()).and_then(Tensor::into_floats).expect("it runs")
        };
        let (exact, narrow) =
            (run(|model, _| Ok(model.to_bytes())), run(|model, _| Ok(model.in_fp16().to_bytes())));
        let largest = exact.iter().zip(&narrow).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!((1e-6..2e-2).contains(&largest), "{largest}");
    }
}
