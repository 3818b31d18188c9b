"""python, mpremote: programs that came with the command, which an installation by pipx hides from the shell."""

import os
import subprocess
import sys

from ..toolchain import cache_folder
from ..tree import HERE, ROOT
from . import link
from .show import Fail


def python(words):
    """Run a program of Python's with modcore, plugins and the MicroPython library in its path; returns its status."""
    paths = [str(ROOT), str(HERE.parent), os.path.join(cache_folder(), "lib")]
    if os.environ.get("PYTHONPATH"):
        paths.insert(0, os.environ["PYTHONPATH"])
    return _run([sys.executable, *words], dict(os.environ, PYTHONPATH=os.pathsep.join(paths)))


def mpremote(words, device):
    """Run mpremote; connected to the board of this folder, unless the words say where to."""
    if (
        not words
        or words[0] in ("connect", "devs", "version", "help", "romfs")
        and words[:2] != ["romfs", "query"]
    ):
        connect = [] if device is None and words[:1] != ["romfs"] else ["connect", link.port(device)]
    elif words[0].startswith("-"):
        connect = []
    else:
        connect = ["connect", link.port(device)]
    return _run([sys.executable, "-m", "mpremote", *connect, *words], None)


def _run(command, environment):
    try:
        return subprocess.call(command, env=environment)
    except OSError as error:
        raise Fail("{} does not start: {}".format(command[0], error.strerror or error)) from None
