"""Tracebacks as text, on both runtimes."""

import sys


def traceback(error):
    """The traceback of an exception as text."""
    if hasattr(sys, "print_exception"):  # MicroPython
        from io import StringIO

        out = StringIO()
        sys.print_exception(error, out)
        return out.getvalue()
    import traceback

    return "".join(traceback.format_exception(type(error), error, error.__traceback__))
