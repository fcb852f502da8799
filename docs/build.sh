#!/usr/bin/env bash
# Builds the documentation into target/docs: a site, which can be read as files, too. Any warning is an error.
# usage: docs/build.sh     (needs target/release/terramind, and the package python3-pip)
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."
target=${CARGO_TARGET_DIR:-$PWD/target}
pins=.ci/requirements-docs.txt

if ! cmp --silent "$pins" "$target/docs-python/pins"; then
  rm -rf "$target/docs-python"
  /usr/bin/python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps \
    --require-hashes --only-binary=:all: --target "$target/docs-python" --requirement "$pins"
  cp "$pins" "$target/docs-python/pins"
fi

# Made anew, so that no page outlives its source, and put into its place only when it is complete.
rm -rf "$target/docs.new"
TERRAMIND=$target/release/terramind PYTHONPATH=$target/docs-python PYTHONDONTWRITEBYTECODE=1 \
  /usr/bin/python3 -m sphinx --fail-on-warning --keep-going --quiet --fresh-env \
  --doctree-dir "$target/docs-doctrees" docs "$target/docs.new"
# What only other documentations and the next build would read.
rm -rf "$target"/docs.new/{.buildinfo,objects.inv,_sources} "$target/docs"
mv "$target/docs.new" "$target/docs"
echo "Wrote $target/docs/index.html"
