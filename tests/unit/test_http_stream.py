"""Generators stream what they yield, wait, and read bodies of any size."""

from http_wire import Answer, Wire, ask, request, site_with

from plugins.http import HttpError, Response, Router, Signal


def wire_to(handler, methods="GET", **limits):
    """A Wire to a site that has `handler` at /."""
    router = Router()
    router.add("/", handler, methods, stream=methods != "GET")
    site = site_with(router, **limits)
    site.log = site.lines = []
    site.log = site.lines.append
    return Wire(site)


def test_what_is_yielded_is_sent_in_chunks():
    def handler(request):
        yield "one"
        yield b""
        yield b"two"
        yield bytearray(b"three")
        yield memoryview(b"four")
        yield "\xe4"

    wire = wire_to(handler)
    head, _, body = wire(request("GET", "/")).partition(b"\r\n\r\n")
    assert b"Transfer-Encoding: chunked" in head and b"Content-Length" not in head
    assert body == b"3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n4\r\nfour\r\n2\r\n\xc3\xa4\r\n0\r\n\r\n"
    assert not wire.closed and wire(request("GET", "/")).endswith(b"0\r\n\r\n")


def test_what_is_returned_is_the_answer_when_nothing_was_streamed():
    for result, want in (({"a": 1}, b'{"a": 1}'), ("x", b"x"), (("y", 201), b"y"), (None, b"")):

        def handler(request, result=result):
            yield
            yield 1
            return result

        answer = Answer(wire_to(handler)(request("GET", "/")))
        assert answer.body == want and "content-length" in answer.headers or answer.status == 204


def test_a_response_yielded_first_is_the_head():
    def handler(request):
        yield Response(b"", 203, {"X-A": "b"}, type="text/csv")
        yield "1,2"

    answer = Answer(wire_to(handler)(request("GET", "/")))
    assert (
        answer.status == 203 and answer.headers["x-a"] == "b" and answer.headers["content-type"] == "text/csv"
    )
    assert answer.body == b"3\r\n1,2\r\n0\r\n\r\n"


def test_a_generator_may_return_another_and_responses_stream_too():
    def inner():
        yield "deep"

    def handler(request):
        yield
        return Response(inner(), 202)

    answer = Answer(wire_to(handler)(request("GET", "/")))
    assert answer.status == 202 and answer.body == b"4\r\ndeep\r\n0\r\n\r\n"


def test_head_ends_a_stream_behind_its_head():
    ended = []

    def handler(request):
        try:
            while True:
                yield "for ever"
        finally:
            ended.append(True)

    wire = wire_to(handler)
    out = wire(request("HEAD", "/"))
    assert out.endswith(b"\r\n\r\n") and b"for ever" not in out and ended and not wire.closed


def test_a_known_length_needs_no_chunks():
    def pieces():
        yield "abc"
        yield "de"

    def handler(request):
        response = Response(pieces())
        response.length = 5
        return response

    wire = wire_to(handler)
    answer = Answer(wire(request("GET", "/")))
    assert answer.headers["content-length"] == "5" and answer.body == b"abcde" and not wire.closed


def test_a_stream_that_is_shorter_than_it_said_ends_the_connection():
    def pieces():
        yield "abc"

    def handler(request):
        response = Response(pieces())
        response.length = 5
        return response

    wire = wire_to(handler)
    wire(request("GET", "/"))
    assert wire.closed


def test_an_exception_before_the_first_piece_is_a_500():
    def handler(request):
        yield
        raise ValueError("early")
        yield "x"

    wire = wire_to(handler)
    assert (
        Answer(wire(request("GET", "/"))).status == 500 and "early" in wire.site.lines[0] and not wire.closed
    )


def test_an_exception_behind_it_cuts_the_answer_short():
    def handler(request):
        yield "x"
        raise ValueError("late")

    wire = wire_to(handler)
    out = wire(request("GET", "/"))
    assert out.endswith(b"1\r\nx\r\n") and wire.closed and "late" in wire.site.lines[0]


