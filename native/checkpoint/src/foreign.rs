//! What a file is, by its first bytes. File names lie: a failed download is an HTML page named `.pt`.

use crate::Problem;

/// A container that this crate reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// The zip archive that `torch.save` writes since PyTorch 1.6.
    TorchZip,
    /// safetensors
    Safetensors,
}

/// `(first bytes, what it is, what to do)`
const FOREIGN: &[(&[u8], &str, &str)] = &[
    (
        b"version https://git-lfs",
        "a Git LFS pointer",
        "fetch the file itself with \"git lfs pull\", or download it from the model's page",
    ),
    (
        b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19",
        "a PyTorch file in the format from before version 1.6",
        "load it in PyTorch and save it again with torch.save",
    ),
    (b"\x80\x02", "a bare Python pickle", "save the model's state dict with torch.save"),
    (b"\x80\x03", "a bare Python pickle", "save the model's state dict with torch.save"),
    (b"\x80\x04", "a bare Python pickle", "save the model's state dict with torch.save"),
    (b"\x80\x05", "a bare Python pickle", "save the model's state dict with torch.save"),
    (b"II*\0", "a TIFF image", "choose the model file, not a raster"),
    (b"MM\0*", "a TIFF image", "choose the model file, not a raster"),
    (b"II+\0", "a BigTIFF image", "choose the model file, not a raster"),
    (b"MM\0+", "a BigTIFF image", "choose the model file, not a raster"),
    (b"\x89HDF", "an HDF5 file", "choose a .pt, .ckpt or .safetensors file"),
    (b"\x93NUMPY", "a NumPy array", "choose a .pt, .ckpt or .safetensors file"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it first"),
    (b"GGUF", "a GGUF model", "choose a .pt, .ckpt or .safetensors file"),
    (b"PK\x05\x06", "an empty zip archive", "download the checkpoint again"),
];

/// Recognises the container, or says what the file is instead.
pub(crate) fn recognise(bytes: &[u8]) -> Result<Format, Problem> {
    if bytes.is_empty() {
        return Err(foreign("an empty file", "download the checkpoint again"));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(Format::TorchZip);
    }
    if let Some((_, found, remedy)) = FOREIGN.iter().find(|(magic, ..)| bytes.starts_with(magic)) {
        return Err(foreign(found, remedy));
    }
    if is_safetensors(bytes) {
        return Ok(Format::Safetensors);
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return Err(foreign("a tar archive", "unpack it first"));
    }
    Err(match text_start(bytes) {
        Some(text) if text.starts_with('<') => foreign(
            "a web page or XML text",
            "the download failed or needs a login; download the checkpoint again",
        ),
        Some(text) if text.starts_with(['{', '[']) => {
            foreign("JSON text", "choose the file with the weights, or download it again")
        }
        Some(_) => foreign("a text file", "choose the file with the weights, or download it again"),
        None => foreign("a file of an unknown kind", "choose a .pt, .ckpt or .safetensors file"),
    })
}

fn foreign(found: &'static str, remedy: &'static str) -> Problem {
    Problem::Foreign { found, remedy }
}

/// Eight bytes of length, then the header's opening brace.
fn is_safetensors(bytes: &[u8]) -> bool {
    // A length with its upper half set would be a header of 4 GB; text there is something else.
    bytes.get(4..9) == Some(b"\0\0\0\0{")
}

/// The start of the file without leading blanks, where it is text.
fn text_start(bytes: &[u8]) -> Option<&str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let start = bytes.get(..256).unwrap_or(bytes);
    // A multi-byte letter may be cut at the end of the excerpt.
    let valid = start.utf8_chunks().next()?.valid();
    let whole = valid.len() + 3 >= start.len();
    let printable = valid.chars().all(|letter| !letter.is_control() || letter.is_whitespace());
    (whole && printable).then(|| valid.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> &'static str {
        match recognise(bytes) {
            Err(Problem::Foreign { found, .. }) => found,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_two_containers_are_recognised() {
        assert_eq!(recognise(b"PK\x03\x04...").unwrap(), Format::TorchZip);
        assert_eq!(recognise(b"\x02\0\0\0\0\0\0\0{}").unwrap(), Format::Safetensors);
    }

    #[test]
    fn everything_else_is_named() {
        assert_eq!(found(b""), "an empty file");
        assert_eq!(found(b"\n <!DOCTYPE html><html>404"), "a web page or XML text");
        assert_eq!(found(b"\xef\xbb\xbf<html>"), "a web page or XML text");
        assert_eq!(found(b"{\"error\":\"Repository not found\"}"), "JSON text");
        assert_eq!(found("zu groß".as_bytes()), "a text file");
        assert_eq!(found(b"II*\0\x08\0\0\0"), "a TIFF image");
        assert_eq!(found(b"version https://git-lfs.github.com/spec/v1\noid sha256:"), "a Git LFS pointer");
        assert_eq!(found(b"\x80\x04K\x01."), "a bare Python pickle");
        assert_eq!(found(b"\x08\x07\x12\x07pytorch"), "a file of an unknown kind");
    }
}
