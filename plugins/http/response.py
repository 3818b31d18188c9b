"""Response: an answer with status and headers."""

from .connection import dumps

TEXT = "text/plain; charset=utf-8"
_HTML = "text/html; charset=utf-8"


class Response:
    """An answer with status and headers.

    body: dict, list, number, bool (JSON), str (HTML), bytes, or a generator that yields str and bytes.
    headers: dict or list of (name, value). type: the Content-Type. length: of what a generator yields in all.

        return Response("gone", 410, {"Cache-Control": "no-store"}, type="text/plain")
    """

    length = None  # of a streamed body; None: not known
    streams = False
    takeover = None  # what owns the connection after this answer

    def __init__(self, body=b"", status=200, headers=None, type=None):
        if not 200 <= status <= 599:
            raise ValueError("status %r: takes 200 to 599" % (status,))
        self.status = status
        self.headers = []
        self.type = type
        if headers:
            for name, value in headers.items() if isinstance(headers, dict) else headers:
                self.add(name, value)
        if isinstance(body, str):
            body = body.encode()
            type = _HTML
        elif isinstance(body, (dict, list, int, float, bool)):  # MicroPython's bool is not an int
            body = dumps(body).encode()
            type = "application/json"
        elif body is None:
            body = b""
        elif isinstance(body, (bytes, bytearray, memoryview)):
            type = "application/octet-stream"
        elif hasattr(body, "send") or hasattr(body, "asend"):
            self.streams = True
            type = _HTML
        else:
            raise TypeError("answer %r: takes dict, list, str, bytes, tuple, Response, generator" % (body,))
        self.body = body
        if not self.type and (self.streams or body):
            self.type = type

    def add(self, name, value):
        """Add a header line."""
        low = name.lower()
        if low == "content-type":
            self.type = value
        elif low in ("content-length", "transfer-encoding"):  # two of them might not agree
            raise ValueError("%s: the server sets it" % name)
        else:
            self.headers.append((name, value))

    def set(self, name, value):
        """Set a header in place of those of the same name."""
        low = name.lower()
        self.headers = [pair for pair in self.headers if pair[0].lower() != low]
        self.add(name, value)

    def set_cookie(self, name, value, path="/", max_age=None, http_only=True, same_site="Lax", secure=False):
        """Set a cookie: RFC 6265 section 4.1. max_age: seconds; 0 takes it back. secure: only over TLS."""
        from .headers import cookie

        self.add("Set-Cookie", cookie(name, value, path, max_age, http_only, same_site, secure))

    def head(self, request, length, keep):
        """The head as bytes, with the empty line. length: of the body in bytes, None: not known."""
        status = self.status
        line = b"HTTP/1.1 200 OK\r\n"
        if status != 200:
            from .reasons import reason

            line = b"HTTP/1.1 %d %s\r\n" % (status, reason(status))
        parts = [line, request.site.common()]
        if self.type:
            parts.append(_line("Content-Type", self.type))
        if status == 101:
            keep = request.minor = 1
        elif length is None:
            if request.minor and status != 204 and status != 304:
                parts.append(b"Transfer-Encoding: chunked\r\n")
        elif status != 204 and status != 304:
            parts.append(b"Content-Length: %d\r\n" % length)
        if not keep:
            parts.append(b"Connection: close\r\n")
        elif not request.minor:
            parts.append(b"Connection: keep-alive\r\n")
        for name, value in self.headers:
            parts.append(_line(name, value))
        parts.append(b"\r\n")
        return b"".join(parts)


def _line(name, value):
    raw = ("%s: %s" % (name, value)).encode()
    # A value may have tabs (RFC 9110 section 5.5), a name neither them nor spaces.
    shown = raw.replace(b"\t", b" ")
    if min(shown) < 32 or b"\x7f" in shown or shown.find(b" ") != len(name) + 1:
        raise ValueError("header %r: takes one line, and a name without spaces" % raw)
    return raw + b"\r\n"


def respond(answer):
    """A Response for what a handler returned."""
    if isinstance(answer, Response):
        return answer
    if isinstance(answer, tuple):
        return Response(*answer)
    if answer is None:
        return Response(b"", 204)
    return Response(answer)


def redirect(location, status=302):
    """An answer that sends the client to `location`, a path or URL: `return redirect("/login")`.

    Source: RFC 9110 section 15.4.
    """
    return Response(b"", status, [("Location", location)])


def respond_to(request, answer):
    """The Response for what a handler returned or raised, after all filters unless it streams."""
    try:
        if isinstance(answer, BaseException):
            raise answer
        if hasattr(answer, "upgrade"):
            from .upgrade import upgrade

            response = upgrade(request, answer)
        else:
            try:
                response = respond(answer)
            except MemoryError:
                if not isinstance(answer, (dict, list, str)):
                    raise
                from .text_pieces import pieces

                request.site.relieve()
                kind = _HTML if isinstance(answer, str) else "application/json"
                response = Response(pieces(answer), 200, None, kind)
            if request.type and response is not answer:
                response.type = str(request.type, "utf-8")
            if response.streams:
                return response
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever a handler raises is an answer, too
        response = failed(request, error)
    return filtered(request, response)


def filtered(request, response):
    """The response after the filters, in reverse order; that of a filter that fails is a 500."""
    for one in reversed(request.site.filters):
        after = getattr(one, "after", None)
        try:
            response = after and after(request, response) or response
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            return failed(request, error)
    return response


def failed(request, error):
    """The Response for an exception."""
    from .failure import failure

    try:
        return failure(request.site, request, error)
    except KeyboardInterrupt:
        raise
    except BaseException as second:  # an error page that fails
        request.site.report(request, second)
        return Response(b"", 500)
