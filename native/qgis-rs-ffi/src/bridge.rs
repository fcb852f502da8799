//! The bridge: the functions and plain structs that C++ and Rust share.

use crate::{canvas, core_library, error::Error, guard::guarded, run};

// cxx writes the foreign declarations; its invariants are checked on both sides at compile time.
#[allow(unsafe_code)]
#[cxx::bridge(namespace = "terramind")]
pub mod ffi {
    /// What kind of value a parameter takes.
    #[derive(Debug)]
    enum ParameterKind {
        /// A raster layer or file.
        Raster,
        /// Several raster layers or files, in an order that matters.
        Rasters,
        /// A vector layer of polygons, or a file with one.
        Vector,
        /// A field of a vector layer.
        Field,
        /// A file.
        File,
        /// A folder.
        Folder,
        /// Text, perhaps with suggestions.
        Text,
        /// One of several values.
        Enum,
        /// A coordinate reference system.
        Crs,
        /// A rectangle with its CRS.
        Extent,
        /// A whole number.
        Integer,
        /// A number.
        Number,
        /// Yes or no.
        Boolean,
        /// The raster to write.
        RasterDestination,
        /// The file of points to write.
        PointsDestination,
        /// The file of polygons to write.
        PolygonsDestination,
        /// Any other file to write.
        FileDestination,
        /// The folder to write.
        FolderDestination,
    }

    /// What kind of value an output has.
    #[derive(Debug)]
    enum OutputKind {
        /// Text.
        Text,
        /// A number.
        Number,
        /// A folder.
        Folder,
    }

    /// A number that may be absent.
    #[derive(Debug, Clone, Default)]
    struct OptionalNumber {
        /// Whether there is one.
        known: bool,
        /// The number, 0 where there is none.
        value: f64,
    }

    /// One parameter of an algorithm.
    #[derive(Debug, Clone)]
    struct Parameter {
        /// Its key in requests.
        name: String,
        /// Its name in words.
        label: String,
        /// One or two sentences.
        help: String,
        /// May be left out.
        optional: bool,
        /// Shown among the advanced parameters.
        advanced: bool,
        /// What it takes.
        kind: ParameterKind,
        /// Endings of the files to read or to write, without dot.
        extensions: Vec<String>,
        /// Of `Field`, the parameter of its layer.
        parent: String,
        /// Texts offered; any other is allowed too.
        suggestions: Vec<String>,
        /// Values of an enumeration.
        values: Vec<String>,
        /// What each of `values` means.
        value_labels: Vec<String>,
        /// Smallest allowed number.
        minimum: OptionalNumber,
        /// Largest allowed number.
        maximum: OptionalNumber,
        /// The default as JSON, empty where there is none.
        default_json: String,
    }

    /// A result beyond the destinations.
    #[derive(Debug, Clone)]
    struct Output {
        /// Its key in results.
        name: String,
        /// Its name in words.
        label: String,
        /// What it is.
        kind: OutputKind,
    }

    /// One algorithm.
    #[derive(Debug, Clone)]
    struct Algorithm {
        /// Its id within the provider.
        id: String,
        /// Its name in words.
        name: String,
        /// The group it is shown in.
        group: String,
        /// The id of that group.
        group_id: String,
        /// One sentence.
        summary: String,
        /// Paragraphs, separated by blank lines.
        help: String,
        /// Further words to find it by.
        tags: Vec<String>,
        /// What it takes, in the order to show it in.
        parameters: Vec<Parameter>,
        /// What it returns beyond its destinations.
        outputs: Vec<Output>,
    }

    /// The provider and all its algorithms.
    #[derive(Debug)]
    struct Provider {
        /// Its id.
        id: String,
        /// Its short name.
        name: String,
        /// Its name with version.
        long_name: String,
        /// The core's version.
        version: String,
        /// The algorithms.
        algorithms: Vec<Algorithm>,
    }

    /// What the map shows.
    #[derive(Debug, Clone, Default)]
    struct Canvas {
        /// Whether there is a canvas at all.
        known: bool,
        /// West.
        xmin: f64,
        /// South.
        ymin: f64,
        /// East.
        xmax: f64,
        /// North.
        ymax: f64,
        /// WKT or `EPSG:…`.
        crs: String,
    }

    /// How a raster is drawn.
    #[derive(Debug)]
    enum StyleKind {
        /// As QGIS does by itself.
        Unset,
        /// Three bands as red, green and blue.
        Multiband,
        /// One band from black to white.
        Gray,
        /// One band in the colours of a ramp.
        Ramp,
        /// One band, a colour for each class.
        Paletted,
    }

