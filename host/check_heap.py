"""Measures the heap that a plugin takes on a 32-bit board, compiled, beside what it requires."""

import contextlib
import json
import tempfile
from pathlib import Path

from . import manifest_mpy, toolchain
from .board.board import Board
from .check_tests import runtimes
from .manifest import ManifestError, closure
from .toolchain.lib import PACKAGES

_HEAP = "2M"
_PATIENCE_S = 60
_STOP_S = 0.1  # what was measured need not end in order

_PROBE = """
import gc, json, sys
import _flash, esp32, machine, network, select, socket, time, webrepl  # of the firmware, they cost nothing
for name in ("ADC", "PWM", "RTC", "SDCard", "Signal", "Timer", "reset"):
    getattr(machine, name)
from modcore import Kernel, Module
kernel = Kernel({config!r})

class Before(Module):
    # What the kernel loads for the first module that has properties is not the plugin's.
    defaults = {{"a": 1}}

    def start(self):
        self.property("a", "number", value=0, min=0, max=1, set=self.take)
        self.log.debug("a")
        self.listen("check/before", self.take)
        self.after(0, self.take)

    def take(self, *args):
        pass

kernel.add(Before())
for _ in range(5):
    kernel.step()

def make_room():
    # Names lie in pools, each twice as large as the one before: whose name happens to be the first one of a new
    # pool would seem to take kilobytes.
    number = 0
    while True:
        gc.collect()
        before = gc.mem_alloc()
        hasattr(gc, "name_%d" % number)
        number += 1
        if gc.mem_alloc() - before > 1000:
            return

def take(name, word):
    package = __import__("plugins." + name, None, None, (word or "x",))
    if word:
        kernel.add(getattr(package, word)())
        for _ in range(5):
            kernel.step()
    kernel.relieve()  # what is rare does not stay where memory is short
    # What a stale word on the stack keeps from one collection it hardly keeps from all of them.
    least = 1 << 30
    for _ in range(10):
        kernel.step()
        gc.collect()
        least = min(least, gc.mem_alloc())
    return least

found = {{}}
try:
    for name, word in {below!r}:
        take(name, word)
    make_room()
    before = 1 << 30
    for _ in range(10):
        kernel.step()
        gc.collect()
        before = min(before, gc.mem_alloc())
    found["bytes"] = take(*{self!r}) - before
except BaseException as error:
    found["error"] = "%s: %s" % (type(error).__name__, error)
print("@" + json.dumps(found))
"""

_BOOT = """
import gc, json, sys
import _flash, esp32, machine, network, select, socket, time, webrepl  # of the firmware, they cost nothing
for name in ("ADC", "PWM", "RTC", "SDCard", "Signal", "Timer", "reset"):
    getattr(machine, name)
for _ in range(3):
    gc.collect()
before = gc.mem_alloc()
found = {"failed": {}}
try:
    from modcore.boot import boot
    kernel = boot("config.json", "secrets.json")
    del boot  # it would keep the whole file
    kernel.bus.subscribe("$error/#", lambda topic, why: found["failed"].__setitem__(topic[7:], why))
    for _ in range(20):
        kernel.step()
    kernel.relieve()  # what was needed to start, and goes when memory is short
    for _ in range(3):
        gc.collect()
    found["bytes"] = gc.mem_alloc() - before
    if not found["failed"]:  # else nobody has come to read what is for it
        from modcore.config import tell_unread

        tell_unread(kernel)
        found["unread"] = kernel.bus.get("$unread", [])
except BaseException as error:
    found["error"] = "%s: %s" % (type(error).__name__, error)
print("@" + json.dumps(found))
"""


def runtime():
    """Return the runtime to measure memory on: 32-bit MicroPython as on boards, else this machine's, or None."""
    have = runtimes()
    return next((name for name in ("micropython32", "micropython") if name in have), None)


def measure(name, packages, kernel, config=None):
    """The bytes of heap of the plugin `name`, or a line that says why they can't be measured.

    packages: {name: Package}; kernel: the Package of modcore. config: for the kernel, like config.json.
    """
    try:
        chain = closure([name], packages)
    except ManifestError as error:
        return str(error)
    with _board() as board:
        for package in [kernel] + [packages[one] for one in chain]:
            for path, file in package.files().items():
                _put(board.files, *manifest_mpy.device_file(path, file))
        config = dict({"name": "check"}, **(config or {}))
        return _probe(board, [(one, packages[one].manifest["module"]) for one in chain], config)


def measure_project(folder, packages, kernel):
    """Measure a project on a 32-bit board: {"bytes": heap, "failed": {module id: why}, "unread":
    [section of the configuration]}, or a line that says why not.

    folder: with config.json and the modules; packages: {name: Package} of what it may name.
    """
    folder = Path(folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    names = [name for name in config.get("plugins", ()) if name in packages]
    try:
        chain = closure(names, packages)
    except ManifestError as error:
        return str(error)
    with _board() as board:
        for package in [kernel] + [packages[one] for one in chain]:
            for path, file in package.files().items():
                _put(board.files, *manifest_mpy.device_file(path, file))
        for file in sorted(folder.rglob("*")):
            inside = file.relative_to(folder)
            skipped = inside.parts[0] in ("plugins", "tests") or any(
                part.startswith(".") for part in inside.parts
            )
            if file.is_file() and not skipped and "__pycache__" not in inside.parts:
                try:
                    _put(board.files, *manifest_mpy.device_file(inside.as_posix(), file))
                except ManifestError as error:
                    return str(error)
        found = _run(board, _BOOT)
    return found if isinstance(found, dict) and "bytes" in found else found.get("error", "?")


def _put(place, path, data):
    target = place / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _probe(board, chain, config):
    found = _run(board, _PROBE.format(below=chain[:-1], self=chain[-1], config=config))
    return found["bytes"] if "bytes" in found else found["error"]


@contextlib.contextmanager
def _board():
    """A virtual board that is off, in a network in which there is nobody: what is checked touches nothing outside."""
    with tempfile.TemporaryDirectory(prefix="modcore-check-") as folder:
        board = Board(folder, runtime=runtime(), heap=_HEAP, outside=False)
        try:
            for requirement in PACKAGES:
                for path in requirement[2].values():
                    source = Path(toolchain.cache_folder()) / "lib" / path
                    if source.is_file():
                        _put(board.files, *manifest_mpy.device_file(path, source))
            yield board
        finally:
            board.stop(_STOP_S)


def _run(board, code):
    """Run code on the board; returns what it prints as JSON."""
    (board.files / "main.py").write_text(code)
    board.start()
    board.wait_until(lambda: "}\n" in board.text.partition("@{")[2] or board.console.at_prompt, _PATIENCE_S)
    lines = [line for line in board.text.splitlines() if line.startswith("@{")]
    if not lines:
        last = (board.text.strip().splitlines() or ["it printed nothing"])[-1]
        return {"error": "the board has not come up in {} s: {}".format(_PATIENCE_S, last)}
    return json.loads(lines[-1][1:])
