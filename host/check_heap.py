"""Measures the heap that a plugin takes on a 32-bit board, compiled, beside what it requires."""

import json
import subprocess
import tempfile
from pathlib import Path

from . import manifest_mpy
from .check_tests import environment, interpreter, runtimes
from .manifest import KERNEL, ManifestError, closure
from .tree import HERE

_PROBE = """
import gc, json, sys, time
from inside import Inside
board = Inside(time.ticks_ms)
import esp32, machine, network, webrepl  # what firmware has built in costs a plugin nothing
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

def take(name, word):
    package = __import__("plugins." + name, None, None, (word or "x",))
    if word:
        kernel.add(getattr(package, word)())
        for _ in range(5):
            kernel.step()
    kernel.relieve()  # what is rare does not stay where memory is short
    for _ in range(3):
        gc.collect()
    return gc.mem_alloc()

found = {{}}
try:
    for name, word in {below!r}:
        take(name, word)
    gc.collect()
    before = gc.mem_alloc()
    found["bytes"] = take(*{self!r}) - before
except BaseException as error:
    found["error"] = "%s: %s" % (type(error).__name__, error)
print("@" + json.dumps(found))
"""

_BOOT = """
import gc, json, sys, time
from inside import Inside
board = Inside(time.ticks_ms)
import esp32, machine, network, webrepl  # what firmware has built in costs a program nothing
for name in ("ADC", "PWM", "RTC", "SDCard", "Signal", "Timer", "reset"):
    getattr(machine, name)
for _ in range(3):
    gc.collect()
before = gc.mem_alloc()
found = {"failed": {}}
try:
    from modcore.boot import boot
    kernel = boot("config.json", "secrets.json")
    kernel.bus.subscribe("$error/#", lambda topic, why: found["failed"].__setitem__(topic[7:], why))
    for _ in range(20):
        kernel.step()
    for _ in range(3):
        gc.collect()
    found["bytes"] = gc.mem_alloc() - before
except BaseException as error:
    found["error"] = "%s: %s" % (type(error).__name__, error)
print("@" + json.dumps(found))
"""


def runtime():
    """What memory is measured on: 32-bit MicroPython, as on boards, elsewhere the one of this machine, or None."""
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
    with tempfile.TemporaryDirectory(prefix="modcore-check-") as place:
        place = Path(place)
        for package in [kernel] + [packages[one] for one in chain]:
            for path, file in package.files().items():
                _put(place, *manifest_mpy.device_file(path, file))
        config = dict({"name": "check"}, **(config or {}))
        return _probe(place, [(one, packages[one].manifest["module"]) for one in chain], config)


def measure_project(folder, packages, kernel):
    """What a project is on a 32-bit board: {"bytes": heap, "failed": {module id: why}}, or a line that says why not.

    folder: with config.json and the modules; packages: {name: Package} of what it may name.
    """
    folder = Path(folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    names = [name for name in config.get("plugins", ()) if name in packages]
    try:
        chain = closure(names, packages)
    except ManifestError as error:
        return str(error)
    with tempfile.TemporaryDirectory(prefix="modcore-check-") as place:
        place = Path(place)
        for package in [kernel] + [packages[one] for one in chain]:
            for path, file in package.files().items():
                _put(place, *manifest_mpy.device_file(path, file))
        for file in sorted(folder.rglob("*")):
            inside = file.relative_to(folder)
            skipped = inside.parts[0] in ("plugins", "tests") or any(
                part.startswith(".") for part in inside.parts
            )
            if file.is_file() and not skipped and "__pycache__" not in inside.parts:
                try:
                    _put(place, *manifest_mpy.device_file(inside.as_posix(), file))
                except ManifestError as error:
                    return str(error)
        found = _run(place, _BOOT)
    return found if isinstance(found, dict) and "bytes" in found else found.get("error", "?")


def _put(place, path, data):
    target = place / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _probe(place, chain, config):
    found = _run(place, _PROBE.format(below=chain[:-1], self=chain[-1], config=config))
    return found["bytes"] if "bytes" in found else found["error"]


def _run(place, code):
    """Run code on MicroPython that finds what was compiled into `place`; returns what it prints as JSON."""
    paths = environment(runtime(), [place])
    # Only what was compiled here; the modules of the board stay.
    paths["MICROPYPATH"] = ":".join(
        p for p in paths["MICROPYPATH"].split(":") if not (Path(p) / KERNEL).is_dir() or p == str(place)
    )
    paths["MICROPYPATH"] += ":" + str(HERE / "board")
    try:
        done = subprocess.run(
            interpreter(runtime(), "2M") + ["-c", code],
            env=paths,
            cwd=str(place),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
        )
    except subprocess.TimeoutExpired:
        return {"error": "not done after 60 s"}
    lines = [line for line in done.stdout.decode(errors="replace").splitlines() if line.startswith("@{")]
    if not lines:
        return {"error": "the interpreter ended with status {}".format(done.returncode)}
    return json.loads(lines[-1][1:])
