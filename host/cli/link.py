"""The device that a command is for: on USB, behind its web server, or behind a broker."""

import json
import os
import shlex
from pathlib import Path

from .show import Fail

RUNNING = Path(".device") / "running.json"  # written by `modcore run`, in the project's folder

_REMOTE = ("rfc2217://", "socket://")  # a serial port at the other end of a network

HINT = (
    "say which with --device, or in MODCORE_DEVICE: a serial port, http://host, or mqtt://host/modcore/name"
)


def running():
    """Return what `modcore run` tells of its board, in this folder or above: {"usb", "http", "mqtt"}; or {}."""
    folder = running_folder()
    return _told(folder) if folder else {}


def running_folder():
    """The project, this folder or one above, whose board `modcore run` has started (Path), or None."""
    folder = Path.cwd()
    return next((place for place in [folder] + list(folder.parents) if _told(place)), None)


def _told(place):
    try:
        found = json.loads((place / RUNNING).read_text())
        os.kill(found["pid"], 0)  # it may have been killed
        return found
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def check_project(folder):
    """See that a project is in `folder`. Fail: there is none; where one is."""
    folder = Path(folder).resolve()
    if any((folder / name).is_file() for name in ("config.json", "main.py")):
        return
    above = next((place for place in folder.parents if (place / "config.json").is_file()), None)
    then = "cd {}, where one is".format(shlex.quote(str(above))) if above else "`modcore new NAME` makes one"
    raise Fail("{}: no project here (no config.json); {}".format(folder, then))


def live(device, token=None):
    """The device whose properties a command reads and writes: a Web or a broker's Device.

    device: what --device says, or None. Fail: there is none, or it is none that can be asked.
    """
    text = device or os.environ.get("MODCORE_DEVICE") or running().get("http") or running().get("mqtt")
    if not text:
        raise Fail("no board of `modcore run` in this folder or above; start it there, or " + HINT)
    token = token or os.environ.get("MODCORE_TOKEN")
    if text.startswith(("http://", "https://")):
        from .web import Web

        return Web(text, token)
    if text.startswith(("mqtt://", "mqtts://")):
        from .broker import Device

        return Device(text)
    if "://" in text or not _is_port(text):
        raise Fail("no device {!r}; takes http://host, or mqtt://host/modcore/name".format(text))
    if not os.path.exists(text):
        raise Fail(_no_port(text))
    raise Fail(
        "{}: a program runs there; ask it over its network: http://host, or mqtt://host/modcore/name".format(
            text
        )
    )


def is_network(device):
    """Tell whether --device (or what stands for it) leads over the network."""
    text = device or os.environ.get("MODCORE_DEVICE") or ""
    return text.startswith(("http://", "https://", "mqtt://", "mqtts://"))


def port(device):
    """The serial port that a command is for (str). Fail: there is none."""
    text = device or os.environ.get("MODCORE_DEVICE") or running().get("usb") or "auto"
    if is_network(text):
        raise Fail("{}: this needs the serial port; give it as --device /dev/ttyACM0".format(text))
    if text.startswith(_REMOTE):
        return text
    if text != "auto":
        if not _is_port(text):
            raise Fail("no device {!r}; takes a serial port, such as /dev/ttyACM0".format(text))
        if not os.path.exists(text) and not text.upper().startswith("COM"):
            raise Fail(_no_port(text))
        return text
    found = ports()
    if not found:
        raise Fail("no board on USB; plug one in, `modcore run` one in another terminal, or " + HINT)
    if len(found) > 1:
        raise Fail("several boards on USB: {}; say which with --device".format(", ".join(found)))
    return found[0]


def ports():
    """The serial ports with a USB device at their other end, sorted."""
    from serial.tools import list_ports

    return sorted(port.device for port in list_ports.comports() if port.vid is not None)


def _is_port(text):
    return os.sep in text or text.upper().startswith("COM")


def _no_port(text):
    return "{}: no such port; have {}".format(text, ", ".join(ports()) or "none: no board is on USB")
