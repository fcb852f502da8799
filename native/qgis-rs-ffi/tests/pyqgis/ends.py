"""However a run ends, QGIS stays alive and hears of it."""

from common import Feedback, failure, finish, processing, terramind
from qgis.core import QgsProcessingException

plugin = terramind.classFactory(None)
plugin.initProcessing()

assert "Band B8A is missing; S2L2A needs 12 bands." in failure("fail", {})
assert "The core panicked." in failure("panic", {})
assert "unreadable result" in failure("garbage", {})
assert "returned nothing from terramind_run" in failure("nothing", {})

try:
    processing.run("terramind:fail", {}, feedback=Feedback())
    raise AssertionError("no exception")
except QgsProcessingException:
    pass

# Cancelled from the report of the run's own progress.
feedback = Feedback()
feedback.progressChanged.connect(lambda _: feedback.cancel())
assert "Cancelled; nothing was written." in failure("wait", {}, feedback)
assert feedback.infos[-1] == "waiting"

# Cancelled before it began.
feedback = Feedback()
feedback.cancel()
assert "Cancelled" in failure("wait", {}, feedback)

assert processing.run("terramind:echo", {}, feedback=Feedback())["SEVEN"] == 7, "still working"
finish()
