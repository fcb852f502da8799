//! What rows share: the programs, and models and scenes, which are made where they are missing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;

use super::child::{self, Run};
use super::{Options, tiny};
use crate::plugin::Parts;
use crate::{checkout, run, target_folder};

/// The name under which the sample's model, the smallest there is, is installed.
pub const SMALLEST: &str = "demo";

/// What a row needs to measure.
pub struct Bench {
    build: PathBuf,
    runtime: PathBuf,
    folder: PathBuf,
    threads: usize,
    /// How often times are measured.
    pub repeats: usize,
    /// Diffusion steps.
    pub steps: usize,
    /// Sizes of the row of memory.
    pub memory_sizes: Vec<usize>,
    /// Size of the model that is compared with TerraTorch.
    pub model: String,
    size: Option<usize>,
    reference: Option<Reference>,
}

/// TerraTorch.
pub struct Reference {
    python: PathBuf,
    threads: usize,
}

impl Bench {
    /// Builds the programs and makes the folder.
    pub fn open(parts: &Parts, options: &Options) -> Result<Self> {
        let folder = options.folder.clone().unwrap_or_else(|| target_folder().join("bench"));
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        for package in [
            &["terramind", "--bins"][..],
            &["pipeline", "--example", "bare_session"],
            &["raster", "--example", "save_values"],
        ] {
            let mut command = Command::new(&cargo);
            command.current_dir(checkout()).args(["build", "--release", "--locked", "--quiet", "--package"]);
            run(command.args(package))?;
        }
        let threads = options.threads.unwrap_or_else(|| num_cpus::get_physical().min(num_cpus::get()).max(1));
        Ok(Self {
            build: parts.build(),
            runtime: parts.runtime(),
            folder: folder.canonicalize()?,
            threads,
            repeats: options.repeats.into(),
            steps: options.steps,
            memory_sizes: options.memory_sizes.clone(),
            model: options.model.clone(),
            size: options.size,
            reference: options.reference_python.clone().map(|python| Reference { python, threads }),
        })
    }

    /// Tells who waits what is going on.
    #[expect(clippy::unused_self, reason = "where it goes is the bench's matter")]
    pub fn say(&self, what: std::fmt::Arguments<'_>) {
        eprintln!("{what}");
    }

    /// Threads of both sides.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Pixels per side: as asked for, or as the row is defined.
    pub fn size_or(&self, default: usize) -> usize {
        self.size.unwrap_or(default)
    }

    /// TerraTorch, where there is one.
    pub fn reference(&self) -> Option<&Reference> {
        self.reference.as_ref()
    }

    /// A file in the bench's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Which ONNX Runtime is used, by the name of its library.
    pub fn onnxruntime(&self) -> Option<String> {
        let names = fs::read_dir(&self.runtime).ok()?.flatten().map(|entry| entry.file_name());
        let mut names =
            names.filter_map(|name| Some(name.to_str()?.strip_prefix("libonnxruntime.so.")?.to_owned()));
        names.next().map(|version| format!("ONNX Runtime {version}"))
    }

    /// Whether PRECISION=bf16 works here.
    pub fn has_bf16(&self) -> bool {
        let flags = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        flags.contains("avx512_bf16") && self.runtime.join("libonnxruntime_providers_openvino.so").is_file()
    }

    /// The command line program, in a home of its own.
    pub fn program(&self) -> Command {
        self.command(&self.build.join("terramind"))
    }

    /// One of the examples, in the same home.
    pub fn example(&self, name: &str) -> Command {
        self.command(&self.build.join("examples").join(name))
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env("HOME", &self.folder)
            .env("TERRAMIND_MODELS", self.models())
            .env("TERRAMIND_ONNXRUNTIME", &self.runtime);
        for variable in ["XDG_DATA_HOME", "XDG_CACHE_HOME"] {
            command.env_remove(variable);
        }
        command
    }

    /// Runs an algorithm on the processor with the threads of the bench; `given` are pairs `NAME=value`.
    pub fn algorithm(&self, id: &str, given: &[String]) -> Result<Run> {
        let mut command = self.program();
        command.args(["run", id, "--DEVICE=cpu"]).arg(format!("--THREADS={}", self.threads));
        child::run(command.args(given.iter().map(|pair| format!("--{pair}"))))
    }

    fn models(&self) -> PathBuf {
        self.folder.join("models")
    }

