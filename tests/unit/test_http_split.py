"""Requests give the same answers in whatever pieces they arrive, one by one or joined."""

from http_wire import Wire, site_with

from plugins.http import Router

HOST = b"Host: garden\r\n"
REQUESTS = [
    b"GET /a?x=1 HTTP/1.1\r\n" + HOST + b"\r\n",
    b"PUT /b HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\n\r\ntrue",
    b"\r\nHEAD /c%20d HTTP/1.1\r\n" + HOST + b"Connection: keep-alive\r\n\r\n",
    b"POST /e HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nA: b\r\n\r\n",
    b"POST /stream HTTP/1.1\r\n" + HOST + b"Content-Length: 10\r\n\r\n0123456789",
    b"GET /pieces HTTP/1.1\r\n" + HOST + b"\r\n",
    b"DELETE /nothing/there HTTP/1.1\r\n" + HOST + b"\r\n",
    b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
]


def web():
    router = Router()

    @router.route("/*", "GET,PUT,POST")
    def echo(request):
        return [request.method, request.path, sorted(request.query.items()), str(request.body, "utf-8")]

    @router.post("/stream", stream=True)
    def stream(request):
        count = 0
        while True:
            piece = yield from request.read(3)
            if not piece:
                return {"got": count}
            count += len(piece)

    @router.get("/pieces")
    def pieces(request):
        for i in range(3):
            yield "piece %d," % i

    return router


def answers(pieces):
    """All that comes back for `pieces`, without the dates."""
    wire = Wire(site_with(web()))
    out = b"".join([wire(piece) for piece in pieces if piece])
    wire.close()
    return b"\r\n".join([line for line in out.split(b"\r\n") if not line.startswith(b"Date: ")])


def test_every_request_may_be_cut_at_every_byte():
    for raw in REQUESTS:
        whole = answers([raw])
        assert whole.count(b"HTTP/1.1 ") == 1, whole
        for at in range(1, len(raw)):
            assert answers([raw[:at], raw[at:]]) == whole, (raw, at)


def test_requests_may_come_byte_by_byte():
    for raw in REQUESTS:
        assert answers([raw[at : at + 1] for at in range(len(raw))]) == answers([raw]), raw


def test_pipelined_requests_are_answered_in_order():
    whole = b"".join([answers([raw]) for raw in REQUESTS])
    raw = b"".join(REQUESTS)
    assert answers([raw]) == whole
    for size in (1, 2, 7, 50, 101):
        assert answers([raw[at : at + size] for at in range(0, len(raw), size)]) == whole, size


def test_joined_at_any_place_they_give_the_same():
    raw = b"".join(REQUESTS)
    whole = answers([raw])
    for at in range(1, len(raw), 3):
        assert answers([raw[:at], raw[at : at + 20], raw[at + 20 :]]) == whole, at
