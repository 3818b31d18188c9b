"""Three ways to bring the same tree to a device: files, a ROM file system, frozen into the firmware."""

import contextlib
import io
import os
import time

from mpremote.romfs import make_romfs

from . import device
from .http_load import free_port, get, wait_for

# A kernel, a module with a property and a server; prints the heap that they take. With an image the tree is in it.
_PROGRAM = (
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
)


def run(report):
    """Ways to deploy: heap of a kernel with one property, and with the asyncio server serving."""
    with device.library() as library:
        image = library.with_suffix(".romfs")
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # it lists each file
                image.write_bytes(make_romfs(str(library), mpy_cross=False))
            for name, where in (("files", ""), ("ROM file system", image)):
                report.row("kernel, " + name, _taken(library, 0, where) / 1024, "KB")
                report.row("and http_async, " + name, _taken(library, free_port(), where) / 1024, "KB")
        finally:
            if image.exists():
                os.remove(image)
    report.row("frozen", "needs a firmware build, see docs/firmware.md")


def _taken(library, port, image):
    # The image itself lies in the heap here; on a board it is in flash.
    process = device.start(library, _PROGRAM, port, image, heap="4M")
    try:
        if port:
            wait_for(port)
        time.sleep(0.5)
        if port:
            get(port, "/api/lamp/on")
        time.sleep(1.2)
    finally:
        process.kill()
    return int(process.communicate()[0].split()[-1])
