"""The tools that modcore needs on a PC, in one cache folder, without root.

`python3 -m host.toolchain [part…]` makes the parts that are not there yet:

    micropython     the interpreter of this machine's word size, 1.22 or later
    micropython32   the 32-bit interpreter: pointers and heap as on a board
    mosquitto       an MQTT broker, with mosquitto_pub and mosquitto_sub
    nats            a server that speaks MQTT and forms clusters, nats-server
    curl            an HTTP client
    chrony          an NTP server, chronyd
    chromium        a browser without a window
    python          a virtual environment with host/requirements.txt
    tests           the same environment with tests/requirements.txt
    docs            the same environment with docs/requirements.txt, for `make docs`
    lib             packages of the MicroPython library: umqtt.simple, mqtt_async, ssl
    stubs           types of what only a board has, for Pyright and editors
    versions        the oldest and the newest MicroPython for node, which `make test-versions` runs
    firmware        the sources of MicroPython and a compiler, with which `make bench` builds one

Programs are in `bin/` of the cache folder, the packages in `lib/`, those for MicroPython alone
in `lib/micropython/`, the types in `stubs/`. This package needs Python 3.9 and nothing else.
"""

import os

from . import firmware, lib, programs, stubs, venv, versions
from .cache import NotAvailable, ToolchainError, cache_folder, locked, reset, say

__all__ = (
    "NotAvailable",
    "PARTS",
    "ToolchainError",
    "cache_folder",
    "ensure",
    "libraries",
    "missing",
    "python",
    "tool",
)

# In the order in which they are made: what others wait for first, the largest download last.
PARTS = (
    *("micropython", "micropython32", "python", "lib", "tests", "docs", "stubs"),
    *("mosquitto", "nats", "curl", "chrony", "versions", "chromium"),
    "firmware",
)
FOLDERS = {"lib": lib, "stubs": stubs, "versions": versions, "firmware": firmware}


def tool(name):
    """Return the path of the program `name` (str), or None when it is not there.

    Looks into the cache folder's `bin/` only and makes nothing: call `ensure` before.

        >>> tool("micropython")
        '/home/ann/.cache/modcore/bin/micropython'
    """
    path = os.path.join(cache_folder(), "bin", name)
    return path if os.access(path, os.X_OK) else None


def python():
    """Return the path of the Python (str) that has the requirements installed; it may not exist yet."""
    return venv.python()


def missing(name):
    """Return why the part `name` can not be had on this machine (str), or None."""
    if name in ("versions", "firmware"):
        return FOLDERS[name].reason()
    return programs.reason(name) if name in programs.PROGRAMS else None


def libraries(name):
    """Return the folders (list of str) of the shared libraries that came with the program `name`."""
    return programs.libraries(name)


def ensure(*names):
    """Make the named parts, all when none is named; return {name: reason} of those that can not be had.

    Raises ToolchainError with one line that says what to do: no network, a full disk, a broken download.
    What is there already costs a look at a few files. Safe when two processes do it at once.

        >>> ensure("micropython", "python")
        {}
    """
    names = names or PARTS
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise ToolchainError("no part '{}'; have {}".format("', '".join(unknown), ", ".join(PARTS)))
    if any(not ready(name) for name in names):
        with locked():
            for name in PARTS:
                if name in names and not ready(name):
                    _make(name)
            # Only now: what a failed or killed run has downloaded serves the next one.
            reset()
    return {name: missing(name) for name in names if missing(name)}


def ready(name):
    """Tell whether the part `name` is there, or is known not to be had on this machine."""
    if name in programs.PROGRAMS:
        return programs.ready(name)
    return FOLDERS[name].ready() if name in FOLDERS else venv.ready(name)


def _make(name):
    if name in programs.PROGRAMS:
        try:
            programs.make(name)
        except NotAvailable as why:
            programs.give_up(name, why)
            say(name, "not to be had: {}".format(why))
    elif name in FOLDERS:
        FOLDERS[name].make()
    else:
        venv.make(name)
