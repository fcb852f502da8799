#!/usr/bin/env bash
# From a fresh Debian 12 to a QGIS project: installs what is missing, builds, puts the plugin into the default QGIS profile
# and runs it on an invented scene with the models in demo/. May be run again at any time.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")"
. .ci/setup.sh

output=$PWD/demo-output
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

mkdir -p "$output"
step "Importing demo/TerraMind_v1_demonstration.pt, a small model trained on invented scenes, and its tokenizers"
"$target/release/terramind" run importmodel --INPUT=demo/TerraMind_v1_demonstration.pt --NAME=demonstration
for tokenizer in demo/TerraMind_Tokenizer_*.pt; do
  "$target/release/terramind" run importmodel --INPUT="$tokenizer" --MODEL=demonstration
done

step "Importing demo/flood_tim.ckpt, a model fine-tuned to find floods, with its configuration"
"$target/release/terramind" run importmodel --INPUT=demo/flood_tim.ckpt --CONFIG=demo/flood_tim.yaml

step "Running Sample scene in QGIS: an invented, flooded landscape that the models have never seen, with the truth about it"
qgis_process run terramind:samplescene -- SEED=204 SIZE=672 CLOUDS=0 FLOODED=true \
  OUTPUT_S2L2A="$output/scene_s2.tif" OUTPUT_S1GRD="$output/scene_s1.tif" OUTPUT_LULC="$output/true_land_cover.tif" \
  OUTPUT_DEM="$output/true_dem.tif" OUTPUT_FLOOD="$output/true_flood.tif"

# Tiles that overlap widely and keep their own levels: this model tells how high a place is, hardly its relief.
step "Running Generate modality in QGIS: land cover, elevation and radar from its optical image"
qgis_process run terramind:generatemodality -- MODEL=demonstration S2L2A="$output/scene_s2.tif" ORDER=LULC,DEM,S1RTC \
  TEMPERATURE=0 CLAMP=false OVERLAP=160 HARMONIZE=false OUTPUT_LULC="$output/generated_land_cover.tif" \
  OUTPUT_DEM="$output/generated_dem.tif" OUTPUT_S1RTC="$output/generated_s1.tif"

step "Running Evaluate in QGIS: how much of the land cover is right"
qgis_process run terramind:evaluate -- PREDICTION="$output/generated_land_cover.tif" \
  REFERENCE="$output/true_land_cover.tif" OUTPUT_HTML="$output/land_cover.html"

step "Running TiM segment in QGIS: the flood from its radar image, with the land cover that the model imagines"
qgis_process run terramind:timsegment -- MODEL=flood_tim S1GRD="$output/scene_s1.tif" OUTPUT="$output/flood.tif"

step "Running Embed layer and Feature colours in QGIS: what the model sees in the optical image"
qgis_process run terramind:embedlayer -- MODEL=demonstration S2L2A="$output/scene_s2.tif" OUTPUT="$output/features.tif"
qgis_process run terramind:featurecolours -- INPUT="$output/features.tif" OUTPUT="$output/feature_colours.tif"

step "Making a QGIS project of all of it, and a picture"
/usr/bin/python3 tools/demo_project.py "$output"

step "Done"
cat <<END
Project:   qgis "$output/terramind.qgz"
Picture:   $output/terramind.png
Report:    $output/land_cover.html   (how much of the generated land cover is right)
In QGIS:   Processing Toolbox > TerraMind
Tutorial:  $target/docs/tutorial/index.html   (also in the plugin's folder doc/)
Command:   $target/release/terramind list
The scene is invented, and the models were trained on invented scenes only: they know nothing about Earth.
END
