"""Runs the tests of one file on CPython or MicroPython: `check_runner.py tests/test_x.py`; see check_tests.py.

Every function `test_*` is run; a line of JSON per test tells its name and the traceback when it failed.
"""

import gc
import io
import json
import sys


def trace(error):
    """The traceback of an exception, as text."""
    text = io.StringIO()
    if hasattr(sys, "print_exception"):
        sys.print_exception(error, text)
        return text.getvalue()
    import traceback

    return "".join(traceback.format_exception(type(error), error, error.__traceback__.tb_next))


def run(path):
    """Run the tests of the file at `path`."""
    folder, _, name = path.replace("\\", "/").rpartition("/")
    sys.path.insert(0, folder or ".")
    try:
        module = __import__(name[:-3])
    except BaseException as error:
        print("@" + json.dumps({"name": "import", "trace": trace(error)}))
        return
    for name in dir(module):
        test = getattr(module, name)
        if name.startswith("test_") and callable(test):
            gc.collect()
            found = {"name": name, "trace": None}
            try:
                test()
            except BaseException as error:
                found["trace"] = trace(error)
            print("@" + json.dumps(found))
    print("@" + json.dumps({"name": None}))


if __name__ == "__main__":
    run(sys.argv[1])
