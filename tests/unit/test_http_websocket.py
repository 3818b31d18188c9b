"""WebSockets: the handshake, talking, and how it ends; RFC 6455."""

from http_wire import Answer, Wire, ask, request, site_with
from test_http_frames import frame

from plugins.http import Router
from plugins.http_websocket import websocket
from plugins.http_websocket.frames import BINARY, CLOSE, PING, PONG, TEXT

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
UPGRADE = [
    "Connection: keep-alive, Upgrade",
    "Upgrade: WebSocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: " + KEY,
]


def echo(ws):
    """Sends back what comes."""
    while ws.open:
        message = yield from ws.receive()
        if message is not None:
            yield from ws.send(message)


def site_for(handler, **options):
    """A Site with `handler` at /ws."""
    web = Router()
    web.add("/ws", websocket(handler, **options))
    logged = []
    site = site_with(web)
    site.log = logged.append
    site.logged = logged
    return site


def connect(handler, early=b"", **options):
    """A Wire after the handshake."""
    wire = Wire(site_for(handler, **options))
    answer = wire(request("GET", "/ws", UPGRADE) + early)
    assert answer.startswith(b"HTTP/1.1 101 Switching Protocols\r\n"), answer
    wire.greeting = answer.partition(b"\r\n\r\n")[2]
    return wire


def server(kind, payload=b""):
    """A short frame as the server sends it."""
    return bytes((128 | kind, len(payload))) + payload


def close(number, reason=b""):
    """A close frame of the server."""
    return server(CLOSE, number.to_bytes(2, "big") + reason)


def test_the_handshake_of_the_rfc():
    answer = ask(site_for(echo), "GET", "/ws", UPGRADE)
    assert answer.status == 101
    assert answer.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    assert answer.headers["upgrade"] == "websocket" and answer.headers["connection"] == "Upgrade"
    assert "content-length" not in answer.headers and "sec-websocket-protocol" not in answer.headers


def test_a_handshake_that_is_none_is_refused():
    def status(*headers):
        return ask(site_for(echo), "GET", "/ws", headers).status

    assert status() == 426
    assert status(*UPGRADE[1:]) == 426
    assert status(UPGRADE[0], *UPGRADE[2:]) == 426
    assert status(*(UPGRADE[:2] + UPGRADE[3:])) == 426
    assert status(*(UPGRADE[:2] + ["Sec-WebSocket-Version: 8", UPGRADE[3]])) == 426
    for key in ("", "AAAA", KEY[:-2], KEY + "==", "!" * 24, "dGhlIHNhbXBsZSBub25jZQ=A"):
        assert status(*(UPGRADE[:3] + ["Sec-WebSocket-Key: " + key])) == 400, key
    assert status(*UPGRADE[:3]) == 400
    answer = ask(site_for(echo), "GET", "/ws", UPGRADE[:2] + ["Sec-WebSocket-Version: 8", UPGRADE[3]])
    assert answer.headers["sec-websocket-version"] == "13"


def test_a_page_of_another_site_is_refused():
    def status(origin, **options):
        return ask(site_for(echo, **options), "GET", "/ws", UPGRADE + ["Origin: " + origin]).status

    assert status("http://garden") == 101
    assert status("http://evil.example") == 403
    assert status("http://evil.example", origins="*") == 101
    assert status("http://good.example", origins=("http://good.example",)) == 101


def test_the_servers_favourite_of_the_protocols_is_chosen():
    offered = UPGRADE + ["Sec-WebSocket-Protocol: chat, superchat"]
    answer = ask(site_for(echo, protocols=("superchat", "chat")), "GET", "/ws", offered)
    assert answer.headers["sec-websocket-protocol"] == "superchat"
    answer = ask(site_for(echo, protocols=("other",)), "GET", "/ws", offered)
    assert answer.status == 101 and "sec-websocket-protocol" not in answer.headers


def test_text_and_binary_come_back():
    wire = connect(echo)
    assert wire(frame(TEXT, b"hello")) == server(TEXT, b"hello")
    assert wire(frame(BINARY, b"\xff\0")) == server(BINARY, b"\xff\0")
    assert wire(frame(TEXT, b"a") + frame(TEXT, b"b")) == server(TEXT, b"a") + server(TEXT, b"b")
    assert wire(frame(TEXT, b"piece by piece"), 1) == server(TEXT, b"piece by piece")
    long = b"x" * 300
    assert wire(frame(TEXT, long)) == b"\x81\x7e\x01\x2c" + long


def test_frames_that_come_with_the_handshake_are_not_lost():
    wire = connect(echo, early=frame(TEXT, b"early") + frame(TEXT, b"bird")[:4])
    assert wire.greeting == server(TEXT, b"early")
    assert wire(frame(TEXT, b"bird")[4:]) == server(TEXT, b"bird")


def test_pings_are_answered_even_between_fragments():
    wire = connect(echo)
    assert wire(frame(PING, b"p1")) == server(PONG, b"p1")
    assert wire(frame(TEXT, b"ab", False) + frame(PING) + frame(0, b"cd")) == server(PONG) + server(
        TEXT, b"abcd"
    )
    assert wire(frame(PONG, b"unasked")) == b""


def test_the_clients_close_is_answered_with_its_code():
    for payload, back in ((b"", server(CLOSE)), (b"\x03\xe8bye", close(1000)), (b"\x0f\xa0", close(4000))):
        wire = connect(echo)
        assert wire(frame(CLOSE, payload) + frame(TEXT, b"too late")) == back
        assert wire.closed


