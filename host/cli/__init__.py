"""The command `modcore`: everything that a PC does for devices.

Open app.py first: it has the commands; each of them is a function in a file of its own.
"""

import os
import signal
import sys


def main():
    """Run the command line; ends the process with its exit status."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while commands are loaded: no traceback
    from ..tree import ROOT

    if str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))  # what the command shares with devices: modcore, plugins.packages
    from .app import run

    signal.signal(signal.SIGINT, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # a terminal that is not UTF-8, or what no encoding has
    status = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)