def test_handlers_may_refuse_with_a_status():
    def handler(request):
        yield
        raise HttpError(403, "not you")

    wire = wire_to(handler)
    assert Answer(wire(request("GET", "/"))).status == 403 and not wire.site.lines


def test_a_signal_wakes_a_handler_once():
    signal = Signal()

    def handler(request):
        for _ in range(2):
            got = yield signal
            yield "woken %s," % got

    wire = wire_to(handler)
    assert wire(request("GET", "/")) == b""
    signal.set()
    assert b"woken True," in wire()
    assert wire() == b""
    signal.set()
    assert wire().endswith(b"0\r\n\r\n")


def test_a_signal_has_its_time():
    signal = Signal(100)

    def handler(request):
        got = yield signal
        return {"got": got}

    wire = wire_to(handler)
    wire(request("GET", "/"))
    assert wire.conn.due is not None
    assert Answer(wire.expire()).body == b'{"got": false}'


def test_a_handler_is_ended_when_its_client_goes():
    ended = []

    def handler(request):
        try:
            while True:
                yield Signal()
        finally:
            ended.append(True)

    wire = wire_to(handler)
    wire(request("GET", "/"))
    wire.close()
    assert ended == [True]


def upload(request):
    """Count what comes, in pieces of 100 bytes at most."""
    sizes = []
    while True:
        piece = yield from request.read(100)
        if not piece:
            return {"sizes": len(sizes), "most": max(sizes or [0]), "sum": sum(sizes)}
        sizes.append(len(piece))


def test_bodies_larger_than_memory_are_read_in_pieces():
    body = b"0123456789" * 500
    for limit in (8192, 1000):  # kept in memory, and not
        wire = wire_to(upload, "POST", body_bytes=limit)
        raw = request("POST", "/", [], body)
        out = wire(raw, 333)
        assert b'"sum": 5000' in out and b'"most": 100' in out, out
        assert not wire.closed
        chunks = b"".join(
            [b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:7], body[7:1500], body[1500:])]
        )
        head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        out = wire(head + chunks + b"0\r\n\r\n", 333)
        assert b'"sum": 5000' in out and not wire.closed, out


def test_a_body_that_is_too_large_to_keep_can_only_be_read():
    def handler(request):
        yield
        return {"size": len(request.body)}

    assert (
        Answer(wire_to(handler, "POST", body_bytes=10)(request("POST", "/", [], b"x" * 10))).body
        == b'{"size": 10}'
    )
    wire = wire_to(handler, "POST", body_bytes=10)
    out = wire(request("POST", "/", [], b"x" * 11))
    assert Answer(out).status == 413 and b"Connection: close" in out


def test_uploads_have_a_limit_too():
    wire = wire_to(upload, "POST", body_bytes=10, upload_bytes=100)
    assert Answer(wire(request("POST", "/", [], b"x" * 100))).status == 200
    assert Answer(wire(request("POST", "/", [], b"x" * 101))).status == 413
    wire = wire_to(upload, "POST", body_bytes=10, upload_bytes=100)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert Answer(wire(head + b"64\r\n" + b"x" * 100 + b"\r\n1\r\nx\r\n0\r\n\r\n")).status == 413


def test_a_body_that_nobody_reads_ends_the_connection():
    wire = wire_to(lambda request: "never mind", "POST", body_bytes=10)
    out = wire(request("POST", "/", [], b"x" * 50))
    assert Answer(out).body == b"never mind" and b"Connection: close" in out
    wire.expire()  # of the patience with what still comes
    assert wire.closed


