"""The ROM file system of a board: an image made by mpremote's own writer and written by `mpremote romfs deploy`."""

import contextlib
import hashlib
import io
import subprocess
import sys
import tempfile
from pathlib import Path

from .show import Fail, say

_LOOK = """
import vfs, hashlib, binascii, json
def _look(n):
    if not hasattr(vfs, 'rom_ioctl') or vfs.rom_ioctl(1) <= 0:
        return [0, None]
    d = vfs.rom_ioctl(2, 0)
    if hasattr(d, 'ioctl'):
        return [d.ioctl(4, 0) * d.ioctl(5, 0), None]
    return [len(d), str(binascii.hexlify(hashlib.sha256(memoryview(d)[:n]).digest()), 'ascii')]
print(json.dumps(_look({})))
"""
_NONE = (
    "this firmware has no ROM file system; docs/firmware.md tells which have one,"
    " and without --romfs the files go to flash"
)


def build(files):
    """An image (bytes) with `files`, {path: bytes}."""
    try:
        from mpremote.romfs import make_romfs
    except ImportError:
        raise Fail("this mpremote knows no ROM file system; pip install 'mpremote>=1.25'") from None
    with tempfile.TemporaryDirectory(prefix="modcore-") as folder:
        for path, data in files.items():
            target = Path(folder) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        with contextlib.redirect_stdout(io.StringIO()):  # it lists each file
            return make_romfs(folder, mpy_cross=False)


def differs(usb, image):
    """Tell whether the board `usb` (a Usb) has another image than this. Fail: it has no room for one."""
    try:
        room, digest = usb.ask(_LOOK.format(len(image)))
    except Fail as error:
        if "ImportError" in str(error):  # vfs came with 1.23
            raise Fail(_NONE) from None
        raise
    if not room:
        raise Fail(_NONE)
    if len(image) > room:
        text = "the image has {} bytes, the board's ROM file system {}; take plugins out of config.json"
        raise Fail(text.format(len(image), room))
    return digest != hashlib.sha256(image).hexdigest()


def write(port, image, quiet=False):
    """Have mpremote write the image to the board on `port`; it counts from the board's next start on."""
    with tempfile.TemporaryDirectory(prefix="modcore-") as folder:
        path = Path(folder) / "modcore.romfs"
        path.write_bytes(image)
        if not quiet:
            say("writing the ROM file system, {:.1f} KB".format(len(image) / 1024))
        words = ["connect", port, "romfs", "deploy", str(path)]
        done = subprocess.run(
            [sys.executable, "-m", "mpremote", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    if done.returncode or "ROMFS image deployed" not in done.stdout:
        lines = [line for line in done.stdout.splitlines() if line.strip()] or ["it said nothing"]
        raise Fail("mpremote has not written the ROM file system: {}".format(lines[-1]))
