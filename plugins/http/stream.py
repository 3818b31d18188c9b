"""Answers that are generators: what they yield is sent piece by piece."""

from . import READ, HttpError, ticks_diff, ticks_ms
from .response import after, respond_to

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def stream(conn, request, response):
    """Run `response.body`, a generator of the vocabulary in README.md, and send what it yields.

    Returns the Response that is still to be sent when nothing was streamed, else None.
    """
    site = conn.site
    tasks = site.tasks and __import__(site.tasks, None, None, ("*",))  # what knows async handlers
    sent = -1  # bytes of the body; -1: the head is not out
    pieces = 0
    chunked = False
    while True:
        body = response.body
        value = failed = None
        patience_ms = site.body_ms
        try:
            while True:
                if failed:
                    out = body.throw(failed)
                    failed = None
                else:
                    out = tasks.advance(conn, body, value) if tasks else body.send(value)
                value = None
                if out is None or isinstance(out, int):
                    conn.due = None
                    yield out
                elif out is READ:
                    if request.expects:
                        request.expects = False
                        yield _CONTINUE
                    conn.wait(patience_ms)
                    value = yield READ
                    left = ticks_diff(conn.due, ticks_ms()) + site.byte_ms * len(value)
                    patience_ms = max(1, min(site.body_ms, left))
                elif isinstance(out, (str, bytes, bytearray, memoryview)):
                    if isinstance(out, str):
                        out = out.encode()
                    size = len(out)
                    if not size:
                        continue
                    if sent < 0:
                        sent = 0
                        response = after(request, response)
                        chunked = response.length is None and request.minor > 0
                        if response.length is None and not chunked or conn.left:
                            request.hold = False
                        head = response.head(request, response.length, request.hold)
                        conn.wait(site.write_ms)
                        conn.begun = True
                        yield head
                        if request.method == "HEAD" or response.status in (204, 304):
                            return None
                    if chunked:
                        out = b"".join((b"%x\r\n" % size, out if type(out) is bytes else bytes(out), b"\r\n"))
                    sent += size
                    conn.wait(site.write_ms)
                    yield out
                    pieces += 1
                    if not pieces & 7:  # a client that takes all at once keeps nobody else waiting
                        conn.due = None
                        yield None
                elif hasattr(out, "takeover"):  # a Response: the head for what is to come
                    out.body = body
                    response = out
                else:  # a Signal, or what the server can wait for
                    ms = getattr(out, "timeout_ms", None)
                    conn.due = None
                    if ms is not None:
                        conn.wait(ms)
                    try:
                        value = yield out
                    except Exception as error:  # what it waited for has failed
                        failed = error
        except StopIteration as end:
            if sent < 0:
                answer = end.value
                if answer is None and not response.streams:
                    response.body = b""  # a head alone
                    answer = response
                response = respond_to(request, answer)
                if response.streams:
                    continue
                return response
            if chunked:
                conn.wait(site.write_ms)
                yield b"0\r\n\r\n"
            elif sent != response.length:
                request.hold = False
            return None
        except Exception as error:
            if isinstance(error, HttpError) and not error.args:  # timed out
                error = HttpError(408)
                request.hold = False
            if sent < 0:
                return respond_to(request, error)
            request.hold = False
            if not isinstance(error, HttpError):
                site.report(request, error)  # the client sees the answer cut short
            return None
        finally:
            if tasks:
                tasks.close(conn, body)
            elif hasattr(body, "close"):
                body.close()