    /// An invented scene of Sentinel-2 L2A.
    pub fn scene(&self, size_px: usize) -> Result<PathBuf> {
        let scene = self.path(&format!("S2L2A_{size_px}.tif"));
        if !scene.is_file() {
            self.say(format_args!("Making a scene of {size_px} × {size_px} pixels"));
            let output = format!("--OUTPUT_S2L2A={}", scene.display());
            child::run(self.program().args([
                "run",
                "samplescene",
                "--SEED=1",
                &format!("--SIZE={size_px}"),
                &output,
            ]))?;
        }
        Ok(scene)
    }

    /// The pack of an installed model.
    pub fn pack(&self, model: &str) -> PathBuf {
        self.models().join(model)
    }

    /// The pack of a tokenizer that was installed with a model.
    pub fn tokenizer(&self, model: &str, modality: &str) -> PathBuf {
        self.pack(model).join("tokenizers").join(modality)
    }

    /// The sample's model and its tokenizers.
    pub fn smallest(&self) -> Result<&'static str> {
        let sample = checkout().join("sample");
        self.install(SMALLEST, &sample.join("TerraMind_v1_demo.pt"), &sample, &["LULC", "DEM"])?;
        Ok(SMALLEST)
    }

    /// The demonstration, the only one that has learnt anything, and the tokenizer of what it is to generate.
    pub fn demonstration(&self) -> Result<&'static str> {
        let name = "demonstration";
        let folder = checkout().join("demo");
        self.install(name, &folder.join("TerraMind_v1_demonstration.pt"), &folder, &["DEM"])?;
        Ok(name)
    }

    /// Tiny with random weights, without tokenizers.
    pub fn tiny(&self) -> Result<&'static str> {
        let name = "tiny_encoder";
        if !self.pack(name).is_dir() {
            let checkpoint = self.path("TerraMind_v1_tiny.safetensors");
            tiny::write(&checkpoint)?;
            self.install(name, &checkpoint, Path::new(""), &[])?;
            fs::remove_file(&checkpoint)?;
        }
        Ok(name)
    }

    /// Installs what is not installed of a checkpoint and its tokenizers, which lie in `tokenizers`.
    pub fn install(
        &self,
        name: &str,
        checkpoint: &Path,
        tokenizers: &Path,
        modalities: &[&str],
    ) -> Result<()> {
        if !self.pack(name).is_dir() {
            self.import(checkpoint, &[format!("NAME={name}")])?;
        }
        for modality in modalities {
            if !self.tokenizer(name, modality).is_dir() {
                let file = tokenizers.join(format!("TerraMind_Tokenizer_{modality}.pt"));
                self.import(&file, &[format!("MODEL={name}"), format!("NAME={modality}")])?;
            }
        }
        Ok(())
    }

    /// Installs a fine-tuned model and its configuration, unless it is installed.
    pub fn install_task(&self, name: &str, checkpoint: &Path, configuration: &Path) -> Result<()> {
        if !self.pack(name).is_dir() {
            let configuration = format!("CONFIG={}", configuration.display());
            self.import(checkpoint, &[format!("NAME={name}"), configuration])?;
        }
        Ok(())
    }

    fn import(&self, file: &Path, more: &[String]) -> Result<()> {
        self.say(format_args!("Importing {}", file.display()));
        let mut command = self.program();
        command.args(["run", "importmodel"]).arg(format!("--INPUT={}", file.display()));
        child::run(command.args(more.iter().map(|pair| format!("--{pair}"))))?;
        Ok(())
    }

    /// The values of a raster's first band, row after row.
    pub fn values(&self, raster: &Path) -> Result<Vec<f32>> {
        let file = raster.with_extension("f32");
        child::run(self.example("save_values").arg(raster).arg(&file))?;
        read_values(&file)
    }
}

impl Reference {
    /// Runs the reference's script and reads the JSON that it prints last.
    pub fn run<T: DeserializeOwned>(&self, arguments: &[String]) -> Result<(Run, T)> {
        let threads = self.threads.to_string();
        let mut command = Command::new(&self.python);
        command
            .arg(checkout().join("tools/bench/reference.py"))
            .args(arguments)
            .env("OMP_NUM_THREADS", &threads)
            .env("MKL_NUM_THREADS", &threads);
        let run = child::run(&mut command)?;
        let last = run.printed.lines().last().unwrap_or_default();
        let found = serde_json::from_str(last).with_context(|| format!("the reference printed: {last}"))?;
        Ok((run, found))
    }

    /// What its packages are.
    pub fn versions(&self) -> Result<String> {
        Ok(self.run::<String>(&["versions".into()])?.1)
    }
}

/// Reads a file of floats and removes it.
pub fn read_values(file: &Path) -> Result<Vec<f32>> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    fs::remove_file(file)?;
    Ok(bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
}
