<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>TerraMind</name>
    <message>
        <source>Models</source>
        <extracomment>importmodel: group</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import model</source>
        <extracomment>importmodel: name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Makes a TerraMind checkpoint or tokenizer (.pt, .safetensors), or a model fine-tuned with TerraTorch (.ckpt), usable here, once.</source>
        <extracomment>importmodel: summary</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reads a checkpoint as it is published (TerraMind_v1_tiny.pt, _small, _base, _large) or a reduced model of the same layout, checks that it is complete, and keeps it as a model pack: a folder with manifest.json and weights.safetensors. Nothing in the file is executed.</source>
        <extracomment>importmodel: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The size is recognised by the tensors. A missing tensor is an error that names it, because a model with unloaded weights gives maps that mean nothing. Every part of the model is run once on a fixed input; the answers are kept in the pack and compared when the model is first used on another machine.</source>
        <extracomment>importmodel: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To generate a modality, its tokenizer is needed, too: TerraMind_Tokenizer_S2L2A.pt, _S1GRD, _S1RTC, _DEM, _LULC, _NDVI. Import it in the same way; all models share it. The log of a model's import says which ones are still missing.</source>
        <extracomment>importmodel: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A model that was fine-tuned with TerraTorch (terratorch fit) consists of two files: the .ckpt that Lightning saved, and the YAML configuration, which goes to CONFIG. Segmentation, pixelwise regression and classification on a TerraMind backbone, with and without Thinking in Modalities and several dates, are understood; anything that is not is named. TiM segment runs such models.</source>
        <extracomment>importmodel: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Afterwards choose the model by its name in the other algorithms. Tokenizers need not be chosen: they are found.</source>
        <extracomment>importmodel: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>checkpoint,weights,pytorch,safetensors,ckpt,install,add model,tokenizer,fine-tuned,terratorch,hugging face</source>
        <extracomment>importmodel: words to find it by, with commas between</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checkpoint</source>
        <extracomment>importmodel: INPUT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The downloaded file, for example TerraMind_v1_base.pt or TerraMind_Tokenizer_LULC.pt; or the .ckpt of a fine-tuned model.</source>
        <extracomment>importmodel: INPUT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Configuration</source>
        <extracomment>importmodel: CONFIG</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For fine-tuned models: the YAML file that the model was trained with. It says what the checkpoint does not: names of classes, means and standard deviations, and with older checkpoints the model itself.</source>
        <extracomment>importmodel: CONFIG</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <extracomment>importmodel: NAME</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What to call the model in the other algorithms, for example base; without it, as the file is called. Letters, digits, dots, dashes and underscores.</source>
        <extracomment>importmodel: NAME</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of the model pack</source>
        <extracomment>importmodel: DEST</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where to put it instead of the folder of installed models. Choose such a model by this path, and such a tokenizer by TOKENIZERS.</source>
        <extracomment>importmodel: DEST</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only for this model</source>
        <extracomment>importmodel: MODEL</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For tokenizers: the installed model (name or folder) that alone is to use this one. Without it, all models share the tokenizer.</source>
        <extracomment>importmodel: MODEL</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Modality of the tokenizer</source>
        <extracomment>importmodel: MODALITY</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For tokenizers whose file is no longer called as it was published: S1GRD and S1RTC, and DEM and NDVI, cannot be told apart otherwise.</source>
        <extracomment>importmodel: MODALITY</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the file says</source>
        <extracomment>importmodel: MODALITY, auto</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sentinel-2 L2A</source>
        <extracomment>importmodel: MODALITY, S2L2A</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sentinel-1 GRD</source>
        <extracomment>importmodel: MODALITY, S1GRD</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sentinel-1 RTC</source>
        <extracomment>importmodel: MODALITY, S1RTC</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Elevation</source>
        <extracomment>importmodel: MODALITY, DEM</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Land use and land cover</source>
        <extracomment>importmodel: MODALITY, LULC</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NDVI</source>
        <extracomment>importmodel: MODALITY, NDVI</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names of the classes</source>
        <extracomment>importmodel: CLASSES</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For fine-tuned models: names with commas between, in the order of the classes' numbers from 0, where the configuration has none or others.</source>
        <extracomment>importmodel: CLASSES</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unit of the values</source>
        <extracomment>importmodel: UNIT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For fine-tuned models that predict values: what they are measured in, for example t/ha, which no configuration says.</source>
        <extracomment>importmodel: UNIT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model or tokenizer</source>
        <extracomment>importmodel: MODEL</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What it is: model, tokenizer or fine-tuned model</source>
        <extracomment>importmodel: KIND</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Features</source>
        <extracomment>embedlayer: group</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Embed layer</source>
        <extracomment>embedlayer: name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turns satellite layers into TerraMind's features: what the model sees in every patch of 16 × 16 pixels.</source>
        <extracomment>embedlayer: summary</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Features (also called embeddings) describe the content of a patch by some hundred numbers. Similar places have similar features: use them for clustering, similarity search, change detection, or as input of a classifier.</source>
        <extracomment>embedlayer: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give at least one layer. Layers on other grids are put on that of the first optical layer (else of the first), or on the grid that you ask for. Bands are found by their names, else by their order. TerraMind was trained on 10 m pixels. Without data a patch is nodata; single missing pixels are replaced by the modality's mean.</source>
        <extracomment>embedlayer: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The layers are covered by overlapping tiles that belong to the layers, not to the chosen area: a patch gets the same features whatever area is asked for. The area is widened to whole patches.</source>
        <extracomment>embedlayer: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>embedding,features,encoder,similarity search,clustering,change detection,sentinel-2,sentinel-1,radar,dem,terramind,foundation model,deep learning</source>
        <extracomment>embedlayer: words to find it by, with commas between</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <extracomment>embedlayer: MODEL</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An installed model by its name, or the folder of a model pack. Import model installs one.</source>
        <extracomment>embedlayer: MODEL</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>12 bands B01, B02, B03, B04, B05, B06, B07, B08, B8A, B09, B11, B12 in this order, or in any order if they are named so, as reflectance × 10,000 without the +1000 offset of newer products.</source>
        <extracomment>embedlayer: S2L2A</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sentinel-2 L1C</source>
        <extracomment>embedlayer: S2L1C</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>13 bands B01, B02, B03, B04, B05, B06, B07, B08, B8A, B09, B10, B11, B12 in this order, or in any order if they are named so, top of atmosphere, as reflectance × 10,000 without offset.</source>
        <extracomment>embedlayer: S2L1C</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RGB</source>
        <extracomment>embedlayer: RGB</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>3 bands red, green, blue from 0 to 255.</source>
        <extracomment>embedlayer: RGB</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>2 bands VV, VH in decibels.</source>
        <extracomment>embedlayer: S1GRD</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>2 bands VV, VH in decibels, terrain corrected.</source>
        <extracomment>embedlayer: S1RTC</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>DEM</source>
        <extracomment>embedlayer: DEM</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 band, elevation in metres.</source>
        <extracomment>embedlayer: DEM</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Area</source>
        <extracomment>embedlayer: AREA</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which part of the layers to use, unless an extent is given.</source>
        <extracomment>embedlayer: AREA</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the map shows</source>
        <extracomment>embedlayer: AREA, map</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All that the layers cover</source>
        <extracomment>embedlayer: AREA, layers</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Extent</source>
        <extracomment>embedlayer: EXTENT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A rectangle, as xmin,xmax,ymin,ymax with its coordinate reference system behind, for example 14.4,14.5,50.0,50.1 [EPSG:4326]; without one, that of the layers. It wins over the area, is widened to whole patches of 16 × 16 pixels, and ends where the layers end.</source>
        <extracomment>embedlayer: EXTENT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Block</source>
        <extracomment>embedlayer: BLOCK</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which block's output to take: 0 is the first, -1 the last (the default, and the only one that is normalised), -2 the one before it.</source>
        <extracomment>embedlayer: BLOCK</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merge of modalities</source>
        <extracomment>embedlayer: MERGE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the features of several layers become one: their mean, their maximum, or all of them side by side.</source>
        <extracomment>embedlayer: MERGE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mean</source>
        <extracomment>embedlayer: MERGE, mean</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Maximum</source>
        <extracomment>embedlayer: MERGE, max</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Side by side</source>
        <extracomment>embedlayer: MERGE, concat</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tile size</source>
        <extracomment>embedlayer: TILE_SIZE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixels that the model sees at once, a multiple of 16. TerraMind was trained on 224; larger tiles see more context and need more memory.</source>
        <extracomment>embedlayer: TILE_SIZE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Overlap</source>
        <extracomment>embedlayer: OVERLAP</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixels that neighbouring tiles share, a multiple of 16; they are blended gradually. More hides seams better and takes longer.</source>
        <extracomment>embedlayer: OVERLAP</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resolution</source>
        <extracomment>embedlayer: RESOLUTION</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One cell per patch of 16 × 16 pixels is all that the model knows. One per pixel interpolates between the patches' centres and is 256 times as large.</source>
        <extracomment>embedlayer: RESOLUTION</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One cell per patch</source>
        <extracomment>embedlayer: RESOLUTION, patch</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One cell per pixel</source>
        <extracomment>embedlayer: RESOLUTION, pixel</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coordinate reference system of the result</source>
        <extracomment>embedlayer: TARGET_CRS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All layers are brought to it; without one, to that of the first optical layer, else of the first. For layers in degrees choose the UTM zone of the place: TerraMind was trained on square pixels of 10 m.</source>
        <extracomment>embedlayer: TARGET_CRS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixel size</source>
        <extracomment>embedlayer: CELL_SIZE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To which layers are brought, in units of the coordinate reference system; without it, that of the first optical layer's pixels, else of the first layer's, and 10 m where degrees become metres.</source>
        <extracomment>embedlayer: CELL_SIZE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bands</source>
        <extracomment>embedlayer: BANDS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which bands of a layer to take, where neither their names nor their number tell: numbers from 1 in the order that the model wants, for example S2L2A=2,3,4,8;S1GRD=2,1.</source>
        <extracomment>embedlayer: BANDS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Values of Sentinel-2</source>
        <extracomment>embedlayer: S2_UNITS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In what unit the values of S2L2A and S2L1C are. Auto decides by the metadata and a sample of the values, and the log says how.</source>
        <extracomment>embedlayer: S2_UNITS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As metadata and values tell</source>
        <extracomment>embedlayer: S2_UNITS, auto</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reflectance × 10,000</source>
        <extracomment>embedlayer: S2_UNITS, dn</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same with 1000 added (since 2022-01-25, baseline 04.00)</source>
        <extracomment>embedlayer: S2_UNITS, dn+1000</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reflectance from 0 to 1</source>
        <extracomment>embedlayer: S2_UNITS, reflectance</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Values of Sentinel-1</source>
        <extracomment>embedlayer: S1_UNITS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In what unit the values of S1GRD and S1RTC are. Auto decides by a sample of them, and the log says how.</source>
        <extracomment>embedlayer: S1_UNITS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the values tell</source>
        <extracomment>embedlayer: S1_UNITS, auto</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decibels</source>
        <extracomment>embedlayer: S1_UNITS, db</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Linear power</source>
        <extracomment>embedlayer: S1_UNITS, power</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Values of RGB</source>
        <extracomment>embedlayer: RGB_UNITS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In what range the values of RGB are. Auto decides by a sample of them, and the log says how.</source>
        <extracomment>embedlayer: RGB_UNITS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>0 to 255</source>
        <extracomment>embedlayer: RGB_UNITS, 8bit</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>0 to 65,535</source>
        <extracomment>embedlayer: RGB_UNITS, 16bit</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>0 to 1</source>
        <extracomment>embedlayer: RGB_UNITS, 0to1</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mask</source>
        <extracomment>embedlayer: MASK</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A raster on any grid: where it is 0 or nodata, or does not reach, pixels count as missing in all layers, and the result is nodata. For example the clear pixels of a scene classification.</source>
        <extracomment>embedlayer: MASK</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest share of missing pixels</source>
        <extracomment>embedlayer: MOST_MISSING</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of a patch of 16 × 16 pixels with a larger share of missing ones than this there is no result. Missing pixels are replaced by the mean that the model knows: 1 computes patches with a single valid pixel, 0 only complete ones.</source>
        <extracomment>embedlayer: MOST_MISSING</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Device</source>
        <extracomment>embedlayer: DEVICE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Auto takes a graphics card if it works and the processor if not; the log says which and why.</source>
        <extracomment>embedlayer: DEVICE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Auto</source>
        <extracomment>embedlayer: DEVICE, auto</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Processor</source>
        <extracomment>embedlayer: DEVICE, cpu</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NVIDIA graphics card</source>
        <extracomment>embedlayer: DEVICE, cuda</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Precision</source>
        <extracomment>embedlayer: PRECISION</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>fp32 gives TerraTorch's numbers. bf16 is faster on processors that have it (AVX512-BF16, AMX) and differs by about one percent.</source>
        <extracomment>embedlayer: PRECISION</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>fp32 (exact)</source>
        <extracomment>embedlayer: PRECISION, fp32</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bf16 (faster)</source>
        <extracomment>embedlayer: PRECISION, bf16</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Threads</source>
        <extracomment>embedlayer: THREADS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Processor threads to use; 0 takes one per core. Fewer leave more of the computer to other programs; the result is the same.</source>
        <extracomment>embedlayer: THREADS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory limit</source>
        <extracomment>embedlayer: MEMORY_LIMIT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Megabytes that the run may take. Beyond it the run stops, so that neither QGIS nor other programs are ended by the system; 0 takes what is free, but for a reserve of 5 %.</source>
        <extracomment>embedlayer: MEMORY_LIMIT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on after an interruption</source>
        <extracomment>embedlayer: RESUME</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keeps what is computed beside the first output until the run is complete, or for a week: the same request then goes on where it stopped, and gives the same file. Auto does so where the output is no temporary file and the disk has plenty of room.</source>
        <extracomment>embedlayer: RESUME</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Yes</source>
        <extracomment>embedlayer: RESUME, yes</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No</source>
        <extracomment>embedlayer: RESUME, no</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Creation options</source>
        <extracomment>embedlayer: CREATION_OPTIONS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How GeoTIFFs are stored, as options of GDAL's GeoTIFF driver with | between them, for example COMPRESS=ZSTD|ZSTD_LEVEL=15. Empty: DEFLATE without loss, blocks of 512 × 512 pixels, overviews, and the layout of Cloud Optimised GeoTIFFs.</source>
        <extracomment>embedlayer: CREATION_OPTIONS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The GeoTIFF to write: 32-bit floats, one band per feature.</source>
        <extracomment>embedlayer: OUTPUT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of features</source>
        <extracomment>embedlayer: FEATURES</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generation</source>
        <extracomment>generatemodality: group</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generate modality</source>
        <extracomment>generatemodality: name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generates missing modalities (Sentinel-2, Sentinel-1, elevation, land cover, NDVI, coordinates) from the layers that there are.</source>
        <extracomment>generatemodality: summary</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TerraMind imagines what another sensor would have seen, or what the land cover is. Give the layers that there are, and a destination to each modality that is missing; nothing else is generated. Layers may lie on different grids. A generated S2L2A is reflectance × 10,000 without an offset. What is generated feeds what comes after it (see ORDER).</source>
        <extracomment>generatemodality: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generated is not measured. The result is a likely picture, not an observation: it can be wrong anywhere and does not say so. Errors that the TerraMind paper (arXiv 2504.11171) reports, mean absolute: Sentinel-2 from Sentinel-1 0.074 in reflectance; Sentinel-1 from Sentinel-2 2.9 dB; a DEM from Sentinel-2 216 m, from Sentinel-1 163 m: never use it as elevation. ENSEMBLE shows how much of a result is chance, not how much of it is wrong.</source>
        <extracomment>generatemodality: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Besides, the model's decoders limit values to the mean ± one standard deviation of its training data (NDVI 0.005 to 0.649, DEM -281 to 1622 m, VV -17.8 to -7.4 dB). CLAMP switches that off, beyond what the model was trained for.</source>
        <extracomment>generatemodality: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A model needs a tokenizer for each modality that it writes, and for LULC and NDVI as inputs: import TerraMind_Tokenizer_LULC.pt and so on with Import model. The first layer says where there is data: patches of 16 × 16 pixels without any are nodata in the result.</source>
        <extracomment>generatemodality: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The same request gives the same file, on any number of threads; with HARMONIZE off a pixel has the same value whatever area is asked for, with it on two areas of one scene may differ by a smooth level. Another SEED gives another result that is as likely; TEMPERATURE 0 gives the likeliest tokens. Step counts that do not divide 1000 take exactly that number of steps, evenly spaced; TerraTorch then takes one or more extra.</source>
        <extracomment>generatemodality: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>generative,any-to-any,land cover,lulc,ndvi,dem,elevation,sentinel-2,sentinel-1,radar,sar to optical,optical to sar,clouds,imagine,synthetic,terramind,foundation model,deep learning</source>
        <extracomment>generatemodality: words to find it by, with commas between</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Land cover (LULC)</source>
        <extracomment>generatemodality: LULC</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 band, the class of each pixel: 0 no data, 1 water, 2 trees, 3 flooded vegetation, 4 crops, 5 built area, 6 bare ground, 7 snow/ice, 8 clouds, 9 rangeland. Other legends have to be reclassified first.</source>
        <extracomment>generatemodality: LULC</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 band, vegetation index from -1 to 1.</source>
        <extracomment>generatemodality: NDVI</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tell the model where it is</source>
        <extracomment>generatemodality: COORDINATES</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gives the coordinates of each tile's centre to the model, to quarters of a degree.</source>
        <extracomment>generatemodality: COORDINATES</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generated Sentinel-2 L2A</source>
        <extracomment>generatemodality: OUTPUT_S2L2A</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>12 bands, reflectance × 10,000.</source>
        <extracomment>generatemodality: OUTPUT_S2L2A</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generated Sentinel-1 GRD</source>
        <extracomment>generatemodality: OUTPUT_S1GRD</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>VV and VH in decibels.</source>
        <extracomment>generatemodality: OUTPUT_S1GRD</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generated Sentinel-1 RTC</source>
        <extracomment>generatemodality: OUTPUT_S1RTC</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>VV and VH in decibels, as if terrain corrected.</source>
        <extracomment>generatemodality: OUTPUT_S1RTC</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generated DEM</source>
        <extracomment>generatemodality: OUTPUT_DEM</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Metres. Shows what relief the model imagines: in the TerraMind paper it is wrong by 216 m on average from Sentinel-2. Never use it as elevation.</source>
        <extracomment>generatemodality: OUTPUT_DEM</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generated land cover (LULC)</source>
        <extracomment>generatemodality: OUTPUT_LULC</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The class of each pixel: 0 no data, 1 water, 2 trees, 3 flooded vegetation, 4 crops, 5 built area, 6 bare ground, 7 snow/ice, 8 clouds, 9 rangeland.</source>
        <extracomment>generatemodality: OUTPUT_LULC</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generated NDVI</source>
        <extracomment>generatemodality: OUTPUT_NDVI</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vegetation index, -1 to 1.</source>
        <extracomment>generatemodality: OUTPUT_NDVI</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Guessed coordinates</source>
        <extracomment>generatemodality: OUTPUT_COORDINATES</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the model takes each tile to be, to quarters of a degree: points with the place of the tile beside.</source>
        <extracomment>generatemodality: OUTPUT_COORDINATES</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Probabilities of the land cover classes</source>
        <extracomment>generatemodality: OUTPUT_LULC_PROBABILITIES</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ten bands from 0 to 1. They are the model's own, not calibrated. Of an ensemble the mean, whose largest need not be the class that most members vote for.</source>
        <extracomment>generatemodality: OUTPUT_LULC_PROBABILITIES</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens</source>
        <extracomment>generatemodality: OUTPUT_TOKENS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was predicted before it became pixels: one whole number per patch of 16 × 16 pixels, one band per modality (of an ensemble the first member's).</source>
        <extracomment>generatemodality: OUTPUT_TOKENS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Entropy of the tokens</source>
        <extracomment>generatemodality: OUTPUT_ENTROPY</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How undecided the model was in each patch, in bits: 0 is certain, 13.9 (LULC 12.1) is no idea at all. One band per modality.</source>
        <extracomment>generatemodality: OUTPUT_ENTROPY</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Uncertainty of Sentinel-2 L2A</source>
        <extracomment>generatemodality: OUTPUT_S2L2A_UNCERTAINTY</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How far the members of an ensemble are apart: their standard deviation in the unit of the result, one band each. Needs ENSEMBLE of at least 2.</source>
        <extracomment>generatemodality: OUTPUT_S2L2A_UNCERTAINTY</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Uncertainty of Sentinel-1 GRD</source>
        <extracomment>generatemodality: OUTPUT_S1GRD_UNCERTAINTY</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Uncertainty of Sentinel-1 RTC</source>
        <extracomment>generatemodality: OUTPUT_S1RTC_UNCERTAINTY</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Uncertainty of the DEM</source>
        <extracomment>generatemodality: OUTPUT_DEM_UNCERTAINTY</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Uncertainty of the land cover</source>
        <extracomment>generatemodality: OUTPUT_LULC_UNCERTAINTY</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The share of an ensemble's members that see another class, 0 to 1 (blended where windows overlap). Needs ENSEMBLE of at least 2.</source>
        <extracomment>generatemodality: OUTPUT_LULC_UNCERTAINTY</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Uncertainty of the NDVI</source>
        <extracomment>generatemodality: OUTPUT_NDVI_UNCERTAINTY</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Order</source>
        <extracomment>generatemodality: ORDER</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Modalities in the order of their generation, with commas between, for example LULC,DEM. Each is made from the inputs and from those before it. What is not named follows in the order of the outputs; what is named but has no destination only feeds the others.</source>
        <extracomment>generatemodality: ORDER</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Position</source>
        <extracomment>generatemodality: POSITION</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Latitude and longitude in degrees, for example 46.95,7.44: what the model is told instead of the tiles' own coordinates.</source>
        <extracomment>generatemodality: POSITION</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Diffusion steps</source>
        <extracomment>generatemodality: STEPS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Steps in which pixels take shape from noise; land cover needs none. 10 are quick and mostly enough, 50 are finer.</source>
        <extracomment>generatemodality: STEPS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed</source>
        <extracomment>generatemodality: SEED</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which of many equally likely results to take: the same number gives the same result.</source>
        <extracomment>generatemodality: SEED</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Temperature</source>
        <extracomment>generatemodality: TEMPERATURE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much chance there is in the choice of tokens. 1 draws them as likely as the model holds them, 0 always takes the likeliest (flatter, the same for every seed).</source>
        <extracomment>generatemodality: TEMPERATURE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Top-p</source>
        <extracomment>generatemodality: TOP_P</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only the likeliest tokens that together have this probability are drawn from; 0 draws from all.</source>
        <extracomment>generatemodality: TOP_P</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Top-k</source>
        <extracomment>generatemodality: TOP_K</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only so many of the likeliest tokens are drawn from; 0 draws from all.</source>
        <extracomment>generatemodality: TOP_K</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Limit values as the model does</source>
        <extracomment>generatemodality: CLAMP</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keeps generated values within the mean ± one standard deviation of the training data, as TerraTorch does. Without it they may reach further, but the model was not trained for that.</source>
        <extracomment>generatemodality: CLAMP</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ensemble</source>
        <extracomment>generatemodality: ENSEMBLE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How many times to generate, with the seeds SEED, SEED + 1 and so on. More than one gives the mean (of land cover the majority), takes as many times as long, and can tell how far they are apart.</source>
        <extracomment>generatemodality: ENSEMBLE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One level for all windows</source>
        <extracomment>generatemodality: HARMONIZE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Brings overlapping windows of a continuous result to one level before they are blended, so that no seams show: each is raised or lowered as a whole, the mean of all stays. It depends on all windows of the run, so that two areas of one scene may differ by a smooth level. Without it a pixel has the same value whatever area is asked for.</source>
        <extracomment>generatemodality: HARMONIZE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of tokenizers</source>
        <extracomment>generatemodality: TOKENIZERS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where tokenizers are taken from instead of the installed ones: the pack of one, or a folder of several.</source>
        <extracomment>generatemodality: TOKENIZERS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Guessed latitude and longitude of the middle tile</source>
        <extracomment>generatemodality: COORDINATES_FOUND</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reconstruct</source>
        <extracomment>reconstruct: name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sends a raster through TerraMind's tokenizer and back: shows what the model can express at best.</source>
        <extracomment>reconstruct: summary</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A tokenizer keeps one of some thousand tokens for each patch of 16 × 16 pixels. What is lost on the way there and back no generation of that modality can ever show: look at it before you judge a generation, or before you use a modality as an input.</source>
        <extracomment>reconstruct: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The log tells the root mean squared error of each band in that unit, for land cover the share of pixels that keep their class.</source>
        <extracomment>reconstruct: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tokenizer,tokens,round trip,autoencoder,compression,vqvae,quality,sentinel-2,sentinel-1</source>
        <extracomment>reconstruct: words to find it by, with commas between</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Modality</source>
        <extracomment>reconstruct: MODALITY</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the raster shows, which decides the tokenizer.</source>
        <extracomment>reconstruct: MODALITY</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sentinel-2 L2A (12 bands, reflectance × 10,000)</source>
        <extracomment>reconstruct: MODALITY, S2L2A</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sentinel-1 GRD (VV, VH in decibels)</source>
        <extracomment>reconstruct: MODALITY, S1GRD</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sentinel-1 RTC (VV, VH in decibels)</source>
        <extracomment>reconstruct: MODALITY, S1RTC</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Elevation in metres</source>
        <extracomment>reconstruct: MODALITY, DEM</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Land cover, classes 0 to 9</source>
        <extracomment>reconstruct: MODALITY, LULC</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NDVI, -1 to 1</source>
        <extracomment>reconstruct: MODALITY, NDVI</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Raster</source>
        <extracomment>reconstruct: INPUT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The raster to reconstruct: of the modality above, with its bands by name or in its order.</source>
        <extracomment>reconstruct: INPUT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model whose tokenizers to use: its own where it has some, else those that all models share.</source>
        <extracomment>reconstruct: MODEL</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reconstruction</source>
        <extracomment>reconstruct: OUTPUT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the tokenizer makes of its own tokens, on the grid of the raster, in the unit that the model knows (reflectance × 10,000, dB, m).</source>
        <extracomment>reconstruct: OUTPUT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One whole number per patch of 16 × 16 pixels: all that remains of the raster in between.</source>
        <extracomment>reconstruct: OUTPUT_TOKENS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Root mean squared error, of all bands</source>
        <extracomment>reconstruct: RMSE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of pixels with the same class</source>
        <extracomment>reconstruct: ACCURACY</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Segmentation</source>
        <extracomment>timsegment: group</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TiM segment</source>
        <extracomment>timsegment: name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Maps classes or values by a model fine-tuned with TerraTorch, with or without Thinking in Modalities, or land cover by a pre-trained one.</source>
        <extracomment>timsegment: summary</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs a model that was fine-tuned with TerraTorch over layers of any size: classes of pixels (semantic segmentation), values of pixels (regression), or classes of whole tiles (classification). Import it first with Import model, from the .ckpt and the YAML configuration.</source>
        <extracomment>timsegment: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A model with TiM (Thinking in Modalities) first imagines what another sensor would have seen, land cover by default, and then decides with that in mind. Whatever it imagines may also be given as a layer: then it is used and not imagined. What was imagined can be written, and where it changed the class. What is imagined is not measured.</source>
        <extracomment>timsegment: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without a fine-tuned model at hand, choose a pre-trained one (TerraMind_v1_…): the layers are then segmented by its own land cover (LULC, ten classes), for which the tokenizer TerraMind_Tokenizer_LULC.pt must be imported. The log says which of the two was done.</source>
        <extracomment>timsegment: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give every modality that the model was trained with; the log of the import lists them with their bands. A layer may have just the model's bands in its order, all bands of the modality, or bands whose names say which they are. A model for several dates takes as many rasters of each modality, in the order of time, or one raster with all bands of the first date, then all of the second and so on.</source>
        <extracomment>timsegment: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tiles overlap, and logits are blended before the class is chosen; a pixel has the same result whatever area is asked for. Pixels where the first layer has no data are nodata in the result. Probabilities are the model's own, not calibrated.</source>
        <extracomment>timsegment: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>segmentation,classification,regression,tim,thinking in modalities,terratorch,fine-tuned,land cover,flood,water,burn scars,crops,biomass,time series,terramind,foundation model,deep learning</source>
        <extracomment>timsegment: words to find it by, with commas between</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A fine-tuned model, or a pre-trained one to segment by its land cover: by its name, or the folder of its model pack. Import model installs one.</source>
        <extracomment>timsegment: MODEL</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other modalities</source>
        <extracomment>timsegment: OTHER</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For models with modalities that were new in fine-tuning: their rasters, in the order in which the import lists them; all dates of the first before those of the second.</source>
        <extracomment>timsegment: OTHER</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What to imagine</source>
        <extracomment>timsegment: TIM_MODALITIES</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Modalities with commas between, of those that the model imagines; without a value all of them, none for nothing. Of a pre-trained model: what to generate before the land cover, for example DEM,NDVI; without a value nothing.</source>
        <extracomment>timsegment: TIM_MODALITIES</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How to imagine</source>
        <extracomment>timsegment: TIM_SAMPLING</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The likeliest tokens give the same result every time. Drawn ones are what TerraTorch does: they depend on the seed, and may show more detail.</source>
        <extracomment>timsegment: TIM_SAMPLING</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The likeliest tokens</source>
        <extracomment>timsegment: TIM_SAMPLING, argmax</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens drawn by chance</source>
        <extracomment>timsegment: TIM_SAMPLING, sample</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where tokens are drawn: how much chance there is. 1 draws them as likely as the model holds them, less keeps to the likely ones.</source>
        <extracomment>timsegment: TIM_TEMPERATURE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The class of each pixel (of each tile, where whole tiles are classified), with names and colours; of a regression 32-bit floats.</source>
        <extracomment>timsegment: OUTPUT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Polygons</source>
        <extracomment>timsegment: OUTPUT_VECTOR</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The classes as polygons with name and area in square metres; where whole tiles are classified, the tiles with the probability of each class.</source>
        <extracomment>timsegment: OUTPUT_VECTOR</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Confidence</source>
        <extracomment>timsegment: OUTPUT_CONFIDENCE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The probability of the class, 0 to 1. It is the model's own, not calibrated.</source>
        <extracomment>timsegment: OUTPUT_CONFIDENCE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Probabilities</source>
        <extracomment>timsegment: OUTPUT_PROBABILITIES</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One band from 0 to 1 for each class, of the blended logits. They are the model's own, not calibrated.</source>
        <extracomment>timsegment: OUTPUT_PROBABILITIES</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Effect of what was imagined</source>
        <extracomment>timsegment: OUTPUT_TIM_EFFECT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>First band: 1 where the class is another one than the same model's without what it imagines, else 0. Second band: the class without. Not possible for models that put the imagined features beside the others (merge method concat).</source>
        <extracomment>timsegment: OUTPUT_TIM_EFFECT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Imagined Sentinel-2 L2A</source>
        <extracomment>timsegment: OUTPUT_TIM_S2L2A</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the model imagined, as pixels, in its usual unit. Needs the modality's tokenizer. Not measured.</source>
        <extracomment>timsegment: OUTPUT_TIM_S2L2A</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Imagined Sentinel-1 GRD</source>
        <extracomment>timsegment: OUTPUT_TIM_S1GRD</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Imagined Sentinel-1 RTC</source>
        <extracomment>timsegment: OUTPUT_TIM_S1RTC</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Imagined DEM</source>
        <extracomment>timsegment: OUTPUT_TIM_DEM</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Imagined land cover (LULC)</source>
        <extracomment>timsegment: OUTPUT_TIM_LULC</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Imagined NDVI</source>
        <extracomment>timsegment: OUTPUT_TIM_NDVI</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smallest polygon</source>
        <extracomment>timsegment: SIEVE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Areas of fewer pixels than this become part of their largest neighbour in the polygons; the raster keeps them. 0 keeps all.</source>
        <extracomment>timsegment: SIEVE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How it was segmented: fine-tuned model, or land cover of a pre-trained one</source>
        <extracomment>timsegment: METHOD</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Evaluate</source>
        <extracomment>evaluate: name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compares a raster of classes with a reference: IoU, precision, recall and F1 of each class, and the confusion matrix.</source>
        <extracomment>evaluate: summary</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compares a raster of classes, for example of TiM segment, with a reference, and says how good it is: IoU, precision, recall and F1 of each class, their means, overall accuracy, and the confusion matrix. The numbers are those that terratorch test reports.</source>
        <extracomment>evaluate: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The reference is another raster of classes, or a layer of polygons with a field that holds the class of each polygon, as number or as name. It may lie on any grid and in any coordinate reference system: rasters are read on the prediction's grid by nearest neighbour, and a pixel belongs to the polygon that its centre lies in (where polygons overlap, to the later one of the layer).</source>
        <extracomment>evaluate: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only pixels count that have a class in the prediction and a label in the reference. Nodata and masked pixels have none, nor have the values named in IGNORE.</source>
        <extracomment>evaluate: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Means are taken over the classes that occur in the reference or the prediction. A class that occurs in neither has no scores; one that occurs on one side alone has an IoU of 0. A class that is named in IGNORE is left out of the mean IoU and of the IoU of all pixels together, but not out of the other means. docs/evaluation.md has the formulas.</source>
        <extracomment>evaluate: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An evaluation is honest only where the reference was not used for training.</source>
        <extracomment>evaluate: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>evaluation,accuracy assessment,validation,test,metrics,iou,miou,jaccard,f1,confusion matrix,precision,recall,ground truth,reference,segmentation,classification,terratorch</source>
        <extracomment>evaluate: words to find it by, with commas between</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prediction</source>
        <extracomment>evaluate: PREDICTION</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The raster of classes to judge, whole numbers from 0 to 255 in its first band. Their names come from the file beside it whose name ends in .tif.aux.xml.</source>
        <extracomment>evaluate: PREDICTION</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reference raster</source>
        <extracomment>evaluate: REFERENCE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is true: a raster with the same class numbers in its first band, on any grid. Either this or reference polygons.</source>
        <extracomment>evaluate: REFERENCE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reference polygons</source>
        <extracomment>evaluate: REFERENCE_POLYGONS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is true: polygons with a field that holds their class. Either this or a reference raster.</source>
        <extracomment>evaluate: REFERENCE_POLYGONS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Class field</source>
        <extracomment>evaluate: FIELD</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The field of the reference polygons that holds class numbers, or the names of the prediction's classes in any case.</source>
        <extracomment>evaluate: FIELD</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which part of the prediction to look at, unless an extent is given.</source>
        <extracomment>evaluate: AREA</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A rectangle, as xmin,xmax,ymin,ymax with its coordinate reference system behind, for example 14.4,14.5,50.0,50.1 [EPSG:4326]; without one, that of the prediction. It wins over the area, and all pixels that it touches count.</source>
        <extracomment>evaluate: EXTENT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Values without a label</source>
        <extracomment>evaluate: IGNORE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What means "no label" in the reference, with commas between: numbers, names of classes, or texts of the field, for example -1,255,Clouds. Nodata and masked pixels are left out anyway.</source>
        <extracomment>evaluate: IGNORE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Evaluation report</source>
        <extracomment>evaluate: OUTPUT_HTML</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All scores and the confusion matrix as a page. QGIS lists it in its results viewer, which opens it in the browser.</source>
        <extracomment>evaluate: OUTPUT_HTML</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Table</source>
        <extracomment>evaluate: OUTPUT_TABLE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One row for each class, with its scores and pixels.</source>
        <extracomment>evaluate: OUTPUT_TABLE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JSON document</source>
        <extracomment>evaluate: OUTPUT_JSON</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything: scores, confusion matrix, and what was compared with what.</source>
        <extracomment>evaluate: OUTPUT_JSON</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mean IoU</source>
        <extracomment>evaluate: MIOU</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Overall accuracy</source>
        <extracomment>evaluate: OVERALL_ACCURACY</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mean F1</source>
        <extracomment>evaluate: MACRO_F1</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixels that were compared</source>
        <extracomment>evaluate: PIXELS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data</source>
        <extracomment>samplescene: group</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sample scene</source>
        <extracomment>samplescene: name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Makes an invented scene of Sentinel-2, Sentinel-1, elevation and land cover, of any size, to try things out and to test.</source>
        <extracomment>samplescene: summary</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An invented landscape, seen by invented satellites: mountains and rivers, forests, fields, towns and snow as Sentinel-2 (L2A and L1C), Sentinel-1 (GRD and RTC), RGB, elevation, land cover and NDVI would show them, on one grid and without a download. Give a destination to each modality that you want.</source>
        <extracomment>samplescene: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing of it exists. It is for trying things out, for tests and for measuring speed, and its land cover is true, so that a result can be scored. It says nothing about how well a model does on Earth.</source>
        <extracomment>samplescene: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The scene is a window of an endless world that SEED names. The same seed, place and settings give the same values, whatever the size; scenes side by side join without a seam; another season or a flood shows the same land. So two runs give two dates. Whole Sentinel-2 tiles (SIZE 10980) take little memory, minutes, and some gigabytes of disk: a run that would not fit is refused before it begins.</source>
        <extracomment>samplescene: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>synthetic,invented,test data,sample data,example,tutorial,benchmark,sentinel-2,sentinel-1,land cover,flood,training</source>
        <extracomment>samplescene: words to find it by, with commas between</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which world: another number, another landscape.</source>
        <extracomment>samplescene: SEED</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size (pixels)</source>
        <extracomment>samplescene: SIZE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rows and columns. 10980 is a whole Sentinel-2 tile.</source>
        <extracomment>samplescene: SIZE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixel size (m)</source>
        <extracomment>samplescene: PIXEL_SIZE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Length of a pixel's side. All sizes show the same world; fields and streets are drawn for 10 m.</source>
        <extracomment>samplescene: PIXEL_SIZE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coordinate reference system</source>
        <extracomment>samplescene: CRS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the scene claims to lie: any system in metres, for example EPSG:32632 (UTM zone 32 north).</source>
        <extracomment>samplescene: CRS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Centre</source>
        <extracomment>samplescene: CENTRE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The middle of the scene in that system, as x,y in metres. The world goes on everywhere: shift it to see what lies beside.</source>
        <extracomment>samplescene: CENTRE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Season</source>
        <extracomment>samplescene: SEASON</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decides the sun, the snow line, leaves and crops. Rivers, towns and fields stay where they are.</source>
        <extracomment>samplescene: SEASON</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Winter</source>
        <extracomment>samplescene: SEASON, winter</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spring</source>
        <extracomment>samplescene: SEASON, spring</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Summer</source>
        <extracomment>samplescene: SEASON, summer</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Autumn</source>
        <extracomment>samplescene: SEASON, autumn</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of clouds</source>
        <extracomment>samplescene: CLOUDS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From 0 to 1, of the whole world: a small scene may lie under a cloud or between two. 0 is a sky without.</source>
        <extracomment>samplescene: CLOUDS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flood</source>
        <extracomment>samplescene: FLOODED</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rivers and lakes are over their banks; OUTPUT_FLOOD says where.</source>
        <extracomment>samplescene: FLOODED</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Noise</source>
        <extracomment>samplescene: NOISE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whether the sensors have noise: speckle of radar above all. Without it scenes show the truth, and files are smaller.</source>
        <extracomment>samplescene: NOISE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>12 bands, surface reflectance × 10,000.</source>
        <extracomment>samplescene: OUTPUT_S2L2A</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>13 bands, top-of-atmosphere reflectance × 10,000, with haze and cirrus.</source>
        <extracomment>samplescene: OUTPUT_S2L1C</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Red, green and blue from 0 to 255, stretched alike in all scenes.</source>
        <extracomment>samplescene: OUTPUT_RGB</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>VV and VH in decibels, with bright and dark slopes.</source>
        <extracomment>samplescene: OUTPUT_S1GRD</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>VV and VH in decibels, terrain corrected.</source>
        <extracomment>samplescene: OUTPUT_S1RTC</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Elevation in metres.</source>
        <extracomment>samplescene: OUTPUT_DEM</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The true class of each pixel: 1 water, 2 trees, 3 flooded vegetation, 4 crops, 5 built area, 6 bare ground, 7 snow/ice, 8 clouds, 9 rangeland.</source>
        <extracomment>samplescene: OUTPUT_LULC</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vegetation index of the L2A bands, -1 to 1.</source>
        <extracomment>samplescene: OUTPUT_NDVI</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 for land under the flood, else 0. Permanent water is 0.</source>
        <extracomment>samplescene: OUTPUT_FLOOD</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of the scene under clouds</source>
        <extracomment>samplescene: CLOUD_SHARE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of the scene that shows water</source>
        <extracomment>samplescene: WATER_SHARE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Installed models</source>
        <extracomment>installedmodels: name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lists the installed models and tokenizers: what each is, what it was made of, and how large it is.</source>
        <extracomment>installedmodels: summary</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reads what the model packs in the folder of models say about themselves; their weights are not read. A pack that cannot be read is listed, too, with what is wrong with it.</source>
        <extracomment>installedmodels: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>models,tokenizers,checkpoints,list,installed,weights</source>
        <extracomment>installedmodels: words to find it by, with commas between</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of models and tokenizers</source>
        <extracomment>installedmodels: COUNT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of models</source>
        <extracomment>installedmodels: FOLDER</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The list as JSON</source>
        <extracomment>installedmodels: MODELS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove model</source>
        <extracomment>removemodel: name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Deletes an installed model or tokenizer with all of its files.</source>
        <extracomment>removemodel: summary</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pack is deleted at once and for good, with the tokenizers that only this model uses. The checkpoint that it was imported from is left alone, wherever it is, and can be imported again.</source>
        <extracomment>removemodel: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only what is in the folder of models can be removed; a model pack that lies elsewhere is a folder like any other.</source>
        <extracomment>removemodel: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>delete,uninstall,models,tokenizers,disk space</source>
        <extracomment>removemodel: words to find it by, with commas between</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By its name. Installed models lists what there is.</source>
        <extracomment>removemodel: MODEL</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was removed</source>
        <extracomment>removemodel: MODEL</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runtime information</source>
        <extracomment>runtimeinfo: name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tells which libraries and devices models run on here, in which versions, and what is missing for more.</source>
        <extracomment>runtimeinfo: summary</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looks for ONNX Runtime as every run does, loads it, and runs a graph of one operator on each device and precision that there is: what is told to work has worked. Where something does not, the report says why, and what to install.</source>
        <extracomment>runtimeinfo: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add the report when you tell of a problem. It holds names of folders and of the machine's parts, and nothing of your data.</source>
        <extracomment>runtimeinfo: help</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>onnx runtime,onnxruntime,gpu,cuda,openvino,version,device,graphics card,diagnosis,troubleshooting</source>
        <extracomment>runtimeinfo: words to find it by, with commas between</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report</source>
        <extracomment>runtimeinfo: REPORT</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ONNX Runtime</source>
        <extracomment>runtimeinfo: LIBRARY</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What works</source>
        <extracomment>runtimeinfo: ROUTES</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A progress message could not be shown</source>
        <extracomment>cpp/terramindfeedback.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All files (*.*)</source>
        <extracomment>cpp/terramindparameters.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The algorithms could not be listed: %1</source>
        <extracomment>cpp/terramindprovider.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>another Processing provider is called “%1” already</source>
        <extracomment>cpp/terramindregistration.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unknown parameter “%1”. This algorithm takes: %2</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (%2) has no value</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is no number, but %2 takes one</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is %2, but must be at least %3</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is %2, but must be at most %3</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is no value of %2. It is one of: true, false</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is neither a raster layer nor a raster file that QGIS can open: %2</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The layer “%1” (parameter %2) comes from the data provider “%3”; only rasters that GDAL reads can be used. Save it as GeoTIFF first (Layer ► Save As…) and choose that file.</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The open options of the layer “%1” are not used</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is neither a vector layer nor a vector file that QGIS can open: %2</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: the layer “%2” comes from QGIS's provider “%3”, which cannot be used. Save it as GeoPackage and choose that</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The layer “%1” has edits that are not saved, which are not used</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is no value of %2. It is one of: %3</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is no coordinate reference system, but %2 takes one, for example EPSG:32633</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The extent %1 is empty</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TerraMind cannot be used: {}</source>
        <extracomment>plugin/bootstrap.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this system has no {}. Install the package that contains it (on Debian and Ubuntu: “apt-file search {}” names it) and restart QGIS.</source>
        <extracomment>plugin/bootstrap.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this plugin has no library for QGIS {}; it has one for: {}. Install the TerraMind plugin that is made for QGIS {}.</source>
        <extracomment>plugin/bootstrap.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no version at all</source>
        <extracomment>plugin/bootstrap.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TerraMind: installed models</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete…</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TerraMind: runtime</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What it is</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Made of</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete “{}” and all of its files? This cannot be undone.</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete model</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import…</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open folder</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder: {}</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model is installed yet in {}</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No program opens the folder: {}</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Example models</source>
        <extracomment>plugin/menu.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models…</source>
        <extracomment>plugin/menu.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runtime…</source>
        <extracomment>plugin/menu.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sample data…</source>
        <extracomment>plugin/menu.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Documentation</source>
        <extracomment>plugin/menu.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No program opens the documentation: {}</source>
        <extracomment>plugin/menu.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of models (empty: in your home folder)</source>
        <extracomment>plugin/settings.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings cannot be stored and are lost when QGIS is closed. This file is read-only: {}</source>
        <extracomment>plugin/settings.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings ► Options ► Processing ► Providers ► TerraMind: {}</source>
        <extracomment>plugin/settings.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{}” is no value of {}</source>
        <extracomment>plugin/settings.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>[Not selected]</source>
        <extracomment>plugin/widgets.py</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generate and embed</source>
        <extracomment>examples/generate_and_embed.model3</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
