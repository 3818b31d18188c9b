"""Runs the tests of a project or a plugin on every interpreter there is, as its board would see them."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from . import toolchain
from .tree import HERE, ROOT

RUNNER = Path(__file__).with_name("check_runner.py")
RUNTIMES = ("cpython", "micropython", "micropython32")
_HEAP = {"micropython": "512K", "micropython32": "256K"}
_PATIENCE_S = 60


def runtimes():
    """The names of the interpreters of this machine."""
    return ["cpython"] + [name for name in RUNTIMES[1:] if toolchain.tool(name)]


def interpreter(runtime, heap=None):
    """The command line of an interpreter (list of str)."""
    if runtime == "cpython":
        return [sys.executable]
    return [toolchain.tool(runtime), "-X", "heapsize=" + (heap or _HEAP[runtime])]


def environment(runtime, folders):
    """The environment in which an interpreter finds `folders`, modcore and the modules of a board."""
    library = Path(toolchain.cache_folder()) / "lib"
    board = HERE / "board" / "lib"
    found = [str(folder) for folder in folders] + [str(ROOT)]
    if runtime == "cpython":
        found += [str(library), str(board / "common"), str(board / "cpython")]
        return dict(os.environ, PYTHONPATH=os.pathsep.join(found), PYTHONDONTWRITEBYTECODE="1")
    found += [".frozen", str(library), str(library / "micropython"), str(board / "common")]
    return dict(os.environ, MICROPYPATH=":".join(found))


def tests_of(folder):
    """The files tests/test_*.py of a project."""
    return sorted((Path(folder) / "tests").glob("test_*.py"))


def run(folder, runtime):
    """Run all tests of a project on one interpreter; returns [(file, test, traceback or None)]."""
    results = []
    with tempfile.TemporaryDirectory(prefix="modcore-check-") as place:
        roots = _roots(Path(folder).resolve(), Path(place), runtime)
        for file in tests_of(folder):
            results += _run_file(file.resolve(), runtime, roots)
    return results


def _roots(folder, place, runtime):
    """Return where the tests import from. MicroPython finds a folder without __init__.py in one place only."""
    own = folder / "plugins"
    if runtime == "cpython" or not own.is_dir() or folder == ROOT:
        return [folder]
    joined = place / "plugins"
    joined.mkdir()
    for source in (ROOT / "plugins", own):
        for plugin in source.iterdir():
            link = joined / plugin.name
            if plugin.is_dir():
                if link.is_symlink():
                    link.unlink()
                link.symlink_to(plugin, target_is_directory=True)
    return [place, folder]


def _run_file(file, runtime, roots):
    command = interpreter(runtime) + [str(RUNNER), str(file)]
    try:
        done = subprocess.run(
            command,
            env=environment(runtime, roots),
            cwd=str(roots[-1]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_PATIENCE_S,
        )
        output, why = done.stdout, "the interpreter ended with status {}".format(done.returncode)
    except subprocess.TimeoutExpired as error:
        output, why = error.stdout or b"", "not done after {} s".format(_PATIENCE_S)
    results, whole = [], False
    for line in output.decode(errors="replace").splitlines():
        if line.startswith("@{"):
            found = json.loads(line[1:])
            whole = whole or found["name"] is None or found["name"] == "import"
            if found["name"]:
                results.append((file.name, found["name"], found["trace"]))
    if not whole:
        last = output.decode(errors="replace").strip().splitlines()[-1:]
        results.append((file.name, "?", "\n".join([why] + last)))
    return results
