//! What can be installed: which files of which packages, by version and hash.

/// A build of ONNX Runtime with what it needs.
pub(super) struct Package {
    /// What it is chosen by.
    pub word: &'static str,
    /// What it is, in words.
    pub label: &'static str,
    /// Whose terms apply, in words.
    pub licences: &'static str,
    pub wheels: Vec<Wheel>,
}

/// A file of the Python Package Index, of which no Python is used.
#[derive(Clone)]
pub(super) struct Wheel {
    /// The project's name, normalised as the index has it in its addresses.
    pub project: &'static str,
    pub version: &'static str,
    /// For which Python and which systems it is, as the file's name ends.
    pub tag: &'static str,
    /// SHA-256 of the file.
    pub sha256: &'static str,
    /// Size of the file.
    pub bytes: u64,
    /// The folder in it that holds the libraries.
    pub folder: &'static str,
    /// The libraries that are taken.
    pub libraries: Vec<&'static str>,
    /// Licences and notices, with their folders in the file, where `*` stands for the project and version.
    pub licences: &'static [&'static str],
    /// Size of all that is taken, unpacked.
    pub unpacked_bytes: u64,
}

impl Package {
    /// What is fetched.
    pub fn bytes(&self) -> u64 {
        self.wheels.iter().map(|wheel| wheel.bytes).sum()
    }

    /// What is kept.
    pub fn unpacked_bytes(&self) -> u64 {
        self.wheels.iter().map(|wheel| wheel.unpacked_bytes).sum()
    }

    /// What of the disk is needed at most: wheels are unpacked one after the other.
    pub fn disk_bytes(&self) -> u64 {
        self.unpacked_bytes() + self.wheels.iter().map(|wheel| wheel.bytes).max().unwrap_or_default()
    }
}

impl Wheel {
    /// Name of the file.
    pub fn file(&self) -> String {
        format!("{}-{}.whl", self.stem(), self.tag)
    }

    /// The members that are libraries.
    pub fn library_members(&self) -> impl Iterator<Item = String> {
        self.libraries.iter().map(|library| format!("{}/{library}", self.folder))
    }

    /// The members that say whose it is and on which terms.
    pub fn licence_members(&self) -> impl Iterator<Item = String> {
        self.licences.iter().map(|member| member.replace('*', &self.stem()))
    }

    fn stem(&self) -> String {
        format!("{}-{}", self.project.replace('-', "_"), self.version)
    }
}

/// The words that packages are chosen by, with their names in the dialog.
pub(super) const CHOICES: [(&str, &str); 2] = [
    (CUDA, "For NVIDIA graphics cards (CUDA 12; driver 525 or newer)"),
    (OPENVINO, "For processors (OpenVINO; comes with the plugin)"),
];

pub(super) const CUDA: &str = "cuda";
pub(super) const OPENVINO: &str = "openvino";

/// Everything that can be installed.
fn all() -> Vec<Package> {
    [Some(cuda()), openvino()].into_iter().flatten().collect()
}

/// What is chosen by a word.
pub(super) fn named(word: &str) -> Option<Package> {
    all().into_iter().find(|package| package.word == word)
}

const OF_ONNX_RUNTIME: [&str; 2] = ["onnxruntime/LICENSE", "onnxruntime/ThirdPartyNotices.txt"];
const OF_NVIDIA: [&str; 1] = ["*.dist-info/licenses/License.txt"];

/// The last version that the index has for CUDA 12: those for CUDA 13 want a driver that Debian 12 and 13 do not have. Beside it
/// lies what `readelf -d` tells that the provider needs (cuBLAS, cuDNN, cudart, cuFFT, cuRAND), in the versions that pip
/// takes for it, and NVRTC, which cuBLAS and cuDNN load when they compile kernels on the card.
fn cuda() -> Package {
    Package {
        word: CUDA,
        label: "ONNX Runtime 1.26.0 for CUDA 12, with NVIDIA's CUDA and cuDNN libraries",
        licences: "ONNX Runtime: MIT; CUDA: NVIDIA's CUDA Toolkit End User License Agreement (docs.nvidia.com/cuda/eula); cuDNN: NVIDIA's licence agreement for software development kits with the supplement for cuDNN (docs.nvidia.com/deeplearning/cudnn)",
        wheels: [
            vec![Wheel {
                project: "onnxruntime-gpu",
                version: "1.26.0",
                tag: "cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64",
                sha256: "4fa231294c2643911d2a7d16469c4808b0bdcdc4b5f4063d3a53744ce25b683a",
                bytes: 276_956_564,
                folder: "onnxruntime/capi",
                libraries: vec![
                    "libonnxruntime.so.1.26.0",
                    "libonnxruntime_providers_shared.so",
                    "libonnxruntime_providers_cuda.so",
                ],
                licences: &OF_ONNX_RUNTIME,
                unpacked_bytes: 424_274_151,
            }],
            nvidia(),
        ]
        .concat(),
    }
}

