"""Connection: reads the requests of one client and yields their answers; no socket, see README.md for drivers."""

from .request import MICROPYTHON, Request, const

if MICROPYTHON:
    from json import dumps as _dumps
    from time import ticks_add, ticks_ms
else:
    from .ticks import dumps as _dumps
    from .ticks import ticks_add, ticks_ms

READ = object()  # yielded by connections and handlers: resume me with the bytes that come next

_LARGE = const(1024)  # bytes of a body that is sent apart from its head, which would take a larger piece

# When there is not even memory for an answer.
_NO_MEMORY = const(
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)


class Connection:
    """One client. `steps` is the protocol: it yields what the driver has to do; the driver watches `due`."""

    due = None  # ticks_ms of the end of the present wait
    idle = True  # waits for a request: may be dropped
    left = 0  # bytes of the body that are still to be read; -1: chunked
    begun = False  # a part of the present answer is on its way
    data = b""  # received and not yet used
    handler = None  # what the driver keeps of a handler that runs as a task of its own

    def __init__(self, site, peer, secure):
        self.site = site
        self.addr = peer
        self.secure = secure
        self.steps = self.run()

    def wait(self, ms):
        """Set the end of the present wait, `ms` from now."""
        self.due = ticks_add(ticks_ms(), ms)

    def run(self):
        """Read requests and yield their answers; a generator, see README.md."""
        site = self.site
        for count in range(site.requests, 0, -1):
            request = answer = got = out = piece = again = None  # nothing is kept while the client thinks
            if site.lacks:
                _set_aside(site)
            try:
                data = self.data
                self.wait(site.head_ms if data else site.idle_ms)
                while True:
                    end = data.find(b"\r\n\r\n")
                    if end > 0 and data[0] > 32:
                        break
                    if data:
                        size = len(data)
                        data = _strict(site, data)
                        if size > len(data):
                            continue
                    self.data = data
                    self.idle = not data and got is None  # empty lines let nobody wait for ever
                    got = yield READ
                    if not got:
                        return
                    if self.idle:
                        self.idle = False
                        self.wait(site.head_ms)
                    data = data + got if data else bytes(got)
                head = Request(self, data, end + 2)
                if not head.parse():
                    _strict(site, data, head)
                request = head
                if count == 1:
                    request.hold = False
                self.data = data = data[end + 4 :]
                size = request.size
                if 0 < size <= len(data) and size <= site.body_bytes:
                    request.body = data[:size]
                    self.data = data[size:]
                elif size:
                    self.left = size
                answer = site.admit(request)
                if self.left and answer is None:
                    yield from _load(self, request)
                try:
                    if answer is None:
                        answer = site.find(request)
                except KeyboardInterrupt:
                    raise
                except (
                    BaseException
                ) as error:  # a SystemExit or CancelledError of a handler is its own fault, too
                    answer = error
                if not self.left and not site.filters:
                    try:
                        out = plain(request, answer)
                    except MemoryError:  # reply.py sends it in pieces
                        pass
            except Exception as error:
                answer = error
            head = None
            if isinstance(answer, MemoryError):
                site.relieve()  # for what tries again, or tells it
            if out:
                for piece in out:
                    self.wait(site.write_ms)
                    yield piece
                if not request.hold:
                    break
                continue
            try:
                while True:
                    try:
                        from .reply import reply

                        answer = yield from reply(self, request, answer)
                        break
                    except MemoryError:
                        # Once more, with the memory of what nobody needs now; a generator has begun.
                        if again or self.begun or hasattr(answer, "send"):
                            raise
                        again = True
                        site.relieve()
            except MemoryError:  # not even for that
                request = data = got = answer = None
                site.relieve()
                if not self.begun:
                    yield _NO_MEMORY
                return
            finally:
                # Overwrite what the call had on the stack: MicroPython would keep it as long as this generator.
                max(0, 0, 0, 0, 0, 0, 0, 0)
            if answer is not True:
                if answer:  # another protocol has the connection from here on
                    request = data = got = None
                    yield from answer
                break
        if site.lacks:
            head = request = data = answer = got = out = piece = None
            _set_aside(site)


# Loaded by functions of their own: a name in `run`, which lives as long as the client stays, would keep the file in
# memory after it was given back, and the next connection load a second one.


def _strict(site, data, request=None):
    # Check the bytes of a head that is not whole yet, or read the one of `request`. When there is no memory to load
    # the file it is loaded again with that of what nobody needs now.
    try:
        from .strict import check, parse
    except MemoryError:
        site.relieve()
        from .strict import check, parse
    return parse(request) if request else check(data, site)


def _set_aside(site):
    try:
        from .body import set_aside

        set_aside(site)
    except MemoryError:  # the next connection tries again
        pass


def _load(conn, request):
    from .body import load

    return load(conn, request)


def plain(request, answer):
    """A plain answer (str, dict, list) with its head, a tuple of bytes, or None: reply.py has to make it."""
    if isinstance(answer, str):
        kind = b"text/html; charset=utf-8"
    elif isinstance(answer, (dict, list)):
        answer = dumps(answer)
        kind = b"application/json"
    else:
        return None
    if not request.minor:
        return None
    answer = answer.encode()
    apart = request.method == "HEAD" or len(answer) > _LARGE
    head = b"HTTP/1.1 200 OK\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n%s" % (
        request.site.common(),
        request.type or kind,
        len(answer),
        b"" if request.hold else b"Connection: close\r\n",
        b"" if apart else answer,
    )
    return (head, answer) if apart and request.method != "HEAD" else (head,)


def dumps(value):
    """The JSON text of a value: `dumps({"a": float("nan")})` is `'{"a": null}'`. TypeError: JSON has no such value.

    Letters stay as they are, and NaN and infinity are null (RFC 8259 section 6).
    """
    if MICROPYTHON and not isinstance(value, (str, int)):
        from .finite import look

        look(value)
    text = _dumps(value)
    if len(text) > 16:  # MicroPython writes 0.044 as 0.04399999999999999
        if isinstance(value, float):
            text = "%.15g" % value
        elif ("99999" in text or "00000" in text) and not isinstance(value, (str, int)):
            from .finite import short

            text = short(text)
    if "nan" in text or "inf" in text:  # which may also stand in a word
        from .finite import finite

        text = _dumps(finite(value))
    return text
