# Sourced by demo.sh and test.sh in the repository's root: installs whatever is missing, and nothing that is there.

# What a build needs, what a QGIS needs, what only the checks need.
build_packages=(build-essential pkg-config libclang-dev libgdal-dev libproj-dev libqgis-dev patchelf python3-pip qttools5-dev-tools)
qgis_packages=(qgis qgis-providers python3-qgis)
test_packages=(clang-format python3-gdal python3-pytest xauth xvfb)

# The toolchain where rustup has to bring one; any other that is new enough for Cargo.toml will do.
rust_version=1.95.0

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
target=$CARGO_TARGET_DIR

step() { printf '\n== %s\n' "$*"; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

install_packages() {
  local package missing=()
  for package in "$@"; do
    if [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then missing+=("$package"); fi
  done
  if [ ${#missing[@]} = 0 ]; then return; fi
  step "Installing packages: ${missing[*]}"
  if ! command -v apt-get >/dev/null; then
    echo "There is no apt-get here: install the equivalents of these Debian packages, then run this again." >&2
    return 1
  fi
  as_root apt-get -qq update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >"$(log apt)" </dev/null
}

# The file that a step's long output goes to.
log() {
  mkdir -p "$target/log"
  echo "$target/log/$1.log"
}

rust_is_new_enough() {
  local needed found
  needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  found=$(cargo --version 2>/dev/null | cut -d ' ' -f 2)
  [ -n "$found" ] && [ "$(printf '%s\n' "$needed" "$found" | sort -V | head -n 1)" = "$needed" ]
}

install_rust() {
  export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
  if rust_is_new_enough; then return; fi
  step "Installing Rust $rust_version with rustup (https://rustup.rs)"
  if command -v rustup >/dev/null; then
    rustup toolchain install "$rust_version" --profile minimal --component clippy --component rustfmt
    export RUSTUP_TOOLCHAIN=$rust_version
  else
    install_packages curl ca-certificates
    # The path check would refuse where the distribution's own, older Rust is installed.
    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs |
      RUSTUP_INIT_SKIP_PATH_CHECK=yes sh -s -- -y -q --no-modify-path --profile minimal \
        --default-toolchain "$rust_version" --component clippy --component rustfmt
  fi
}

install_onnxruntime() {
  if [ ! -e "$target/onnxruntime/pins" ]; then step "Fetching ONNX Runtime from PyPI (84 MB)"; fi
  mkdir -p "$target"
  runtime/fetch.sh "$target/onnxruntime"
}