def test_the_handler_learns_how_it_ended():
    seen = []

    def watch(ws):
        seen.append((yield from ws.receive()))
        seen.append((ws.open, ws.code, ws.reason))
        seen.append((yield from ws.send("too late")))

    wire = connect(watch)
    wire(frame(CLOSE, b"\x03\xe9going"))
    assert seen == [None, (False, 1001, "going"), False]
    del seen[:]
    wire = connect(watch)
    wire(b"", -1)
    assert seen == [None, (False, 1006, ""), False] and wire.closed


def test_broken_frames_close_with_the_right_code():
    for raw, number in (
        (b"\x81\x01x", 1002),
        (frame(TEXT, b"\xff"), 1007),
        (frame(BINARY, bytes(200)), 1009),
        (frame(3, b""), 1002),
    ):
        wire = connect(echo, max_bytes=100)
        out = wire(raw + frame(TEXT, b"ignored"))
        assert out[:1] == b"\x88" and out[2:4] == number.to_bytes(2, "big"), out
        assert not wire.closed  # the client may still send its close frame
        wire(b"", -1)
        assert wire.closed


def test_when_the_handler_returns_the_connection_is_closed():
    def greet(ws):
        yield from ws.send("hello " + ws.request.path)

    wire = connect(greet)
    assert wire.greeting == server(TEXT, b"hello /ws") + close(1000)
    assert wire(frame(TEXT, b"still talking") + frame(PING)) == b""
    assert wire(frame(CLOSE, b"\x03\xe8")) == b"" and wire.closed


def test_a_client_that_does_not_close_is_not_waited_for():
    wire = connect(lambda ws: ws.close(4001, "why"))
    assert wire.greeting == close(4001, b"why")
    wire.expire()
    assert wire.closed


def test_a_handler_that_fails_closes_with_1011_and_is_logged():
    def fail(ws):
        yield from ws.receive()
        raise ValueError("pump jammed")

    wire = connect(fail)
    assert wire(frame(TEXT, b"x")) == close(1011)
    assert "pump jammed" in wire.site.logged[0]


def test_posted_messages_are_sent_while_the_handler_waits():
    sockets = []

    def listen(ws):
        sockets.append(ws)
        while ws.open:
            yield from ws.receive()

    wire = connect(listen)
    assert sockets[0].post("one") and sockets[0].post(b"two")
    assert wire() == server(TEXT, b"one") + server(BINARY, b"two")
    for i in range(16):
        assert sockets[0].post(str(i))
    assert not sockets[0].post("too much") and sockets[0].lost == 1
    assert len(wire()) == 16 * 3 + 6
    wire(frame(CLOSE))
    assert not sockets[0].post("gone")


def test_receive_can_give_up_and_go_on():
    from time import sleep

    seen = []

    def ticker(ws):
        for _ in range(2):
            seen.append((yield from ws.receive(10)))
            yield from ws.send("tick")

    wire = connect(ticker)
    sleep(0.02)
    assert wire.expire() == server(TEXT, b"tick")
    assert wire(frame(TEXT, b"x")) == server(TEXT, b"tick") + close(1000)
    assert seen == [None, "x"]


def test_a_silent_client_is_asked_and_then_given_up():
    wire = connect(echo, ping_ms=20)
    assert wire.expire() == server(PING)
    wire(frame(PONG))
    assert wire.expire() == server(PING)
    assert wire.expire() == b"" and wire.closed


def test_plain_requests_can_come_before_the_handshake():
    site = site_for(echo)
    wire = Wire(site)
    assert Answer(wire(request("GET", "/nothing"))).status == 404
    assert wire(request("GET", "/ws", UPGRADE)).startswith(b"HTTP/1.1 101 ")
    assert wire(frame(TEXT, b"x")) == server(TEXT, b"x")


class Leaving(BaseException):
    """An exception that means something to whoever runs a program, such as asyncio's CancelledError."""


def test_whatever_a_handler_raises_is_its_own_fault():
    for kind in (SystemExit, GeneratorExit, Leaving, MemoryError, ValueError):

        def at_once(ws, kind=kind):
            raise kind("x")

        def later(ws, kind=kind):
            yield from ws.receive()
            raise kind("x")

        for handler in (at_once, later):
            wire = Wire(site_for(handler))
            wire(request("GET", "/ws", UPGRADE))
            out = wire(frame(TEXT, b"hello")) + wire(frame(CLOSE, b"\x03\xf3"))
            assert wire.closed and not wire.site.open_connections, kind
            assert handler is at_once or close(1011) in out, (kind, out)
            assert len(wire.site.logged) == 1, (kind, wire.site.logged)


def test_a_connection_that_is_closed_ends_its_handler():
    ended = []

    def patient(ws):
        try:
            yield from ws.receive()
        finally:
            ended.append(1)

    wire = connect(patient)
    wire.close()
    assert ended and not wire.site.logged


def test_who_announces_a_long_message_leaves_others_their_memory():
    from test_http_limits import short_of_memory

    wires = [Wire(site_for(echo)) for _ in range(2)]
    for wire in wires:
        wire.site.relieve = lambda: None
        wire(request("GET", "/ws", UPGRADE))

    def announce(gc):
        assert wires[0](b"\x82\xfe\x03\x00" + bytes(4)) == b""  # 768 bytes
        closing = wires[1](b"\x82\xfe\x0f\x00" + bytes(4))
        assert closing == close(1009, b"no memory for a message of this size")

    short_of_memory(announce)
    assert wires[0](bytes(768))[-768:] == bytes(768)
