"""What the end-to-end tests share: a private home with the plugin in it, and the programs run there.

usage: /usr/bin/python3 -m pytest tests/end_to_end [--build FOLDER] [--runtime FOLDER]
"""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SAMPLE = CHECKOUT / "sample"
CHECKPOINT = SAMPLE / "TerraMind_v1_demo.pt"
TOKENIZERS = sorted(SAMPLE.glob("TerraMind_Tokenizer_*.pt"))
SCENE = {name: SAMPLE / f"{name}.tif" for name in ("S2L2A", "S1GRD", "DEM")}


def pytest_addoption(parser):
    target = Path(os.environ.get("CARGO_TARGET_DIR", CHECKOUT / "target"))
    parser.addoption("--build", type=Path, default=target / "release", help="folder of the build under test")
    parser.addoption("--runtime", type=Path, default=target / "onnxruntime", help="folder of ONNX Runtime")


@dataclass
class Finished:
    """How a program ended, and what it said."""

    code: int
    stdout: str
    stderr: str

    @property
    def said(self):
        """Everything that the program printed."""
        return self.stdout + self.stderr


@dataclass
class Bench:
    """The programs under test, in a home of their own."""

    build: Path
    home: Path
    environment: dict

    def run(self, *command, timeout_s=300, **environment):
        """Run a program to its end; further keyword arguments are environment variables."""
        done = subprocess.run(
            list(map(str, command)),
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=timeout_s,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    def terramind_command(self, algorithm, **parameters):
        """The command line that runs an algorithm."""
        return [self.build / "terramind", "run", algorithm, *(f"--{k}={v}" for k, v in parameters.items())]

    def terramind(self, algorithm, environment=None, **parameters):
        """Run an algorithm with our own program."""
        return self.run(*self.terramind_command(algorithm, **parameters), **(environment or {}))

    def qgis_process(self, algorithm, environment=None, **parameters):
        """Run an algorithm of ours, or a model file, in QGIS without a window."""
        name = algorithm if "." in str(algorithm) else f"terramind:{algorithm}"
        values = (f"{k}={v}" for k, v in parameters.items())
        # Debian 12's wrapper of this name passes an option that the program does not know.
        return self.run("/usr/bin/qgis_process.bin", "run", name, "--", *values, **(environment or {}))

    def pyqgis(self, script, **case):
        """Run one of the scripts beside this file with PyQGIS; it prints a JSON object, which is returned."""
        done = self.run(
            "/usr/bin/python3", Path(__file__).with_name(script), self.plugins, json.dumps(case, default=str)
        )
        assert done.code == 0, done.said
        return json.loads(done.stdout.splitlines()[-1])

    def window(self, folder, algorithm, runs, layers):
        """Run an algorithm's dialog in QGIS's window, once for each parameters or case of gui_case.py."""
        cases = [
            run if "parameters" in run else {"name": "run", "parameters": run, "view": None} for run in runs
        ]
        case = {
            "layers": [str(path) for path in layers],
            "algorithm": algorithm,
            "pictures": str(self.screenshots / algorithm.split(":")[1]),
            "result": str(folder / "result.json"),
            "runs": cases,
        }
        return self.in_window(folder, "gui_case.py", case)

    def in_window(self, folder, script, case, **environment):
        """Run a script beside this file in QGIS's window, and return what it writes to the case's result."""
        case_file = folder / "case.json"
        case_file.write_text(json.dumps(case))
        done = self.run(
            *("xvfb-run", "--auto-servernum", "--server-args=-screen 0 1600x1000x24"),
            *("qgis", "--nologo", "--noversioncheck", "--code", Path(__file__).with_name(script)),
            CASE=str(case_file),
            QT_QPA_PLATFORM="xcb",
            timeout_s=300,
            **environment,
        )
        assert done.code == 0, done.said
        return json.loads(Path(case["result"]).read_text())

    @property
    def plugins(self):
        """The folder of the profile's plugins."""
        return self.profile / "python/plugins"

    @property
    def profile(self):
        """The folder of the QGIS profile."""
        return self.home / ".local/share/QGIS/QGIS3/profiles/default"

    @property
    def screenshots(self):
        """Where the pictures of the QGIS window are kept."""
        return self.build.parent / "screenshots"


@pytest.fixture(scope="session")
def empty_bench(request, tmp_path_factory):
    """A home where the plugin is installed and enabled, and no model is."""
    build, runtime = (request.config.getoption(name).resolve() for name in ("--build", "--runtime"))
    home = tmp_path_factory.mktemp("home")
    sockets = tmp_path_factory.mktemp("sockets")
    sockets.chmod(0o700)
    environment = {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_RUNTIME_DIR": str(sockets),
    }
    bench = Bench(build, home, environment)
    installed = bench.run(
        build / "xtask", "install", "--build", build, "--runtime", runtime, "--profile-dir", bench.profile
    )
    assert installed.code == 0, installed.said
    enabled = bench.run("/usr/bin/qgis_process.bin", "plugins", "enable", "terramind")
    assert enabled.code == 0, enabled.said
    # The plugin has a runtime of its own; the program is told of it.
    environment["TERRAMIND_ONNXRUNTIME"] = str(runtime)
    return bench


@pytest.fixture(scope="session")
def bench(empty_bench):
    """The same with the model "demo" and its tokenizers."""
    imports = [{"INPUT": CHECKPOINT, "NAME": "demo"}]
    imports += [{"INPUT": path, "MODEL": "demo"} for path in TOKENIZERS]
    for values in imports:
        imported = empty_bench.terramind("importmodel", **values)
        assert imported.code == 0, imported.said
    return empty_bench


@pytest.fixture
def output(tmp_path):
    """A folder that is empty when the test begins, for what it writes."""
    folder = tmp_path / "output"
    folder.mkdir()
    return folder
