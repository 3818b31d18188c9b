"""An error and its traceback as text, on both runtimes, whatever the error's own text does."""

from .ticks import const

RARE = True  # needed when something fails


_LONGEST = const(500)  # characters: the text is kept on the bus


def describe(error, longest=_LONGEST):
    """Return `ValueError: what it says`, for an error whose text can't be had as well. longest: in characters."""
    name = type(error).__name__
    try:
        text = "%s: %s" % (name, error)
        return text if len(text) <= longest else text[:longest] + "…"
    except MemoryError:
        raise
    except Exception:
        return name + ": its text can't be told"


def traceback(error):
    """Return the traceback of `error` as text."""
    try:
        import io
        from sys import print_exception

        out = io.StringIO()
        print_exception(error, out)
        return out.getvalue().rstrip()
    except ImportError:
        from traceback import format_exception  # that of CPython

        return "".join(format_exception(type(error), error, error.__traceback__)).rstrip()
    except MemoryError:
        raise
    except Exception:  # a name out of a broken file that is not UTF-8, or its text raises another
        return describe(error)
