"""The firmware of a board: the interpreter's command line, and the modules of the virtual hardware in its ROM."""

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .. import toolchain
from ..manifest import ManifestError
from ..manifest_mpy import compiled, complaint, module_name

LIB = Path(__file__).parent / "lib"
RUNTIMES = ("micropython32", "micropython", "cpython")
HEAPS = {"micropython32": "128K", "micropython": "256K", "cpython": None}
# Bytes that the modules of the virtual hardware take once a program uses pins, network and sockets. On a board
# they are in flash: here they come on top of the heap that a program is to have.
_IN_FLASH = {"micropython32": 9 * 1024, "micropython": 18 * 1024}
# In the program's own namespace, of which nothing is left behind.
_START = "import _boot; _boot = _boot.power_on(); import _board; _board.run(_boot, globals())"


class BoardError(Exception):
    """The board can't be had; the text is one line that says what to do."""


def default_runtime():
    """Return the best interpreter there is: the one that is most like a board's."""
    for name in RUNTIMES[:2]:
        if toolchain.tool(name):
            return name
    return "cpython"


def interpreter(runtime):
    """Return the path of the interpreter `runtime`. BoardError: there is none of that name, or here."""
    if runtime not in RUNTIMES:
        raise BoardError("RUNTIME={!r}: takes one of {}".format(runtime, ", ".join(RUNTIMES)))
    if runtime == "cpython":
        return sys.executable
    path = toolchain.tool(runtime)
    if not path:
        reason = toolchain.missing(runtime) or "not made yet"
        raise BoardError(
            "{} is not here ({}); run `python3 -m host.toolchain --retry {}`, or set RUNTIME=cpython".format(
                runtime, reason, runtime
            )
        )
    return path


def banner(runtime):
    """Return the line with which the interpreter greets at its prompt."""
    if runtime == "cpython":
        return "Python {} on a virtual board".format(sys.version.split()[0])
    done = subprocess.run(
        [interpreter(runtime), "-c", "import sys; print(sys.version)"], stdout=subprocess.PIPE, text=True
    )
    return "{}; virtual board with {}".format(
        done.stdout.strip().partition("; ")[2] or "MicroPython", runtime
    )


def without_partition(runtime, folder):
    """Return the path of an interpreter `runtime` whose `str` has no partition and rpartition; made in `folder`.

    Small ports leave them out (MICROPY_PY_BUILTINS_STR_PARTITION), an ESP8266's among them. In this copy of the
    program no source can name them. BoardError: it is CPython, or not built as expected.
    """
    start = Path(interpreter(runtime))
    words = []
    if start.read_bytes()[:2] == b"#!":  # it names the loader, the libraries and the program
        words = shlex.split(start.read_text().splitlines()[-1])
    code = Path(words[-2] if words else start).read_bytes()
    name = b"rpartition\0"  # whose end is the other one
    if runtime == "cpython" or code.count(name) != 1 or b"\0partition\0" in code:
        raise BoardError("{} has no str.partition that could be taken out".format(runtime))
    folder.mkdir(parents=True, exist_ok=True)
    program = folder.resolve() / runtime
    program.write_bytes(code.replace(name, b"rpart?tion\0"))
    program.chmod(0o755)
    if words:
        script = program.with_suffix(".sh")
        quoted = map(shlex.quote, words[:-2] + [str(program)])
        script.write_text('#!/bin/sh\n{} "$@"\n'.format(" ".join(quoted)))
        script.chmod(0o755)
        program = script
    return str(program)


def command(runtime, heap, rom_folder, path=None):
    """Return (command line, environment) that boots a board with the ROM in a folder.

    path: of the interpreter, where it is another than that of the runtime.
    """
    path = path or interpreter(runtime)
    environment = {"BOARD_ROM": str(rom_folder)}
    if runtime == "cpython":
        environment["PYTHONPATH"] = str(rom_folder)
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        return [path, "-u", "-c", _START], environment
    environment["MICROPYPATH"] = "{}:.frozen".format(rom_folder)
    options = ["-X", "heapsize={}".format(_bytes(heap) + _IN_FLASH[runtime])] if heap else []
    return [path, *options, "-c", _START], environment


