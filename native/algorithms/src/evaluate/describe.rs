//! What users see of Evaluate.

use crate::common::place;
use crate::description::{Algorithm, Kind, Output, OutputKind, Parameter};
use pipeline::evaluate::{POLYGONS, PREDICTION, REFERENCE};

pub(super) const FIELD: &str = "FIELD";
pub(super) const IGNORE: &str = "IGNORE";
pub(super) const TABLE: &str = "OUTPUT_TABLE";
pub(super) const DOCUMENT: &str = "OUTPUT_JSON";
pub(super) const REPORT: &str = "OUTPUT_HTML";
pub(super) const MIOU: &str = "MIOU";
pub(super) const ACCURACY: &str = "OVERALL_ACCURACY";
pub(super) const MACRO_F1: &str = "MACRO_F1";
pub(super) const PIXELS: &str = "PIXELS";

const HELP: &str = "Compares a raster of classes, for example of TiM segment, with a reference, and says how good it is: IoU, \
    precision, recall and F1 of each class, their means, overall accuracy, and the confusion matrix. The numbers are those that \
    terratorch test reports.\n\n\
    The reference is another raster of classes, or a layer of polygons with a field that holds the class of each polygon, as \
    number or as name. It may lie on any grid and in any coordinate reference system: rasters are read on the prediction's grid by \
    nearest neighbour, and a pixel belongs to the polygon that its centre lies in (where polygons overlap, to the later one of the \
    layer).\n\n\
    Only pixels count that have a class in the prediction and a label in the reference. Nodata and masked pixels have none, nor \
    have the values named in IGNORE.\n\n\
    Means are taken over the classes that occur in the reference or the prediction. A class that occurs in neither has no scores; \
    one that occurs on one side alone has an IoU of 0. A class that is named in IGNORE is left out of the mean IoU and of the IoU of \
    all pixels together, but not out of the other means. docs/evaluation.md has the formulas.\n\n\
    An evaluation is honest only where the reference was not used for training.";

pub(crate) fn describe() -> Algorithm {
    Algorithm {
        id: "evaluate",
        name: "Evaluate",
        group: "Segmentation",
        group_id: "segmentation",
        summary: "Compares a raster of classes with a reference: IoU, precision, recall and F1 of each class, and the confusion matrix.",
        help: HELP,
        tags: vec![
            "evaluation",
            "accuracy assessment",
            "validation",
            "test",
            "metrics",
            "iou",
            "miou",
            "jaccard",
            "f1",
            "confusion matrix",
            "precision",
            "recall",
            "ground truth",
            "reference",
            "segmentation",
            "classification",
            "terratorch",
        ],
        parameters: parameters(),
        outputs: outputs(),
    }
}

fn parameters() -> Vec<Parameter> {
    let mut parameters = vec![
        Parameter::new(
            PREDICTION,
            "Prediction",
            "The raster of classes to judge, whole numbers from 0 to 255 in its first band. Their names come from the file beside it whose name ends in .tif.aux.xml.",
            Kind::Raster,
        ),
        Parameter::new(
            REFERENCE,
            "Reference raster",
            "What is true: a raster with the same class numbers in its first band, on any grid. Either this or reference polygons.",
            Kind::Raster,
        )
        .optional(),
        Parameter::new(
            POLYGONS,
            "Reference polygons",
            "What is true: polygons with a field that holds their class. Either this or a reference raster.",
            Kind::Vector,
        )
        .optional(),
        Parameter::new(
            FIELD,
            "Class field",
            "The field of the reference polygons that holds class numbers, or the names of the prediction's classes in any case.",
            Kind::Field { parent: POLYGONS },
        )
        .optional(),
    ];
    parameters.extend(place::parameters().map(of_pixels));
    parameters.push(
        Parameter::new(
            IGNORE,
            "Values without a label",
            "What means \"no label\" in the reference, with commas between: numbers, names of classes, or texts of the field, for example -1,255,Clouds. Nodata and masked pixels are left out anyway.",
            Kind::String { default: None, suggestions: vec![] },
        )
        .optional()
        .advanced(),
    );
    parameters.extend([
        destination(
            REPORT,
            "html",
            "Evaluation report",
            "All scores and the confusion matrix as a page. QGIS lists it in its results viewer, which opens it in the browser.",
        ),
        destination(TABLE, "csv", "Table", "One row for each class, with its scores and pixels."),
        destination(
            DOCUMENT,
            "json",
            "JSON document",
            "Everything: scores, confusion matrix, and what was compared with what.",
        ),
    ]);
    parameters
}

/// Pixels need not be whole patches here.
fn of_pixels(parameter: Parameter) -> Parameter {
    let help = match parameter.kind {
        Kind::Extent => {
            "A rectangle, as xmin,xmax,ymin,ymax with its coordinate reference system behind, for example 14.4,14.5,50.0,50.1 [EPSG:4326]; without one, that of the prediction. It wins over the area, and all pixels that it touches count."
        }
        _ => "Which part of the prediction to look at, unless an extent is given.",
    };
    Parameter { help, ..parameter }
}

fn destination(
    name: &'static str,
    extension: &'static str,
    label: &'static str,
    help: &'static str,
) -> Parameter {
    Parameter::new(name, label, help, Kind::FileDestination { extension }).optional()
}

fn outputs() -> Vec<Output> {
    let number = |name, label| Output { name, label, kind: OutputKind::Number };
    vec![
        number(MIOU, "Mean IoU"),
        number(ACCURACY, "Overall accuracy"),
        number(MACRO_F1, "Mean F1"),
        number(PIXELS, "Pixels that were compared"),
    ]
}
