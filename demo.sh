#!/usr/bin/env bash
# From a fresh Debian 12 to generated layers and features on a map: installs what is missing, builds, puts the plugin into
# the default QGIS profile and runs it on the scene in sample/. May be run again at any time.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")"
. .ci/setup.sh

output=$PWD/demo-output
models=${TERRAMIND_MODELS:-${XDG_DATA_HOME:-$HOME/.local/share}/terramind/models}
plugins=${XDG_DATA_HOME:-$HOME/.local/share}/QGIS/QGIS3/profiles/default
qgis_process() { QT_QPA_PLATFORM=offscreen /usr/bin/qgis_process.bin "$@"; }

install_packages "${build_packages[@]}" "${qgis_packages[@]}"
install_rust
install_onnxruntime

step "Building (the first time takes minutes)"
cargo build --release --locked

step "Building the documentation"
docs/build.sh

step "Installing the plugin into $plugins"
"$target/release/xtask" install --profile-dir "$plugins"
if ! grep -qs '^terramind=true' "$plugins/QGIS/QGIS3.ini"; then qgis_process plugins enable terramind; fi

step "Importing sample/TerraMind_v1_demo.pt as the model \"demo\", and its tokenizers"
"$target/release/terramind" run importmodel --INPUT=sample/TerraMind_v1_demo.pt --NAME=demo
for tokenizer in sample/TerraMind_Tokenizer_*.pt; do
  "$target/release/terramind" run importmodel --INPUT="$tokenizer" --MODEL=demo
done

step "Importing sample/water_tim.ckpt, a fine-tuned model, with its configuration"
"$target/release/terramind" run importmodel --INPUT=sample/water_tim.ckpt --CONFIG=sample/water_tim.yaml

mkdir -p "$output"
step "Importing demo/TerraMind_v1_demonstration.pt, a small model trained on invented scenes, and its tokenizers"
"$target/release/terramind" run importmodel --INPUT=demo/TerraMind_v1_demonstration.pt --NAME=demonstration
for tokenizer in demo/TerraMind_Tokenizer_*.pt; do
  "$target/release/terramind" run importmodel --INPUT="$tokenizer" --MODEL=demonstration
done

step "Running Sample scene in QGIS: an invented landscape that the model has never seen, with the truth about it"
qgis_process run terramind:samplescene -- SEED=101 SIZE=448 OUTPUT_S2L2A="$output/scene.tif" \
  OUTPUT_LULC="$output/true_land_cover.tif" OUTPUT_DEM="$output/true_dem.tif"

step "Running Generate modality in QGIS: land cover, elevation and NDVI from its optical image"
qgis_process run terramind:generatemodality -- MODEL=demonstration S2L2A="$output/scene.tif" ORDER=LULC,DEM,NDVI \
  TEMPERATURE=0 OUTPUT_LULC="$output/generated_land_cover.tif" OUTPUT_DEM="$output/generated_dem.tif" \
  OUTPUT_NDVI="$output/generated_ndvi.tif"

step "Running Evaluate in QGIS: how much of the land cover is right"
qgis_process run terramind:evaluate -- PREDICTION="$output/generated_land_cover.tif" \
  REFERENCE="$output/true_land_cover.tif" OUTPUT_HTML="$output/land_cover.html"

step "Running TiM segment in QGIS: water by the fine-tuned model, with the land cover that it imagines"
qgis_process run terramind:timsegment -- MODEL=water_tim TOKENIZERS="$models/demo/tokenizers" \
  S2L2A="$PWD/sample/S2L2A.tif" S1GRD="$PWD/sample/S1GRD.tif" \
  OUTPUT="$output/water.tif" OUTPUT_CONFIDENCE="$output/water_confidence.tif" \
  OUTPUT_TIM_LULC="$output/imagined_land_cover.tif" OUTPUT_VECTOR="$output/water.gpkg"

step "Running Embed layer in QGIS on the scene in sample/"
qgis_process run terramind:embedlayer -- MODEL=demo \
  S2L2A="$PWD/sample/S2L2A.tif" S1GRD="$PWD/sample/S1GRD.tif" DEM="$PWD/sample/DEM.tif" \
  OUTPUT="$output/features.tif"

step "Done"
cat <<END
Scene:     $output/scene.tif   (invented; the truth is in true_*.tif)
Generated: $output/generated_*.tif   (how good the land cover is: $output/land_cover.html)
Water:     $output/water.tif, $output/water.gpkg   (by a model that was fitted to this one invented scene)
Features:  $output/features.tif   (the weights of the model "demo" are random: features have no meaning)
Tutorial:  $target/docs/tutorial/index.html   (also in the plugin's folder doc/)
Look:      qgis "$output"/*.tif
In QGIS:   Processing Toolbox > TerraMind > Generation, Segmentation, Features
Command:   $target/release/terramind list
END
