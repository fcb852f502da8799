#!/usr/bin/env bash
# Puts ONNX Runtime's libraries into FOLDER: the version and hash of requirements.txt, the files of libraries.txt.
# usage: runtime/fetch.sh FOLDER     (needs the package python3-pip; does nothing where they are already)
set -euo pipefail
here=$(dirname "$(realpath "$0")")
folder=$1
pins=$(cat "$here/requirements.txt" "$here/libraries.txt")
if [ "$(cat "$folder/pins" 2>/dev/null)" = "$pins" ]; then exit 0; fi

# Made beside its place and renamed, so that an interrupted download is not taken for a complete one.
new=$folder.new
rm -rf "$new"
mkdir -p "$new/wheel"
/usr/bin/python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
  --only-binary=:all: --implementation cp --python-version 3.11 --platform manylinux_2_28_x86_64 \
  --dest "$new/wheel" --requirement "$here/requirements.txt"
/usr/bin/python3 - "$new" "$here/libraries.txt" <<'PYTHON'
import pathlib, sys, zipfile

folder, libraries = map(pathlib.Path, sys.argv[1:])
members = [f"onnxruntime/capi/{name}" for name in libraries.read_text().split()]
with zipfile.ZipFile(next(folder.glob("wheel/*.whl"))) as wheel:
    for member in [*members, "onnxruntime/LICENSE", "onnxruntime/ThirdPartyNotices.txt"]:
        (folder / pathlib.Path(member).name).write_bytes(wheel.read(member))
PYTHON
rm -r "$new/wheel"
printf '%s\n' "$pins" >"$new/pins"
rm -rf "$folder"
mv "$new" "$folder"
