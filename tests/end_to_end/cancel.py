"""Runs Embed layer in a QGIS without a window as its window would, in a worker, and cancels it on the way."""

import json
import time

from headless_qgis import arguments, headless_qgis
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
)
from qgis.PyQt.QtCore import QEventLoop, QTimer

plugins, case = arguments()

with headless_qgis(plugins):
    context, feedback, loop, seen = QgsProcessingContext(), QgsProcessingFeedback(), QEventLoop(), {}
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("terramind:embedlayer")
    task = QgsProcessingAlgRunnerTask(algorithm, case["parameters"], context, feedback)

    def cancel():
        """Press the button."""
        seen["cancelled_at_s"] = time.monotonic()
        feedback.cancel()

    def finished(succeeded, _):
        """Note how and when the run ended."""
        seen["succeeded"], seen["finished_at_s"] = succeeded, time.monotonic()
        loop.quit()

    task.executed.connect(finished)
    QTimer.singleShot(int(1000 * case["cancel_after_s"]), cancel)
    QgsApplication.taskManager().addTask(task)
    loop.exec_()
    del task, algorithm
    print(json.dumps({**seen, "log": feedback.textLog()}))
