"""What TerraTorch's segmentation task reports for small maps, with torchmetrics' own confusion matrix.

usage: python make_goldens.py   (environment: tests/goldens/README.md; writes goldens.json beside this file)
"""

import json
from pathlib import Path

import torch
from terratorch.tasks import SemanticSegmentationTask
from torchmetrics.functional.classification import (
    multiclass_confusion_matrix,
    multiclass_f1_score,
    multiclass_precision,
)

HEIGHT, WIDTH = 12, 16

# TerraTorch's names of what is compared; Boundary_mIoU looks at shapes, not at a matrix.
MEANS = ("mIoU", "mIoU_Micro", "F1_Score", "Accuracy", "Pixel_Accuracy")

# name: (number of classes, ignored value, classes that the reference has, classes that the prediction has)
CASES = {
    "all classes on both sides": (4, None, [0, 1, 2, 3], [0, 1, 2, 3]),
    "a class on neither side": (5, None, [0, 1, 3, 4], [0, 1, 3, 4]),
    "a class in the prediction alone": (4, None, [0, 1, 2], [0, 1, 2, 3]),
    "a class in the reference alone": (4, None, [0, 1, 2, 3], [0, 1, 3]),
    "no label is -1": (4, -1, [-1, 0, 1, 2, 3], [0, 1, 2, 3]),
    "no label is 255": (3, 255, [0, 1, 2, 255], [0, 1, 2]),
    "no label is the first class, which is predicted": (4, 0, [0, 1, 2, 3], [0, 1, 2, 3]),
    "no label is the first class, which is never predicted": (4, 0, [0, 1, 2, 3], [1, 2, 3]),
    "one class": (2, None, [1], [1]),
    "nothing is right": (2, None, [0], [1]),
}


def maps(reference_classes, prediction_classes, generator):
    """Draw a reference, and a prediction that is right in some two of three pixels where it can be."""
    shape = (HEIGHT, WIDTH)

    def drawn_of(classes):
        return torch.tensor(classes)[torch.randint(len(classes), shape, generator=generator)]

    reference, drawn = drawn_of(reference_classes), drawn_of(prediction_classes)
    right = torch.rand(shape, generator=generator) < 0.66
    possible = torch.isin(reference, torch.tensor(prediction_classes))
    return reference, torch.where(right & possible, reference, drawn)


def metrics_of(classes, ignored):
    """The test metrics as the task makes them; the model is not needed for it."""
    task = SemanticSegmentationTask.__new__(SemanticSegmentationTask)
    torch.nn.Module.__init__(task)
    hparams = {
        "model_args": {"num_classes": classes},
        "ignore_index": ignored,
        "class_names": None,
        "test_dataloaders_names": None,
    }
    task.__class__ = type("Task", (SemanticSegmentationTask,), {"hparams": hparams})
    task.configure_metrics()
    return task.test_metrics[0]


def golden(name, generator):
    classes, ignored, in_reference, in_prediction = CASES[name]
    reference, prediction = maps(in_reference, in_prediction, generator)
    metrics = metrics_of(classes, ignored)
    # Two batches, as a test has several.
    half = HEIGHT // 2
    for rows in (slice(0, half), slice(half, HEIGHT)):
        metrics.update(prediction[rows][None], reference[rows][None])
    found = {key.removeprefix("test/"): value for key, value in metrics.compute().items()}
    common = {"num_classes": classes, "ignore_index": ignored}

    def of_each(function):
        return function(prediction[None], reference[None], average="none", **common).tolist()

    return {
        "name": name,
        "classes": classes,
        "ignored": ignored,
        "reference": reference.tolist(),
        "prediction": prediction.tolist(),
        "means": {key: found[key].item() for key in MEANS},
        "iou": [found[f"IoU_{label}"].item() for label in range(classes)],
        "recall": [found[f"Class_Accuracy_{label}"].item() for label in range(classes)],
        "precision": of_each(multiclass_precision),
        "f1": of_each(multiclass_f1_score),
        "confusion": multiclass_confusion_matrix(prediction[None], reference[None], **common).tolist(),
    }


def main():
    generator = torch.Generator().manual_seed(20_261_125)
    cases = [golden(name, generator) for name in CASES]
    text = ",\n".join(json.dumps(case) for case in cases)
    Path(__file__).with_name("goldens.json").write_text(f"[\n{text}\n]\n")


if __name__ == "__main__":
    main()
