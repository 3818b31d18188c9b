"""Tests, on a PC and on the device: time that passes at once, and a Recorder, which says where a later run differs.

A recording is text, `<name>.trec.txt`, to be read, edited and merged by hand. A run is compared with it line by line;
a line that begins with `!-` in both is not compared: times and addresses go there.

    with Recorder("pump", record=True) as out:      # once; later record=False
        out.print("opened", pump.value)
"""

import builtins
import os
import sys

from . import ticks

_SKIP = "!-"
_real_ms = ticks.ticks_ms
_wound_ms = 0


def wind(ms):
    """Let the kernel's time be `ms` milliseconds later: its timers, loops and fibers follow.

    ms: at most 3 days at once.

        wind(60000)
        kernel.step()       # calls what is due within the minute
    """
    global _real_ms, _wound_ms
    if ticks.ticks_ms is not _ticks_ms:
        _real_ms = ticks.ticks_ms
        ticks.ticks_ms = _ticks_ms
        _wound_ms = 0
    _wound_ms = ticks.ticks_diff(ticks.ticks_add(ticks.ticks_add(0, _wound_ms), ms), 0)


def _ticks_ms():
    return ticks.ticks_add(_real_ms(), _wound_ms)


class Differs(AssertionError):
    """A run differs from its recording; the text names the first line that does."""


class Recorder:
    """A context manager that records a run, or compares it with the recording.

    name: of the recording; empty: `default`. record: whether it is made anew. folder: where the files are, `~` is the
    home folder. nil: nothing is written or compared. reset: object numbers begin anew. capture_all: also what
    `print` puts out anywhere while the block runs. An exception in the block ends it without a comparison.

    Recording writes `<name>.trec.txt` in place of the old one; running writes `<name>.trun.txt`, prints "ok" with the
    name, or raises Differs. OSError: there is no recording, or the folder can't be written.

        with Recorder("valves") as out:
            out.print(valves.properties)
    """

    _numbers = []  # the objects that have a number, in the order of first use

    def __init__(self, name="", record=False, folder="./", nil=False, reset=True, capture_all=False):
        self.name = name or "default"
        self.record = record
        self.nil = nil
        self._folder = _home(folder)
        self._capture = capture_all
        self._file = None
        self._print = None
        if reset:
            del Recorder._numbers[:]

    @property
    def path(self):
        """Path of the file that this run writes."""
        return self._base() + (".trec.txt" if self.record else ".trun.txt")

    def _base(self):
        return self._folder + self.name

    def __enter__(self):
        if not self.nil:
            if not self.record:
                os.stat(self._base() + ".trec.txt")  # OSError before anything runs
            self._file = open(self.path, "w")
        if self._capture:
            self._print = builtins.print
            builtins.print = self._captured
        return self

    def __exit__(self, kind, error, trace):
        if self._print:
            builtins.print = self._print
            self._print = None
        if self._file:
            self._file.close()
            self._file = None
            if kind is None and not self.record:
                compare(self._base() + ".trec.txt", self.path)
        if kind is None and not self.record:
            print("ok", self.name)
        return False

    def print(self, *args, sep=" ", end="\n"):
        """Write to the recording, and show, what `print` would show."""
        self._write(args, sep, end)
        (self._print or builtins.print)(*args, sep=sep, end=end)

    def _captured(self, *args, sep=" ", end="\n", file=None, **more):
        if file is None or file is sys.stdout:
            self._write(args, sep, end)
        if file is None:
            self._print(*args, sep=sep, end=end)
        else:
            self._print(*args, sep=sep, end=end, file=file, **more)

    def _write(self, args, sep, end):
        if self._file:
            self._file.write(sep.join([str(arg) for arg in args]) + end)
            self._file.flush()

    def tid(self, thing):
        """`{testid:n}`: the same number for the same object, counted in the order of first use.

        out.print("module", out.tid(module))      # module {testid:1}
        """
        for number, one in enumerate(Recorder._numbers):
            if one is thing:
                return "{testid:%d}" % (number + 1)
        Recorder._numbers.append(thing)
        return "{testid:%d}" % len(Recorder._numbers)


def compare(recorded, run):
    """Compare two files line by line. Differs: the first line that differs, is missing, or is too many.

    compare("pump.trec.txt", "pump.trun.txt")
    """
    with open(recorded) as before, open(run) as after:
        number = 0
        while True:
            number += 1
            want = before.readline()
            have = after.readline()
            if not want and not have:
                return
            if (
                want[:2] == _SKIP
                and have[:2] == _SKIP
                or want.rstrip("\r\n") == have.rstrip("\r\n")
                and want
                and have
            ):
                continue
            if not have:
                raise Differs("%s line %d is missing: %s" % (run, number, want.rstrip()))
            if not want:
                raise Differs("%s line %d is too many: %s" % (run, number, have.rstrip()))
            raise Differs("%s line %d: %r, recorded was %r" % (run, number, have.rstrip(), want.rstrip()))


def _home(folder):
    folder = folder or "./"
    if folder[0] == "~":
        # A board has no home, nor an environment to name it.
        folder = (os.getenv("HOME") or "" if hasattr(os, "getenv") else "") + folder[1:]
    return folder if folder[-1:] == "/" else folder + "/"
