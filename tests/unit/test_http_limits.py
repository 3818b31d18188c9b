"""Every limit of a Site holds, and says so with its status."""

import sys

from http_wire import Answer, Wire, request, site_with

from modcore.lazy import relieve
from plugins.http import READ, Response, Router, Site
from plugins.http.crowd import busy as refusal
from support import raises

HOST = b"Host: garden\r\n"


def web():
    router = Router()
    router.add("/", lambda request: "got " + str(request.body, "utf-8"), "GET,POST,PUT")
    return router


def status(raw, **limits):
    """The status of the answer to `raw`, or None while more is waited for."""
    answer = Wire(site_with(web(), **limits))(raw)
    return Answer(answer).status if answer else None


def test_request_lines_up_to_line_bytes_pass_and_longer_ones_are_414():
    for size, want in ((100, 200), (101, 414), (5000, 414)):
        raw = b"GET /?" + b"x" * (size - 15) + b" HTTP/1.1"
        assert len(raw) == size
        assert status(raw + b"\r\n" + HOST + b"\r\n", line_bytes=100) == want, size


def test_a_line_that_never_ends_is_414_at_once():
    assert status(b"GET /" + b"x" * 2000) == 414
    assert status(b"x" * 2000) == 400
    assert status(b"GET /" + b"x" * 500) is None


def test_a_head_up_to_head_bytes_passes_and_a_longer_one_is_431():
    for size, want in ((300, 200), (301, 431), (5000, 431)):
        start = b"GET / HTTP/1.1\r\n" + HOST + b"X: "
        raw = start + b"y" * (size - len(start) - 2) + b"\r\n"
        assert len(raw) == size
        assert status(raw + b"\r\n", head_bytes=300) == want, size
        assert status(raw, head_bytes=300) == (431 if size > 301 else None), size


def test_more_headers_than_allowed_are_431():
    for count, want in ((10, 200), (11, 431), (12, 431)):
        raw = b"GET / HTTP/1.1\r\n" + HOST + b"X: 1\r\n" * (count - 1) + b"\r\n"
        assert status(raw, headers=10) == want, count


def test_a_body_larger_than_body_bytes_is_413_before_it_is_read():
    for size, want in ((64, 200), (65, 413), (10**6, 413), (10**14, 413), (10**30, 413)):
        head = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % size
        body = b"x" * size if size < 100 else b"x"
        assert status(head + body, body_bytes=64) == want, size


def test_a_chunked_body_larger_than_body_bytes_is_413():
    head = b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
    chunk = b"10\r\n0123456789abcdef\r\n"
    assert status(head + chunk * 4 + b"0\r\n\r\n", body_bytes=64) == 200
    assert status(head + chunk * 4 + b"1\r\nx\r\n0\r\n\r\n", body_bytes=64) == 413
    assert status(head + b"ffffffffffffffff\r\nx", body_bytes=64) == 413


def test_a_connection_carries_no_more_requests_than_allowed():
    wire = Wire(site_with(web(), requests=3))
    first = wire(request("GET", "/") * 2)
    assert first.count(b"200 OK") == 2 and b"close" not in first and not wire.closed
    last = wire(request("GET", "/") * 2)
    assert last.count(b"200 OK") == 1 and b"Connection: close" in last and wire.closed


def test_a_client_that_is_too_slow_with_its_head_gets_408():
    for sent in (b"G", b"GET / HTTP/1.1\r\nHost", b"GET / HTTP/1.1\r\n" + HOST):
        wire = Wire(site_with(web()))
        wire(sent)
        assert Answer(wire.expire()).status == 408 and wire.closed


