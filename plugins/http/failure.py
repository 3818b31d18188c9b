"""Answers to requests that failed."""

from . import HttpError
from .response import TEXT, Response, respond


def failure(site, request, error):
    """The Response for `error`: that of an HttpError, 503 without memory, else 500 and a log entry."""
    text = ""
    headers = None
    if isinstance(error, HttpError):
        status, text, headers = (error.args + ("", None))[:3] if len(error.args) < 3 else error.args
    elif isinstance(error, MemoryError):
        import gc

        gc.collect()
        status = 503
        headers = [("Retry-After", str(site.retry_s))]
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
        for name, value in headers or ():
            response.set(name, value)
        return response
    from .reasons import reason

    phrase = str(reason(status), "utf-8")
    return Response(phrase + (": " + text if text else "") + "\n", status, headers, TEXT)
