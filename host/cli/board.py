"""board: act on the world around the virtual board of this folder, or look at it."""

import json
from pathlib import Path

from ..board import control
from ..board.__main__ import running_folder
from . import link
from .show import Fail, emit, safe

_NO_BOARD = (
    "no virtual board runs here; `modcore run` in a project starts one, and so does `make run` in a clone"
)


def board(words, folder, as_json):
    """Send a command of the board, a list of words, to the one that runs; print what it answers."""
    if not words or words[0] in ("help", "-h", "--help"):
        emit(
            control.COMMANDS,
            as_json,
            text="\n".join(control.COMMANDS[word] for word in sorted(control.COMMANDS)),
        )
        return
    line = " ".join(_quoted(word) for word in words)
    lines = []
    try:
        for text in control.request(_folder(folder), line, None if words[0] == "watch" else 30):
            if words[0] == "watch":
                print(json.dumps(text) if as_json else safe(text), flush=True)
            else:
                lines.append(text)
    except ValueError as error:
        raise Fail(str(error)) from None
    except OSError:
        raise Fail(_NO_BOARD) from None
    if as_json:
        emit(_value(lines), True)
    elif lines:
        emit(None, False, text="\n".join(lines))


def _value(lines):
    text = "\n".join(lines)
    try:
        return json.loads(text)
    except ValueError:
        return text


def _folder(folder):
    if folder:
        return Path(folder) / ".device" if (Path(folder) / ".device").is_dir() else Path(folder)
    here = link.running_folder()
    return here / link.RUNNING.parent if here else running_folder()


def _quoted(word):
    import shlex

    return shlex.quote(word)
