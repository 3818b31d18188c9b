"""WebSockets: RFC 6455. The handshake, and the object that a handler talks to."""

from binascii import a2b_base64, b2a_base64
from hashlib import sha1

from plugins.http import READ, HttpError, Signal, TimedOut
from plugins.http.ticks import ticks_diff, ticks_ms

from .frames import BINARY, CLOSE, PING, PONG, TEXT, Decoder, FrameError, close_frame, head

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_CLOSE_MS = 2000  # for the client's half of the closing handshake
_FAR_MS = 1 << 28  # a tick tells apart 6.2 days at most
_FAIL_MS = 500  # for one that broke the protocol: RFC 6455 section 7.1.7
_BACKLOG = 16
_SMALL = 256  # up to here a frame's head and payload are joined into one send


class WebSocket:
    """One connection. A handler returns it, and is then called with it: `handler(ws)`.

    protocols: subprotocols that are spoken, the favourite first. max_bytes: of one message. ping_ms: after so
    long without a word from the client it is asked with a ping, after twice as long it is given up.
    origins: what pages may connect besides those of this server; "*" for all.

    open: whether messages may be sent. request: of the handshake, with `session` and `user`.
    protocol: the subprotocol agreed on, or None. code, reason: how it was closed, when it is.
    """

    def __init__(self, handler, protocols=(), max_bytes=8192, ping_ms=30000, origins=()):
        self.handler = handler
        self.protocols = protocols
        self.max_bytes = max_bytes
        self.ping_ms = ping_ms
        self.origins = origins
        self.open = False
        self.request = None
        self.protocol = None
        self.code = None
        self.reason = ""
        self.lost = 0  # messages that did not fit into the queue of post()
        self._conn = None
        self._events = None  # what is left of the piece that was received last
        self._outbox = []
        self._signal = Signal(None, True)
        self._asked = False  # a ping is on its way

    # for handlers

    def receive(self, timeout_ms=None):
        """The next message as str or bytes; None when the client has closed or, with `timeout_ms`, none came.

        message = yield from ws.receive()
        """
        return self._for_handler(self._receive(timeout_ms))

    def send(self, message):
        """Send a message: str as text, bytes as binary. False: the connection is closed, nothing was sent.

        yield from ws.send("21.5")
        """
        return self._for_handler(self._send(message))

    def post(self, message):
        """Queue a message from anywhere, for instance from a bus handler; it is sent while `receive` waits.

        False: the connection is closed, or the client is so slow that 16 messages wait already.
        """
        if not self.open:
            return False
        if len(self._outbox) >= _BACKLOG:
            self.lost += 1
            return False
        self._outbox.append(message)
        self._signal.set()
        return True

    def close(self, code=1000, reason=""):
        """Say goodbye and wait for the client's answer: `yield from ws.close()`."""
        return self._for_handler(self._close(code, reason))

    # for the server

    def upgrade(self, request):
        """Check the handshake and give the headers of the answer: RFC 6455 section 4.2."""
        if request.method != "GET" or not request.minor:
            raise HttpError(400, "WebSocket takes GET of HTTP/1.1")
        if not _lists(request.header("upgrade"), "websocket") or not _lists(
            request.header("connection"), "upgrade"
        ):
            raise HttpError(426, "WebSocket only", [("Upgrade", "websocket"), ("Connection", "Upgrade")])
        if request.header("sec-websocket-version") != "13":
            raise HttpError(426, "WebSocket version 13 only", [("Sec-WebSocket-Version", "13")])
        key = request.header("sec-websocket-key") or ""
        try:
            if len(key) != 24 or len(a2b_base64(key)) != 16:
                raise ValueError
        except ValueError:
            raise HttpError(400, "Sec-WebSocket-Key takes 16 bytes in base64")
        self.request = request
        accept = b2a_base64(sha1(key.encode() + _GUID).digest()).strip()
        headers = [
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Accept", str(accept, "ascii")),
        ]
        offered = request.header("sec-websocket-protocol")
        if offered:
            offered = [name.strip() for name in offered.split(",")]
            for name in self.protocols:
                if name in offered:
                    self.protocol = name
                    headers.append(("Sec-WebSocket-Protocol", name))
                    break
        return headers

    def steps(self, conn):
        """Run the handler on the connection; a generator in the vocabulary of README.md."""
        self._conn = conn
        self._decoder = Decoder(self.max_bytes, conn.site.relieve)
        self.open = True
        if conn.data:
            self._events = self._decoder.feed(conn.data)
            conn.data = b""
        code = 1000
        talk = value = None
        waits = False
        driver = conn.site.driver and conn.site.driver()
        try:
            talk = self.handler(self)
            while True:
                out = driver.advance(conn, talk, value) if driver else talk.send(value)
                ms = getattr(out, "timeout_ms", None)  # of a Signal
                if ms is not None:
                    conn.wait(min(ms, _FAR_MS))
                elif out is not READ and not isinstance(out, (bytes, bytearray, memoryview)):
                    conn.due = None
                waits = True
                value = yield out
                waits = False
        except StopIteration:
            pass
        except (TimedOut, OSError):
            self._gone(1006)
        except BaseException as error:
            # Whatever a handler raises is its own fault; what comes while it waits ends the connection.
            if waits or isinstance(error, KeyboardInterrupt):
                raise
            conn.site.report(self.request, error)  # logs it
            code = 1011
        finally:
            self._end(driver, talk)
        yield from self._close(code)

    # inside

    def _for_handler(self, steps):
        """Make what a generator can `yield from`, and an async handler can await."""
        driver = self._conn.site.driver and self._conn.site.driver()
        return driver.awaitable(self._conn, steps) if driver else steps

    def _end(self, driver, talk):
        """End a handler that is not done; what its `finally` raises is logged and ends nothing else."""
        try:
            if driver:
                driver.close_handler(self._conn, talk)
            elif hasattr(talk, "close"):
                talk.close()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._conn.site.report(self.request, error)

    def _receive(self, timeout_ms):
        try:
            while self.open:
                message = yield from self._next_message()
                if message is not None:
                    return message
                yield from self._flush()
                if not self.open:
                    break
                if timeout_ms is not None and timeout_ms <= 0:
                    break
                begin = ticks_ms()
                self._signal.timeout_ms = min(self.ping_ms, timeout_ms) if timeout_ms else self.ping_ms
                got = yield self._signal
                if timeout_ms:
                    timeout_ms -= ticks_diff(ticks_ms(), begin)
                if got is False:
                    if timeout_ms is None or timeout_ms > 0:
                        yield from self._ask()
                elif got is not True:
                    self._asked = False
                    if not got:
                        self._gone(1006)
                    else:
                        # A copy: the buffer belongs to all connections, and to the next one from here on.
                        self._events = self._decoder.feed(bytes(got))
        except FrameError as error:
            self._decoder = None
            yield from self._close(error.code, error.reason, _FAIL_MS)
        except MemoryError:
            self._events = self._decoder = None  # with what has come
            self._conn.site.relieve()
            yield from self._close(1009, "no memory for a message of this size", _FAIL_MS)
        return None

    def _send(self, message):
        if not self.open:
            return False
        kind = BINARY
        if isinstance(message, str):
            kind = TEXT
            message = message.encode()
        size = len(message)
        if size <= _SMALL:
            yield b"".join((head(kind, size), message))
        else:
            yield head(kind, size)
            yield message
        return True

    def _close(self, code, reason="", wait_ms=_CLOSE_MS):
        if not self.open:
            return
        yield from self._flush()
        self.open = False
        self.code = code
        self.reason = reason
        try:
            yield close_frame(code, reason)
            self._conn.wait(wait_ms)
            yield from self._wait_for_close()
        except TimedOut:
            pass

    def _next_message(self):
        """The next whole message of what has been received, control frames answered; None: more is needed."""
        events = self._events
        while events is not None:
            try:
                kind, value = next(events)
            except StopIteration:
                self._events = None
                return None
            if kind == TEXT or kind == BINARY:
                return value
            if kind == PING:
                yield head(PONG, len(value)) + value
            elif kind == CLOSE:
                code, self.reason = value
                self._gone(1005 if code is None else code)
                yield close_frame(code)
                return None
        return None

    def _flush(self):
        while self._outbox and self.open:
            yield from self._send(self._outbox.pop(0))

    def _ask(self):
        if self._asked:
            self._gone(1006)
        else:
            self._asked = True
            yield head(PING, 0)

    def _gone(self, code):
        self.open = False
        self.code = code
        self._events = None

    def _wait_for_close(self):
        """Drop what still comes up to the client's close frame, or its end."""
        events = self._events
        self._events = None
        try:
            while True:
                if events is not None:
                    for kind, _ in events:
                        if kind == CLOSE:
                            return
                got = yield READ
                if not got:
                    return
                if self._decoder:
                    events = self._decoder.feed(bytes(got))
        except FrameError:  # its fault is known already: wait for its end without listening
            while (yield READ):
                pass


def _lists(header, token):
    """Tell whether `token` stands in a comma-separated header, in any case."""
    return header is not None and token in [part.strip() for part in header.lower().split(",")]