def _bytes(size):
    unit = {"K": 1024, "M": 1024 * 1024}.get(size[-1:].upper())
    return int(size[:-1]) * unit if unit else int(size)


def rom_file_system(folder, runtime, size=0):
    """Return the file with the partition for a ROM file system of the board in `folder`, or None without one.

    size: its bytes; where there is none of at least that size it is made. BoardError: the runtime has none.
    """
    image = folder / "romfs.img"
    if size and runtime == "cpython":
        raise BoardError("only MicroPython has a ROM file system; take micropython or micropython32")
    if size and (not image.is_file() or image.stat().st_size < size):
        folder.mkdir(parents=True, exist_ok=True)
        with open(str(image), "ab") as stream:
            stream.truncate(size)
    return image.resolve() if runtime != "cpython" and image.is_file() and image.stat().st_size else None


def lay_out_rom(folder, runtime, virtual=False):
    """Put the modules of the virtual hardware into `folder` and return it; the board can do there as it likes.

    virtual: of one whose clock can be wound forward.
    """
    flavour = "cpython" if runtime == "cpython" else "micropython"
    if virtual and flavour == "cpython":
        raise BoardError("only MicroPython's clock can be wound forward; take micropython or micropython32")
    interpreter(runtime)
    if folder.is_dir():
        shutil.rmtree(str(folder))
    shutil.copytree(str(_compiled_rom(flavour, virtual)), str(folder))
    return folder.resolve()


def _compiled_rom(flavour, virtual):
    # Compiled once, and kept in the cache.
    sources = _rom_sources(flavour, virtual)
    cross = None if flavour == "cpython" else toolchain.tool("mpy-cross")
    digest = hashlib.sha256(str(cross).encode())
    for source in sources:
        digest.update(source.name.encode() + source.read_bytes())
    folder = Path(toolchain.cache_folder()) / "rom" / "{}-{}".format(flavour, digest.hexdigest()[:16])
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=str(folder.parent)))
        for source in sources:
            install(source, fresh / source.name, cross, options=("-O3",))
        try:
            fresh.rename(folder)
        except OSError:  # somebody else was quicker
            shutil.rmtree(str(fresh))
    return folder


def _rom_sources(flavour, virtual):
    # By name: what a later folder has too is taken from there.
    files = {}
    for folder in ("common", flavour, "virtual")[: 3 if virtual else 2]:
        for source in (LIB / folder).glob("*.py"):
            files[source.name] = source
    if flavour == "micropython":
        # What a board's firmware has frozen in, and MicroPython on a PC may lack: ssl.
        for source in (Path(toolchain.cache_folder()) / "lib" / "micropython").glob("*.py"):
            files.setdefault(source.name, source)
    return [files[name] for name in sorted(files)]


def install(source, target, cross=None, name=None, options=()):
    """Copy the file `source` to `target`, a Python file compiled to .mpy when `cross` is mpy-cross.

    name: its path on the device, from which tracebacks call it. options: more of mpy-cross's.
    BoardError: it does not compile.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if not cross or source.suffix != ".py":
        shutil.copyfile(str(source), str(target))
        return target
    target = target.with_suffix(".mpy")
    if not options:
        try:
            target.write_bytes(compiled(source.read_bytes(), name or source.name))
            os.utime(str(target), ns=(source.stat().st_mtime_ns,) * 2)
            return target
        except ManifestError:
            pass  # mpy-cross says below what is wrong, with the file's path on this PC
    done = subprocess.run(
        [cross, *options, "-s", module_name(name or source.name), "-o", str(target), str(source)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        raise BoardError(complaint(source, done.stdout))
    os.utime(str(target), ns=(source.stat().st_mtime_ns,) * 2)
    return target