def test_a_body_that_is_cut_short_is_400():
    for length in (5, 500):
        wire = wire_to(upload, "POST", body_bytes=100)
        wire(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\nabc" % length)
        assert Answer(wire(b"", -1)).status == 400


def test_continue_is_said_when_the_body_is_wanted_and_not_before():
    expect = ["Expect: 100-continue"]
    for size in (5, 500):  # kept in memory, and not
        wire = wire_to(upload, "POST", body_bytes=100)
        raw = request("POST", "/", expect, b"x" * size)
        at = raw.find(b"\r\n\r\n") + 4
        assert wire(raw[:at]) == b"HTTP/1.1 100 Continue\r\n\r\n", size
        assert b'"sum": %d' % size in wire(raw[at:])
        # A client that did not wait is not kept waiting for it.
        out = wire(raw)
        assert b"100 Continue" not in out and b"200 OK" in out, size
    wire = wire_to(lambda request: ("no", 403), "POST", body_bytes=100)
    out = wire(request("POST", "/", expect + ["Content-Length: 500"]))
    assert out.startswith(b"HTTP/1.1 403") and wire.closed
    wire = wire_to(upload, "POST", upload_bytes=100)
    assert wire(request("POST", "/", expect + ["Content-Length: 50000"])).startswith(b"HTTP/1.1 413")


def test_a_slow_upload_is_cut_off():
    wire = wire_to(upload, "POST", body_bytes=100)
    wire(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nabc")
    assert wire.conn.due is not None
    assert Answer(wire.expire()).status == 408


def test_another_protocol_may_take_over():
    class Echo:
        def upgrade(self, request):
            if request.header("upgrade") != "echo":
                raise HttpError(426, "", [("Upgrade", "echo")])
            return [("Connection", "Upgrade"), ("Upgrade", "echo")]

        def steps(self, conn):
            from plugins.http import READ

            yield b"hello "
            while True:
                got = yield READ
                if not got or got == b"bye":
                    return
                yield bytes(got)

    wire = wire_to(lambda request: Echo())
    wire.site.protocols += (b"echo",)
    raw = request("GET", "/", ["Connection: Upgrade", "Upgrade: echo"])
    out = wire(raw + b"early")
    assert out.startswith(b"HTTP/1.1 101 Switching Protocols\r\n") and out.endswith(b"\r\n\r\nhello early")
    assert wire(b"more") == b"more" and not wire.closed
    wire(b"bye")
    assert wire.closed
    assert ask(wire.site, "GET", "/").status == 426


class Leaving(BaseException):
    """An exception that means something to whoever runs a program, such as asyncio's CancelledError."""


def test_whatever_a_handler_raises_is_its_own_fault():
    for kind in (SystemExit, GeneratorExit, StopIteration, Leaving, MemoryError, ValueError, OSError):

        def plain(request, kind=kind):
            raise kind("x")

        def stream(request, kind=kind):
            yield "some"
            raise kind("x")

        def late(request, kind=kind):
            yield
            raise kind("x")

        class Filter:
            def before(self, request, kind=kind):
                if request.path == "/before":
                    raise kind("x")

            def after(self, request, response, kind=kind):
                if request.path == "/after":
                    raise kind("x")

        def page(request, text, kind=kind):
            raise kind("x")

        router = Router(
            "", [["/plain", plain], ["/stream", stream], ["/late", late], ["/after", lambda r: "x"]]
        )
        site = site_with(router)
        site.log = lambda text: None
        site.filters.append(Filter())
        for path in ("/plain", "/late", "/before", "/after"):
            assert ask(site, "GET", path).status in (500, 503), (kind, path)
        wire = Wire(site)
        out = wire(request("GET", "/stream"))
        assert b"some" in out and not out.endswith(b"0\r\n\r\n") and wire.closed, kind
        site.pages[404] = page
        if kind is not MemoryError:
            assert ask(site, "GET", "/none").status == 500, kind
        assert not site.open_connections


def test_a_handler_that_fails_while_it_is_closed_takes_no_place():
    def failing(request):
        try:
            while True:
                yield "x"
                yield 1000
        finally:
            raise ValueError("in finally")

    def stubborn(request):
        while True:
            try:
                yield "x"
                yield 1000
            except GeneratorExit:
                pass

    for handler in (failing, stubborn):
        lines = []
        site = site_with(Router("", [["/", handler]]), connections=2)
        site.log = lines.append
        for _ in range(5):
            conn = site.open(("127.0.0.1", 1))
            out = conn.steps.send(None)
            out = conn.steps.send(request("GET", "/"))
            while not isinstance(out, int):
                out = conn.steps.send(None)
            site.close(conn)
            assert not site.open_connections
        assert len(lines) == 5
