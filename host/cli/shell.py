"""shell: the REPL of a board, by mpremote or over a broker."""

import os
import subprocess
import sys

from . import link
from .show import Fail, emit


def shell(device, as_json):
    """Become mpremote's REPL, or the prompt of a device on a broker; returns the exit status."""
    if (device or "").startswith(("mqtt://", "mqtts://")):
        from .prompt import prompt

        return prompt(link.live(device))
    port = link.port(device)
    command = [sys.executable, "-m", "mpremote", "connect", port, "repl"]
    if as_json:
        emit({"port": port, "command": command}, True)
        return 0
    if not os.path.exists(port):
        raise Fail("{}: no such port; is the board plugged in?".format(port))
    if not sys.stdin.isatty():
        text = "the shell takes a terminal; for a program: mpremote connect {} exec 'print(1)'"
        raise Fail(text.format(port))
    try:
        return subprocess.call(command)
    except OSError as error:
        raise Fail("mpremote does not start: {}; pip install mpremote".format(error)) from None
