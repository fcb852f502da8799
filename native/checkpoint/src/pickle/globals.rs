//! Which names a pickle may mention. Nothing is ever imported or called: the names that a state dict needs are
//! understood, other classes stay opaque, and names that only serve an attack make the file unreadable, so
//! that its receiver learns what was sent.

use crate::Dtype;

/// A name that is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// `collections.OrderedDict`, `defaultdict`, `dict`
    Dict,
    /// `torch.Size`
    Size,
    /// `torch._utils._rebuild_tensor` and `_rebuild_tensor_v2`
    RebuildTensor,
    /// `torch._utils._rebuild_tensor_v3`: the storage has bytes, the type stands apart
    RebuildTensorV3,
    /// `torch._utils._rebuild_parameter`: its first argument is the tensor
    RebuildParameter,
    /// `torch._tensor._rebuild_from_type_v2`: a call wrapped in another
    RebuildFromType,
    /// `copyreg._reconstructor`: its first argument is the class
    Reconstructor,
    /// `torch.FloatStorage` and its kin
    Storage(Dtype),
    /// `torch.float32` and its kin
    Dtype(Dtype),
    /// Any other class
    Other,
}

/// Looks a name up; the error is the name of a callable that runs code.
pub(crate) fn look_up(module: &str, name: &str) -> Result<Known, String> {
    if runs_code(module, name) {
        return Err(format!("{module}.{name}"));
    }
    Ok(match (module, name) {
        ("collections", "OrderedDict" | "defaultdict") | ("builtins" | "__builtin__", "dict") => Known::Dict,
        ("torch", "Size") => Known::Size,
        ("torch._utils", "_rebuild_tensor" | "_rebuild_tensor_v2") => Known::RebuildTensor,
        ("torch._utils", "_rebuild_tensor_v3") => Known::RebuildTensorV3,
        ("torch._utils", "_rebuild_parameter" | "_rebuild_parameter_with_state") => Known::RebuildParameter,
        ("torch._tensor", "_rebuild_from_type_v2") => Known::RebuildFromType,
        ("copyreg" | "copy_reg", "_reconstructor") => Known::Reconstructor,
        ("torch", name) => storage(name).or_else(|| dtype(name)).unwrap_or(Known::Other),
        ("torch.storage", name) => storage(name).unwrap_or(Known::Other),
        _ => Known::Other,
    })
}

fn storage(name: &str) -> Option<Known> {
    Some(Known::Storage(match name {
        "BoolStorage" => Dtype::Bool,
        // An untyped storage counts bytes.
        "ByteStorage" | "UntypedStorage" => Dtype::U8,
        "CharStorage" => Dtype::I8,
        "ShortStorage" => Dtype::I16,
        "IntStorage" => Dtype::I32,
        "LongStorage" => Dtype::I64,
        "HalfStorage" => Dtype::F16,
        "BFloat16Storage" => Dtype::Bf16,
        "FloatStorage" => Dtype::F32,
        "DoubleStorage" => Dtype::F64,
        "ComplexFloatStorage" => Dtype::C64,
        "ComplexDoubleStorage" => Dtype::C128,
        _ => return None,
    }))
}

fn dtype(name: &str) -> Option<Known> {
    Some(Known::Dtype(match name {
        "bool" => Dtype::Bool,
        "uint8" => Dtype::U8,
        "int8" => Dtype::I8,
        "uint16" => Dtype::U16,
        "int16" => Dtype::I16,
        "uint32" => Dtype::U32,
        "int32" => Dtype::I32,
        "uint64" => Dtype::U64,
        "int64" => Dtype::I64,
        "float16" => Dtype::F16,
        "bfloat16" => Dtype::Bf16,
        "float32" => Dtype::F32,
        "float64" => Dtype::F64,
        "complex64" => Dtype::C64,
        "complex128" => Dtype::C128,
        name if name.starts_with("float8_") => Dtype::Narrow,
        _ => return None,
    }))
}

