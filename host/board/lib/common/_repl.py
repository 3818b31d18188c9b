"""The REPL's half on the device: runs what the board hands in. The protocol is the board's."""

import sys

import _board

_work = False


def _called(value):
    global _work
    _work = True


def serve(namespace):
    """Run code in `namespace` (a dict) as it comes; returns when the board ends the process."""
    global _work
    _board.handlers[_board.CALL << 8 | 1] = _called
    while True:
        try:
            _work = False
            job = _board.ask("repl.next")
            if job is None:
                while not _work:
                    _board.nap(100)  # not for ever: a kernel in a thread may take the call off the wire
                continue
            mode, code = job
            job = None  # code may be long
            if mode == "end":
                return
            _run(code, mode, namespace)
        except KeyboardInterrupt:
            _board.resync()  # it came between two commands


def _run(code, mode, namespace):
    raw = mode == "raw"
    error = None
    try:
        exec(compile(code, "<stdin>", "single" if mode == "single" else "exec"), namespace)
    except SystemExit:
        _board.ask("power.soft_reset")
        raise
    except BaseException as caught:
        error = caught
    try:
        _board.ask("repl.done")  # what is typed from now on is for the REPL
    except KeyboardInterrupt as caught:
        error = caught
        _board.ask("repl.done")
    if raw:
        sys.stdout.write("\x04")
    if error is not None:
        _board.show(error, sys.stdout)
    if raw:
        sys.stdout.write("\x04")
