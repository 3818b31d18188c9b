"""flash: MicroPython onto a board: by esptool onto an ESP, onto the drive that a Pico shows in its boot loader."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

from . import link
from .show import Fail, emit, progress, say

_UF2 = b"UF2\n"
_ESP = 0xE9  # the first byte of every image for an ESP
_OFFSETS = {
    "ESP32": 0x1000,
    "ESP32-S2": 0x1000,
}  # of the boot loader, which official images begin with; others: 0
_PLACES = ("/media/*/*", "/run/media/*/*", "/mnt/*", "/Volumes/*")
_PATIENCE_S = 30
_NO_ESPTOOL = "esptool is not installed: {} -m pip install esptool".format(shlex.quote(sys.executable))


def flash(firmware, device, erase, drive, as_json):
    """Write the file `firmware`, or, without one, tell which chip is there."""
    if firmware is None:
        found = _look(_port(device))
        emit(found, as_json, text="{chip}, {flash} of flash, on {port}".format(**found))
        return
    path = Path(firmware)
    try:
        with open(path, "rb") as stream:
            head = stream.read(4)
    except OSError as error:
        raise Fail("{}: {}".format(path, (error.strerror or str(error)).lower())) from None
    if head == _UF2:
        emit(_copy(path, drive), as_json, text="{} is written; the board starts with it".format(path.name))
    elif head[:1] == bytes((_ESP,)):
        found = _write(path, _port(device), erase, as_json)
        emit(
            found,
            as_json,
            text="{} is on the {chip} and was read back; now: modcore deploy".format(path.name, **found),
        )
    else:
        raise Fail("{}: is not firmware: takes a .bin for an ESP, or a .uf2 for a Pico".format(path))


def _port(device):
    found = link.port(device)
    if found == link.running().get("usb"):
        raise Fail("the board of `modcore run` is a virtual one; say with --device where the real one is")
    return found


def _esptool(port, *words, told=None):
    """Run esptool and return what it says; told(percent): called on the way. Fail: why it can't."""
    try:
        import esptool  # noqa: F401
    except ImportError:
        raise Fail(_NO_ESPTOOL) from None
    command = [sys.executable, "-m", "esptool", "--port", port, *words]
    seen = ""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as run:
        while True:
            # Its bar goes on in one line: what has come counts, not what ends.
            data = os.read(run.stdout.fileno(), 4096)
            if not data:
                break
            seen += data.decode("utf-8", "replace")
            percent = re.findall(r"(\d+(?:\.\d+)?) ?%", seen[-200:])
            if told and percent:
                told(float(percent[-1]))
    if run.returncode:
        raise Fail("{}: {}".format(port, why(seen)))
    return seen


def why(output):
    """The line of esptool's output that says why it failed."""
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["esptool said nothing"]
    told = [
        line for line in lines if re.match(r"(A fatal error|Error|.*(could not|failed|denied))", line, re.I)
    ]
    text = re.sub(r"^ERROR: | Use --force .*$", "", (told or lines)[-1])
    if "Failed to connect" in text or "No serial data" in text:
        text += " Hold the button BOOT while it connects."
    return text


def facts(output):
    """{"chip", "flash"} of what esptool says of a board."""
    chip = re.search(r"(?:Chip is|Chip type:|Detecting chip type\.*)\s*(ESP[\w-]*)", output)
    size = re.search(r"Detected flash size:\s*(\S+)", output)
    return {
        "chip": chip.group(1) if chip else "unknown chip",
        "flash": size.group(1) if size else "an unknown size",
    }


def offset(chip):
    """Return where an official image of MicroPython goes on a chip."""
    name = chip.upper()
    plain = re.match(r"ESP32(?:-[SCHP]\d)?", name)
    return _OFFSETS.get(plain.group() if plain else name, 0)


def _look(port):
    return dict(facts(_esptool(port, "flash_id")), port=port)


def _write(path, port, erase, as_json):
    found = _look(port)
    say("{chip}, {flash} of flash; writing {name}".format(name=path.name, **found))
    if erase:
        _esptool(port, "erase_flash")
    where = hex(offset(found["chip"]))
    length = path.stat().st_size
    with progress("writing", length, as_json) as bar:
        command = ("--baud", "460800", "write_flash", "-z", where, str(path))
        _esptool(port, *command, told=lambda percent: bar(int(length * percent / 100)))
    _esptool(port, "verify_flash", where, str(path))
    return dict(found, firmware=str(path), verified=True)


def _copy(path, drive):
    place = Path(drive) if drive else _drive()
    if not (place / "INFO_UF2.TXT").is_file():
        raise Fail("{}: is not a boot loader's drive (no INFO_UF2.TXT)".format(place))
    board = re.search(r"^Board-ID: (.*)$", (place / "INFO_UF2.TXT").read_text(errors="replace"), re.M)
    try:
        with open(path, "rb") as source, open(place / path.name, "wb") as target:
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())
    except OSError as error:
        # The board goes away as soon as it has the last block.
        if (place / "INFO_UF2.TXT").exists():
            raise Fail("{}: {}".format(place, (error.strerror or str(error)).lower())) from None
    return {
        "board": board.group(1).strip() if board else "unknown",
        "drive": str(place),
        "firmware": str(path),
    }


def _drive():
    deadline = time.monotonic() + _PATIENCE_S
    told = False
    while True:
        found = [
            path
            for pattern in _PLACES
            for path in Path("/").glob(pattern[1:])
            if (path / "INFO_UF2.TXT").is_file()
        ]
        if len(found) == 1:
            return found[0]
        if found:
            raise Fail(
                "several drives of boot loaders: {}; say which with --drive".format(
                    ", ".join(map(str, found))
                )
            )
        if time.monotonic() > deadline:
            raise Fail(
                "no drive of a boot loader; hold BOOTSEL while you plug the board in, or say --drive PATH"
            )
        if not told:
            say("waiting for the drive of the board: hold BOOTSEL while you plug it in")
            told = True
        time.sleep(0.5)
