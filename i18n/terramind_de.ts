<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>TerraMind</name>
    <message>
        <source>Models</source>
        <extracomment>importmodel: group</extracomment>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Import model</source>
        <extracomment>importmodel: name</extracomment>
        <translation>Modell importieren</translation>
    </message>
    <message>
        <source>Makes a TerraMind checkpoint or tokenizer (.pt, .safetensors), or a model fine-tuned with TerraTorch (.ckpt), usable here, once.</source>
        <extracomment>importmodel: summary</extracomment>
        <translation>Macht einen TerraMind-Checkpoint oder -Tokenizer (.pt, .safetensors) oder ein mit TerraTorch nachtrainiertes Modell (.ckpt) hier benutzbar, ein für alle Mal.</translation>
    </message>
    <message>
        <source>Reads a checkpoint as it is published (TerraMind_v1_tiny.pt, _small, _base, _large) or a reduced model of the same layout, checks that it is complete, and keeps it as a model pack: a folder with manifest.json and weights.safetensors. Nothing in the file is executed.</source>
        <extracomment>importmodel: help</extracomment>
        <translation>Liest einen Checkpoint, wie er veröffentlicht ist (TerraMind_v1_tiny.pt, _small, _base, _large), oder ein verkleinertes Modell gleichen Aufbaus, prüft, ob er vollständig ist, und legt ihn als Modellpaket ab: einen Ordner mit manifest.json und weights.safetensors. Nichts von dem, was in der Datei steht, wird ausgeführt.</translation>
    </message>
    <message>
        <source>The size is recognised by the tensors. A missing tensor is an error that names it, because a model with unloaded weights gives maps that mean nothing. Every part of the model is run once on a fixed input; the answers are kept in the pack and compared when the model is first used on another machine.</source>
        <extracomment>importmodel: help</extracomment>
        <translation>Die Größe wird an den Tensoren erkannt. Fehlt ein Tensor, so ist das ein Fehler, der ihn nennt; denn ein Modell, dessen Gewichte nicht geladen sind, liefert Karten ohne jede Bedeutung. Jeder Teil des Modells wird einmal auf eine feste Eingabe angewandt; die Antworten bleiben im Paket und werden verglichen, wenn das Modell zum ersten Mal auf einem anderen Rechner benutzt wird.</translation>
    </message>
    <message>
        <source>To generate a modality, its tokenizer is needed, too: TerraMind_Tokenizer_S2L2A.pt, _S1GRD, _S1RTC, _DEM, _LULC, _NDVI. Import it in the same way; all models share it. The log of a model's import says which ones are still missing.</source>
        <extracomment>importmodel: help</extracomment>
        <translation>Um eine Modalität zu erzeugen, wird auch ihr Tokenizer gebraucht: TerraMind_Tokenizer_S2L2A.pt, _S1GRD, _S1RTC, _DEM, _LULC, _NDVI. Er wird ebenso importiert; alle Modelle teilen ihn sich. Das Protokoll des Imports eines Modells sagt, welche noch fehlen.</translation>
    </message>
    <message>
        <source>A model that was fine-tuned with TerraTorch (terratorch fit) consists of two files: the .ckpt that Lightning saved, and the YAML configuration, which goes to CONFIG. Segmentation, pixelwise regression and classification on a TerraMind backbone, with and without Thinking in Modalities and several dates, are understood; anything that is not is named. TiM segment runs such models.</source>
        <extracomment>importmodel: help</extracomment>
        <translation>Ein mit TerraTorch nachtrainiertes Modell (terratorch fit) besteht aus zwei Dateien: der .ckpt, die Lightning gespeichert hat, und der YAML-Konfiguration, die zu CONFIG gehört. Verstanden werden Segmentierung, pixelweise Regression und Klassifikation auf einem TerraMind-Backbone, mit und ohne Thinking in Modalities und mit mehreren Zeitpunkten; was nicht verstanden wird, wird genannt. Solche Modelle führt „TiM-Segmentierung“ aus.</translation>
    </message>
    <message>
        <source>Afterwards choose the model by its name in the other algorithms. Tokenizers need not be chosen: they are found.</source>
        <extracomment>importmodel: help</extracomment>
        <translation>Danach wird das Modell in den anderen Algorithmen bei seinem Namen gewählt. Tokenizer müssen nicht gewählt werden: Sie werden gefunden.</translation>
    </message>
    <message>
        <source>checkpoint,weights,pytorch,safetensors,ckpt,install,add model,tokenizer,fine-tuned,terratorch,hugging face</source>
        <extracomment>importmodel: words to find it by, with commas between</extracomment>
        <translation>Checkpoint,Gewichte,PyTorch,Modell hinzufügen,installieren,Tokenizer,nachtrainiert,Fine-Tuning,Hugging Face</translation>
    </message>
    <message>
        <source>Checkpoint</source>
        <extracomment>importmodel: INPUT</extracomment>
        <translation>Checkpoint</translation>
    </message>
    <message>
        <source>The downloaded file, for example TerraMind_v1_base.pt or TerraMind_Tokenizer_LULC.pt; or the .ckpt of a fine-tuned model.</source>
        <extracomment>importmodel: INPUT</extracomment>
        <translation>Die heruntergeladene Datei, zum Beispiel TerraMind_v1_base.pt oder TerraMind_Tokenizer_LULC.pt; oder die .ckpt eines nachtrainierten Modells.</translation>
    </message>
    <message>
        <source>Configuration</source>
        <extracomment>importmodel: CONFIG</extracomment>
        <translation>Konfiguration</translation>
    </message>
    <message>
        <source>For fine-tuned models: the YAML file that the model was trained with. It says what the checkpoint does not: names of classes, means and standard deviations, and with older checkpoints the model itself.</source>
        <extracomment>importmodel: CONFIG</extracomment>
        <translation>Für nachtrainierte Modelle: die YAML-Datei, mit der das Modell trainiert wurde. Sie sagt, was der Checkpoint nicht sagt: Namen der Klassen, Mittelwerte und Standardabweichungen, und bei älteren Checkpoints das Modell selbst.</translation>
    </message>
    <message>
        <source>Name</source>
        <extracomment>importmodel: NAME</extracomment>
        <translation>Name</translation>
    </message>
    <message>
        <source>What to call the model in the other algorithms, for example base; without it, as the file is called. Letters, digits, dots, dashes and underscores.</source>
        <extracomment>importmodel: NAME</extracomment>
        <translation>Wie das Modell in den anderen Algorithmen heißen soll, zum Beispiel base; ohne Angabe wie die Datei. Buchstaben, Ziffern, Punkte, Binde- und Unterstriche.</translation>
    </message>
    <message>
        <source>Folder of the model pack</source>
        <extracomment>importmodel: DEST</extracomment>
        <translation>Ordner des Modellpakets</translation>
    </message>
    <message>
        <source>Where to put it instead of the folder of installed models. Choose such a model by this path, and such a tokenizer by TOKENIZERS.</source>
        <extracomment>importmodel: DEST</extracomment>
        <translation>Wohin es statt in den Ordner der installierten Modelle soll. Ein solches Modell wird bei diesem Pfad gewählt, ein solcher Tokenizer mit TOKENIZERS.</translation>
    </message>
    <message>
        <source>Only for this model</source>
        <extracomment>importmodel: MODEL</extracomment>
        <translation>Nur für dieses Modell</translation>
    </message>
    <message>
        <source>For tokenizers: the installed model (name or folder) that alone is to use this one. Without it, all models share the tokenizer.</source>
        <extracomment>importmodel: MODEL</extracomment>
        <translation>Für Tokenizer: das installierte Modell (Name oder Ordner), das allein diesen benutzen soll. Ohne Angabe teilen sich alle Modelle den Tokenizer.</translation>
    </message>
    <message>
        <source>Modality of the tokenizer</source>
        <extracomment>importmodel: MODALITY</extracomment>
        <translation>Modalität des Tokenizers</translation>
    </message>
    <message>
        <source>For tokenizers whose file is no longer called as it was published: S1GRD and S1RTC, and DEM and NDVI, cannot be told apart otherwise.</source>
        <extracomment>importmodel: MODALITY</extracomment>
        <translation>Für Tokenizer, deren Datei nicht mehr so heißt, wie sie veröffentlicht wurde: S1GRD und S1RTC sowie DEM und NDVI lassen sich sonst nicht unterscheiden.</translation>
    </message>
    <message>
        <source>As the file says</source>
        <extracomment>importmodel: MODALITY, auto</extracomment>
        <translation>Wie die Datei sagt</translation>
    </message>
    <message>
        <source>Sentinel-2 L2A</source>
        <extracomment>importmodel: MODALITY, S2L2A</extracomment>
        <translation>Sentinel-2 L2A</translation>
    </message>
    <message>
        <source>Sentinel-1 GRD</source>
        <extracomment>importmodel: MODALITY, S1GRD</extracomment>
        <translation>Sentinel-1 GRD</translation>
    </message>
    <message>
        <source>Sentinel-1 RTC</source>
        <extracomment>importmodel: MODALITY, S1RTC</extracomment>
        <translation>Sentinel-1 RTC</translation>
    </message>
    <message>
        <source>Elevation</source>
        <extracomment>importmodel: MODALITY, DEM</extracomment>
        <translation>Höhe</translation>
    </message>
    <message>
        <source>Land use and land cover</source>
        <extracomment>importmodel: MODALITY, LULC</extracomment>
        <translation>Landnutzung und Landbedeckung</translation>
    </message>
    <message>
        <source>NDVI</source>
        <extracomment>importmodel: MODALITY, NDVI</extracomment>
        <translation>NDVI</translation>
    </message>
    <message>
        <source>Names of the classes</source>
        <extracomment>importmodel: CLASSES</extracomment>
        <translation>Namen der Klassen</translation>
    </message>
    <message>
        <source>For fine-tuned models: names with commas between, in the order of the classes' numbers from 0, where the configuration has none or others.</source>
        <extracomment>importmodel: CLASSES</extracomment>
        <translation>Für nachtrainierte Modelle: Namen mit Kommas dazwischen, in der Reihenfolge der Klassennummern ab 0, wo die Konfiguration keine oder andere hat.</translation>
    </message>
    <message>
        <source>Unit of the values</source>
        <extracomment>importmodel: UNIT</extracomment>
        <translation>Einheit der Werte</translation>
    </message>
    <message>
        <source>For fine-tuned models that predict values: what they are measured in, for example t/ha, which no configuration says.</source>
        <extracomment>importmodel: UNIT</extracomment>
        <translation>Für nachtrainierte Modelle, die Werte vorhersagen: worin diese gemessen sind, zum Beispiel t/ha; das sagt keine Konfiguration.</translation>
    </message>
    <message>
        <source>Model or tokenizer</source>
        <extracomment>importmodel: MODEL</extracomment>
        <translation>Modell oder Tokenizer</translation>
    </message>
    <message>
        <source>What it is: model, tokenizer or fine-tuned model</source>
        <extracomment>importmodel: KIND</extracomment>
        <translation>Was es ist: Modell, Tokenizer oder nachtrainiertes Modell</translation>
    </message>
    <message>
        <source>Features</source>
        <extracomment>embedlayer: group</extracomment>
        <translation>Merkmale</translation>
    </message>
    <message>
        <source>Embed layer</source>
        <extracomment>embedlayer: name</extracomment>
        <translation>Layer einbetten</translation>
    </message>
    <message>
        <source>Turns satellite layers into TerraMind's features: what the model sees in every patch of 16 × 16 pixels.</source>
        <extracomment>embedlayer: summary</extracomment>
        <translation>Macht aus Satellitenlayern die Merkmale von TerraMind: was das Modell in jedem Patch von 16 × 16 Pixeln sieht.</translation>
    </message>
    <message>
        <source>Features (also called embeddings) describe the content of a patch by some hundred numbers. Similar places have similar features: use them for clustering, similarity search, change detection, or as input of a classifier.</source>
        <extracomment>embedlayer: help</extracomment>
        <translation>Merkmale (auch Embeddings genannt) beschreiben den Inhalt eines Patches mit einigen Hundert Zahlen. Ähnliche Orte haben ähnliche Merkmale: Sie dienen zum Clustern, zur Suche nach Ähnlichem, zum Erkennen von Veränderungen oder als Eingabe eines Klassifikators.</translation>
    </message>
    <message>
        <source>Give at least one layer. Layers on other grids are put on that of the first optical layer (else of the first), or on the grid that you ask for. Bands are found by their names, else by their order. TerraMind was trained on 10 m pixels. Without data a patch is nodata; single missing pixels are replaced by the modality's mean.</source>
        <extracomment>embedlayer: help</extracomment>
        <translation>Geben Sie mindestens einen Layer an. Layer auf anderen Gittern werden auf das des ersten optischen Layers gebracht (sonst auf das des ersten) oder auf das Gitter, das Sie verlangen. Kanäle werden an ihren Namen gefunden, sonst an ihrer Reihenfolge. TerraMind wurde mit Pixeln von 10 m trainiert. Ein Patch ohne Daten ist NoData; einzelne fehlende Pixel werden durch den Mittelwert der Modalität ersetzt.</translation>
    </message>
    <message>
        <source>The layers are covered by overlapping tiles that belong to the layers, not to the chosen area: a patch gets the same features whatever area is asked for. The area is widened to whole patches.</source>
        <extracomment>embedlayer: help</extracomment>
        <translation>Die Layer werden mit überlappenden Kacheln bedeckt, die zu den Layern gehören und nicht zum gewählten Gebiet: Ein Patch erhält dieselben Merkmale, welches Gebiet auch verlangt wird. Das Gebiet wird auf ganze Patches erweitert.</translation>
    </message>
    <message>
        <source>embedding,features,encoder,similarity search,clustering,change detection,sentinel-2,sentinel-1,radar,dem,terramind,foundation model,deep learning</source>
        <extracomment>embedlayer: words to find it by, with commas between</extracomment>
        <translation>Embedding,Einbettung,Merkmale,Encoder,Ähnlichkeitssuche,Clustern,Veränderungen,Sentinel-2,Sentinel-1,Radar,Höhenmodell,Foundation Model,Deep Learning</translation>
    </message>
    <message>
        <source>Model</source>
        <extracomment>embedlayer: MODEL</extracomment>
        <translation>Modell</translation>
    </message>
    <message>
        <source>An installed model by its name, or the folder of a model pack. Import model installs one.</source>
        <extracomment>embedlayer: MODEL</extracomment>
        <translation>Ein installiertes Modell bei seinem Namen oder der Ordner eines Modellpakets. „Modell importieren“ installiert eines.</translation>
    </message>
    <message>
        <source>12 bands B01, B02, B03, B04, B05, B06, B07, B08, B8A, B09, B11, B12 in this order, or in any order if they are named so, as reflectance × 10,000 without the +1000 offset of newer products.</source>
        <extracomment>embedlayer: S2L2A</extracomment>
        <translation>12 Kanäle B01, B02, B03, B04, B05, B06, B07, B08, B8A, B09, B11, B12 in dieser Reihenfolge, oder in beliebiger, wenn sie so heißen; als Reflexionsgrad × 10.000, ohne den Offset von +1000 neuerer Produkte.</translation>
    </message>
    <message>
        <source>Sentinel-2 L1C</source>
        <extracomment>embedlayer: S2L1C</extracomment>
        <translation>Sentinel-2 L1C</translation>
    </message>
    <message>
        <source>13 bands B01, B02, B03, B04, B05, B06, B07, B08, B8A, B09, B10, B11, B12 in this order, or in any order if they are named so, top of atmosphere, as reflectance × 10,000 without offset.</source>
        <extracomment>embedlayer: S2L1C</extracomment>
        <translation>13 Kanäle B01, B02, B03, B04, B05, B06, B07, B08, B8A, B09, B10, B11, B12 in dieser Reihenfolge, oder in beliebiger, wenn sie so heißen; am Oberrand der Atmosphäre, als Reflexionsgrad × 10.000, ohne Offset.</translation>
    </message>
    <message>
        <source>RGB</source>
        <extracomment>embedlayer: RGB</extracomment>
        <translation>RGB</translation>
    </message>
    <message>
        <source>3 bands red, green, blue from 0 to 255.</source>
        <extracomment>embedlayer: RGB</extracomment>
        <translation>3 Kanäle Rot, Grün, Blau von 0 bis 255.</translation>
    </message>
    <message>
        <source>2 bands VV, VH in decibels.</source>
        <extracomment>embedlayer: S1GRD</extracomment>
        <translation>2 Kanäle VV, VH in Dezibel.</translation>
    </message>
    <message>
        <source>2 bands VV, VH in decibels, terrain corrected.</source>
        <extracomment>embedlayer: S1RTC</extracomment>
        <translation>2 Kanäle VV, VH in Dezibel, geländekorrigiert.</translation>
    </message>
    <message>
        <source>DEM</source>
        <extracomment>embedlayer: DEM</extracomment>
        <translation>Höhenmodell (DEM)</translation>
    </message>
    <message>
        <source>1 band, elevation in metres.</source>
        <extracomment>embedlayer: DEM</extracomment>
        <translation>1 Kanal, Höhe in Metern.</translation>
    </message>
    <message>
        <source>Area</source>
        <extracomment>embedlayer: AREA</extracomment>
        <translation>Gebiet</translation>
    </message>
    <message>
        <source>Which part of the layers to use, unless an extent is given.</source>
        <extracomment>embedlayer: AREA</extracomment>
        <translation>Welcher Teil der Layer benutzt wird, sofern keine Ausdehnung angegeben ist.</translation>
    </message>
    <message>
        <source>What the map shows</source>
        <extracomment>embedlayer: AREA, map</extracomment>
        <translation>Was die Karte zeigt</translation>
    </message>
    <message>
        <source>All that the layers cover</source>
        <extracomment>embedlayer: AREA, layers</extracomment>
        <translation>Alles, was die Layer bedecken</translation>
    </message>
    <message>
        <source>Extent</source>
        <extracomment>embedlayer: EXTENT</extracomment>
        <translation>Ausdehnung</translation>
    </message>
    <message>
        <source>A rectangle, as xmin,xmax,ymin,ymax with its coordinate reference system behind, for example 14.4,14.5,50.0,50.1 [EPSG:4326]; without one, that of the layers. It wins over the area, is widened to whole patches of 16 × 16 pixels, and ends where the layers end.</source>
        <extracomment>embedlayer: EXTENT</extracomment>
        <translation>Ein Rechteck als xmin,xmax,ymin,ymax mit dem Koordinatenbezugssystem dahinter, zum Beispiel 14.4,14.5,50.0,50.1 [EPSG:4326]; ohne Angabe gilt das der Layer. Es geht dem Gebiet vor, wird auf ganze Patches von 16 × 16 Pixeln erweitert und endet, wo die Layer enden.</translation>
    </message>
    <message>
        <source>Block</source>
        <extracomment>embedlayer: BLOCK</extracomment>
        <translation>Block</translation>
    </message>
    <message>
        <source>Which block's output to take: 0 is the first, -1 the last (the default, and the only one that is normalised), -2 the one before it.</source>
        <extracomment>embedlayer: BLOCK</extracomment>
        <translation>Die Ausgabe welches Blocks genommen wird: 0 ist der erste, -1 der letzte (die Vorgabe, und der einzige, der normalisiert ist), -2 der davor.</translation>
    </message>
    <message>
        <source>Merge of modalities</source>
        <extracomment>embedlayer: MERGE</extracomment>
        <translation>Zusammenführen der Modalitäten</translation>
    </message>
    <message>
        <source>How the features of several layers become one: their mean, their maximum, or all of them side by side.</source>
        <extracomment>embedlayer: MERGE</extracomment>
        <translation>Wie aus den Merkmalen mehrerer Layer eines werden: ihr Mittelwert, ihr Maximum, oder alle nebeneinander.</translation>
    </message>
    <message>
        <source>Mean</source>
        <extracomment>embedlayer: MERGE, mean</extracomment>
        <translation>Mittelwert</translation>
    </message>
    <message>
        <source>Maximum</source>
        <extracomment>embedlayer: MERGE, max</extracomment>
        <translation>Maximum</translation>
    </message>
    <message>
        <source>Side by side</source>
        <extracomment>embedlayer: MERGE, concat</extracomment>
        <translation>Nebeneinander</translation>
    </message>
    <message>
        <source>Tile size</source>
        <extracomment>embedlayer: TILE_SIZE</extracomment>
        <translation>Kachelgröße</translation>
    </message>
    <message>
        <source>Pixels that the model sees at once, a multiple of 16. TerraMind was trained on 224; larger tiles see more context and need more memory.</source>
        <extracomment>embedlayer: TILE_SIZE</extracomment>
        <translation>Wie viele Pixel das Modell auf einmal sieht, ein Vielfaches von 16. TerraMind wurde mit 224 trainiert; größere Kacheln sehen mehr Umgebung und brauchen mehr Speicher.</translation>
    </message>
    <message>
        <source>Overlap</source>
        <extracomment>embedlayer: OVERLAP</extracomment>
        <translation>Überlappung</translation>
    </message>
    <message>
        <source>Pixels that neighbouring tiles share, a multiple of 16; they are blended gradually. More hides seams better and takes longer.</source>
        <extracomment>embedlayer: OVERLAP</extracomment>
        <translation>Wie viele Pixel benachbarte Kacheln gemeinsam haben, ein Vielfaches von 16; sie gehen allmählich ineinander über. Mehr verbirgt Nähte besser und dauert länger.</translation>
    </message>
    <message>
        <source>Resolution</source>
        <extracomment>embedlayer: RESOLUTION</extracomment>
        <translation>Auflösung</translation>
    </message>
    <message>
        <source>One cell per patch of 16 × 16 pixels is all that the model knows. One per pixel interpolates between the patches' centres and is 256 times as large.</source>
        <extracomment>embedlayer: RESOLUTION</extracomment>
        <translation>Eine Zelle je Patch von 16 × 16 Pixeln ist alles, was das Modell weiß. Eine je Pixel interpoliert zwischen den Mitten der Patches und ist 256-mal so groß.</translation>
    </message>
    <message>
        <source>One cell per patch</source>
        <extracomment>embedlayer: RESOLUTION, patch</extracomment>
        <translation>Eine Zelle je Patch</translation>
    </message>
    <message>
        <source>One cell per pixel</source>
        <extracomment>embedlayer: RESOLUTION, pixel</extracomment>
        <translation>Eine Zelle je Pixel</translation>
    </message>
    <message>
        <source>Coordinate reference system of the result</source>
        <extracomment>embedlayer: TARGET_CRS</extracomment>
        <translation>Koordinatenbezugssystem des Ergebnisses</translation>
    </message>
    <message>
        <source>All layers are brought to it; without one, to that of the first optical layer, else of the first. For layers in degrees choose the UTM zone of the place: TerraMind was trained on square pixels of 10 m.</source>
        <extracomment>embedlayer: TARGET_CRS</extracomment>
        <translation>Alle Layer werden dorthin gebracht; ohne Angabe in das des ersten optischen Layers, sonst des ersten. Für Layer in Grad wählen Sie die UTM-Zone des Ortes: TerraMind wurde mit quadratischen Pixeln von 10 m trainiert.</translation>
    </message>
    <message>
        <source>Pixel size</source>
        <extracomment>embedlayer: CELL_SIZE</extracomment>
        <translation>Pixelgröße</translation>
    </message>
    <message>
        <source>To which layers are brought, in units of the coordinate reference system; without it, that of the first optical layer's pixels, else of the first layer's, and 10 m where degrees become metres.</source>
        <extracomment>embedlayer: CELL_SIZE</extracomment>
        <translation>Auf welche Größe die Layer gebracht werden, in Einheiten des Koordinatenbezugssystems; ohne Angabe auf die der Pixel des ersten optischen Layers, sonst des ersten, und auf 10 m, wo aus Grad Meter werden.</translation>
    </message>
    <message>
        <source>Interpolation</source>
        <extracomment>embedlayer: RESAMPLING</extracomment>
        <translation>Interpolation</translation>
    </message>
    <message>
        <source>How values between pixels are made where a layer does not lie on the grid of the result. Bilinear is safe; cubic is sharper and may overshoot beside edges. Classes take the nearest pixel, whatever this says.</source>
        <extracomment>embedlayer: RESAMPLING</extracomment>
        <translation>Wie Werte zwischen Pixeln entstehen, wo ein Layer nicht auf dem Raster des Ergebnisses liegt. Bilinear ist sicher; kubisch ist schärfer und kann neben Kanten überschießen. Klassen nehmen immer das nächste Pixel.</translation>
    </message>
    <message>
        <source>Bilinear</source>
        <extracomment>embedlayer: RESAMPLING, bilinear</extracomment>
        <translation>Bilinear</translation>
    </message>
    <message>
        <source>Cubic</source>
        <extracomment>embedlayer: RESAMPLING, cubic</extracomment>
        <translation>Kubisch</translation>
    </message>
    <message>
        <source>Bands</source>
        <extracomment>embedlayer: BANDS</extracomment>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Which bands of a layer to take, where neither their names nor their number tell: numbers from 1 in the order that the model wants, for example S2L2A=2,3,4,8;S1GRD=2,1.</source>
        <extracomment>embedlayer: BANDS</extracomment>
        <translation>Welche Kanäle eines Layers genommen werden, wo weder ihre Namen noch ihre Zahl es sagen: Nummern ab 1 in der Reihenfolge, die das Modell verlangt, zum Beispiel S2L2A=2,3,4,8;S1GRD=2,1.</translation>
    </message>
    <message>
        <source>Values of Sentinel-2</source>
        <extracomment>embedlayer: S2_UNITS</extracomment>
        <translation>Werte von Sentinel-2</translation>
    </message>
    <message>
        <source>In what unit the values of S2L2A and S2L1C are. Auto decides by the metadata and a sample of the values, and the log says how.</source>
        <extracomment>embedlayer: S2_UNITS</extracomment>
        <translation>In welcher Einheit die Werte von S2L2A und S2L1C sind. Automatisch wird nach den Metadaten und einer Stichprobe der Werte entschieden, und das Protokoll sagt, wie.</translation>
    </message>
    <message>
        <source>As metadata and values tell</source>
        <extracomment>embedlayer: S2_UNITS, auto</extracomment>
        <translation>Wie Metadaten und Werte sagen</translation>
    </message>
    <message>
        <source>Reflectance × 10,000</source>
        <extracomment>embedlayer: S2_UNITS, dn</extracomment>
        <translation>Reflexionsgrad × 10.000</translation>
    </message>
    <message>
        <source>The same with 1000 added (since 2022-01-25, baseline 04.00)</source>
        <extracomment>embedlayer: S2_UNITS, dn+1000</extracomment>
        <translation>Derselbe, um 1000 erhöht (seit dem 25.01.2022, Baseline 04.00)</translation>
    </message>
    <message>
        <source>Reflectance from 0 to 1</source>
        <extracomment>embedlayer: S2_UNITS, reflectance</extracomment>
        <translation>Reflexionsgrad von 0 bis 1</translation>
    </message>
    <message>
        <source>Values of Sentinel-1</source>
        <extracomment>embedlayer: S1_UNITS</extracomment>
        <translation>Werte von Sentinel-1</translation>
    </message>
    <message>
        <source>In what unit the values of S1GRD and S1RTC are. Auto decides by a sample of them, and the log says how.</source>
        <extracomment>embedlayer: S1_UNITS</extracomment>
        <translation>In welcher Einheit die Werte von S1GRD und S1RTC sind. Automatisch wird nach einer Stichprobe entschieden, und das Protokoll sagt, wie.</translation>
    </message>
    <message>
        <source>As the values tell</source>
        <extracomment>embedlayer: S1_UNITS, auto</extracomment>
        <translation>Wie die Werte sagen</translation>
    </message>
    <message>
        <source>Decibels</source>
        <extracomment>embedlayer: S1_UNITS, db</extracomment>
        <translation>Dezibel</translation>
    </message>
    <message>
        <source>Linear power</source>
        <extracomment>embedlayer: S1_UNITS, power</extracomment>
        <translation>Lineare Leistung</translation>
    </message>
    <message>
        <source>Values of RGB</source>
        <extracomment>embedlayer: RGB_UNITS</extracomment>
        <translation>Werte von RGB</translation>
    </message>
    <message>
        <source>In what range the values of RGB are. Auto decides by a sample of them, and the log says how.</source>
        <extracomment>embedlayer: RGB_UNITS</extracomment>
        <translation>In welchem Bereich die Werte von RGB sind. Automatisch wird nach einer Stichprobe entschieden, und das Protokoll sagt, wie.</translation>
    </message>
    <message>
        <source>0 to 255</source>
        <extracomment>embedlayer: RGB_UNITS, 8bit</extracomment>
        <translation>0 bis 255</translation>
    </message>
    <message>
        <source>0 to 65,535</source>
        <extracomment>embedlayer: RGB_UNITS, 16bit</extracomment>
        <translation>0 bis 65.535</translation>
    </message>
    <message>
        <source>0 to 1</source>
        <extracomment>embedlayer: RGB_UNITS, 0to1</extracomment>
        <translation>0 bis 1</translation>
    </message>
    <message>
        <source>Mask</source>
        <extracomment>embedlayer: MASK</extracomment>
        <translation>Maske</translation>
    </message>
    <message>
        <source>A raster on any grid: where it is 0 or nodata, or does not reach, pixels count as missing in all layers, and the result is nodata. For example the clear pixels of a scene classification.</source>
        <extracomment>embedlayer: MASK</extracomment>
        <translation>Ein Raster auf beliebigem Gitter: Wo es 0 oder NoData ist oder nicht hinreicht, gelten Pixel in allen Layern als fehlend, und das Ergebnis ist NoData. Zum Beispiel die wolkenfreien Pixel einer Szenenklassifikation.</translation>
    </message>
    <message>
        <source>Largest share of missing pixels</source>
        <extracomment>embedlayer: MOST_MISSING</extracomment>
        <translation>Größter Anteil fehlender Pixel</translation>
    </message>
    <message>
        <source>Of a patch of 16 × 16 pixels with a larger share of missing ones than this there is no result. Missing pixels are replaced by the mean that the model knows: 1 computes patches with a single valid pixel, 0 only complete ones.</source>
        <extracomment>embedlayer: MOST_MISSING</extracomment>
        <translation>Von einem Patch von 16 × 16 Pixeln, dem mehr Pixel fehlen als dieser Anteil, gibt es kein Ergebnis. Fehlende Pixel werden durch den Mittelwert ersetzt, den das Modell kennt: 1 berechnet auch Patches mit einem einzigen gültigen Pixel, 0 nur vollständige.</translation>
    </message>
    <message>
        <source>Device</source>
        <extracomment>embedlayer: DEVICE</extracomment>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Auto takes an NVIDIA graphics card where one works and is faster, by a trial on one tile, else the processor; the log says which.</source>
        <extracomment>embedlayer: DEVICE</extracomment>
        <translation>Auto nimmt eine Grafikkarte von NVIDIA, wo eine funktioniert und nach einem Versuch an einer Kachel schneller ist, sonst den Prozessor; das Protokoll sagt, was.</translation>
    </message>
    <message>
        <source>Auto</source>
        <extracomment>embedlayer: DEVICE, auto</extracomment>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Processor</source>
        <extracomment>embedlayer: DEVICE, cpu</extracomment>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>NVIDIA graphics card</source>
        <extracomment>embedlayer: DEVICE, cuda</extracomment>
        <translation>NVIDIA-Grafikkarte</translation>
    </message>
    <message>
        <source>Precision</source>
        <extracomment>embedlayer: PRECISION</extracomment>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>fp32 gives TerraTorch's numbers: keep it for what is compared or published. Auto is for large areas: it tries on one tile what is the fastest here, and rounds only where that hardly shows: features, maps of classes by fine-tuned models, and what turns tokens into land cover; not the tokens of generated layers, nor images and elevation. int8 and bf16 round those, too: about one pixel in a hundred of a land cover gets another class, and in bf16 elevation has steps of a metre and more. int8 works on every processor, bf16 on those with AVX512-BF16 or AMX; fp16 is for NVIDIA graphics cards, and has not been measured there.</source>
        <extracomment>embedlayer: PRECISION</extracomment>
        <translation>fp32 liefert die Zahlen von TerraTorch: richtig für alles, was verglichen oder veröffentlicht wird. Auto ist für große Gebiete: Es probiert an einer Kachel, was hier am schnellsten ist, und rundet nur, wo man es kaum sieht: bei Merkmalen, Klassenkarten feinabgestimmter Modelle und dem, was aus Token Landbedeckung macht; nicht bei den Token erzeugter Layer, nicht bei Bildern und Höhen. int8 und bf16 runden auch diese: Von einer Landbedeckung bekommt etwa ein Pixel von hundert eine andere Klasse, und in bf16 haben Höhen Stufen von einem Meter und mehr. int8 geht auf jedem Prozessor, bf16 auf solchen mit AVX512-BF16 oder AMX; fp16 ist für Grafikkarten von NVIDIA und wurde dort nicht gemessen.</translation>
    </message>
    <message>
        <source>fp32 (exact)</source>
        <extracomment>embedlayer: PRECISION, fp32</extracomment>
        <translation>fp32 (exakt)</translation>
    </message>
    <message>
        <source>Auto (faster where it hardly shows)</source>
        <extracomment>embedlayer: PRECISION, auto</extracomment>
        <translation>Auto (schneller, wo man es kaum sieht)</translation>
    </message>
    <message>
        <source>int8 (faster, every processor)</source>
        <extracomment>embedlayer: PRECISION, int8</extracomment>
        <translation>int8 (schneller, jeder Prozessor)</translation>
    </message>
    <message>
        <source>bf16 (faster, AVX512-BF16 or AMX)</source>
        <extracomment>embedlayer: PRECISION, bf16</extracomment>
        <translation>bf16 (schneller, AVX512-BF16 oder AMX)</translation>
    </message>
    <message>
        <source>fp16 (graphics card)</source>
        <extracomment>embedlayer: PRECISION, fp16</extracomment>
        <translation>fp16 (Grafikkarte)</translation>
    </message>
    <message>
        <source>Threads</source>
        <extracomment>embedlayer: THREADS</extracomment>
        <translation>Threads</translation>
    </message>
    <message>
        <source>Processor threads to use; 0 takes one per core. Fewer leave more of the computer to other programs. The result is the same, unless Precision is auto and finds another way faster with them.</source>
        <extracomment>embedlayer: THREADS</extracomment>
        <translation>Wie viele Threads des Prozessors benutzt werden; 0 nimmt einen je Kern. Weniger lassen anderen Programmen mehr vom Rechner. Das Ergebnis ist dasselbe, außer wenn Genauigkeit auf Auto steht und damit ein anderer Weg schneller ist.</translation>
    </message>
    <message>
        <source>Memory limit</source>
        <extracomment>embedlayer: MEMORY_LIMIT</extracomment>
        <translation>Speichergrenze</translation>
    </message>
    <message>
        <source>Megabytes that the run may take. A run that is going to take more is refused before it begins, and one that does so anyway is stopped, so that neither QGIS nor other programs are ended by the system; 0 takes what is free, but for a reserve of 5 %.</source>
        <extracomment>embedlayer: MEMORY_LIMIT</extracomment>
        <translation>Megabyte, die der Lauf belegen darf. Ein Lauf, der mehr brauchen wird, wird abgelehnt, bevor er beginnt, und einer, der es trotzdem tut, wird angehalten, damit das System weder QGIS noch andere Programme beendet; 0 nimmt, was frei ist, bis auf eine Reserve von 5 %.</translation>
    </message>
    <message>
        <source>Go on after an interruption</source>
        <extracomment>embedlayer: RESUME</extracomment>
        <translation>Nach einer Unterbrechung fortfahren</translation>
    </message>
    <message>
        <source>Keeps what is computed beside the first output until the run is complete, or for a week: the same request then goes on where it stopped, and gives the same file. Auto does so where the output is no temporary file and the disk has plenty of room. Not where a layer lies on a server, in an archive or in a database: there it may change unnoticed.</source>
        <extracomment>embedlayer: RESUME</extracomment>
        <translation>Hebt neben der ersten Ausgabe auf, was berechnet ist, bis der Lauf fertig ist, höchstens eine Woche: Derselbe Auftrag macht dann dort weiter, wo er stehen blieb, und ergibt dieselbe Datei. Automatisch geschieht das, wo die Ausgabe keine temporäre Datei ist und auf dem Datenträger reichlich Platz ist. Nicht, wo ein Layer auf einem Server, in einem Archiv oder in einer Datenbank liegt: Dort kann er sich unbemerkt ändern.</translation>
    </message>
    <message>
        <source>Yes</source>
        <extracomment>embedlayer: RESUME, yes</extracomment>
        <translation>Ja</translation>
    </message>
    <message>
        <source>No</source>
        <extracomment>embedlayer: RESUME, no</extracomment>
        <translation>Nein</translation>
    </message>
    <message>
        <source>Creation options</source>
        <extracomment>embedlayer: CREATION_OPTIONS</extracomment>
        <translation>Erstellungsoptionen</translation>
    </message>
    <message>
        <source>How GeoTIFFs are stored, as options of GDAL's GeoTIFF driver with | between them, for example COMPRESS=ZSTD|ZSTD_LEVEL=15. Empty: DEFLATE without loss, blocks of 512 × 512 pixels, overviews, and the layout of Cloud Optimised GeoTIFFs.</source>
        <extracomment>embedlayer: CREATION_OPTIONS</extracomment>
        <translation>Wie GeoTIFFs gespeichert werden, als Optionen des GeoTIFF-Treibers von GDAL mit | dazwischen, zum Beispiel COMPRESS=ZSTD|ZSTD_LEVEL=15. Leer: DEFLATE ohne Verlust, Blöcke von 512 × 512 Pixeln, Übersichten und die Anordnung von Cloud Optimised GeoTIFFs.</translation>
    </message>
    <message>
        <source>The GeoTIFF to write: 32-bit floats, one band per feature.</source>
        <extracomment>embedlayer: OUTPUT</extracomment>
        <translation>Das GeoTIFF, das geschrieben wird: 32-Bit-Gleitkommazahlen, ein Kanal je Merkmal.</translation>
    </message>
    <message>
        <source>Results page</source>
        <extracomment>embedlayer: OUTPUT_HTML</extracomment>
        <translation>Ergebnisseite</translation>
    </message>
    <message>
        <source>A page about the run: small pictures and statistics of its rasters, how long it took, and by what it was made. QGIS lists it in its results viewer, which opens it in the browser.</source>
        <extracomment>embedlayer: OUTPUT_HTML</extracomment>
        <translation>Eine Seite über den Lauf: kleine Bilder und Statistiken seiner Raster, wie lange er dauerte und womit gerechnet wurde. QGIS führt sie in der Ergebnisanzeige auf, die sie im Browser öffnet.</translation>
    </message>
    <message>
        <source>Number of features</source>
        <extracomment>embedlayer: FEATURES</extracomment>
        <translation>Anzahl der Merkmale</translation>
    </message>
    <message>
        <source>Feature colours</source>
        <extracomment>featurecolours: name</extracomment>
        <translation>Merkmale als Farben</translation>
    </message>
    <message>
        <source>Shows a raster of features as one picture: similar places have similar colours.</source>
        <extracomment>featurecolours: summary</extracomment>
        <translation>Zeigt ein Raster von Merkmalen als ein Bild: Ähnliche Orte haben ähnliche Farben.</translation>
    </message>
    <message>
        <source>Features have some hundred bands, of which a map shows three. This takes the three directions in which the features of this raster differ most (principal components) as red, green and blue, so that the picture shows as much of their variance as three bands can. The log and EXPLAINED tell how much that is.</source>
        <extracomment>featurecolours: help</extracomment>
        <translation>Merkmale haben einige hundert Bänder, von denen eine Karte drei zeigt. Hier werden die drei Richtungen, in denen sich die Merkmale dieses Rasters am meisten unterscheiden (Hauptkomponenten), zu Rot, Grün und Blau, so dass das Bild so viel von ihrer Varianz zeigt, wie drei Bänder können. Das Protokoll und EXPLAINED sagen, wie viel das ist.</translation>
    </message>
    <message>
        <source>Each component is stretched so that 2 % of the cells lie below and 2 % above. A colour has no meaning by itself, and colours of two rasters cannot be compared.</source>
        <extracomment>featurecolours: help</extracomment>
        <translation>Jede Komponente wird so gestreckt, dass 2 % der Zellen darunter und 2 % darüber liegen. Eine Farbe bedeutet für sich nichts, und Farben zweier Raster lassen sich nicht vergleichen.</translation>
    </message>
    <message>
        <source>A cell that lacks a value in some band is nodata. The raster is read twice and never held whole.</source>
        <extracomment>featurecolours: help</extracomment>
        <translation>Eine Zelle, der in einem Band ein Wert fehlt, ist NoData. Das Raster wird zweimal gelesen und nie ganz im Speicher gehalten.</translation>
    </message>
    <message>
        <source>pca,principal components,embedding,features,rgb,visualise,similarity,terramind</source>
        <extracomment>featurecolours: words to find it by, with commas between</extracomment>
        <translation>PCA,Hauptkomponenten,Embedding,Merkmale,RGB,Visualisierung,Ähnlichkeit,TerraMind</translation>
    </message>
    <message>
        <source>The raster to colour, as Embed layer writes it; any raster of 3 to 3072 bands will do. All bands count as they are: one whose values vary much more than the others' decides the picture.</source>
        <extracomment>featurecolours: INPUT</extracomment>
        <translation>Das Raster, das eingefärbt wird, wie Layer einbetten es schreibt; jedes Raster mit 3 bis 3072 Bändern geht. Alle Bänder zählen, wie sie sind: Eines, dessen Werte viel stärker schwanken als die der anderen, bestimmt das Bild.</translation>
    </message>
    <message>
        <source>Colours</source>
        <extracomment>featurecolours: OUTPUT</extracomment>
        <translation>Farben</translation>
    </message>
    <message>
        <source>The GeoTIFF to write: red, green and blue from 1 to 255 on the grid of the features, 0 for nodata.</source>
        <extracomment>featurecolours: OUTPUT</extracomment>
        <translation>Das GeoTIFF, das geschrieben wird: Rot, Grün und Blau von 1 bis 255 auf dem Raster der Merkmale, 0 für NoData.</translation>
    </message>
    <message>
        <source>Share of the variance that the three components show, 0 to 1</source>
        <extracomment>featurecolours: EXPLAINED</extracomment>
        <translation>Anteil der Varianz, den die drei Komponenten zeigen, 0 bis 1</translation>
    </message>
    <message>
        <source>Generation</source>
        <extracomment>generatemodality: group</extracomment>
        <translation>Erzeugung</translation>
    </message>
    <message>
        <source>Generate modality</source>
        <extracomment>generatemodality: name</extracomment>
        <translation>Modalität erzeugen</translation>
    </message>
    <message>
        <source>Generates missing modalities (Sentinel-2, Sentinel-1, elevation, land cover, NDVI, coordinates) from the layers that there are.</source>
        <extracomment>generatemodality: summary</extracomment>
        <translation>Erzeugt fehlende Modalitäten (Sentinel-2, Sentinel-1, Höhe, Landbedeckung, NDVI, Koordinaten) aus den Layern, die es gibt.</translation>
    </message>
    <message>
        <source>TerraMind imagines what another sensor would have seen, or what the land cover is. Give the layers that there are, and a destination to each modality that is missing; nothing else is generated. Layers may lie on different grids. A generated S2L2A is reflectance × 10,000 without an offset. What is generated feeds what comes after it (see ORDER).</source>
        <extracomment>generatemodality: help</extracomment>
        <translation>TerraMind stellt sich vor, was ein anderer Sensor gesehen hätte oder wie die Landbedeckung ist. Geben Sie die Layer an, die es gibt, und ein Ziel für jede Modalität, die fehlt; anderes wird nicht erzeugt. Die Layer dürfen auf verschiedenen Gittern liegen. Ein erzeugtes S2L2A ist Reflexionsgrad × 10.000 ohne Offset. Was erzeugt ist, geht in das ein, was danach kommt (siehe ORDER).</translation>
    </message>
    <message>
        <source>Generated is not measured. The result is a likely picture, not an observation: it can be wrong anywhere and does not say so. Errors that the TerraMind paper (arXiv 2504.11171) reports, mean absolute: Sentinel-2 from Sentinel-1 0.074 in reflectance; Sentinel-1 from Sentinel-2 2.9 dB; a DEM from Sentinel-2 216 m, from Sentinel-1 163 m: never use it as elevation. ENSEMBLE shows how much of a result is chance, not how much of it is wrong.</source>
        <extracomment>generatemodality: help</extracomment>
        <translation>Erzeugt ist nicht gemessen. Das Ergebnis ist ein wahrscheinliches Bild, keine Beobachtung: Es kann überall falsch sein und sagt es nicht. Fehler, die der Artikel über TerraMind (arXiv 2504.11171) nennt, im Mittel der Beträge: Sentinel-2 aus Sentinel-1 0,074 im Reflexionsgrad; Sentinel-1 aus Sentinel-2 2,9 dB; ein Höhenmodell aus Sentinel-2 216 m, aus Sentinel-1 163 m: Benutzen Sie es niemals als Höhe. ENSEMBLE zeigt, wie viel an einem Ergebnis Zufall ist, nicht wie viel daran falsch ist.</translation>
    </message>
    <message>
        <source>Besides, the model's decoders limit values to the mean ± one standard deviation of its training data (NDVI 0.005 to 0.649, DEM -281 to 1622 m, VV -17.8 to -7.4 dB). CLAMP switches that off, beyond what the model was trained for.</source>
        <extracomment>generatemodality: help</extracomment>
        <translation>Außerdem beschränken die Decoder des Modells Werte auf den Mittelwert ± eine Standardabweichung ihrer Trainingsdaten (NDVI 0,005 bis 0,649, DEM -281 bis 1622 m, VV -17,8 bis -7,4 dB). CLAMP schaltet das ab, über das hinaus, wofür das Modell trainiert wurde.</translation>
    </message>
    <message>
        <source>A model needs a tokenizer for each modality that it writes, and for LULC and NDVI as inputs: import TerraMind_Tokenizer_LULC.pt and so on with Import model. The first layer says where there is data: patches of 16 × 16 pixels without any are nodata in the result.</source>
        <extracomment>generatemodality: help</extracomment>
        <translation>Ein Modell braucht einen Tokenizer für jede Modalität, die es schreibt, und für LULC und NDVI als Eingaben: Importieren Sie TerraMind_Tokenizer_LULC.pt und so fort mit „Modell importieren“. Der erste Layer sagt, wo es Daten gibt: Patches von 16 × 16 Pixeln ohne solche sind im Ergebnis NoData.</translation>
    </message>
    <message>
        <source>The same request gives the same file, on any number of threads; with HARMONIZE off a pixel has the same value whatever area is asked for, with it on two areas of one scene may differ by a smooth level. Another SEED gives another result that is as likely; TEMPERATURE 0 gives the likeliest tokens. Step counts that do not divide 1000 take exactly that number of steps, evenly spaced; TerraTorch then takes one or more extra.</source>
        <extracomment>generatemodality: help</extracomment>
        <translation>Dieselbe Anforderung liefert dieselbe Datei, mit beliebig vielen Threads; ohne HARMONIZE hat ein Pixel denselben Wert, welches Gebiet auch verlangt wird, mit HARMONIZE können sich zwei Gebiete einer Szene um ein glattes Niveau unterscheiden. Ein anderer SEED liefert ein anderes, ebenso wahrscheinliches Ergebnis; TEMPERATURE 0 liefert die wahrscheinlichsten Token. Schrittzahlen, die 1000 nicht teilen, machen genau so viele Schritte in gleichen Abständen; TerraTorch macht dann einen oder mehrere zusätzlich.</translation>
    </message>
    <message>
        <source>generative,any-to-any,land cover,lulc,ndvi,dem,elevation,sentinel-2,sentinel-1,radar,sar to optical,optical to sar,clouds,imagine,synthetic,terramind,foundation model,deep learning</source>
        <extracomment>generatemodality: words to find it by, with commas between</extracomment>
        <translation>erzeugen,generativ,Landbedeckung,Landnutzung,NDVI,Höhenmodell,Sentinel-2,Sentinel-1,Radar,Radar zu optisch,optisch zu Radar,Wolken,vorstellen,synthetisch,Foundation Model,Deep Learning</translation>
    </message>
    <message>
        <source>Land cover (LULC)</source>
        <extracomment>generatemodality: LULC</extracomment>
        <translation>Landbedeckung (LULC)</translation>
    </message>
    <message>
        <source>1 band, the class of each pixel: 0 no data, 1 water, 2 trees, 3 flooded vegetation, 4 crops, 5 built area, 6 bare ground, 7 snow/ice, 8 clouds, 9 rangeland. Other legends have to be reclassified first.</source>
        <extracomment>generatemodality: LULC</extracomment>
        <translation>1 Kanal, die Klasse jedes Pixels: 0 keine Daten, 1 Wasser, 2 Bäume, 3 überflutete Vegetation, 4 Ackerland, 5 bebaut, 6 offener Boden, 7 Schnee/Eis, 8 Wolken, 9 Grasland. Andere Legenden müssen vorher umklassifiziert werden.</translation>
    </message>
    <message>
        <source>1 band, vegetation index from -1 to 1.</source>
        <extracomment>generatemodality: NDVI</extracomment>
        <translation>1 Kanal, Vegetationsindex von -1 bis 1.</translation>
    </message>
    <message>
        <source>Tell the model where it is</source>
        <extracomment>generatemodality: COORDINATES</extracomment>
        <translation>Dem Modell sagen, wo es ist</translation>
    </message>
    <message>
        <source>Gives the coordinates of each tile's centre to the model, to quarters of a degree.</source>
        <extracomment>generatemodality: COORDINATES</extracomment>
        <translation>Gibt dem Modell die Koordinaten der Mitte jeder Kachel, auf Viertelgrad genau.</translation>
    </message>
    <message>
        <source>Generated Sentinel-2 L2A</source>
        <extracomment>generatemodality: OUTPUT_S2L2A</extracomment>
        <translation>Erzeugtes Sentinel-2 L2A</translation>
    </message>
    <message>
        <source>12 bands, reflectance × 10,000.</source>
        <extracomment>generatemodality: OUTPUT_S2L2A</extracomment>
        <translation>12 Kanäle, Reflexionsgrad × 10.000.</translation>
    </message>
    <message>
        <source>Generated Sentinel-1 GRD</source>
        <extracomment>generatemodality: OUTPUT_S1GRD</extracomment>
        <translation>Erzeugtes Sentinel-1 GRD</translation>
    </message>
    <message>
        <source>VV and VH in decibels.</source>
        <extracomment>generatemodality: OUTPUT_S1GRD</extracomment>
        <translation>VV und VH in Dezibel.</translation>
    </message>
    <message>
        <source>Generated Sentinel-1 RTC</source>
        <extracomment>generatemodality: OUTPUT_S1RTC</extracomment>
        <translation>Erzeugtes Sentinel-1 RTC</translation>
    </message>
    <message>
        <source>VV and VH in decibels, as if terrain corrected.</source>
        <extracomment>generatemodality: OUTPUT_S1RTC</extracomment>
        <translation>VV und VH in Dezibel, wie geländekorrigiert.</translation>
    </message>
    <message>
        <source>Generated DEM</source>
        <extracomment>generatemodality: OUTPUT_DEM</extracomment>
        <translation>Erzeugtes Höhenmodell</translation>
    </message>
    <message>
        <source>Metres. Shows what relief the model imagines: in the TerraMind paper it is wrong by 216 m on average from Sentinel-2. Never use it as elevation.</source>
        <extracomment>generatemodality: OUTPUT_DEM</extracomment>
        <translation>Meter. Zeigt, welches Relief das Modell sich vorstellt: Im Artikel über TerraMind liegt es aus Sentinel-2 im Mittel um 216 m daneben. Benutzen Sie es niemals als Höhe.</translation>
    </message>
    <message>
        <source>Generated land cover (LULC)</source>
        <extracomment>generatemodality: OUTPUT_LULC</extracomment>
        <translation>Erzeugte Landbedeckung (LULC)</translation>
    </message>
    <message>
        <source>The class of each pixel: 0 no data, 1 water, 2 trees, 3 flooded vegetation, 4 crops, 5 built area, 6 bare ground, 7 snow/ice, 8 clouds, 9 rangeland.</source>
        <extracomment>generatemodality: OUTPUT_LULC</extracomment>
        <translation>Die Klasse jedes Pixels: 0 keine Daten, 1 Wasser, 2 Bäume, 3 überflutete Vegetation, 4 Ackerland, 5 bebaut, 6 offener Boden, 7 Schnee/Eis, 8 Wolken, 9 Grasland.</translation>
    </message>
    <message>
        <source>Generated NDVI</source>
        <extracomment>generatemodality: OUTPUT_NDVI</extracomment>
        <translation>Erzeugter NDVI</translation>
    </message>
    <message>
        <source>Vegetation index, -1 to 1.</source>
        <extracomment>generatemodality: OUTPUT_NDVI</extracomment>
        <translation>Vegetationsindex, -1 bis 1.</translation>
    </message>
    <message>
        <source>Guessed coordinates</source>
        <extracomment>generatemodality: OUTPUT_COORDINATES</extracomment>
        <translation>Vermutete Koordinaten</translation>
    </message>
    <message>
        <source>Where the model takes each tile to be, to quarters of a degree: points with the place of the tile beside.</source>
        <extracomment>generatemodality: OUTPUT_COORDINATES</extracomment>
        <translation>Wo das Modell jede Kachel vermutet, auf Viertelgrad genau: Punkte, mit dem Ort der Kachel daneben.</translation>
    </message>
    <message>
        <source>Probabilities of the land cover classes</source>
        <extracomment>generatemodality: OUTPUT_LULC_PROBABILITIES</extracomment>
        <translation>Wahrscheinlichkeiten der Klassen der Landbedeckung</translation>
    </message>
    <message>
        <source>Ten bands from 0 to 1. They are the model's own, not calibrated. Of an ensemble the mean, whose largest need not be the class that most members vote for.</source>
        <extracomment>generatemodality: OUTPUT_LULC_PROBABILITIES</extracomment>
        <translation>Zehn Kanäle von 0 bis 1. Es sind die des Modells selbst, nicht kalibriert. Von einem Ensemble der Mittelwert, dessen größter nicht zu der Klasse gehören muss, für die die meisten Mitglieder stimmen.</translation>
    </message>
    <message>
        <source>Tokens</source>
        <extracomment>generatemodality: OUTPUT_TOKENS</extracomment>
        <translation>Token</translation>
    </message>
    <message>
        <source>What was predicted before it became pixels: one whole number per patch of 16 × 16 pixels, one band per modality (of an ensemble the first member's).</source>
        <extracomment>generatemodality: OUTPUT_TOKENS</extracomment>
        <translation>Was vorhergesagt wurde, bevor daraus Pixel wurden: eine ganze Zahl je Patch von 16 × 16 Pixeln, ein Kanal je Modalität (von einem Ensemble die des ersten Mitglieds).</translation>
    </message>
    <message>
        <source>Entropy of the tokens</source>
        <extracomment>generatemodality: OUTPUT_ENTROPY</extracomment>
        <translation>Entropie der Token</translation>
    </message>
    <message>
        <source>How undecided the model was in each patch, in bits: 0 is certain, 13.9 (LULC 12.1) is no idea at all. One band per modality.</source>
        <extracomment>generatemodality: OUTPUT_ENTROPY</extracomment>
        <translation>Wie unentschieden das Modell in jedem Patch war, in Bit: 0 ist sicher, 13,9 (LULC 12,1) ist völlig ahnungslos. Ein Kanal je Modalität.</translation>
    </message>
    <message>
        <source>Uncertainty of Sentinel-2 L2A</source>
        <extracomment>generatemodality: OUTPUT_S2L2A_UNCERTAINTY</extracomment>
        <translation>Unsicherheit von Sentinel-2 L2A</translation>
    </message>
    <message>
        <source>How far the members of an ensemble are apart: their standard deviation in the unit of the result, one band each. Needs ENSEMBLE of at least 2.</source>
        <extracomment>generatemodality: OUTPUT_S2L2A_UNCERTAINTY</extracomment>
        <translation>Wie weit die Mitglieder eines Ensembles auseinanderliegen: ihre Standardabweichung in der Einheit des Ergebnisses, je Kanal. Braucht ein ENSEMBLE von mindestens 2.</translation>
    </message>
    <message>
        <source>Uncertainty of Sentinel-1 GRD</source>
        <extracomment>generatemodality: OUTPUT_S1GRD_UNCERTAINTY</extracomment>
        <translation>Unsicherheit von Sentinel-1 GRD</translation>
    </message>
    <message>
        <source>Uncertainty of Sentinel-1 RTC</source>
        <extracomment>generatemodality: OUTPUT_S1RTC_UNCERTAINTY</extracomment>
        <translation>Unsicherheit von Sentinel-1 RTC</translation>
    </message>
    <message>
        <source>Uncertainty of the DEM</source>
        <extracomment>generatemodality: OUTPUT_DEM_UNCERTAINTY</extracomment>
        <translation>Unsicherheit des Höhenmodells</translation>
    </message>
    <message>
        <source>Uncertainty of the land cover</source>
        <extracomment>generatemodality: OUTPUT_LULC_UNCERTAINTY</extracomment>
        <translation>Unsicherheit der Landbedeckung</translation>
    </message>
    <message>
        <source>The share of an ensemble's members that see another class, 0 to 1 (blended where windows overlap). Needs ENSEMBLE of at least 2.</source>
        <extracomment>generatemodality: OUTPUT_LULC_UNCERTAINTY</extracomment>
        <translation>Der Anteil der Mitglieder eines Ensembles, die eine andere Klasse sehen, 0 bis 1 (wo Fenster überlappen, ineinander übergehend). Braucht ein ENSEMBLE von mindestens 2.</translation>
    </message>
    <message>
        <source>Uncertainty of the NDVI</source>
        <extracomment>generatemodality: OUTPUT_NDVI_UNCERTAINTY</extracomment>
        <translation>Unsicherheit des NDVI</translation>
    </message>
    <message>
        <source>Order</source>
        <extracomment>generatemodality: ORDER</extracomment>
        <translation>Reihenfolge</translation>
    </message>
    <message>
        <source>Modalities in the order of their generation, with commas between, for example LULC,DEM. Each is made from the inputs and from those before it. What is not named follows in the order of the outputs; what is named but has no destination only feeds the others.</source>
        <extracomment>generatemodality: ORDER</extracomment>
        <translation>Modalitäten in der Reihenfolge ihrer Erzeugung, mit Kommas dazwischen, zum Beispiel LULC,DEM. Jede entsteht aus den Eingaben und denen vor ihr. Was nicht genannt ist, folgt in der Reihenfolge der Ausgaben; was genannt ist, aber kein Ziel hat, geht nur in die anderen ein.</translation>
    </message>
    <message>
        <source>Position</source>
        <extracomment>generatemodality: POSITION</extracomment>
        <translation>Position</translation>
    </message>
    <message>
        <source>Latitude and longitude in degrees, for example 46.95,7.44: what the model is told instead of the tiles' own coordinates.</source>
        <extracomment>generatemodality: POSITION</extracomment>
        <translation>Breite und Länge in Grad, zum Beispiel 46.95,7.44: was dem Modell statt der Koordinaten der Kacheln gesagt wird.</translation>
    </message>
    <message>
        <source>Diffusion steps</source>
        <extracomment>generatemodality: STEPS</extracomment>
        <translation>Diffusionsschritte</translation>
    </message>
    <message>
        <source>Steps in which pixels take shape from noise; land cover needs none. 10 are quick and mostly enough, 50 are finer.</source>
        <extracomment>generatemodality: STEPS</extracomment>
        <translation>Schritte, in denen Pixel aus Rauschen Gestalt annehmen; Landbedeckung braucht keine. 10 sind schnell und reichen meist, 50 sind feiner.</translation>
    </message>
    <message>
        <source>Seed</source>
        <extracomment>generatemodality: SEED</extracomment>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Which of many equally likely results to take: the same number gives the same result.</source>
        <extracomment>generatemodality: SEED</extracomment>
        <translation>Welches von vielen gleich wahrscheinlichen Ergebnissen genommen wird: Dieselbe Zahl liefert dasselbe Ergebnis.</translation>
    </message>
    <message>
        <source>Temperature</source>
        <extracomment>generatemodality: TEMPERATURE</extracomment>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>How much chance there is in the choice of tokens. 1 draws them as likely as the model holds them, 0 always takes the likeliest (flatter, the same for every seed).</source>
        <extracomment>generatemodality: TEMPERATURE</extracomment>
        <translation>Wie viel Zufall in der Wahl der Token steckt. 1 zieht sie so wahrscheinlich, wie das Modell sie hält, 0 nimmt immer die wahrscheinlichsten (flacher, bei jedem Startwert gleich).</translation>
    </message>
    <message>
        <source>Top-p</source>
        <extracomment>generatemodality: TOP_P</extracomment>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Only the likeliest tokens that together have this probability are drawn from; 0 draws from all.</source>
        <extracomment>generatemodality: TOP_P</extracomment>
        <translation>Gezogen wird nur aus den wahrscheinlichsten Token, die zusammen diese Wahrscheinlichkeit haben; 0 zieht aus allen.</translation>
    </message>
    <message>
        <source>Top-k</source>
        <extracomment>generatemodality: TOP_K</extracomment>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Only so many of the likeliest tokens are drawn from; 0 draws from all.</source>
        <extracomment>generatemodality: TOP_K</extracomment>
        <translation>Gezogen wird nur aus so vielen der wahrscheinlichsten Token; 0 zieht aus allen.</translation>
    </message>
    <message>
        <source>Limit values as the model does</source>
        <extracomment>generatemodality: CLAMP</extracomment>
        <translation>Werte beschränken wie das Modell</translation>
    </message>
    <message>
        <source>Keeps generated values within the mean ± one standard deviation of the training data, as TerraTorch does. Without it they may reach further, but the model was not trained for that.</source>
        <extracomment>generatemodality: CLAMP</extracomment>
        <translation>Hält erzeugte Werte innerhalb des Mittelwerts ± einer Standardabweichung der Trainingsdaten, wie TerraTorch es tut. Ohne das können sie weiter reichen, aber dafür wurde das Modell nicht trainiert.</translation>
    </message>
    <message>
        <source>Ensemble</source>
        <extracomment>generatemodality: ENSEMBLE</extracomment>
        <translation>Ensemble</translation>
    </message>
    <message>
        <source>How many times to generate, with the seeds SEED, SEED + 1 and so on. More than one gives the mean (of land cover the majority), takes as many times as long, and can tell how far they are apart.</source>
        <extracomment>generatemodality: ENSEMBLE</extracomment>
        <translation>Wie oft erzeugt wird, mit den Startwerten SEED, SEED + 1 und so fort. Mehr als einmal liefert den Mittelwert (bei Landbedeckung die Mehrheit), dauert so viele Male so lange und kann sagen, wie weit sie auseinanderliegen.</translation>
    </message>
    <message>
        <source>One level for all windows</source>
        <extracomment>generatemodality: HARMONIZE</extracomment>
        <translation>Ein Niveau für alle Fenster</translation>
    </message>
    <message>
        <source>Brings overlapping windows of a continuous result to one level before they are blended, so that no seams show: each is raised or lowered as a whole, the mean of all stays. It depends on all windows of the run, so that two areas of one scene may differ by a smooth level. Without it a pixel has the same value whatever area is asked for.</source>
        <extracomment>generatemodality: HARMONIZE</extracomment>
        <translation>Bringt überlappende Fenster eines stetigen Ergebnisses auf ein Niveau, bevor sie ineinander übergehen, damit keine Nähte zu sehen sind: Jedes wird als Ganzes gehoben oder gesenkt, der Mittelwert aller bleibt. Es hängt von allen Fenstern des Laufs ab, sodass sich zwei Gebiete einer Szene um ein glattes Niveau unterscheiden können. Ohne das hat ein Pixel denselben Wert, welches Gebiet auch verlangt wird.</translation>
    </message>
    <message>
        <source>Folder of tokenizers</source>
        <extracomment>generatemodality: TOKENIZERS</extracomment>
        <translation>Ordner der Tokenizer</translation>
    </message>
    <message>
        <source>Where tokenizers are taken from instead of the installed ones: the pack of one, or a folder of several.</source>
        <extracomment>generatemodality: TOKENIZERS</extracomment>
        <translation>Woher Tokenizer statt von den installierten genommen werden: das Paket eines einzelnen oder ein Ordner mit mehreren.</translation>
    </message>
    <message>
        <source>Guessed latitude and longitude of the middle tile</source>
        <extracomment>generatemodality: COORDINATES_FOUND</extracomment>
        <translation>Vermutete Breite und Länge der mittleren Kachel</translation>
    </message>
    <message>
        <source>Reconstruct</source>
        <extracomment>reconstruct: name</extracomment>
        <translation>Rekonstruieren</translation>
    </message>
    <message>
        <source>Sends a raster through TerraMind's tokenizer and back: shows what the model can express at best.</source>
        <extracomment>reconstruct: summary</extracomment>
        <translation>Schickt ein Raster durch den Tokenizer von TerraMind und zurück: zeigt, was das Modell bestenfalls ausdrücken kann.</translation>
    </message>
    <message>
        <source>A tokenizer keeps one of some thousand tokens for each patch of 16 × 16 pixels. What is lost on the way there and back no generation of that modality can ever show: look at it before you judge a generation, or before you use a modality as an input.</source>
        <extracomment>reconstruct: help</extracomment>
        <translation>Ein Tokenizer behält von jedem Patch von 16 × 16 Pixeln eines von einigen Tausend Token. Was auf dem Weg hin und zurück verloren geht, kann keine Erzeugung dieser Modalität je zeigen: Sehen Sie es sich an, bevor Sie eine Erzeugung beurteilen oder eine Modalität als Eingabe benutzen.</translation>
    </message>
    <message>
        <source>The log tells the root mean squared error of each band in that unit, for land cover the share of pixels that keep their class.</source>
        <extracomment>reconstruct: help</extracomment>
        <translation>Das Protokoll nennt den mittleren quadratischen Fehler (RMSE) jedes Kanals in dieser Einheit, bei Landbedeckung den Anteil der Pixel, die ihre Klasse behalten.</translation>
    </message>
    <message>
        <source>tokenizer,tokens,round trip,autoencoder,compression,vqvae,quality,sentinel-2,sentinel-1</source>
        <extracomment>reconstruct: words to find it by, with commas between</extracomment>
        <translation>Tokenizer,Token,hin und zurück,Autoencoder,Kompression,Qualität,Sentinel-2,Sentinel-1</translation>
    </message>
    <message>
        <source>Modality</source>
        <extracomment>reconstruct: MODALITY</extracomment>
        <translation>Modalität</translation>
    </message>
    <message>
        <source>What the raster shows, which decides the tokenizer.</source>
        <extracomment>reconstruct: MODALITY</extracomment>
        <translation>Was das Raster zeigt; danach richtet sich der Tokenizer.</translation>
    </message>
    <message>
        <source>Sentinel-2 L2A (12 bands, reflectance × 10,000)</source>
        <extracomment>reconstruct: MODALITY, S2L2A</extracomment>
        <translation>Sentinel-2 L2A (12 Kanäle, Reflexionsgrad × 10.000)</translation>
    </message>
    <message>
        <source>Sentinel-1 GRD (VV, VH in decibels)</source>
        <extracomment>reconstruct: MODALITY, S1GRD</extracomment>
        <translation>Sentinel-1 GRD (VV, VH in Dezibel)</translation>
    </message>
    <message>
        <source>Sentinel-1 RTC (VV, VH in decibels)</source>
        <extracomment>reconstruct: MODALITY, S1RTC</extracomment>
        <translation>Sentinel-1 RTC (VV, VH in Dezibel)</translation>
    </message>
    <message>
        <source>Elevation in metres</source>
        <extracomment>reconstruct: MODALITY, DEM</extracomment>
        <translation>Höhe in Metern</translation>
    </message>
    <message>
        <source>Land cover, classes 0 to 9</source>
        <extracomment>reconstruct: MODALITY, LULC</extracomment>
        <translation>Landbedeckung, Klassen 0 bis 9</translation>
    </message>
    <message>
        <source>NDVI, -1 to 1</source>
        <extracomment>reconstruct: MODALITY, NDVI</extracomment>
        <translation>NDVI, -1 bis 1</translation>
    </message>
    <message>
        <source>Raster</source>
        <extracomment>reconstruct: INPUT</extracomment>
        <translation>Raster</translation>
    </message>
    <message>
        <source>The raster to reconstruct: of the modality above, with its bands by name or in its order.</source>
        <extracomment>reconstruct: INPUT</extracomment>
        <translation>Das Raster, das rekonstruiert wird: von der Modalität darüber, mit deren Kanälen nach Namen oder in deren Reihenfolge.</translation>
    </message>
    <message>
        <source>The model whose tokenizers to use: its own where it has some, else those that all models share.</source>
        <extracomment>reconstruct: MODEL</extracomment>
        <translation>Das Modell, dessen Tokenizer benutzt werden: seine eigenen, wo es welche hat, sonst die, die sich alle Modelle teilen.</translation>
    </message>
    <message>
        <source>Reconstruction</source>
        <extracomment>reconstruct: OUTPUT</extracomment>
        <translation>Rekonstruktion</translation>
    </message>
    <message>
        <source>What the tokenizer makes of its own tokens, on the grid of the raster, in the unit that the model knows (reflectance × 10,000, dB, m).</source>
        <extracomment>reconstruct: OUTPUT</extracomment>
        <translation>Was der Tokenizer aus seinen eigenen Token macht, auf dem Gitter des Rasters, in der Einheit, die das Modell kennt (Reflexionsgrad × 10.000, dB, m).</translation>
    </message>
    <message>
        <source>One whole number per patch of 16 × 16 pixels: all that remains of the raster in between.</source>
        <extracomment>reconstruct: OUTPUT_TOKENS</extracomment>
        <translation>Eine ganze Zahl je Patch von 16 × 16 Pixeln: alles, was dazwischen vom Raster bleibt.</translation>
    </message>
    <message>
        <source>Root mean squared error, of all bands</source>
        <extracomment>reconstruct: RMSE</extracomment>
        <translation>Mittlerer quadratischer Fehler (RMSE), über alle Kanäle</translation>
    </message>
    <message>
        <source>Share of pixels with the same class</source>
        <extracomment>reconstruct: ACCURACY</extracomment>
        <translation>Anteil der Pixel mit gleicher Klasse</translation>
    </message>
    <message>
        <source>Segmentation</source>
        <extracomment>timsegment: group</extracomment>
        <translation>Segmentierung</translation>
    </message>
    <message>
        <source>TiM segment</source>
        <extracomment>timsegment: name</extracomment>
        <translation>TiM-Segmentierung</translation>
    </message>
    <message>
        <source>Maps classes or values by a model fine-tuned with TerraTorch, with or without Thinking in Modalities, or land cover by a pre-trained one.</source>
        <extracomment>timsegment: summary</extracomment>
        <translation>Kartiert Klassen oder Werte mit einem Modell, das mit TerraTorch nachtrainiert wurde, mit oder ohne Thinking in Modalities, oder Landbedeckung mit einem vortrainierten.</translation>
    </message>
    <message>
        <source>Runs a model that was fine-tuned with TerraTorch over layers of any size: classes of pixels (semantic segmentation), values of pixels (regression), or classes of whole tiles (classification). Import it first with Import model, from the .ckpt and the YAML configuration.</source>
        <extracomment>timsegment: help</extracomment>
        <translation>Wendet ein mit TerraTorch nachtrainiertes Modell auf Layer beliebiger Größe an: Klassen von Pixeln (semantische Segmentierung), Werte von Pixeln (Regression) oder Klassen ganzer Kacheln (Klassifikation). Importieren Sie es zuerst mit „Modell importieren“, aus der .ckpt und der YAML-Konfiguration.</translation>
    </message>
    <message>
        <source>A model with TiM (Thinking in Modalities) first imagines what another sensor would have seen, land cover by default, and then decides with that in mind. Whatever it imagines may also be given as a layer: then it is used and not imagined. What was imagined can be written, and where it changed the class. What is imagined is not measured.</source>
        <extracomment>timsegment: help</extracomment>
        <translation>Ein Modell mit TiM (Thinking in Modalities) stellt sich zuerst vor, was ein anderer Sensor gesehen hätte, in der Regel die Landbedeckung, und entscheidet dann mit diesem Wissen. Was es sich vorstellt, kann auch als Layer gegeben werden: Dann wird dieser benutzt. Was imaginiert wurde, kann geschrieben werden, ebenso, wo es die Klasse geändert hat. Imaginiert ist nicht gemessen.</translation>
    </message>
    <message>
        <source>Without a fine-tuned model at hand, choose a pre-trained one (TerraMind_v1_…): the layers are then segmented by its own land cover (LULC, ten classes), for which the tokenizer TerraMind_Tokenizer_LULC.pt must be imported. The log says which of the two was done.</source>
        <extracomment>timsegment: help</extracomment>
        <translation>Ohne nachtrainiertes Modell wählen Sie ein vortrainiertes (TerraMind_v1_…): Die Layer werden dann nach dessen eigener Landbedeckung segmentiert (LULC, zehn Klassen); dazu muss der Tokenizer TerraMind_Tokenizer_LULC.pt importiert sein. Das Protokoll sagt, welches von beidem geschah.</translation>
    </message>
    <message>
        <source>Give every modality that the model was trained with; the log of the import lists them with their bands. A layer may have just the model's bands in its order, all bands of the modality, or bands whose names say which they are. A model for several dates takes as many rasters of each modality, in the order of time, or one raster with all bands of the first date, then all of the second and so on.</source>
        <extracomment>timsegment: help</extracomment>
        <translation>Geben Sie jede Modalität an, mit der das Modell trainiert wurde; das Protokoll des Imports zählt sie mit ihren Kanälen auf. Ein Layer darf genau die Kanäle des Modells in dessen Reihenfolge haben, alle Kanäle der Modalität, oder Kanäle, deren Namen sagen, welche es sind. Ein Modell für mehrere Zeitpunkte nimmt so viele Raster von jeder Modalität, in zeitlicher Reihenfolge, oder ein Raster mit allen Kanälen des ersten Zeitpunkts, dann allen des zweiten und so fort.</translation>
    </message>
    <message>
        <source>Tiles overlap, and logits are blended before the class is chosen; a pixel has the same result whatever area is asked for. Pixels where the first layer has no data are nodata in the result. Probabilities are the model's own, not calibrated.</source>
        <extracomment>timsegment: help</extracomment>
        <translation>Kacheln überlappen, und Logits gehen ineinander über, bevor die Klasse gewählt wird; ein Pixel hat dasselbe Ergebnis, welches Gebiet auch verlangt wird. Pixel, an denen der erste Layer keine Daten hat, sind im Ergebnis NoData. Wahrscheinlichkeiten sind die des Modells selbst, nicht kalibriert.</translation>
    </message>
    <message>
        <source>segmentation,classification,regression,tim,thinking in modalities,terratorch,fine-tuned,land cover,flood,water,burn scars,crops,biomass,time series,terramind,foundation model,deep learning</source>
        <extracomment>timsegment: words to find it by, with commas between</extracomment>
        <translation>Segmentierung,Klassifikation,Regression,TiM,TerraTorch,nachtrainiert,Landbedeckung,Überschwemmung,Hochwasser,Wasser,Brandflächen,Feldfrüchte,Biomasse,Zeitreihe,Foundation Model,Deep Learning</translation>
    </message>
    <message>
        <source>A fine-tuned model, or a pre-trained one to segment by its land cover: by its name, or the folder of its model pack. Import model installs one.</source>
        <extracomment>timsegment: MODEL</extracomment>
        <translation>Ein nachtrainiertes Modell, oder ein vortrainiertes, um nach dessen Landbedeckung zu segmentieren: bei seinem Namen, oder der Ordner seines Modellpakets. „Modell importieren“ installiert eines.</translation>
    </message>
    <message>
        <source>Other modalities</source>
        <extracomment>timsegment: OTHER</extracomment>
        <translation>Andere Modalitäten</translation>
    </message>
    <message>
        <source>For models with modalities that were new in fine-tuning: their rasters, in the order in which the import lists them; all dates of the first before those of the second.</source>
        <extracomment>timsegment: OTHER</extracomment>
        <translation>Für Modelle mit Modalitäten, die beim Nachtrainieren neu waren: deren Raster in der Reihenfolge, in der der Import sie aufzählt; alle Zeitpunkte der ersten vor denen der zweiten.</translation>
    </message>
    <message>
        <source>What to imagine</source>
        <extracomment>timsegment: TIM_MODALITIES</extracomment>
        <translation>Was imaginiert wird</translation>
    </message>
    <message>
        <source>Modalities with commas between, of those that the model imagines; without a value all of them, none for nothing. Of a pre-trained model: what to generate before the land cover, for example DEM,NDVI; without a value nothing.</source>
        <extracomment>timsegment: TIM_MODALITIES</extracomment>
        <translation>Modalitäten mit Kommas dazwischen, von denen, die das Modell sich vorstellt; ohne Angabe alle, none für nichts. Bei einem vortrainierten Modell: was vor der Landbedeckung erzeugt wird, zum Beispiel DEM,NDVI; ohne Angabe nichts.</translation>
    </message>
    <message>
        <source>How to imagine</source>
        <extracomment>timsegment: TIM_SAMPLING</extracomment>
        <translation>Wie imaginiert wird</translation>
    </message>
    <message>
        <source>The likeliest tokens give the same result every time. Drawn ones are what TerraTorch does: they depend on the seed, and may show more detail.</source>
        <extracomment>timsegment: TIM_SAMPLING</extracomment>
        <translation>Die wahrscheinlichsten Token liefern jedes Mal dasselbe Ergebnis. Gezogene sind das, was TerraTorch tut: Sie hängen vom Startwert ab und können mehr Einzelheiten zeigen.</translation>
    </message>
    <message>
        <source>The likeliest tokens</source>
        <extracomment>timsegment: TIM_SAMPLING, argmax</extracomment>
        <translation>Die wahrscheinlichsten Token</translation>
    </message>
    <message>
        <source>Tokens drawn by chance</source>
        <extracomment>timsegment: TIM_SAMPLING, sample</extracomment>
        <translation>Zufällig gezogene Token</translation>
    </message>
    <message>
        <source>Where tokens are drawn: how much chance there is. 1 draws them as likely as the model holds them, less keeps to the likely ones.</source>
        <extracomment>timsegment: TIM_TEMPERATURE</extracomment>
        <translation>Wo Token gezogen werden: wie viel Zufall dabei ist. 1 zieht sie so wahrscheinlich, wie das Modell sie hält, weniger bleibt bei den wahrscheinlichen.</translation>
    </message>
    <message>
        <source>The class of each pixel (of each tile, where whole tiles are classified), with names and colours; of a regression 32-bit floats.</source>
        <extracomment>timsegment: OUTPUT</extracomment>
        <translation>Die Klasse jedes Pixels (jeder Kachel, wo ganze Kacheln klassifiziert werden), mit Namen und Farben; bei einer Regression 32-Bit-Gleitkommazahlen.</translation>
    </message>
    <message>
        <source>Polygons</source>
        <extracomment>timsegment: OUTPUT_VECTOR</extracomment>
        <translation>Polygone</translation>
    </message>
    <message>
        <source>The classes as polygons with name and area in square metres; where whole tiles are classified, the tiles with the probability of each class.</source>
        <extracomment>timsegment: OUTPUT_VECTOR</extracomment>
        <translation>Die Klassen als Polygone mit Namen und Fläche in Quadratmetern; wo ganze Kacheln klassifiziert werden, die Kacheln mit der Wahrscheinlichkeit jeder Klasse.</translation>
    </message>
    <message>
        <source>Confidence</source>
        <extracomment>timsegment: OUTPUT_CONFIDENCE</extracomment>
        <translation>Konfidenz</translation>
    </message>
    <message>
        <source>The probability of the class, 0 to 1. It is the model's own, not calibrated.</source>
        <extracomment>timsegment: OUTPUT_CONFIDENCE</extracomment>
        <translation>Die Wahrscheinlichkeit der Klasse, 0 bis 1. Sie ist die des Modells selbst, nicht kalibriert.</translation>
    </message>
    <message>
        <source>Probabilities</source>
        <extracomment>timsegment: OUTPUT_PROBABILITIES</extracomment>
        <translation>Wahrscheinlichkeiten</translation>
    </message>
    <message>
        <source>One band from 0 to 1 for each class, of the blended logits. They are the model's own, not calibrated.</source>
        <extracomment>timsegment: OUTPUT_PROBABILITIES</extracomment>
        <translation>Ein Kanal von 0 bis 1 für jede Klasse, aus den ineinander übergehenden Logits. Es sind die des Modells selbst, nicht kalibriert.</translation>
    </message>
    <message>
        <source>Effect of what was imagined</source>
        <extracomment>timsegment: OUTPUT_TIM_EFFECT</extracomment>
        <translation>Wirkung des Imaginierten</translation>
    </message>
    <message>
        <source>First band: 1 where the class is another one than the same model's without what it imagines, else 0. Second band: the class without. Not possible for models that put the imagined features beside the others (merge method concat).</source>
        <extracomment>timsegment: OUTPUT_TIM_EFFECT</extracomment>
        <translation>Erster Kanal: 1, wo die Klasse eine andere ist als die desselben Modells ohne das, was es sich vorstellt, sonst 0. Zweiter Kanal: die Klasse ohne das. Nicht möglich bei Modellen, die die imaginierten Merkmale neben die anderen stellen (Zusammenführung concat).</translation>
    </message>
    <message>
        <source>Imagined Sentinel-2 L2A</source>
        <extracomment>timsegment: OUTPUT_TIM_S2L2A</extracomment>
        <translation>Imaginiertes Sentinel-2 L2A</translation>
    </message>
    <message>
        <source>What the model imagined, as pixels, in its usual unit. Needs the modality's tokenizer. Not measured.</source>
        <extracomment>timsegment: OUTPUT_TIM_S2L2A</extracomment>
        <translation>Was das Modell sich vorgestellt hat, als Pixel, in der üblichen Einheit. Braucht den Tokenizer der Modalität. Nicht gemessen.</translation>
    </message>
    <message>
        <source>Imagined Sentinel-1 GRD</source>
        <extracomment>timsegment: OUTPUT_TIM_S1GRD</extracomment>
        <translation>Imaginiertes Sentinel-1 GRD</translation>
    </message>
    <message>
        <source>Imagined Sentinel-1 RTC</source>
        <extracomment>timsegment: OUTPUT_TIM_S1RTC</extracomment>
        <translation>Imaginiertes Sentinel-1 RTC</translation>
    </message>
    <message>
        <source>Imagined DEM</source>
        <extracomment>timsegment: OUTPUT_TIM_DEM</extracomment>
        <translation>Imaginiertes Höhenmodell</translation>
    </message>
    <message>
        <source>Imagined land cover (LULC)</source>
        <extracomment>timsegment: OUTPUT_TIM_LULC</extracomment>
        <translation>Imaginierte Landbedeckung (LULC)</translation>
    </message>
    <message>
        <source>Imagined NDVI</source>
        <extracomment>timsegment: OUTPUT_TIM_NDVI</extracomment>
        <translation>Imaginierter NDVI</translation>
    </message>
    <message>
        <source>Smallest polygon</source>
        <extracomment>timsegment: SIEVE</extracomment>
        <translation>Kleinstes Polygon</translation>
    </message>
    <message>
        <source>Areas of fewer pixels than this become part of their largest neighbour in the polygons; the raster keeps them. 0 keeps all.</source>
        <extracomment>timsegment: SIEVE</extracomment>
        <translation>Flächen mit weniger Pixeln werden in den Polygonen Teil ihres größten Nachbarn; das Raster behält sie. 0 behält alle.</translation>
    </message>
    <message>
        <source>How it was segmented: fine-tuned model, or land cover of a pre-trained one</source>
        <extracomment>timsegment: METHOD</extracomment>
        <translation>Wie segmentiert wurde: nachtrainiertes Modell oder Landbedeckung eines vortrainierten</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <extracomment>evaluate: name</extracomment>
        <translation>Bewerten</translation>
    </message>
    <message>
        <source>Compares a raster of classes with a reference: IoU, precision, recall and F1 of each class, and the confusion matrix.</source>
        <extracomment>evaluate: summary</extracomment>
        <translation>Vergleicht ein Raster von Klassen mit einer Referenz: IoU, Precision, Recall und F1 jeder Klasse, und die Konfusionsmatrix.</translation>
    </message>
    <message>
        <source>Compares a raster of classes, for example of TiM segment, with a reference, and says how good it is: IoU, precision, recall and F1 of each class, their means, overall accuracy, and the confusion matrix. The numbers are those that terratorch test reports.</source>
        <extracomment>evaluate: help</extracomment>
        <translation>Vergleicht ein Raster von Klassen, zum Beispiel aus der TiM-Segmentierung, mit einer Referenz und sagt, wie gut es ist: IoU, Precision, Recall und F1 jeder Klasse, deren Mittelwerte, die Gesamtgenauigkeit und die Konfusionsmatrix. Es sind die Zahlen, die terratorch test meldet.</translation>
    </message>
    <message>
        <source>The reference is another raster of classes, or a layer of polygons with a field that holds the class of each polygon, as number or as name. It may lie on any grid and in any coordinate reference system: rasters are read on the prediction's grid by nearest neighbour, and a pixel belongs to the polygon that its centre lies in (where polygons overlap, to the later one of the layer).</source>
        <extracomment>evaluate: help</extracomment>
        <translation>Die Referenz ist ein anderes Raster von Klassen oder ein Layer von Polygonen mit einem Feld, das die Klasse jedes Polygons als Nummer oder als Namen enthält. Sie darf auf beliebigem Gitter und in beliebigem Koordinatenbezugssystem liegen: Raster werden auf dem Gitter der Vorhersage nach dem nächsten Nachbarn gelesen, und ein Pixel gehört zu dem Polygon, in dem seine Mitte liegt (wo Polygone überlappen, zum späteren des Layers).</translation>
    </message>
    <message>
        <source>Only pixels count that have a class in the prediction and a label in the reference. Nodata and masked pixels have none, nor have the values named in IGNORE.</source>
        <extracomment>evaluate: help</extracomment>
        <translation>Nur Pixel zählen, die in der Vorhersage eine Klasse und in der Referenz ein Label haben. NoData und maskierte Pixel haben keines, und auch nicht die Werte, die in IGNORE genannt sind.</translation>
    </message>
    <message>
        <source>Means are taken over the classes that occur in the reference or the prediction. A class that occurs in neither has no scores; one that occurs on one side alone has an IoU of 0. A class that is named in IGNORE is left out of the mean IoU and of the IoU of all pixels together, but not out of the other means. docs/evaluation.md has the formulas.</source>
        <extracomment>evaluate: help</extracomment>
        <translation>Mittelwerte gehen über die Klassen, die in der Referenz oder der Vorhersage vorkommen. Eine Klasse, die in keiner von beiden vorkommt, hat keine Kennzahlen; eine, die nur auf einer Seite vorkommt, hat eine IoU von 0. Eine in IGNORE genannte Klasse wird aus der mittleren IoU und aus der IoU aller Pixel zusammen weggelassen, aber nicht aus den anderen Mittelwerten. Die Formeln stehen in docs/evaluation.md.</translation>
    </message>
    <message>
        <source>An evaluation is honest only where the reference was not used for training.</source>
        <extracomment>evaluate: help</extracomment>
        <translation>Eine Bewertung ist nur ehrlich, wo die Referenz nicht zum Training benutzt wurde.</translation>
    </message>
    <message>
        <source>evaluation,accuracy assessment,validation,test,metrics,iou,miou,jaccard,f1,confusion matrix,precision,recall,ground truth,reference,segmentation,classification,terratorch</source>
        <extracomment>evaluate: words to find it by, with commas between</extracomment>
        <translation>Bewertung,Genauigkeitsanalyse,Validierung,Test,Kennzahlen,IoU,F1,Konfusionsmatrix,Referenz,Ground Truth,Segmentierung,Klassifikation,TerraTorch</translation>
    </message>
    <message>
        <source>Prediction</source>
        <extracomment>evaluate: PREDICTION</extracomment>
        <translation>Vorhersage</translation>
    </message>
    <message>
        <source>The raster of classes to judge, whole numbers from 0 to 255 in its first band. Their names come from the file beside it whose name ends in .tif.aux.xml.</source>
        <extracomment>evaluate: PREDICTION</extracomment>
        <translation>Das Raster von Klassen, das beurteilt wird, ganze Zahlen von 0 bis 255 im ersten Kanal. Ihre Namen kommen aus der Datei daneben, deren Name auf .tif.aux.xml endet.</translation>
    </message>
    <message>
        <source>Reference raster</source>
        <extracomment>evaluate: REFERENCE</extracomment>
        <translation>Referenzraster</translation>
    </message>
    <message>
        <source>What is true: a raster with the same class numbers in its first band, on any grid. Either this or reference polygons.</source>
        <extracomment>evaluate: REFERENCE</extracomment>
        <translation>Was wahr ist: ein Raster mit denselben Klassennummern im ersten Kanal, auf beliebigem Gitter. Entweder dieses oder Referenzpolygone.</translation>
    </message>
    <message>
        <source>Reference polygons</source>
        <extracomment>evaluate: REFERENCE_POLYGONS</extracomment>
        <translation>Referenzpolygone</translation>
    </message>
    <message>
        <source>What is true: polygons with a field that holds their class. Either this or a reference raster.</source>
        <extracomment>evaluate: REFERENCE_POLYGONS</extracomment>
        <translation>Was wahr ist: Polygone mit einem Feld, das ihre Klasse enthält. Entweder diese oder ein Referenzraster.</translation>
    </message>
    <message>
        <source>Class field</source>
        <extracomment>evaluate: FIELD</extracomment>
        <translation>Feld der Klasse</translation>
    </message>
    <message>
        <source>The field of the reference polygons that holds class numbers, or the names of the prediction's classes in any case.</source>
        <extracomment>evaluate: FIELD</extracomment>
        <translation>Das Feld der Referenzpolygone, das Klassennummern enthält oder die Namen der Klassen der Vorhersage, in beliebiger Groß- und Kleinschreibung.</translation>
    </message>
    <message>
        <source>Which part of the prediction to look at, unless an extent is given.</source>
        <extracomment>evaluate: AREA</extracomment>
        <translation>Welcher Teil der Vorhersage betrachtet wird, sofern keine Ausdehnung angegeben ist.</translation>
    </message>
    <message>
        <source>A rectangle, as xmin,xmax,ymin,ymax with its coordinate reference system behind, for example 14.4,14.5,50.0,50.1 [EPSG:4326]; without one, that of the prediction. It wins over the area, and all pixels that it touches count.</source>
        <extracomment>evaluate: EXTENT</extracomment>
        <translation>Ein Rechteck als xmin,xmax,ymin,ymax mit dem Koordinatenbezugssystem dahinter, zum Beispiel 14.4,14.5,50.0,50.1 [EPSG:4326]; ohne Angabe gilt das der Vorhersage. Es geht dem Gebiet vor, und alle Pixel, die es berührt, zählen.</translation>
    </message>
    <message>
        <source>Values without a label</source>
        <extracomment>evaluate: IGNORE</extracomment>
        <translation>Werte ohne Label</translation>
    </message>
    <message>
        <source>What means "no label" in the reference, with commas between: numbers, names of classes, or texts of the field, for example -1,255,Clouds. Nodata and masked pixels are left out anyway.</source>
        <extracomment>evaluate: IGNORE</extracomment>
        <translation>Was in der Referenz „ohne Label“ bedeutet, mit Kommas dazwischen: Zahlen, Namen von Klassen oder Texte des Feldes, zum Beispiel -1,255,Clouds. NoData und maskierte Pixel werden ohnehin weggelassen.</translation>
    </message>
    <message>
        <source>Evaluation report</source>
        <extracomment>evaluate: OUTPUT_HTML</extracomment>
        <translation>Bericht der Bewertung</translation>
    </message>
    <message>
        <source>All scores and the confusion matrix as a page. QGIS lists it in its results viewer, which opens it in the browser.</source>
        <extracomment>evaluate: OUTPUT_HTML</extracomment>
        <translation>Alle Kennzahlen und die Konfusionsmatrix als Seite. QGIS führt sie in der Ergebnisanzeige auf, die sie im Browser öffnet.</translation>
    </message>
    <message>
        <source>Table</source>
        <extracomment>evaluate: OUTPUT_TABLE</extracomment>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>One row for each class, with its scores and pixels.</source>
        <extracomment>evaluate: OUTPUT_TABLE</extracomment>
        <translation>Eine Zeile je Klasse, mit ihren Kennzahlen und Pixeln.</translation>
    </message>
    <message>
        <source>JSON document</source>
        <extracomment>evaluate: OUTPUT_JSON</extracomment>
        <translation>JSON-Dokument</translation>
    </message>
    <message>
        <source>Everything: scores, confusion matrix, and what was compared with what.</source>
        <extracomment>evaluate: OUTPUT_JSON</extracomment>
        <translation>Alles: Kennzahlen, Konfusionsmatrix, und was womit verglichen wurde.</translation>
    </message>
    <message>
        <source>Mean IoU</source>
        <extracomment>evaluate: MIOU</extracomment>
        <translation>Mittlere IoU</translation>
    </message>
    <message>
        <source>Overall accuracy</source>
        <extracomment>evaluate: OVERALL_ACCURACY</extracomment>
        <translation>Gesamtgenauigkeit</translation>
    </message>
    <message>
        <source>Mean F1</source>
        <extracomment>evaluate: MACRO_F1</extracomment>
        <translation>Mittleres F1</translation>
    </message>
    <message>
        <source>Pixels that were compared</source>
        <extracomment>evaluate: PIXELS</extracomment>
        <translation>Verglichene Pixel</translation>
    </message>
    <message>
        <source>Data</source>
        <extracomment>samplescene: group</extracomment>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Sample scene</source>
        <extracomment>samplescene: name</extracomment>
        <translation>Beispielszene</translation>
    </message>
    <message>
        <source>Makes an invented scene of Sentinel-2, Sentinel-1, elevation and land cover, of any size, to try things out and to test.</source>
        <extracomment>samplescene: summary</extracomment>
        <translation>Macht eine erfundene Szene aus Sentinel-2, Sentinel-1, Höhe und Landbedeckung, beliebig groß, zum Ausprobieren und zum Testen.</translation>
    </message>
    <message>
        <source>An invented landscape, seen by invented satellites: mountains and rivers, forests, fields, towns and snow as Sentinel-2 (L2A and L1C), Sentinel-1 (GRD and RTC), RGB, elevation, land cover and NDVI would show them, on one grid and without a download. Give a destination to each modality that you want.</source>
        <extracomment>samplescene: help</extracomment>
        <translation>Eine erfundene Landschaft, gesehen von erfundenen Satelliten: Berge und Flüsse, Wälder, Felder, Orte und Schnee, wie Sentinel-2 (L2A und L1C), Sentinel-1 (GRD und RTC), RGB, Höhe, Landbedeckung und NDVI sie zeigen würden, auf einem Gitter und ohne Herunterladen. Geben Sie jeder Modalität, die Sie haben wollen, ein Ziel.</translation>
    </message>
    <message>
        <source>Nothing of it exists. It is for trying things out, for tests and for measuring speed, and its land cover is true, so that a result can be scored. It says nothing about how well a model does on Earth.</source>
        <extracomment>samplescene: help</extracomment>
        <translation>Nichts davon gibt es. Es ist zum Ausprobieren, für Tests und zum Messen der Geschwindigkeit, und seine Landbedeckung ist wahr, sodass ein Ergebnis bewertet werden kann. Es sagt nichts darüber, wie gut ein Modell auf der Erde ist.</translation>
    </message>
    <message>
        <source>The scene is a window of an endless world that SEED names. The same seed, place and settings give the same values, whatever the size; scenes side by side join without a seam; another season or a flood shows the same land. So two runs give two dates. Whole Sentinel-2 tiles (SIZE 10980) take little memory, minutes, and some gigabytes of disk: a run that would not fit is refused before it begins.</source>
        <extracomment>samplescene: help</extracomment>
        <translation>Die Szene ist ein Ausschnitt einer endlosen Welt, die SEED benennt. Derselbe Startwert, Ort und dieselben Einstellungen liefern dieselben Werte, wie groß die Szene auch ist; benachbarte Szenen schließen ohne Naht aneinander; eine andere Jahreszeit oder ein Hochwasser zeigt dasselbe Land. So liefern zwei Läufe zwei Zeitpunkte. Ganze Sentinel-2-Kacheln (SIZE 10980) brauchen wenig Arbeitsspeicher, Minuten und einige Gigabyte auf dem Datenträger: Ein Lauf, der nicht darauf passte, wird abgelehnt, bevor er beginnt.</translation>
    </message>
    <message>
        <source>synthetic,invented,test data,sample data,example,tutorial,benchmark,sentinel-2,sentinel-1,land cover,flood,training</source>
        <extracomment>samplescene: words to find it by, with commas between</extracomment>
        <translation>synthetisch,erfunden,Testdaten,Beispieldaten,Beispiel,Einführung,Benchmark,Sentinel-2,Sentinel-1,Landbedeckung,Hochwasser,Training</translation>
    </message>
    <message>
        <source>Which world: another number, another landscape.</source>
        <extracomment>samplescene: SEED</extracomment>
        <translation>Welche Welt: eine andere Zahl, eine andere Landschaft.</translation>
    </message>
    <message>
        <source>Size (pixels)</source>
        <extracomment>samplescene: SIZE</extracomment>
        <translation>Größe (Pixel)</translation>
    </message>
    <message>
        <source>Rows and columns. 10980 is a whole Sentinel-2 tile.</source>
        <extracomment>samplescene: SIZE</extracomment>
        <translation>Zeilen und Spalten. 10980 ist eine ganze Sentinel-2-Kachel.</translation>
    </message>
    <message>
        <source>Pixel size (m)</source>
        <extracomment>samplescene: PIXEL_SIZE</extracomment>
        <translation>Pixelgröße (m)</translation>
    </message>
    <message>
        <source>Length of a pixel's side. All sizes show the same world; fields and streets are drawn for 10 m.</source>
        <extracomment>samplescene: PIXEL_SIZE</extracomment>
        <translation>Länge einer Pixelseite. Alle Größen zeigen dieselbe Welt; Felder und Straßen sind für 10 m gezeichnet.</translation>
    </message>
    <message>
        <source>Coordinate reference system</source>
        <extracomment>samplescene: CRS</extracomment>
        <translation>Koordinatenbezugssystem</translation>
    </message>
    <message>
        <source>Where the scene claims to lie: any system in metres, for example EPSG:32632 (UTM zone 32 north).</source>
        <extracomment>samplescene: CRS</extracomment>
        <translation>Wo die Szene zu liegen vorgibt: ein beliebiges System in Metern, zum Beispiel EPSG:32632 (UTM-Zone 32 Nord).</translation>
    </message>
    <message>
        <source>Centre</source>
        <extracomment>samplescene: CENTRE</extracomment>
        <translation>Mitte</translation>
    </message>
    <message>
        <source>The middle of the scene in that system, as x,y in metres. The world goes on everywhere: shift it to see what lies beside.</source>
        <extracomment>samplescene: CENTRE</extracomment>
        <translation>Die Mitte der Szene in diesem System, als x,y in Metern. Die Welt geht überall weiter: Verschieben Sie die Mitte, um zu sehen, was daneben liegt.</translation>
    </message>
    <message>
        <source>Season</source>
        <extracomment>samplescene: SEASON</extracomment>
        <translation>Jahreszeit</translation>
    </message>
    <message>
        <source>Decides the sun, the snow line, leaves and crops. Rivers, towns and fields stay where they are.</source>
        <extracomment>samplescene: SEASON</extracomment>
        <translation>Entscheidet über Sonne, Schneegrenze, Laub und Feldfrüchte. Flüsse, Orte und Felder bleiben, wo sie sind.</translation>
    </message>
    <message>
        <source>Winter</source>
        <extracomment>samplescene: SEASON, winter</extracomment>
        <translation>Winter</translation>
    </message>
    <message>
        <source>Spring</source>
        <extracomment>samplescene: SEASON, spring</extracomment>
        <translation>Frühling</translation>
    </message>
    <message>
        <source>Summer</source>
        <extracomment>samplescene: SEASON, summer</extracomment>
        <translation>Sommer</translation>
    </message>
    <message>
        <source>Autumn</source>
        <extracomment>samplescene: SEASON, autumn</extracomment>
        <translation>Herbst</translation>
    </message>
    <message>
        <source>Share of clouds</source>
        <extracomment>samplescene: CLOUDS</extracomment>
        <translation>Anteil der Wolken</translation>
    </message>
    <message>
        <source>From 0 to 1, of the whole world: a small scene may lie under a cloud or between two. 0 is a sky without.</source>
        <extracomment>samplescene: CLOUDS</extracomment>
        <translation>Von 0 bis 1, in der ganzen Welt: Eine kleine Szene kann unter einer Wolke liegen oder zwischen zweien. 0 ist ein Himmel ohne.</translation>
    </message>
    <message>
        <source>Flood</source>
        <extracomment>samplescene: FLOODED</extracomment>
        <translation>Hochwasser</translation>
    </message>
    <message>
        <source>Rivers and lakes are over their banks; OUTPUT_FLOOD says where.</source>
        <extracomment>samplescene: FLOODED</extracomment>
        <translation>Flüsse und Seen sind über die Ufer getreten; OUTPUT_FLOOD sagt, wo.</translation>
    </message>
    <message>
        <source>Noise</source>
        <extracomment>samplescene: NOISE</extracomment>
        <translation>Rauschen</translation>
    </message>
    <message>
        <source>Whether the sensors have noise: speckle of radar above all. Without it scenes show the truth, and files are smaller.</source>
        <extracomment>samplescene: NOISE</extracomment>
        <translation>Ob die Sensoren rauschen: vor allem Speckle des Radars. Ohne Rauschen zeigen Szenen die Wahrheit, und die Dateien sind kleiner.</translation>
    </message>
    <message>
        <source>12 bands, surface reflectance × 10,000.</source>
        <extracomment>samplescene: OUTPUT_S2L2A</extracomment>
        <translation>12 Kanäle, Reflexionsgrad am Boden × 10.000.</translation>
    </message>
    <message>
        <source>13 bands, top-of-atmosphere reflectance × 10,000, with haze and cirrus.</source>
        <extracomment>samplescene: OUTPUT_S2L1C</extracomment>
        <translation>13 Kanäle, Reflexionsgrad am Oberrand der Atmosphäre × 10.000, mit Dunst und Cirrus.</translation>
    </message>
    <message>
        <source>Red, green and blue from 0 to 255, stretched alike in all scenes.</source>
        <extracomment>samplescene: OUTPUT_RGB</extracomment>
        <translation>Rot, Grün und Blau von 0 bis 255, in allen Szenen gleich gestreckt.</translation>
    </message>
    <message>
        <source>VV and VH in decibels, with bright and dark slopes.</source>
        <extracomment>samplescene: OUTPUT_S1GRD</extracomment>
        <translation>VV und VH in Dezibel, mit hellen und dunklen Hängen.</translation>
    </message>
    <message>
        <source>VV and VH in decibels, terrain corrected.</source>
        <extracomment>samplescene: OUTPUT_S1RTC</extracomment>
        <translation>VV und VH in Dezibel, geländekorrigiert.</translation>
    </message>
    <message>
        <source>Elevation in metres.</source>
        <extracomment>samplescene: OUTPUT_DEM</extracomment>
        <translation>Höhe in Metern.</translation>
    </message>
    <message>
        <source>The true class of each pixel: 1 water, 2 trees, 3 flooded vegetation, 4 crops, 5 built area, 6 bare ground, 7 snow/ice, 8 clouds, 9 rangeland.</source>
        <extracomment>samplescene: OUTPUT_LULC</extracomment>
        <translation>Die wahre Klasse jedes Pixels: 1 Wasser, 2 Bäume, 3 überflutete Vegetation, 4 Ackerland, 5 bebaut, 6 offener Boden, 7 Schnee/Eis, 8 Wolken, 9 Grasland.</translation>
    </message>
    <message>
        <source>Vegetation index of the L2A bands, -1 to 1.</source>
        <extracomment>samplescene: OUTPUT_NDVI</extracomment>
        <translation>Vegetationsindex der L2A-Kanäle, -1 bis 1.</translation>
    </message>
    <message>
        <source>1 for land under the flood, else 0. Permanent water is 0.</source>
        <extracomment>samplescene: OUTPUT_FLOOD</extracomment>
        <translation>1 für Land unter dem Hochwasser, sonst 0. Dauerhaftes Wasser ist 0.</translation>
    </message>
    <message>
        <source>Share of the scene under clouds</source>
        <extracomment>samplescene: CLOUD_SHARE</extracomment>
        <translation>Anteil der Szene unter Wolken</translation>
    </message>
    <message>
        <source>Share of the scene that shows water</source>
        <extracomment>samplescene: WATER_SHARE</extracomment>
        <translation>Anteil der Szene, der Wasser zeigt</translation>
    </message>
    <message>
        <source>Installed models</source>
        <extracomment>installedmodels: name</extracomment>
        <translation>Installierte Modelle</translation>
    </message>
    <message>
        <source>Lists the installed models and tokenizers: what each is, what it was made of, and how large it is.</source>
        <extracomment>installedmodels: summary</extracomment>
        <translation>Listet die installierten Modelle und Tokenizer auf: was jedes ist, woraus es gemacht wurde und wie groß es ist.</translation>
    </message>
    <message>
        <source>Reads what the model packs in the folder of models say about themselves; their weights are not read. A pack that cannot be read is listed, too, with what is wrong with it.</source>
        <extracomment>installedmodels: help</extracomment>
        <translation>Liest, was die Modellpakete im Ordner der Modelle über sich selbst sagen; ihre Gewichte werden nicht gelesen. Auch ein Paket, das nicht gelesen werden kann, wird aufgeführt, mit dem, was daran nicht stimmt.</translation>
    </message>
    <message>
        <source>models,tokenizers,checkpoints,list,installed,weights</source>
        <extracomment>installedmodels: words to find it by, with commas between</extracomment>
        <translation>Modelle,Tokenizer,Checkpoints,Liste,installiert,Gewichte</translation>
    </message>
    <message>
        <source>Number of models and tokenizers</source>
        <extracomment>installedmodels: COUNT</extracomment>
        <translation>Anzahl der Modelle und Tokenizer</translation>
    </message>
    <message>
        <source>Folder of models</source>
        <extracomment>installedmodels: FOLDER</extracomment>
        <translation>Ordner der Modelle</translation>
    </message>
    <message>
        <source>The list as JSON</source>
        <extracomment>installedmodels: MODELS</extracomment>
        <translation>Die Liste als JSON</translation>
    </message>
    <message>
        <source>Remove model</source>
        <extracomment>removemodel: name</extracomment>
        <translation>Modell entfernen</translation>
    </message>
    <message>
        <source>Deletes an installed model or tokenizer.</source>
        <extracomment>removemodel: summary</extracomment>
        <translation>Löscht ein installiertes Modell oder einen Tokenizer.</translation>
    </message>
    <message>
        <source>The pack is deleted at once and for good, with the tokenizers that only this model uses. The checkpoint that it was imported from is left alone, wherever it is, and can be imported again. Files of others in the pack's folder stay.</source>
        <extracomment>removemodel: help</extracomment>
        <translation>Das Modellpaket wird sofort und endgültig gelöscht, mit den Tokenizern, die nur dieses Modell benutzt. Der Checkpoint, aus dem es importiert wurde, bleibt unberührt, wo immer er liegt, und lässt sich wieder importieren. Fremde Dateien im Ordner des Pakets bleiben.</translation>
    </message>
    <message>
        <source>Only what is in the folder of models can be removed; a model pack that lies elsewhere is a folder like any other.</source>
        <extracomment>removemodel: help</extracomment>
        <translation>Nur was im Ordner der Modelle liegt, kann entfernt werden; ein Modellpaket an anderer Stelle ist ein Ordner wie jeder andere.</translation>
    </message>
    <message>
        <source>delete,uninstall,models,tokenizers,disk space</source>
        <extracomment>removemodel: words to find it by, with commas between</extracomment>
        <translation>löschen,deinstallieren,Modelle,Tokenizer,Speicherplatz</translation>
    </message>
    <message>
        <source>By its name. Installed models lists what there is.</source>
        <extracomment>removemodel: MODEL</extracomment>
        <translation>Bei seinem Namen. „Installierte Modelle“ listet auf, was es gibt.</translation>
    </message>
    <message>
        <source>What was removed</source>
        <extracomment>removemodel: MODEL</extracomment>
        <translation>Was entfernt wurde</translation>
    </message>
    <message>
        <source>Runtime information</source>
        <extracomment>runtimeinfo: name</extracomment>
        <translation>Auskunft über die Laufzeitumgebung</translation>
    </message>
    <message>
        <source>Tells which libraries and devices models run on here, in which versions, and what is missing for more.</source>
        <extracomment>runtimeinfo: summary</extracomment>
        <translation>Sagt, auf welchen Bibliotheken und Geräten Modelle hier laufen, in welchen Versionen, und was für mehr fehlt.</translation>
    </message>
    <message>
        <source>Looks for ONNX Runtime as every run does, loads it, and runs a small graph on each device and precision that there is: what is told to work has worked. Where something does not, the report says why, and what to install.</source>
        <extracomment>runtimeinfo: help</extracomment>
        <translation>Sucht ONNX Runtime wie jeder Lauf, lädt es und führt einen kleinen Graphen auf jedem Gerät und in jeder Genauigkeit aus, die es gibt: Was laut Bericht funktioniert, hat funktioniert. Wo etwas nicht geht, sagt der Bericht, warum, und was zu installieren ist.</translation>
    </message>
    <message>
        <source>Add the report when you tell of a problem. It holds names of folders and of the machine's parts, and nothing of your data.</source>
        <extracomment>runtimeinfo: help</extracomment>
        <translation>Fügen Sie den Bericht bei, wenn Sie ein Problem melden. Er enthält Namen von Ordnern und von Teilen des Rechners und nichts von Ihren Daten.</translation>
    </message>
    <message>
        <source>onnx runtime,onnxruntime,gpu,cuda,openvino,version,device,graphics card,diagnosis,troubleshooting</source>
        <extracomment>runtimeinfo: words to find it by, with commas between</extracomment>
        <translation>ONNX Runtime,GPU,CUDA,OpenVINO,Version,Gerät,Grafikkarte,Diagnose,Fehlersuche</translation>
    </message>
    <message>
        <source>Report</source>
        <extracomment>runtimeinfo: REPORT</extracomment>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>ONNX Runtime</source>
        <extracomment>runtimeinfo: LIBRARY</extracomment>
        <translation>ONNX Runtime</translation>
    </message>
    <message>
        <source>What works</source>
        <extracomment>runtimeinfo: ROUTES</extracomment>
        <translation>Was funktioniert</translation>
    </message>
    <message>
        <source>Install runtime</source>
        <extracomment>installruntime: name</extracomment>
        <translation>Laufzeitumgebung installieren</translation>
    </message>
    <message>
        <source>Fetches another ONNX Runtime, for NVIDIA graphics cards or with OpenVINO, and uses it from then on.</source>
        <extracomment>installruntime: summary</extracomment>
        <translation>Lädt eine andere ONNX Runtime herunter, für Grafikkarten von NVIDIA oder mit OpenVINO, und verwendet sie von da an.</translation>
    </message>
    <message>
        <source>Models are run by ONNX Runtime. The one that comes with the plugin computes on the processor, with OpenVINO where that is faster; this fetches a build from the Python Package Index, with the libraries that it needs. For NVIDIA graphics cards that is 2.0 GB to fetch, and 3.1 GB on the disk; NVIDIA's driver is not among it, it comes with the system. The build for processors (85 MB, 134 MB on the disk) is the very one that comes with the plugin: it is of use where that is missing, or to have another in its place again.</source>
        <extracomment>installruntime: help</extracomment>
        <translation>Modelle werden von ONNX Runtime ausgeführt. Die mitgelieferte rechnet auf dem Prozessor, mit OpenVINO, wo das schneller ist; hiermit wird eine andere aus dem Python Package Index geholt, mit den Bibliotheken, die sie braucht. Für Grafikkarten von NVIDIA sind das 2.0 GB zum Herunterladen und 3.1 GB auf der Festplatte; der Treiber von NVIDIA ist nicht dabei, er kommt mit dem System. Die für Prozessoren (85 MB, 134 MB auf der Festplatte) ist genau die mitgelieferte: Sie nützt, wo diese fehlt, oder um eine andere wieder zu ersetzen.</translation>
    </message>
    <message>
        <source>Nothing is fetched before you agree to the licences of what is fetched: without ACCEPT the run ends with a message that names them, the sizes, and the places.</source>
        <extracomment>installruntime: help</extracomment>
        <translation>Nichts wird geholt, bevor Sie den Lizenzen dessen zustimmen, was geholt wird: Ohne ACCEPT endet der Lauf mit einer Meldung, die sie, die Größen und die Orte nennt.</translation>
    </message>
    <message>
        <source>Each file is compared with a hash that this version of the plugin knows, whatever the index says, and only libraries and licences are taken out of it; no Python is run. The new runtime is tried before it takes its place, which is the folder runtime in the user's data. What was there before is replaced, and stays if the download fails or is cancelled. Delete the folder to go back to the plugin's own.</source>
        <extracomment>installruntime: help</extracomment>
        <translation>Jede Datei wird mit einer Prüfsumme verglichen, die diese Version der Erweiterung kennt, was auch immer der Index sagt, und nur Bibliotheken und Lizenzen werden ihr entnommen; kein Python wird ausgeführt. Die neue Laufzeitumgebung wird ausprobiert, bevor sie ihren Platz bekommt: den Ordner runtime in den Daten des Benutzers. Was vorher dort war, wird ersetzt und bleibt, wenn das Herunterladen misslingt oder abgebrochen wird. Löschen Sie den Ordner, um zur mitgelieferten zurückzukehren.</translation>
    </message>
    <message>
        <source>A runtime that QGIS has loaded stays in memory: start QGIS again to use the new one. Then Runtime information tells what works.</source>
        <extracomment>installruntime: help</extracomment>
        <translation>Eine Laufzeitumgebung, die QGIS geladen hat, bleibt im Speicher: Starten Sie QGIS neu, um die neue zu verwenden. Danach sagt „Auskunft über die Laufzeitumgebung“, was funktioniert.</translation>
    </message>
    <message>
        <source>onnx runtime,onnxruntime,gpu,cuda,cudnn,nvidia,graphics card,openvino,bf16,install,download</source>
        <extracomment>installruntime: words to find it by, with commas between</extracomment>
        <translation>ONNX Runtime,GPU,CUDA,cuDNN,NVIDIA,Grafikkarte,OpenVINO,bf16,installieren,herunterladen,Laufzeitumgebung</translation>
    </message>
    <message>
        <source>Runtime</source>
        <extracomment>installruntime: PACKAGE</extracomment>
        <translation>Laufzeitumgebung</translation>
    </message>
    <message>
        <source>Which one. What was installed before is replaced.</source>
        <extracomment>installruntime: PACKAGE</extracomment>
        <translation>Welche. Was vorher installiert war, wird ersetzt.</translation>
    </message>
    <message>
        <source>For NVIDIA graphics cards (CUDA 12; driver 525 or newer)</source>
        <extracomment>installruntime: PACKAGE, cuda</extracomment>
        <translation>Für Grafikkarten von NVIDIA (CUDA 12; Treiber 525 oder neuer)</translation>
    </message>
    <message>
        <source>For processors (OpenVINO; comes with the plugin)</source>
        <extracomment>installruntime: PACKAGE, openvino</extracomment>
        <translation>Für Prozessoren (OpenVINO; kommt mit dem Plugin)</translation>
    </message>
    <message>
        <source>I agree to the licences of what is fetched</source>
        <extracomment>installruntime: ACCEPT</extracomment>
        <translation>Ich stimme den Lizenzen dessen zu, was geholt wird</translation>
    </message>
    <message>
        <source>Without it nothing is fetched, and a message tells what would be, and on which terms.</source>
        <extracomment>installruntime: ACCEPT</extracomment>
        <translation>Ohne das wird nichts geholt, und eine Meldung sagt, was geholt würde und zu welchen Bedingungen.</translation>
    </message>
    <message>
        <source>Index of packages</source>
        <extracomment>installruntime: INDEX</extracomment>
        <translation>Paketindex</translation>
    </message>
    <message>
        <source>The address of a mirror of the Python Package Index, where PyPI itself cannot be reached; or a folder that holds the files, for machines without a network.</source>
        <extracomment>installruntime: INDEX</extracomment>
        <translation>Die Adresse eines Spiegels des Python Package Index, wo PyPI selbst nicht erreichbar ist; oder ein Ordner mit den Dateien, für Rechner ohne Netz.</translation>
    </message>
    <message>
        <source>Folder of the runtime</source>
        <extracomment>installruntime: FOLDER</extracomment>
        <translation>Ordner der Laufzeitumgebung</translation>
    </message>
    <message>
        <source>A progress message could not be shown</source>
        <extracomment>cpp/terramindfeedback.cpp</extracomment>
        <translation>Eine Meldung zum Fortschritt konnte nicht angezeigt werden</translation>
    </message>
    <message>
        <source>All files (*.*)</source>
        <extracomment>cpp/terramindparameters.cpp</extracomment>
        <translation>Alle Dateien (*.*)</translation>
    </message>
    <message>
        <source>The algorithms could not be listed: %1</source>
        <extracomment>cpp/terramindprovider.cpp</extracomment>
        <translation>Die Algorithmen konnten nicht aufgelistet werden: %1</translation>
    </message>
    <message>
        <source>another Processing provider is called “%1” already</source>
        <extracomment>cpp/terramindregistration.cpp</extracomment>
        <translation>ein anderer Datenanbieter der Verarbeitung heißt schon „%1“</translation>
    </message>
    <message>
        <source>Unknown parameter “%1”. This algorithm takes: %2</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation>Unbekannter Parameter „%1“. Dieser Algorithmus nimmt: %2</translation>
    </message>
    <message>
        <source>%1 (%2) has no value</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation>%1 (%2) hat keinen Wert</translation>
    </message>
    <message>
        <source>“%1” is no number, but %2 takes one</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation>„%1“ ist keine Zahl, aber %2 nimmt eine</translation>
    </message>
    <message>
        <source>%1 is %2, but must be at least %3</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation>%1 ist %2, muss aber mindestens %3 sein</translation>
    </message>
    <message>
        <source>%1 is %2, but must be at most %3</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation>%1 ist %2, darf aber höchstens %3 sein</translation>
    </message>
    <message>
        <source>“%1” is no value of %2. It is one of: true, false</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation>„%1“ ist kein Wert von %2. Möglich sind: true, false</translation>
    </message>
    <message>
        <source>%1 is neither a raster layer nor a raster file that QGIS can open: %2</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation>%1 ist weder ein Rasterlayer noch eine Rasterdatei, die QGIS öffnen kann: %2</translation>
    </message>
    <message>
        <source>The layer “%1” (parameter %2) comes from the data provider “%3”; only rasters that GDAL reads can be used. Save it as GeoTIFF first (Layer ► Save As…) and choose that file.</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation>Der Layer „%1“ (Parameter %2) kommt vom Datenanbieter „%3“; benutzt werden können nur Raster, die GDAL liest. Speichern Sie ihn erst als GeoTIFF (Layer ► Speichern als…) und wählen Sie diese Datei.</translation>
    </message>
    <message>
        <source>The open options of the layer “%1” are not used</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation>Die Öffnungsoptionen des Layers „%1“ werden nicht benutzt</translation>
    </message>
    <message>
        <source>%1 is neither a vector layer nor a vector file that QGIS can open: %2</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation>%1 ist weder ein Vektorlayer noch eine Vektordatei, die QGIS öffnen kann: %2</translation>
    </message>
    <message>
        <source>%1: the layer “%2” comes from QGIS's provider “%3”, which cannot be used. Save it as GeoPackage and choose that</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation>%1: Der Layer „%2“ kommt vom Datenanbieter „%3“ von QGIS, der nicht benutzt werden kann. Speichern Sie ihn als GeoPackage und wählen Sie dieses</translation>
    </message>
    <message>
        <source>The layer “%1” has edits that are not saved, which are not used</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation>Der Layer „%1“ hat ungespeicherte Änderungen, die nicht benutzt werden</translation>
    </message>
    <message>
        <source>“%1” is no value of %2. It is one of: %3</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation>„%1“ ist kein Wert von %2. Möglich sind: %3</translation>
    </message>
    <message>
        <source>“%1” is no coordinate reference system, but %2 takes one, for example EPSG:32633</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation>„%1“ ist kein Koordinatenbezugssystem, aber %2 nimmt eines, zum Beispiel EPSG:32633</translation>
    </message>
    <message>
        <source>The extent %1 is empty</source>
        <extracomment>cpp/terramindvalues.cpp</extracomment>
        <translation>Die Ausdehnung %1 ist leer</translation>
    </message>
    <message>
        <source>TerraMind cannot be used: {}</source>
        <extracomment>plugin/bootstrap.py</extracomment>
        <translation>TerraMind kann nicht benutzt werden: {}</translation>
    </message>
    <message>
        <source>this system has no {}. Install the package that contains it (on Debian and Ubuntu: “apt-file search {}” names it) and restart QGIS.</source>
        <extracomment>plugin/bootstrap.py</extracomment>
        <translation>Dieses System hat kein {}. Installieren Sie das Paket, das es enthält (unter Debian und Ubuntu nennt es „apt-file search {}“), und starten Sie QGIS neu.</translation>
    </message>
    <message>
        <source>this plugin has no library for QGIS {}; it has one for: {}. Install the TerraMind plugin that is made for QGIS {}.</source>
        <extracomment>plugin/bootstrap.py</extracomment>
        <translation>Diese Erweiterung hat keine Bibliothek für QGIS {}; sie hat eine für: {}. Installieren Sie die TerraMind-Erweiterung für QGIS {}.</translation>
    </message>
    <message>
        <source>no version at all</source>
        <extracomment>plugin/bootstrap.py</extracomment>
        <translation>gar keine Version</translation>
    </message>
    <message>
        <source>These layers of the project stay as they are; to make them again, the model is needed:</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>Diese Layer des Projekts bleiben, wie sie sind; um sie noch einmal herzustellen, wird das Modell gebraucht:</translation>
    </message>
    <message>
        <source>This is still running; if it uses the model, it may end with an error:</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>Dies läuft noch; falls es das Modell verwendet, kann es mit einem Fehler enden:</translation>
    </message>
    <message>
        <source>TerraMind: installed models</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>TerraMind: installierte Modelle</translation>
    </message>
    <message>
        <source>Delete…</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>Löschen…</translation>
    </message>
    <message>
        <source>Delete model</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>Modell löschen</translation>
    </message>
    <message>
        <source>Models that use it and have no tokenizer of their own can then not generate, reconstruct or imagine what it stands for, nor read it as tokens, until it is imported again.</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>Modelle, die ihn verwenden und keinen eigenen haben, können dann nicht mehr erzeugen, rekonstruieren, sich vorstellen oder als Tokens lesen, wofür er steht, bis er wieder importiert ist.</translation>
    </message>
    <message>
        <source>Runs, graphical models and scripts that name it will fail until it is imported again. Tokenizers that only this model uses go with it.</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>Läufe, grafische Modelle und Skripte, die es nennen, schlagen fehl, bis es wieder importiert ist. Tokenizer, die nur dieses Modell verwendet, werden mit gelöscht.</translation>
    </message>
    <message>
        <source>TerraMind: runtime</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>TerraMind: Laufzeitumgebung</translation>
    </message>
    <message>
        <source>Copy</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Install…</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>Installieren…</translation>
    </message>
    <message>
        <source>What it is</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>Was es ist</translation>
    </message>
    <message>
        <source>Made of</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>Gemacht aus</translation>
    </message>
    <message>
        <source>Size</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Delete “{}” and all of its files? This cannot be undone.</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>„{}“ mit allen Dateien löschen? Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>It was imported from {}; that file is left alone.</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>Importiert wurde aus {}; diese Datei bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>Import…</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>Importieren…</translation>
    </message>
    <message>
        <source>Open folder</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Folder: {}</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>Ordner: {}</translation>
    </message>
    <message>
        <source>No model is installed yet in {}</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>In {} ist noch kein Modell installiert</translation>
    </message>
    <message>
        <source>No program opens the folder: {}</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>Kein Programm öffnet den Ordner: {}</translation>
    </message>
    <message>
        <source>and {} more</source>
        <extracomment>plugin/dialogs.py</extracomment>
        <translation>und {} weitere</translation>
    </message>
    <message>
        <source>Example models</source>
        <extracomment>plugin/menu.py</extracomment>
        <translation>Beispielmodelle</translation>
    </message>
    <message>
        <source>Models…</source>
        <extracomment>plugin/menu.py</extracomment>
        <translation>Modelle…</translation>
    </message>
    <message>
        <source>Runtime…</source>
        <extracomment>plugin/menu.py</extracomment>
        <translation>Laufzeitumgebung…</translation>
    </message>
    <message>
        <source>Sample data…</source>
        <extracomment>plugin/menu.py</extracomment>
        <translation>Beispieldaten…</translation>
    </message>
    <message>
        <source>Documentation</source>
        <extracomment>plugin/menu.py</extracomment>
        <translation>Dokumentation</translation>
    </message>
    <message>
        <source>No program opens the documentation: {}</source>
        <extracomment>plugin/menu.py</extracomment>
        <translation>Kein Programm öffnet die Dokumentation: {}</translation>
    </message>
    <message>
        <source>Folder of models (empty: in your home folder)</source>
        <extracomment>plugin/settings.py</extracomment>
        <translation>Ordner der Modelle (leer: in Ihrem Benutzerordner)</translation>
    </message>
    <message>
        <source>The settings cannot be stored and are lost when QGIS is closed. This file is read-only: {}</source>
        <extracomment>plugin/settings.py</extracomment>
        <translation>Die Einstellungen können nicht gespeichert werden und gehen verloren, wenn QGIS geschlossen wird. Diese Datei ist schreibgeschützt: {}</translation>
    </message>
    <message>
        <source>Settings ► Options ► Processing ► Providers ► TerraMind: {}</source>
        <extracomment>plugin/settings.py</extracomment>
        <translation>Einstellungen ► Optionen ► Verarbeitung ► Datenanbieter ► TerraMind: {}</translation>
    </message>
    <message>
        <source>“{}” is no value of {}</source>
        <extracomment>plugin/settings.py</extracomment>
        <translation>„{}“ ist kein Wert von {}</translation>
    </message>
    <message>
        <source>[Not selected]</source>
        <extracomment>plugin/widgets.py</extracomment>
        <translation>[Nicht ausgewählt]</translation>
    </message>
    <message>
        <source>Embed and cluster</source>
        <extracomment>examples/embed_and_cluster.model3</extracomment>
        <translation>Einbetten und clustern</translation>
    </message>
    <message>
        <source>Centres</source>
        <extracomment>examples/embed_and_cluster.model3</extracomment>
        <translation>Mittelpunkte</translation>
    </message>
    <message>
        <source>Cluster</source>
        <extracomment>examples/embed_and_cluster.model3</extracomment>
        <translation>Clustern</translation>
    </message>
    <message>
        <source>Clusters of patches</source>
        <extracomment>examples/embed_and_cluster.model3</extracomment>
        <translation>Cluster der Patches</translation>
    </message>
    <message>
        <source>Clusters</source>
        <extracomment>examples/embed_and_cluster.model3</extracomment>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>Features of patches</source>
        <extracomment>examples/embed_and_cluster.model3</extracomment>
        <translation>Merkmale der Patches</translation>
    </message>
    <message>
        <source>Number patches</source>
        <extracomment>examples/embed_and_cluster.model3</extracomment>
        <translation>Patches nummerieren</translation>
    </message>
    <message>
        <source>Patches</source>
        <extracomment>examples/embed_and_cluster.model3</extracomment>
        <translation>Patches</translation>
    </message>
    <message>
        <source>Plane of features</source>
        <extracomment>examples/embed_and_cluster.model3</extracomment>
        <translation>Ebene der Merkmale</translation>
    </message>
    <message>
        <source>Groups patches of 16 by 16 pixels by what TerraMind sees in them. QGIS 3.22 has k-means for points in a plane only, and none for rasters: so two of the features are taken for the coordinates of a plane, and the groups go back to the patches. Clusters of all features need another program, such as scikit-learn or Orfeo ToolBox.</source>
        <extracomment>examples/embed_and_cluster.model3</extracomment>
        <translation>Gruppiert Patches von 16 mal 16 Pixeln nach dem, was TerraMind in ihnen sieht. QGIS 3.22 hat k-Means nur für Punkte einer Ebene und keines für Raster: Darum werden zwei der Merkmale als Koordinaten einer Ebene genommen, und die Gruppen kommen zu den Patches zurück. Cluster aller Merkmale brauchen ein anderes Programm, etwa scikit-learn oder die Orfeo ToolBox.</translation>
    </message>
    <message>
        <source>Number of clusters</source>
        <extracomment>examples/embed_and_cluster.model3</extracomment>
        <translation>Anzahl der Cluster</translation>
    </message>
    <message>
        <source>First feature</source>
        <extracomment>examples/embed_and_cluster.model3</extracomment>
        <translation>Erstes Merkmal</translation>
    </message>
    <message>
        <source>Pre-trained model (with its tokenizers)</source>
        <extracomment>examples/embed_and_cluster.model3</extracomment>
        <translation>Vortrainiertes Modell (mit seinen Tokenizern)</translation>
    </message>
    <message>
        <source>Second feature</source>
        <extracomment>examples/embed_and_cluster.model3</extracomment>
        <translation>Zweites Merkmal</translation>
    </message>
    <message>
        <source>Generate and embed</source>
        <extracomment>examples/generate_and_embed.model3</extracomment>
        <translation>Erzeugen und einbetten</translation>
    </message>
    <message>
        <source>Generated elevation</source>
        <extracomment>examples/generate_and_embed.model3</extracomment>
        <translation>Erzeugte Höhe</translation>
    </message>
    <message>
        <source>Generated land cover</source>
        <extracomment>examples/generate_and_embed.model3</extracomment>
        <translation>Erzeugte Landbedeckung</translation>
    </message>
    <message>
        <source>Generates land cover and elevation from a Sentinel-2 image, and embeds the image together with the elevation. Generated is not measured: never use the elevation as such.</source>
        <extracomment>examples/generate_and_embed.model3</extracomment>
        <translation>Erzeugt Landbedeckung und Höhe aus einem Sentinel-2-Bild und bettet das Bild zusammen mit der Höhe ein. Erzeugt ist nicht gemessen: Benutzen Sie die Höhe niemals als solche.</translation>
    </message>
    <message>
        <source>Generate and segment</source>
        <extracomment>examples/generate_and_segment.model3</extracomment>
        <translation>Erzeugen und segmentieren</translation>
    </message>
    <message>
        <source>Imagine Sentinel-2</source>
        <extracomment>examples/generate_and_segment.model3</extracomment>
        <translation>Sentinel-2 imaginieren</translation>
    </message>
    <message>
        <source>Imagined Sentinel-2</source>
        <extracomment>examples/generate_and_segment.model3</extracomment>
        <translation>Imaginiertes Sentinel-2</translation>
    </message>
    <message>
        <source>Map land cover</source>
        <extracomment>examples/generate_and_segment.model3</extracomment>
        <translation>Landbedeckung kartieren</translation>
    </message>
    <message>
        <source>Land cover</source>
        <extracomment>examples/generate_and_segment.model3</extracomment>
        <translation>Landbedeckung</translation>
    </message>
    <message>
        <source>Under clouds: generates a Sentinel-2 image from Sentinel-1, and maps land cover from both with the pre-trained model. Generated is not measured: it can be wrong anywhere and does not say so.</source>
        <extracomment>examples/generate_and_segment.model3</extracomment>
        <translation>Unter Wolken: Erzeugt ein Sentinel-2-Bild aus Sentinel-1 und kartiert mit dem vortrainierten Modell aus beiden die Landbedeckung. Erzeugt ist nicht gemessen: Es kann überall falsch sein und sagt es nicht.</translation>
    </message>
    <message>
        <source>Water from an image</source>
        <extracomment>examples/water_from_an_image.model3</extracomment>
        <translation>Wasser aus einem Bild</translation>
    </message>
    <message>
        <source>Imagine Sentinel-1</source>
        <extracomment>examples/water_from_an_image.model3</extracomment>
        <translation>Sentinel-1 imaginieren</translation>
    </message>
    <message>
        <source>Imagined Sentinel-1</source>
        <extracomment>examples/water_from_an_image.model3</extracomment>
        <translation>Imaginiertes Sentinel-1</translation>
    </message>
    <message>
        <source>Map water</source>
        <extracomment>examples/water_from_an_image.model3</extracomment>
        <translation>Wasser kartieren</translation>
    </message>
    <message>
        <source>Water</source>
        <extracomment>examples/water_from_an_image.model3</extracomment>
        <translation>Wasser</translation>
    </message>
    <message>
        <source>For a model that was fine-tuned on Sentinel-2 and Sentinel-1 where there is no Sentinel-1: a radar image is generated from the Sentinel-2 image, and both are mapped. Generated is not measured: it can be wrong anywhere and does not say so. Compare such a map with one of a place where there are both (Evaluate) before you rely on it.</source>
        <extracomment>examples/water_from_an_image.model3</extracomment>
        <translation>Für ein Modell, das mit Sentinel-2 und Sentinel-1 nachtrainiert wurde, wo es kein Sentinel-1 gibt: Aus dem Sentinel-2-Bild wird ein Radarbild erzeugt, und beide werden kartiert. Erzeugt ist nicht gemessen: Es kann überall falsch sein und sagt es nicht. Vergleichen Sie eine solche Karte mit der eines Ortes, von dem es beide gibt („Bewerten“), bevor Sie sich darauf verlassen.</translation>
    </message>
    <message>
        <source>Fine-tuned model of water</source>
        <extracomment>examples/water_from_an_image.model3</extracomment>
        <translation>Nachtrainiertes Modell für Wasser</translation>
    </message>
</context>
</TS>
