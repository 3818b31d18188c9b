"""`python -m host.board pin 5 1`: act on the world around a running board, or look at it."""

import os
import sys
from pathlib import Path

from .. import toolchain
from . import control

USAGE = """usage: python3 -m host.board [--folder FOLDER] COMMAND

Acts on the board that `make run` has started, or on the one in FOLDER.

{}

examples: python3 -m host.board pulse 5 100 50
          python3 -m host.board ap down"""


def main(arguments):
    """Run the command line; return the exit status."""
    folder = None
    if arguments[:1] == ["--folder"]:
        if len(arguments) < 2:
            return _fail("--folder takes a path")
        folder, arguments = arguments[1], arguments[2:]
    if not arguments or arguments[0] in ("help", "-h", "--help"):
        print(USAGE.format("\n".join("  " + text for text in control.COMMANDS.values())))
        return 0
    folder = folder or running_folder()
    try:
        for line in control.request(folder, _quoted(arguments), None if arguments == ["watch"] else 30):
            print(line, flush=True)
    except ValueError as error:
        return _fail(error)
    except OSError:
        return _fail("no board runs in {}; start one with `make run`".format(folder))
    except KeyboardInterrupt:
        pass
    return 0


def default_folder():
    """Return the folder of the board that `make run` starts."""
    return Path(toolchain.cache_folder()) / "boards" / "garden"


def running_folder():
    """Return the folder of the board that `make run` has started: the usual one, or the only one of another sample."""
    usual = default_folder()
    others = sorted(path for path in usual.parent.glob("*") if path.is_dir() and path != usual)
    found = control.running([usual, *others])
    return found[0] if found and (found[0] == usual or len(found) == 1) else usual


def _quoted(words):
    import shlex

    return " ".join(shlex.quote(word) for word in words)


def _fail(why):
    print("error: {}".format(why), file=sys.stderr)
    return 1


if __name__ == "__main__":
    try:
        status = main(sys.argv[1:])
    except BrokenPipeError:  # `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    sys.exit(status)
