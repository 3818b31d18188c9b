"""Files on a flash that is full, or soon will be: loaded only when somebody outside has limited its room."""

import io
import sys

import _board

_MICROPYTHON = sys.implementation.name == "micropython"
_FULL = (28,) if _MICROPYTHON else (28, "No space left on device")  # ENOSPC


class File(io.IOBase if _MICROPYTHON else object):
    """A file that is written to; file: the real one. OSError: there is no room."""

    def __init__(self, file):
        self._file = file

    def write(self, data):
        """Write all of `data`, or nothing."""
        room = _board.ask("flash.room")
        if room is not None and len(data) > room:
            raise OSError(*_FULL)
        count = self._file.write(data)
        self._file.flush()  # so that the board sees it
        return count

    def close(self):
        """Close it."""
        self._file.close()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def __iter__(self):
        return iter(self._file)

    def __getattr__(self, name):
        return getattr(self._file, name)


def opened(file, mode):
    """Return what opening `file` in `mode` gives."""
    if mode[0] == "r" and "+" not in mode or _board.ask("flash.room") is None:
        return file
    return File(file)


def room(found):
    """`os.statvfs` with the room that there is."""
    left = _board.ask("flash.room")
    if left is None:
        return found
    found = list(found)
    found[3] = found[4] = left // found[1]
    return tuple(found)
