"""What unit tests share; runs on MicroPython and on CPython."""

import gc
import os
import sys
import time

MICROPYTHON = sys.implementation.name == "micropython"


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


def until(kernel, condition, seconds=5):
    """Do steps of `kernel` until `condition()` is true; fail when it is not after `seconds`.

    The limit is there to end a broken test and measures nothing.
    """
    end = time.time() + seconds
    while not condition():
        assert time.time() < end, "not within {} s".format(seconds)
        time.sleep(min(max(kernel.step(), 0), 5) / 1000)


def steps(kernel, count=5):
    """Do `count` steps of `kernel`: enough for events that cause events."""
    for _ in range(count):
        kernel.step()


def allocated(function, *args):
    """Return the bytes of heap that one call of `function(*args)` takes; 0 on CPython, which can't tell.

    The function is called twice: the first call may import or grow something.
    """
    function(*args)
    if not MICROPYTHON:
        return 0
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