/// Packages that no saved model refers to, and through which pickles attack.
const CODE_PACKAGES: &[&str] = &[
    "_frozen_importlib",
    "_pickle",
    "_posixsubprocess",
    "_pyio",
    "_thread",
    "aiohttp",
    "asyncio",
    "bdb",
    "cProfile",
    "code",
    "codeop",
    "commands",
    "concurrent",
    "ctypes",
    "_ctypes",
    "distutils",
    "ensurepip",
    "ftplib",
    "http",
    "httplib",
    "httpx",
    "idlelib",
    "imaplib",
    "imp",
    "importlib",
    "marshal",
    "multiprocessing",
    "nt",
    "ntpath",
    "os",
    "pdb",
    "pickle",
    "pip",
    "pkgutil",
    "platform",
    "poplib",
    "posix",
    "posixpath",
    "profile",
    "pty",
    "py_compile",
    "pydoc",
    "requests",
    "runpy",
    "setuptools",
    "shutil",
    "smtplib",
    "socket",
    "sqlite3",
    "ssl",
    "subprocess",
    "sys",
    "telnetlib",
    "threading",
    "timeit",
    "trace",
    "urllib",
    "urllib2",
    "venv",
    "webbrowser",
    "xmlrpc",
    "zipimport",
];

/// Single names in packages that are otherwise harmless.
const CODE_NAMES: &[(&str, &[&str])] = &[
    ("_io", &["FileIO", "open", "open_code"]),
    ("_operator", &["attrgetter", "methodcaller"]),
    ("cloudpickle", &["load", "loads"]),
    ("dill", &["load", "loads"]),
    ("io", &["FileIO", "open", "open_code"]),
    ("joblib", &["load"]),
    ("numpy", &["load", "fromfile"]),
    ("numpy.testing._private.utils", &["runstring"]),
    ("operator", &["attrgetter", "methodcaller"]),
    ("torch", &["load", "compile"]),
    ("torch.hub", &["load", "download_url_to_file", "load_state_dict_from_url"]),
    ("torch.serialization", &["load"]),
    ("torch.utils.cpp_extension", &["load", "load_inline"]),
    ("types", &["CodeType", "FunctionType", "LambdaType", "MethodType"]),
];

/// The built-in types; every other built-in is a function.
const BUILTIN_TYPES: &[&str] = &[
    "bool",
    "bytearray",
    "bytes",
    "complex",
    "dict",
    "float",
    "frozenset",
    "int",
    "list",
    "long",
    "object",
    "range",
    "set",
    "slice",
    "str",
    "tuple",
    "unicode",
    "xrange",
];

fn runs_code(module: &str, name: &str) -> bool {
    let root = |path: &str| path.split('.').next().unwrap_or_default().to_owned();
    match module {
        "builtins" | "__builtin__" | "__builtins__" => !BUILTIN_TYPES.contains(&name),
        _ => {
            CODE_PACKAGES.contains(&root(module).as_str())
                || CODE_NAMES.iter().any(|(package, names)| *package == module && names.contains(&name))
                // A dotted name walks from one module's attributes into another: `torch.serialization`, `os.system`.
                || (name.contains('.') && CODE_PACKAGES.contains(&root(name).as_str()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_run_code_are_refused_by_name() {
        for (module, name) in [
            ("os", "system"),
            ("posix", "system"),
            ("nt", "system"),
            ("subprocess", "Popen"),
            ("builtins", "eval"),
            ("__builtin__", "exec"),
            ("builtins", "getattr"),
            ("builtins", "__import__"),
            ("runpy", "_run_code"),
            ("importlib", "import_module"),
            ("importlib.util", "find_spec"),
            ("webbrowser", "open"),
            ("torch.serialization", "os.system"),
            ("io", "open"),
        ] {
            assert_eq!(look_up(module, name), Err(format!("{module}.{name}")));
        }
    }

    #[test]
    fn classes_of_other_packages_are_opaque() {
        for (module, name) in [
            ("lightning.pytorch.callbacks", "ModelCheckpoint"),
            ("argparse", "Namespace"),
            ("pathlib", "PosixPath"),
            ("osgeo.gdal", "Dataset"),
            ("io", "BytesIO"),
            ("builtins", "set"),
            ("torch", "device"),
            ("codecs", "encode"),
        ] {
            assert_eq!(look_up(module, name), Ok(Known::Other), "{module}.{name}");
        }
    }
}
