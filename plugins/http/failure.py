"""Answers to requests that failed, and the log entry of an exception."""

import sys

from .request import HttpError, TimedOut
from .response import TEXT, Response, respond

RARE = True  # only when something failed


def failure(site, request, error):
    """The Response for `error`: that of an HttpError, 408 out of time, 503 without memory, else 500 and a log entry."""
    text = ""
    headers = ()
    if isinstance(error, HttpError):
        status = error.status
        text = error.text
        headers = error.headers
    elif isinstance(error, TimedOut):
        status = 408
    elif isinstance(error, MemoryError):
        site.relieve()  # whoever tries again shall find some
        status = 503
        headers = (("Retry-After", str(site.retry_s)),)
        site.log("%s %s: no memory" % (request.method, request.path))
    else:
        status = 500
        site.report(request, error)
    if not isinstance(text, str):  # a dict: JSON
        return Response(text, status, headers)
    page = site.pages.get(status)
    if callable(page):
        page = page(request, text)
    if page is not None:
        response = respond(page)
        response.status = status
        for name, value in headers.items() if isinstance(headers, dict) else headers:
            response.set(name, value)
        return response
    from .reasons import reason

    phrase = str(reason(status), "utf-8")
    return Response(phrase + (": " + text if text else "") + "\n", status, headers, TEXT)


def report(site, request, error):
    """Give `site.log` the traceback of an exception, with the request that it belongs to."""
    text = traceback(error)
    if request:
        text = "%s %s: %s" % (request.method, request.path, text)
    site.log(text)


def traceback(error):
    """The traceback of an exception as text, on both runtimes; its name alone where its own text raises another."""
    try:
        if hasattr(sys, "print_exception"):  # MicroPython
            from io import StringIO

            out = StringIO()
            sys.print_exception(error, out)
            return out.getvalue()
        from traceback import format_exception

        return "".join(format_exception(type(error), error, error.__traceback__))
    except MemoryError:
        raise
    except Exception:
        return type(error).__name__