fn nvidia() -> Vec<Wheel> {
    let wheel = |project, version, tag, sha256, bytes, unpacked_bytes, folder, libraries| Wheel {
        project,
        version,
        tag,
        sha256,
        bytes,
        folder,
        libraries,
        licences: &OF_NVIDIA,
        unpacked_bytes,
    };
    vec![
        wheel(
            "nvidia-cuda-runtime-cu12",
            "12.9.79",
            "py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64",
            "25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3",
            3_493_179,
            800_350,
            "nvidia/cuda_runtime/lib",
            vec!["libcudart.so.12"],
        ),
        wheel(
            "nvidia-cuda-nvrtc-cu12",
            "12.9.86",
            "py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64",
            "210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4",
            89_568_129,
            113_506_502,
            "nvidia/cuda_nvrtc/lib",
            vec!["libnvrtc.so.12", "libnvrtc-builtins.so.12.9"],
        ),
        wheel(
            "nvidia-cublas-cu12",
            "12.9.3.13",
            "py3-none-manylinux_2_27_x86_64",
            "d7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72",
            581_217_458,
            854_369_854,
            "nvidia/cublas/lib",
            vec!["libcublas.so.12", "libcublasLt.so.12"],
        ),
        wheel(
            "nvidia-cufft-cu12",
            "11.4.1.4",
            "py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64",
            "c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28",
            200_877_592,
            291_567_190,
            "nvidia/cufft/lib",
            vec!["libcufft.so.11"],
        ),
        Wheel {
            licences: &["*.dist-info/License.txt"],
            ..wheel(
                "nvidia-curand-cu12",
                "10.3.10.19",
                "py3-none-manylinux_2_27_x86_64",
                "49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e",
                68_295_626,
                167_024_694,
                "nvidia/curand/lib",
                vec!["libcurand.so.10"],
            )
        },
        wheel(
            "nvidia-cudnn-cu12",
            "9.28.0.42",
            "py3-none-manylinux_2_27_x86_64",
            "9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375",
            716_538_495,
            1_162_411_646,
            "nvidia/cudnn/lib",
            vec![
                "libcudnn.so.9",
                "libcudnn_adv.so.9",
                "libcudnn_cnn.so.9",
                "libcudnn_engines_precompiled.so.9",
                "libcudnn_engines_runtime_compiled.so.9",
                "libcudnn_engines_tensor_ir.so.9",
                "libcudnn_ext.so.9",
                "libcudnn_graph.so.9",
                "libcudnn_heuristic.so.9",
                "libcudnn_ops.so.9",
            ],
        ),
    ]
}

/// The version, the hash and the libraries are those that the plugin is shipped with, said once for both.
const REQUIREMENTS: &str = include_str!("../../../../runtime/requirements.txt");
const LIBRARIES: &str = include_str!("../../../../runtime/libraries.txt");

fn openvino() -> Option<Package> {
    let pin = REQUIREMENTS.lines().find(|line| !line.starts_with('#') && !line.is_empty())?;
    let (project, rest) = pin.split_once("==")?;
    let (version, sha256) = rest.split_once(" --hash=sha256:")?;
    Some(Package {
        word: OPENVINO,
        label: "ONNX Runtime with OpenVINO, the very build that comes with the plugin",
        licences: "ONNX Runtime: MIT; OpenVINO and oneTBB: Apache License 2.0",
        wheels: vec![Wheel {
            project,
            version,
            // That of `runtime/fetch.sh`.
            tag: "cp311-cp311-manylinux_2_28_x86_64",
            sha256: sha256.trim(),
            bytes: 84_430_935,
            folder: "onnxruntime/capi",
            libraries: LIBRARIES.split_whitespace().collect(),
            licences: &OF_ONNX_RUNTIME,
            unpacked_bytes: 133_269_395,
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn each_row_of_the_table_is_well_formed() {
        let packages = all();
        assert_eq!(packages.len(), CHOICES.len(), "the pins of runtime/ are read");
        for (package, (word, _)) in packages.iter().zip(CHOICES) {
            assert_eq!(package.word, word);
            assert!(!package.label.is_empty() && package.licences.contains("ONNX Runtime: MIT"));
            assert!(package.disk_bytes() > package.unpacked_bytes());
            let mut libraries = HashSet::new();
            let core = |name: &&str| name.starts_with("libonnxruntime.so.");
            assert_eq!(package.wheels.iter().flat_map(|w| &w.libraries).filter(|n| core(n)).count(), 1);
            for wheel in &package.wheels {
                let file = wheel.file();
                assert!(
                    wheel.project.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
                );
                assert!(wheel.version.chars().all(|c| c.is_ascii_digit() || c == '.'), "{file}");
                assert!(wheel.tag.contains("manylinux") && wheel.tag.contains("x86_64"), "{file}");
                let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
                assert!(wheel.sha256.len() == 64 && wheel.sha256.chars().all(hex), "{file}");
                assert!(wheel.bytes > 1_000_000 && wheel.unpacked_bytes > 0, "{file}");
                assert!(!wheel.libraries.is_empty() && !wheel.licences.is_empty(), "{file}");
                assert!(!wheel.folder.ends_with('/'), "{file}");
                for name in &wheel.libraries {
                    assert!(name.starts_with("lib") && name.contains(".so") && !name.contains('/'), "{name}");
                    assert!(libraries.insert(*name), "{name} would be there twice");
                }
                for member in wheel.licence_members() {
                    assert!(!member.contains('*') && !member.contains(".."), "{member}");
                }
            }
        }
        let names: HashSet<_> =
            packages.iter().flat_map(|package| &package.wheels).map(Wheel::file).collect();
        assert_eq!(names.len(), 8);
        assert!(names.contains("onnxruntime_openvino-1.24.1-cp311-cp311-manylinux_2_28_x86_64.whl"));
    }

    #[test]
    fn the_licences_of_a_wheel_are_named_by_its_project_and_version() {
        let cuda = cuda();
        let members: Vec<_> = cuda.wheels.iter().flat_map(Wheel::licence_members).collect();
        assert!(
            members.contains(&String::from("nvidia_cudnn_cu12-9.28.0.42.dist-info/licenses/License.txt"))
        );
    }
}