    /// One class of a legend.
    #[derive(Debug, Clone, PartialEq)]
    struct StyleClass {
        /// In pixels.
        value: i32,
        /// Its name in words.
        label: String,
        /// `#rrggbb`.
        colour: String,
    }

    /// How a raster is drawn; what a kind does not have is empty.
    #[derive(Debug, Clone)]
    struct Style {
        /// In which way.
        kind: StyleKind,
        /// 1-based; three of `Multiband`, none of `Unset`, otherwise one.
        bands: Vec<i32>,
        /// The lower end of `Gray` and `Ramp`.
        minimum: OptionalNumber,
        /// The upper end of `Gray` and `Ramp`.
        maximum: OptionalNumber,
        /// What QGIS calls the colour ramp.
        ramp: String,
        /// Whether the ramp is turned round.
        invert: bool,
        /// Of `Paletted`, in the legend's order.
        classes: Vec<StyleClass>,
    }

    /// How an output is to be named, drawn and annotated once it is loaded.
    #[derive(Debug)]
    struct Layer {
        /// The output it is of.
        output: String,
        /// The layer's name.
        name: String,
        /// How it is drawn.
        style: Style,
        /// Paragraphs, separated by blank lines; empty for none.
        notes: String,
    }

    /// How a run ended.
    #[derive(Debug)]
    enum RunStatus {
        /// Everything was written.
        Ok,
        /// It failed; `message` says why.
        Error,
        /// The user stopped it.
        Cancelled,
    }

    /// How a run ended and what it wrote.
    #[derive(Debug)]
    struct RunResult {
        /// How it ended.
        status: RunStatus,
        /// For the user, where `status` is not `Ok`.
        message: String,
        /// A JSON object of the outputs: values of several types, so text crosses.
        outputs_json: String,
        /// How to name and draw outputs.
        layers: Vec<Layer>,
    }

    extern "Rust" {
        /// The provider as the core describes it now.
        fn describe_provider() -> Result<Provider>;

        /// One algorithm as the core describes it now.
        fn describe_algorithm(id: &str) -> Result<Algorithm>;

        /// What the map shows now.
        fn current_canvas() -> Canvas;

        /// Runs a request on the core and waits for its end; `feedback` is used on this thread only.
        fn run_request(request_json: &str, feedback: &TerramindFeedback) -> Result<RunResult>;
    }

    unsafe extern "C++" {
        include!("terramindfeedback.h");
        include!("terramindregistration.h");

        /// What QGIS gave the run to report to.
        #[namespace = ""]
        type TerramindFeedback;

        /// Shows how far the run is, in percent.
        #[cxx_name = "setProgress"]
        fn set_progress(self: &TerramindFeedback, percent: f64);

        /// Shows a message; 0 is information, 1 a warning, 2 an error.
        fn log(self: &TerramindFeedback, level: i32, message: &str);

        /// Whether the user wants the run to end.
        #[cxx_name = "isCanceled"]
        fn is_canceled(self: &TerramindFeedback) -> bool;

        /// The version of the QGIS that runs, e.g. 32216.
        #[cxx_name = "runningQgisVersion"]
        fn running_qgis_version() -> i32;

        /// The version of the QGIS whose headers this library was built with.
        #[cxx_name = "builtQgisVersion"]
        fn built_qgis_version() -> i32;

        /// The address of a function of `libqgis_core`.
        #[cxx_name = "addressInQgis"]
        fn address_in_qgis() -> usize;

        /// Adds the provider to QGIS; does nothing where it is there already.
        #[cxx_name = "registerProvider"]
        fn register_provider(icon_path: &str) -> Result<()>;

        /// Takes the provider out of QGIS; does nothing where it is not there.
        #[cxx_name = "unregisterProvider"]
        fn unregister_provider() -> Result<()>;
    }
}

fn describe_provider() -> Result<ffi::Provider, Error> {
    guarded(|| Ok(core_library::current()?.describe()?.into()))
}

fn describe_algorithm(id: &str) -> Result<ffi::Algorithm, Error> {
    guarded(|| core_library::current()?.describe()?.into_algorithm(id))
}

fn current_canvas() -> ffi::Canvas {
    canvas::current()
}

fn run_request(request_json: &str, feedback: &ffi::TerramindFeedback) -> Result<ffi::RunResult, Error> {
    guarded(|| run::run(core_library::current()?, request_json, feedback))
}
