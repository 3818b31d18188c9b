"""Run the tests of one file, on MicroPython or CPython: `run.py tests/unit/test_bus.py [test_name…]`.

Prints one line before each test, `@start` and its name, and one after it, `@test` and a JSON object with
name, ok, ms and, for a failure, its traceback; at the end `@done`. The exit status is 1 when a test failed.
`make test` runs this through pytest, which ends a test that hangs; UNIT_ALARM_S (seconds for each test) ends it
when pytest itself is gone.
"""

import gc
import io
import json
import os
import sys
import time


def main(file, names):
    """Import `file` (a path) and run its functions `test_*`, only those in `names` when there are any."""
    folder, _, name = file.rpartition("/")
    for path in (folder or ".", (folder or ".") + "/../.."):
        if path not in sys.path:
            sys.path.append(path)
    guard = _guard(int(os.getenv("UNIT_ALARM_S") or 0))
    guard()
    try:
        module = __import__(name[:-3])
    except BaseException as error:
        _report("", error, 0)
        return 1
    failed = 0
    # dir() is sorted: dicts of MicroPython have no order.
    for name in names or [name for name in dir(module) if name.startswith("test_") and getattr(module, name)]:
        gc.collect()
        # A crash prints nothing: this says in which test it was.
        print("@start " + name)
        guard()
        start = time.time()
        error = None
        try:
            getattr(module, name)()
        except BaseException as caught:
            error = caught
            failed = 1
        _report(name, error, int((time.time() - start) * 1000))
    return failed


def _guard(seconds):
    # A function to call before each test: one that hangs does not outlive a runner that was killed.
    if not seconds:
        return lambda: None
    if sys.implementation.name == "cpython":
        # Not alarm(), whose timer a test may take for itself.
        import signal
        from faulthandler import dump_traceback_later

        # What a shell starts with `&` inherits that interrupts are ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        return lambda: dump_traceback_later(seconds, exit=True)
    try:
        import ffi
    except ImportError:
        return lambda: None
    alarm = ffi.open(None).func("I", "alarm", "I")
    return lambda: alarm(seconds)


def _report(name, error, ms):
    result = {"name": name, "ok": error is None, "ms": ms}
    if error is not None:
        try:
            gc.collect()
            result["trace"] = _trace(error)
        except MemoryError:
            gc.collect()
            result["trace"] = repr(type(error)) + " (no memory left for its traceback)"
    print("@test " + json.dumps(result))


def _trace(error):
    text = io.StringIO()
    if hasattr(sys, "print_exception"):
        sys.print_exception(error, text)
        return text.getvalue()
    return _full_trace(error)


def _full_trace(error):
    # CPython shows the values, too: a bare assert says nothing else.
    import traceback

    lines = traceback.format_exception(type(error), error, error.__traceback__.tb_next)
    step = error.__traceback__
    while step.tb_next:
        step = step.tb_next
    for name, value in sorted(step.tb_frame.f_locals.items()):
        lines.append("    {} = {:.300}\n".format(name, repr(value)))
    return "".join(lines)


if __name__ == "__main__":
    status = main(sys.argv[1], sys.argv[2:])
    print("@done")
    if sys.implementation.name == "cpython":
        # Threads that a test left behind must not hold up the process.
        sys.stdout.flush()
        os._exit(status)
    sys.exit(status)
