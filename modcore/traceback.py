"""The traceback of an error as text, on both runtimes."""

RARE = True  # needed when something fails


def traceback(error):
    """Return the traceback of `error` as text."""
    try:
        import io
        from sys import print_exception

        out = io.StringIO()
        print_exception(error, out)
        return out.getvalue().rstrip()
    except UnicodeError:  # a name out of a broken file
        return type(error).__name__ + ": its text is not UTF-8"
    except ImportError:
        from traceback import format_exception  # that of CPython

        return "".join(format_exception(type(error), error, error.__traceback__)).rstrip()
