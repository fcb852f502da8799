#!/usr/bin/env bash
# Everything that the continuous integration checks: installs what is missing, then formatters, linters,
# documentation, the Rust tests, and end-to-end runs in QGIS. Needs no GPU and no screen.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")"
. .ci/setup.sh

install_packages "${build_packages[@]}" "${qgis_packages[@]}" "${test_packages[@]}"
install_rust
install_onnxruntime
/usr/bin/python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --upgrade --no-deps \
  --require-hashes --only-binary=:all: --target "$target/python" --requirement .ci/requirements.txt
ruff=$target/python/bin/ruff

step "Formatters"
cargo fmt --all --check
find cpp native -name '*.cpp' -o -name '*.h' | xargs --no-run-if-empty clang-format --dry-run --Werror
"$ruff" format --check .

step "Linters"
"$ruff" check .
cargo clippy --release --locked --workspace --all-targets -- -D warnings

step "Documentation of the code"
RUSTDOCFLAGS='-D warnings' cargo doc --release --locked --workspace --no-deps

# One profile for everything, so that nothing is built twice.
step "Build"
cargo build --release --locked --workspace

step "Translations"
/usr/bin/python3 tools/translations.py check --terramind "$target/release/terramind"

step "Documentation"
docs/build.sh
/usr/bin/python3 -m pytest tests/documentation

step "Rust tests"
export TERRAMIND_ONNXRUNTIME=$target/onnxruntime
cargo test --release --locked --workspace --no-fail-fast 2>&1 | tee "$(log cargo-test)"

step "Our graphs with ONNX's own checker and runtime"
cargo build --release --locked --package model --examples
PYTHONPATH=$target/python /usr/bin/python3 native/model/tests/onnx_parity.py tests/goldens "$target/release/examples"

step "End-to-end runs in QGIS"
/usr/bin/python3 -m pytest tests/end_to_end --build "$target/release" --runtime "$target/onnxruntime" | tee "$(log pytest)"

step "Passed"
awk '/^test result:/ { passed += $4; failed += $6 } END { printf "cargo test: %d passed, %d failed\n", passed, failed }' "$target/log/cargo-test.log"
tail -n 1 "$target/log/pytest.log"
