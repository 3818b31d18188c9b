"""The wire from the interpreter to the board around it; the modules of the virtual hardware speak through it.

Two streams lead out. On the line, a request is a JSON list (`["pin.init", 4, 3, 0, 1]`) and gets one line
back: `[value]`, or `[null, "OSError", 116]`. On the wire, what happens by itself travels in frames of four
bytes (kind, index, value, 0), both ways: levels of pins, ticks of timers.
"""

import json
import sys
from _thread import allocate_lock, get_ident

PIN = 80  # "P": a pin has a new level
TIMER = 84  # "T": a timer is due
FEED = 87  # "W": the watchdog is fed
CALL = 67  # "C": the clock was set (0), code waits for the REPL (1), Ctrl-C was pressed (2)

handlers = {}  # kind << 8 | index -> handler(value)
wire = None
show = getattr(sys, "print_exception", None)  # (error, stream): prints a traceback
execute = None  # (path, namespace): runs a file
nap = None  # (ms): waits for the wire
_line = None
_lock = allocate_lock()
_main = get_ident()
_frames = bytearray(64)
_out = bytearray(4)
_delivering = False
_interrupted = False
_syncs = 0


def connect(wire_stream, line_stream):
    """Use these two streams; the wire must not block."""
    global wire, _line
    wire = wire_stream
    _line = line_stream


def ask(*words):
    """Ask the board and return its answer. Raises what the board raises: OSError or ValueError."""
    with _lock:
        try:
            _line.write((json.dumps(words) + "\n").encode())
            answer = _line.readline()
        except KeyboardInterrupt:
            resync()
            raise
    if not answer:
        off()
    deliver()
    answer = json.loads(answer)
    if len(answer) > 1:
        raise (OSError if answer[1] == "OSError" else ValueError)(answer[2])
    return answer[0]


def resync():
    """Get back in step with the board, whatever was asked and not read to its end."""
    global _syncs
    _syncs += 1
    _line.write(b'\n["sync", %d]\n' % _syncs)
    mark = b'["sync", %d]\n' % _syncs
    while True:
        answer = _line.readline()
        if answer.endswith(mark):
            return
        if not answer:
            off()


def tell(kind, index, value):
    """Send a frame. Allocates nothing: interrupt handlers switch pins."""
    _out[0] = kind
    _out[1] = index
    _out[2] = value
    while not wire.write(_out):
        pass  # the board reads on at once


def deliver():
    """Hand on all frames that have come. Called wherever hardware would let an interrupt in.

    KeyboardInterrupt: Ctrl-C was pressed. (A signal would raise it inside of MicroPython's allocator, too.)
    """
    global _interrupted
    if not _delivering:
        _drain()
    if _interrupted and get_ident() == _main:
        _interrupted = False
        raise KeyboardInterrupt


def put_off():
    """Have Ctrl-C come at the next step that lets it in: where it is now MicroPython would swallow it."""
    global _interrupted
    _interrupted = True


def _drain():
    global _delivering
    _delivering = True
    try:
        while True:
            count = wire.readinto(_frames)
            if count is None:
                return
            if not count:
                off()
            for i in range(0, count, 4):
                handler = handlers.get(_frames[i] << 8 | _frames[i + 1])
                if handler:
                    handler(_frames[i + 2])
            if count < 64:
                return
    finally:
        _delivering = False


def _ctrl_c(pressed):
    global _interrupted
    _interrupted = pressed
    tell(CALL, 2, 0)


handlers[CALL << 8 | 2] = _ctrl_c


def call(handler, argument, hard):
    """Call an interrupt handler. A hard one must do without the heap, as on hardware."""
    try:
        if hard:
            import micropython

            micropython.heap_lock()
            try:
                handler(argument)
            finally:
                micropython.heap_unlock()
        else:
            handler(argument)
    except Exception as error:
        print("Unhandled exception in callback")
        show(error, sys.stdout)


def off():
    """The board is gone: so is the power."""
    import os

    # MicroPython has no way to end at once without unwinding; the shell's parent is this process.
    os.system("kill -9 $PPID")


def run(names, namespace):
    """Run the files that there are of `names` in `namespace` (a dict), then serve the REPL."""
    for name in names:
        try:
            if ask("repl.starts", name):
                execute(name, namespace)
        except SystemExit:
            raise
        except BaseException as error:  # Ctrl-C may come before the file begins
            show(error, sys.stdout)
            break
    import _repl

    _repl.serve(namespace)
