"""Three ways to bring the same tree to a device: files, a ROM file system, frozen into the firmware."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from mpremote.romfs import make_romfs

from host import toolchain

from . import device
from .bench_system import MACHINE, has_firmware, watering_firmware
from .http_load import free_port, get, wait_for

# With an image the tree is in it; the image itself lies in the heap here, on a board it is in flash.
_MOUNT = (
    "import gc, json, sys\n"
    + device.TAKEN
    + """
port, image = int(sys.argv[1]), sys.argv[2]
if image:
    import vfs
    with open(image, "rb") as file:
        rom = file.read()
    vfs.mount(vfs.VfsRom(rom), "/rom")
    sys.path[:] = ["/rom", ".frozen"]
before = taken()
"""
)

# A kernel, a module with a property and a server; prints the heap that they take.
_PROGRAM = """
from modcore import Kernel, Module
class Lamp(Module):
    def start(self):
        self.property("on", "switch", value=False, set=self.turn)
    def turn(self, property, on):
        property.value = on
    def loop(self):
        print(taken() - before)
        return 200
kernel = Kernel({"name": "lamp", "http_async": {"host": "127.0.0.1", "port": port}})
kernel.add(Lamp())
if port:
    from plugins.http_async import HttpAsync
    kernel.add(HttpAsync())
kernel.run()
"""

# The watering sample in the present folder, once it has started and given back what is rarely needed.
_SAMPLE = """
import os
os.chdir(sys.argv[3])
sys.path.insert(0, "")
from modcore.boot import boot
kernel = boot()
kernel.config["http_async"]["port"] = port
def look():
    kernel.relieve()
    print(taken() - before)
kernel.modules["valves"].after(2000, look)
kernel.modules["valves"].every(400, look)
kernel.run()
"""


def run(report):
    """Ways to deploy: heap of a kernel with one property, with a server, and of the watering sample at rest."""
    with device.library() as library:
        shutil.copytree(library / "samples" / "watering" / "garden", library / "garden")
        image = library.with_suffix(".romfs")
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # it lists each file
                image.write_bytes(make_romfs(str(library), mpy_cross=False))
            _rows(report, library, "files")
            _rows(report, library, "ROM file system", image)
        finally:
            if image.exists():
                os.remove(image)
        if has_firmware():
            _rows(report, library, "frozen", program=watering_firmware())
        else:
            report.row("frozen", "no firmware can be built here: " + toolchain.missing("firmware"))


def _rows(report, library, way, image="", program=None):
    report.row("kernel, " + way, _taken(library, _PROGRAM, 0, image, program) / 1024, "KB")
    report.row("and http_async, " + way, _taken(library, _PROGRAM, free_port(), image, program) / 1024, "KB")
    with _sample() as folder:
        taken = _taken(library, _SAMPLE, free_port(), image, program, folder)
    report.row("the watering sample, " + way, taken / 1024, "KB")


@contextlib.contextmanager
def _sample():
    # Its configuration, without the code.
    with tempfile.TemporaryDirectory(prefix="modcore-bench-") as folder:
        source = device.ROOT / "samples" / "watering"
        config = json.loads((source / "config.json").read_text())
        config["http_async"] = {"host": "127.0.0.1"}
        config["mqtt"]["host"] = ""
        (Path(folder) / "config.json").write_text(json.dumps(config))
        shutil.copytree(source / "www", Path(folder) / "www")
        (Path(folder) / "machine.py").write_text(MACHINE)
        yield folder


def _taken(library, program, port, image, interpreter, *folder):
    options = {"heap": "4M", "firmware": interpreter, "stderr": subprocess.DEVNULL}
    process = device.start(library, _MOUNT + program, port, image, *folder, **options)
    try:
        if port:
            wait_for(port)
        time.sleep(0.5)
        if port and not folder:
            get(port, "/api/lamp/on")
        time.sleep(3 if folder else 1.2)
    finally:
        process.kill()
    figures = [line for line in process.communicate()[0].splitlines() if line.isdigit()]
    if not figures:
        raise RuntimeError("the program did not come up")
    return int(figures[-1])