def test_a_client_that_is_too_slow_with_its_body_gets_408():
    wire = Wire(site_with(web()))
    wire(b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 10\r\n\r\n123")
    assert Answer(wire.expire()).status == 408


def test_a_client_that_asks_nothing_is_dropped_in_silence():
    wire = Wire(site_with(web()))
    assert wire.expire() == b"" and wire.closed
    wire = Wire(site_with(web()))
    wire(request("GET", "/"))
    assert wire.expire() == b"" and wire.closed


def test_empty_lines_before_a_request_hold_no_connection_for_longer():
    site = site_with(web(), idle_ms=50500, head_ms=20500)
    wire = Wire(site)
    wire(b"\r\n")
    due = wire.conn.due
    for _ in range(5):
        wire.conn.due = due - 7  # as if time had passed
        wire(b"\r\n")
        assert wire.conn.due == due - 7 and not wire.conn.idle
    assert wire.expire() == b"" and wire.closed  # nothing was asked
    wire = Wire(site)
    wire(b"\r\n")
    assert b"200 OK" in wire(request("GET", "/"))


def test_waits_have_the_time_that_the_limits_name():
    from plugins.http.ticks import ticks_diff, ticks_ms

    def left(conn):
        return ticks_diff(conn.due, ticks_ms()) // 1000

    site = site_with(web(), idle_ms=50500, head_ms=20500, body_ms=30500, write_ms=40500)
    conn = site.open()
    assert conn.steps.send(None) is READ and left(conn) == 50 and conn.idle
    assert conn.steps.send(b"POST / HTTP/1.1\r\n") is READ and left(conn) == 20 and not conn.idle
    assert conn.steps.send(HOST + b"Content-Length: 2\r\n\r\n") is READ and left(conn) == 30
    assert b"got ab" in conn.steps.send(b"ab") and left(conn) == 40
    assert conn.steps.send(None) is READ and left(conn) == 50 and conn.idle


def test_connections_past_the_limit_get_503_and_a_time_to_come_again():
    site = site_with(web(), connections=2, retry_s=7)
    busy = [Wire(site), Wire(site)]
    for wire in busy:
        wire(b"GET / HT")  # a request is under way: nobody is idle
    refused = [Wire(site) for _ in range(4)]
    for wire in refused:
        answer = Answer(wire())
        assert answer.status == 503 and answer.headers["retry-after"] == "7"
        assert answer.headers["connection"] == "close"
    assert site.open() is None  # past all patience: a word, and no more
    assert Answer(refusal(site)).headers["retry-after"] == "7"
    for wire in busy + refused:
        wire.close()
    assert Answer(Wire(site)(request("GET", "/"))).status == 200


def test_a_new_connection_takes_the_place_of_the_one_that_is_idle_for_longest():
    site = site_with(web(), connections=3)
    ended = []
    wires = [Wire(site) for _ in range(3)]
    for i, wire in enumerate(wires):
        wire.conn.end = lambda i=i: (ended.append(i), wires[i].close())
    wires[0](b"GET")
    for wire in wires[:0:-1]:
        wire(request("GET", "/"))
    newcomer = Wire(site)
    assert Answer(newcomer()).status == 503 and not ended  # who was served just now is spared for a moment
    newcomer.close()
    wires[1].conn.wait(18000)  # of the 20 s that it may be idle 2 are over
    wires[2].conn.wait(18900)
    assert Answer(Wire(site)(request("GET", "/"))).status == 200
    assert ended == [1] and len(site.open_connections) == 3


def test_limits_are_known_by_name_and_are_numbers():
    site = Site(body_bytes=100, retry_s=9)
    assert site.body_bytes == 100 and site.retry_s == 9 and site.head_bytes == 4096 and site.linger_ms > 0
    assert "have " in str(raises(TypeError, lambda: Site(bodybytes=1)))
    raises(TypeError, lambda: Site(body_bytes="many"))
    raises(TypeError, lambda: Site(body_bytes=-1))
    raises(AttributeError, lambda: site.nothing)


def test_when_memory_is_short_the_request_gets_503_and_the_connection_lives():
    router = web()

    @router.get("/greedy")
    def greedy(request):
        raise MemoryError()

    wire = Wire(site_with(router))
    answer = Answer(wire(request("GET", "/greedy")))
    assert answer.status == 503 and answer.headers["retry-after"] == "2"
    assert Answer(wire(request("GET", "/"))).status == 200


def test_giving_memory_back_leaves_one_of_what_lives_on():
    router = web()
    kinds = []

    @router.get("/session")
    def session(request):
        request.session["n"] = 1
        kinds.append(type(request.session))
        return Response("kept")

    site = site_with(router)
    for _ in range(3):
        assert Answer(Wire(site)(request("GET", "/session"))).status == 200
        assert Answer(Wire(site)(request("GET", "/none"))).status == 404
        assert "plugins.http.failure" in sys.modules
        relieve()
        assert "plugins.http.failure" not in sys.modules
        from plugins.http import Response as again

        assert again is Response
    assert kinds[0] is kinds[1] is kinds[2]


def test_a_request_for_which_memory_was_short_is_admitted_or_refused_as_any():
    site = site_with(web())
    site.hosts = ["test"]
    admit = site.admit
    short = [1]

    def no_room(request):
        if short and short.pop():
            raise MemoryError()
        return admit(request)

    site.admit = no_room
    foreign = b"GET / HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n"
    assert Answer(Wire(site)(foreign)).status == 421
    assert not short


class Short:
    """The module `gc` of a device whose memory is nearly all taken."""

    free = 1000

    def mem_free(self):
        return self.free

    def mem_alloc(self):
        return 95000

    def collect(self):
        pass


def short_of_memory(call):
    """Call `call(gc)` while the memory that guests leave to others is taken; gc: its `free` may be changed."""
    import plugins.http.room as room

    before = room.gc
    room.gc = gc = Short()
    try:
        call(gc)
    finally:
        room.gc = before


def test_guests_leave_a_part_of_the_memory_to_the_rest_of_the_device():
    site = site_with(web())
    site.relieve = lambda: None
    site.log = lambda text: None

    def crowd(gc):
        wires = [Wire(site) for _ in range(4)]  # so many are always taken in
        for wire in wires:
            wire(b"GET")
        assert site.open() is None
        gc.free = 20000
        more = Wire(site)
        assert Answer(more(request("GET", "/"))).status == 200
        gc.free = 1000
        more.conn.wait(10000)
        more.conn.end = more.close  # it is idle, and makes room
        newcomer = site.open()
        assert newcomer and more.closed
        site.close(newcomer)
        for wire in wires:
            wire.close()

    def bodies(gc):
        head = b"POST / HTTP/1.1\r\n" + HOST
        for size, status in ((900, 200), (1500, 503)):
            wire = Wire(site)
            out = wire(head + b"Content-Length: %d\r\n\r\n" % size) + wire(b"x" * size, 500)
            assert Answer(out).status == status, size
            wire.close()
        chunk = b"1f4\r\n" + b"x" * 500 + b"\r\n"
        wire = Wire(site)
        out = wire(head + b"Transfer-Encoding: chunked\r\n\r\n") + wire(chunk * 3, len(chunk))
        assert Answer(out).status == 503
        wire.close()

    def heads(gc):
        for size, answer in ((700, b""), (1500, b"HTTP/1.1 503 ")):
            wire = Wire(site)
            assert wire(b"GET / HTTP/1.1\r\nX: " + b"x" * size, 300)[:13] == answer, size
            wire.close()

    for call in (crowd, bodies, heads):
        short_of_memory(call)
        assert not site.open_connections
    assert Answer(Wire(site)(request("POST", "/", (), b"x" * 3000))).status == 200
