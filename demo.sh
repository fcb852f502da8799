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
step "Running Generate modality in QGIS: land cover, elevation and NDVI from the image in sample/"
qgis_process run terramind:generatemodality -- MODEL=demo S2L2A="$PWD/sample/S2L2A.tif" ORDER=LULC,DEM,NDVI SEED=1 \
  OUTPUT_LULC="$output/generated_land_cover.tif" OUTPUT_DEM="$output/generated_dem.tif" \
  OUTPUT_NDVI="$output/generated_ndvi.tif"

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
Generated: $output/generated_*.tif
Water:     $output/water.tif, $output/water.gpkg   (by a model that was fitted to this one invented scene)
Features:  $output/features.tif   (the demo model's weights are random: generated pictures and features have no meaning)
Look:      qgis "$output"/*.tif
In QGIS:   Processing Toolbox > TerraMind > Generation, Segmentation, Features
Command:   $target/release/terramind list
END
