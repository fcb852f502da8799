//! The machine's parts, as Linux tells them.

use crate::common::memory;
use raster::bytes::rounded_down;
use runtime::provider::has_nvidia_driver;
use std::fmt;
use std::fs;
use std::path::Path;
use sysinfo::System;

/// What speeds models up, by the names that Linux gives: x86 first, then ARM.
const INSTRUCTION_SETS: [&str; 17] = [
    "avx",
    "avx2",
    "fma",
    "f16c",
    "avx_vnni",
    "avx512f",
    "avx512_vnni",
    "avx512_bf16",
    "avx512_fp16",
    "amx_tile",
    "amx_bf16",
    "amx_int8",
    "asimd",
    "asimddp",
    "bf16",
    "i8mm",
    "sve",
];

/// The processor.
pub(crate) struct Processor {
    name: String,
    physical: Option<usize>,
    logical: usize,
    instruction_sets: Vec<&'static str>,
}

impl Processor {
    pub fn here() -> Self {
        let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        Self {
            name: field(&text, "model name").unwrap_or("of unknown make").to_owned(),
            physical: System::physical_core_count(),
            logical: std::thread::available_parallelism().map_or(1, usize::from),
            instruction_sets: instruction_sets(&text),
        }
    }
}

impl fmt::Display for Processor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} threads", self.name, self.logical)?;
        if let Some(cores) = self.physical {
            write!(f, " on {cores} cores")?;
        }
        match self.instruction_sets.as_slice() {
            [] => Ok(()),
            sets => write!(f, ", {}", sets.join(" ")),
        }
    }
}

/// The first value of a field of `/proc/cpuinfo`.
fn field<'text>(text: &'text str, name: &str) -> Option<&'text str> {
    let of_field = |line: &'text str| line.split_once(':').filter(|(n, _)| n.trim() == name);
    text.lines().find_map(of_field).map(|(_, value)| value.trim())
}

fn instruction_sets(text: &str) -> Vec<&'static str> {
    let flags = field(text, "flags").or_else(|| field(text, "Features")).unwrap_or_default();
    let has = |set: &&&str| flags.split_whitespace().any(|flag| flag == **set);
    INSTRUCTION_SETS.iter().filter(has).copied().collect()
}

/// How much memory there is for this process, and how much of it is free: in a container, what that may have.
pub(crate) fn memory() -> String {
    let look = memory::look();
    format!("{}, {} free", rounded_down(look.total), rounded_down(look.free))
}

/// The NVIDIA graphics cards.
pub(crate) struct GraphicsCards {
    /// By their driver's names; none where there is no driver.
    named: Vec<String>,
    /// Cards on the bus, with or without a driver.
    on_bus: usize,
}

impl GraphicsCards {
    pub fn here() -> Self {
        Self {
            named: named(Path::new("/proc/driver/nvidia/gpus")),
            on_bus: on_bus(Path::new("/sys/bus/pci/devices")),
        }
    }

    /// Whether there is none that could be used after whatever installation.
    pub fn is_none(&self) -> bool {
        self.named.is_empty() && self.on_bus == 0 && !has_nvidia_driver()
    }

    /// What to do so that a card is used, where there is one that is not. `built_for_cuda`: whether the ONNX Runtime that
    /// is used could.
    pub fn advice(&self, works: bool, built_for_cuda: bool) -> Option<&'static str> {
        if works || (self.named.is_empty() && self.on_bus == 0) {
            return None;
        }
        Some(if self.named.is_empty() {
            "There is an NVIDIA graphics card, but no driver of NVIDIA's is loaded: install it (on Debian nvidia-driver) and start the computer again."
        } else if built_for_cuda {
            "There is an NVIDIA graphics card, and this ONNX Runtime is built for it: the line CUDA above says what it misses. Mostly that is a newer driver."
        } else {
            "To use the graphics card, run Install runtime (terramind:installruntime) with PACKAGE=cuda, and start QGIS again."
        })
    }
}

impl fmt::Display for GraphicsCards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.named.as_slice(), self.on_bus) {
            ([], 0) => write!(f, "none of NVIDIA's was found"),
            ([], _) => write!(f, "NVIDIA, without a driver"),
            (names, _) => write!(f, "{}", names.join(", ")),
        }
    }
}

fn named(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let texts = entries.filter_map(|entry| fs::read_to_string(entry.path().join("information")).ok());
    texts.filter_map(|text| field(&text, "Model").map(ToOwned::to_owned)).collect()
}

/// NVIDIA's number is 10de; classes of displays begin with 03.
fn on_bus(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_card = |device: &Path| {
        let says = |file: &str, words: &str| {
            fs::read_to_string(device.join(file)).is_ok_and(|text| text.trim().starts_with(words))
        };
        says("vendor", "0x10de") && says("class", "0x03")
    };
    entries.filter(|entry| is_card(&entry.path())).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_tells_its_name_and_instruction_sets() {
        let text =
            "processor\t: 0\nmodel name\t: A B: C\nflags\t\t: fpu avx avx2 avx512f avx512_bf16 amx_tile\n";
        assert_eq!(field(text, "model name"), Some("A B: C"));
        assert_eq!(instruction_sets(text), ["avx", "avx2", "avx512f", "avx512_bf16", "amx_tile"]);
        assert_eq!(instruction_sets("Features\t: fp asimd bf16\n"), ["asimd", "bf16"]);
        assert!(instruction_sets("").is_empty());
    }

    #[test]
    fn cards_are_found_with_and_without_a_driver() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let file = root.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        for (device, vendor, class) in [
            ("0", "0x10de\n", "0x030000\n"),
            ("1", "0x10de\n", "0x040300\n"),
            ("2", "0x8086\n", "0x030000\n"),
        ] {
            write(&format!("pci/{device}/vendor"), vendor);
            write(&format!("pci/{device}/class"), class);
        }
        write("gpus/0000:01:00.0/information", "Model: \t\t NVIDIA H100 PCIe\nIRQ:   \t\t 16\n");
        let (named, on_bus) = (named(&root.path().join("gpus")), on_bus(&root.path().join("pci")));
        assert_eq!((named.as_slice(), on_bus), (&[String::from("NVIDIA H100 PCIe")][..], 1));

        let cards = GraphicsCards { named, on_bus };
        assert!(cards.advice(true, true).is_none());
        assert!(cards.advice(false, false).unwrap().contains("terramind:installruntime"));
        let installed = cards.advice(false, true).unwrap();
        assert!(installed.contains("driver") && !installed.contains("installruntime"), "{installed}");
        let without_driver = GraphicsCards { named: vec![], on_bus };
        assert!(without_driver.advice(false, false).unwrap().contains("nvidia-driver"));
        assert!(GraphicsCards { named: vec![], on_bus: 0 }.advice(false, false).is_none());
    }
}
