"""Answers that are generators: what they yield is sent piece by piece."""

from .connection import READ
from .request import HttpError, TimedOut
from .response import Response, filtered, respond_to
from .ticks import const, ticks_diff, ticks_ms

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_FAR_MS = const(1 << 28)  # a tick tells apart 6.2 days at most
_TURNS = const(8)  # pieces in a row, then others run, however fast the client takes them


class Stream:
    """One answer that streams: its head, how it is framed, and what has been sent."""

    def __init__(self, conn, request, response):
        self.conn = conn
        self.request = request
        self.response = response
        self.sent = -1  # bytes of the body; -1: the head is not out
        self.chunked = False
        self.pieces = 0

    def run(self):
        """Run `response.body`, a generator of the vocabulary in README.md, and send what it yields.

        Returns the Response that is still to be sent when nothing was streamed, else None.
        """
        while True:
            body = self.response.body
            driver = self.conn.site.driver and self.conn.site.driver()
            try:
                end = yield from self._drive(body, driver)
            finally:
                self._close(body, driver)
            if end is None:
                return None
            response = respond_to(self.request, end[0])
            if not response.streams:
                return response
            self.response = response

    def _drive(self, body, driver):
        """Run a generator up to its end. Returns a tuple with the answer that is still to be sent, or None."""
        conn = self.conn
        value = thrown = None
        self.patience_ms = conn.site.body_ms
        while True:
            try:
                if thrown:
                    out, thrown = body.throw(thrown), None
                elif driver:
                    out = driver.advance(conn, body, value)
                else:
                    out = body.send(value)
            except StopIteration as end:
                return (yield from self._end(end.value))
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                return self._failed(error)
            value = None
            if isinstance(out, (str, bytes, bytearray, memoryview)):
                if self.sent < 0:
                    try:
                        head = self._head()
                    except Exception as error:
                        return self._failed(error)
                    yield from self._put(head)
                    if self.request.method == "HEAD" or self.response.status in (204, 304):
                        return None
                if len(out):
                    yield from self._send(out)
                continue
            if isinstance(out, Response):  # the head for what is to come
                out.body = body
                self.response = out
                continue
            try:
                if out is READ:
                    value = yield from self._read()
                else:  # None, a time, a Signal, or what this server can wait for
                    ms = getattr(out, "timeout_ms", None)
                    conn.due = None
                    if ms is not None:
                        conn.wait(min(ms, _FAR_MS))
                    value = yield out
                    while value is False and ms is not None and ms > _FAR_MS:
                        ms -= _FAR_MS
                        conn.wait(min(ms, _FAR_MS))
                        value = yield out
            except Exception as error:  # what it waited for has failed: it may go on all the same
                thrown = error

    def _read(self):
        conn = self.conn
        site = conn.site
        if self.request.expects:
            self.request.expects = False
            yield _CONTINUE
        conn.wait(self.patience_ms)
        value = yield READ
        left = ticks_diff(conn.due, ticks_ms()) + site.byte_ms * len(value)
        self.patience_ms = max(1, min(site.body_ms, left))
        return value

    def _head(self):
        """The head as bytes, once the filters have had the response."""
        request = self.request
        response = self.response = filtered(request, self.response)
        self.chunked = response.length is None and request.minor > 0
        if response.length is None and not self.chunked or self.conn.left:
            request.hold = False
        head = response.head(request, response.length, request.hold)
        self.sent = 0
        return head

    def _put(self, data):
        self.conn.wait(self.conn.site.write_ms)
        self.conn.begun = True
        yield data

    def _send(self, out):
        """Send a piece of the body."""
        if isinstance(out, str):
            out = out.encode()
        size = len(out)
        if self.chunked:
            out = b"".join((b"%x\r\n" % size, out if type(out) is bytes else bytes(out), b"\r\n"))
        self.sent += size
        yield from self._put(out)
        self.pieces += 1
        if not self.pieces % _TURNS:
            self.conn.due = None
            yield None

    def _end(self, answer):
        """After the last piece. Returns as `_drive` does."""
        if self.sent < 0:
            if answer is None and not self.response.streams:
                self.response.body = b""  # a head alone
                answer = self.response
            return (answer,)
        if self.chunked:
            yield from self._put(b"0\r\n\r\n")
        elif self.sent != self.response.length:
            self.request.hold = False
        return None

    def _failed(self, error):
        """After an exception of the handler, or one that it has let pass. Returns as `_drive` does."""
        if isinstance(error, TimedOut):
            error = HttpError(408)
            self.request.hold = False
        if self.sent < 0:
            return (error,)
        self.request.hold = False
        if not isinstance(error, HttpError):
            self.conn.site.report(self.request, error)  # the client sees the answer cut short
        return None

    def _close(self, body, driver):
        """End a handler that is not done; whatever its `finally` raises is logged and ends nothing else."""
        try:
            if driver:
                driver.close_handler(self.conn, body)
            elif hasattr(body, "close"):
                body.close()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self.conn.site.report(self.request, error)


def stream(conn, request, response):
    """Send a Response whose body is a generator; a generator that returns what is still to be sent, or None."""
    return Stream(conn, request, response).run()
