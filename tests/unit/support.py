"""Words that unit tests share; runs on MicroPython and on CPython."""

import gc
import os
import sys
import time

MICROPYTHON = sys.implementation.name == "micropython"
HANG_S = 30  # nobody waits as long for what comes, however busy the machine is


def on_micropython(test):
    """Mark a test that needs MicroPython: on CPython it is left out, and not counted as passed.

    @on_micropython
    def test_a_publish_allocates_nothing(): ...
    """
    return test if MICROPYTHON else None


def on_cpython(test):
    """Mark a test that needs CPython, as `on_micropython` does."""
    return None if MICROPYTHON else test


def raises(kind, function, *args):
    """Call `function(*args)`, expect an exception of type `kind` and return it.

    >>> assert "empty" in str(raises(IndexError, [].pop))
    """
    try:
        function(*args)
    except kind as error:
        return error
    # The name is asked for only now: what failed may be a bound method without one.
    raise AssertionError("{} was not raised by {}".format(kind.__name__, function))


def until(kernel, condition, seconds=HANG_S):
    """Do steps of `kernel` until `condition()` is true; fail when it is not after `seconds`.

    The limit is there to end a broken test and measures nothing.
    """
    eventually(condition, lambda: min(max(kernel.step(), 0), 5), seconds)


def eventually(condition, turn=lambda: 5, seconds=HANG_S):
    """Wait until `condition()` is true, as `until` does, for what happens in another thread.

    turn: called in between, returns the ms to sleep after it.
    """
    end = time.time() + seconds
    while not condition():
        assert time.time() < end, "not within {} s".format(seconds)
        time.sleep(turn() / 1000)


def write(path, text):
    """Put a text into a file."""
    with open(path, "w") as f:
        f.write(text)


def read(path):
    """Return the text of a file."""
    with open(path) as f:
        return f.read()


def steps(kernel, count=5):
    """Do `count` steps of `kernel`: enough for events that cause events."""
    for _ in range(count):
        kernel.step()


def allocated(function, *args):
    """Return the bytes of heap that one call of `function(*args)` takes; on MicroPython alone.

    The function is called twice: the first call may import or grow something.
    """
    function(*args)
    gc.collect()
    gc.disable()
    try:
        before = gc.mem_alloc()
        function(*args)
        return gc.mem_alloc() - before
    finally:
        gc.enable()


def new_folder():
    """Make an empty folder and return its path (str); give it to `remove` at the end."""
    base = os.getenv("TMPDIR") or "/tmp"
    for number in range(100000):
        # Several processes do this at once: the name is free when making it succeeds.
        name = "{}/modcore-{}-{}".format(base, int(time.time() * 1000) % 100000000, number)
        try:
            os.mkdir(name)
            return name
        except OSError:
            pass


def remove(path):
    """Remove a file, or a folder with all that is in it."""
    if os.stat(path)[0] & 0x4000:
        for name in os.listdir(path):
            remove(path + "/" + name)
        os.rmdir(path)
    else:
        os.remove(path)
