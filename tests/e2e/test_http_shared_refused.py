"""Requests that both web servers refuse, on all runtimes: RFC 9110 and RFC 9112, and what smuggles requests."""

import pytest
from http_servers import ALL, WebServer, open_connections, request, status

from processes import eventually


@pytest.fixture(scope="module", params=ALL, ids="-".join)
def web(request, tmp_path_factory):
    """A server with the application of http_app."""
    server, runtime = request.param
    with WebServer(server, runtime, tmp_path_factory.mktemp("web")) as web:
        yield web


def test_what_must_be_refused_is_refused(web):
    for raw, codes in (
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(50) + b"\r\n\r\n", (400, 0)),
        (b"GET\r\n\r\n", (400,)),
        (b"GET /\r\n\r\n", (400, 505)),
        (b"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", (400,)),
        (b"GET / HTTP/1.1 \r\nHost: x\r\n\r\n", (400,)),
        (b"GET / http/1.1\r\nHost: x\r\n\r\n", (400, 505)),
        (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", (505,)),
        (b"GET / HTTP/1.10\r\nHost: x\r\n\r\n", (400, 505)),
        (b"get / HTTP/1.1\r\nHost: x\r\n\r\n", (400, 405, 501)),
        (b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", (501, 405)),
        (b"G@T / HTTP/1.1\r\nHost: x\r\n\r\n", (400,)),
        (b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", (405, 501)),
        (b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", (400, 405, 501)),
        (b"GET x HTTP/1.1\r\nHost: x\r\n\r\n", (400,)),
        (b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", (400,)),
        (b"GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n", (400,)),
        (b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n", (400,)),
        (b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", (400,)),
        (b"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", (400, 404)),
        (b"GET / HTTP/1.1\r\n\r\n", (400,)),  # no Host
        (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", (400,)),
        (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", (400,)),
        (b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", (400,)),
        (b"GET / HTTP/1.1\r\n Host: x\r\n\r\n", (400,)),
        (b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", (400,)),
        (b"GET / HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n", (400,)),
        (b"GET / HTTP/1.1\r\nHost: x\r\n: empty\r\n\r\n", (400,)),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA(b): c\r\n\r\n", (400,)),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: b\x00c\r\n\r\n", (400,)),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: b\x0bc\r\n\r\n", (400,)),
        (b"GET / HTTP/1.1\nHost: x\n\n", (400, 0)),
        (b"GET / HTTP/1.1\rHost: x\r\r", (400, 0)),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", (400,)),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: b\nC: d\r\n\r\n", (400,)),
        (b"GET /" + b"a" * 2000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", (414,)),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 9000 + b"\r\n\r\n", (431,)),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 200 + b"\r\n", (431,)),
        (b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n", (413,)),
    ):
        got = status(web, raw, half_close=b"\n\n" in raw or b"\r\r" in raw)
        assert got in codes, (raw[:80], got)
    assert web.get("/")[0] == 200


def test_conflicting_or_malformed_framing_never_reaches_a_handler(web):
    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
    for lines in (
        b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"Content-Length: 0\r\nContent-Length: 5\r\n",
        b"Content-Length: 0, 5\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: +0\r\n",
        b"Content-Length: 0x0\r\n",
        b"Content-Length: 1_0\r\n",
        b"Content-Length:\r\n",
        b"Content-Length: 0 0\r\n",
        b"Content-Length: \xb2\r\n",
        b"Content-Length: 99999999999999999999999999\r\n",
        b"Content-Length : 0\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding: chunked, chunked\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding: identity\r\n",
        b"Transfer-Encoding: gzip\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"Transfer-Encoding: \x0bchunked\r\n",
        b"Transfer-Encoding:\tchunked\x0b\r\n",
    ):
        raw = web.exchange(b"POST /echo HTTP/1.1\r\nHost: x\r\n" + lines + b"\r\n" + smuggled)
        assert raw.count(b"HTTP/1.1 ") == 1, (lines, raw)
        assert int(raw.split()[1]) in (400, 413, 501), (lines, raw)
    raw = web.exchange(
        b"POST /echo HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled
    )
    assert raw.count(b"HTTP/1.1 ") == 1


def test_malformed_chunks_are_refused(web):
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    for body in (
        b"5\r\nhelloX\r\n0\r\n\r\n",
        b"5\r\nhello0\r\n\r\n",
        b"-5\r\nhello\r\n0\r\n\r\n",
        b"0x5\r\nhello\r\n0\r\n\r\n",
        b"5 \r\nhello\r\n0\r\n\r\n"[:0] + b" 5\r\nhello\r\n0\r\n\r\n",
        b"\r\nhello\r\n0\r\n\r\n",
        b"g\r\nhello\r\n0\r\n\r\n",
        b"5\nhello\n0\n\n",
        b"5\r\nhello\n0\r\n\r\n",
        b"5;a\nb\r\nhello\r\n0\r\n\r\n",
        b"fffffffffffffffffffff\r\nhello\r\n0\r\n\r\n",
        b"5;" + b"x" * 10000 + b"\r\nhello\r\n0\r\n\r\n",
        b"0\r\nBroken trailer\r\n\r\n",
        b"0\r\n" + b"A: b\r\n" * 2000 + b"\r\n",
    ):
        raw = web.exchange(head + body + b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n", half_close=True)
        assert raw.count(b"HTTP/1.1 ") == 1, (body[:40], raw)
        assert int(raw.split()[1]) in (400, 413, 431), (body[:40], raw)


def test_a_body_that_is_cut_short_is_no_request(web):
    raw = web.exchange(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf", half_close=True)
    assert raw == b"" or raw.startswith(b"HTTP/1.1 400 ")


def test_whatever_the_owner_of_a_connection_raises_ends_that_connection_alone(web):
    upgrade = ("Connection: Upgrade", "Upgrade: websocket")
    with web.connect() as other:
        other.sendall(request("GET", "/api/events?filter=pages/%23", close=False))
        assert b"200 OK" in other.recv(4000)
        for number in range(7):
            for when in ("first", "later", "end"):
                for headers in ((), upgrade):
                    raw = request("GET", "/takeover/%d/%s" % (number, when), headers, close=False)
                    with web.connect() as sock:
                        sock.sendall(raw)
                        assert sock.recv(4000).startswith(b"HTTP/1.1 "), (number, when)
                        if when != "end":
                            while sock.recv(4000):
                                pass
                    assert web.get("/hello/x")[0] == 200, (number, when, headers)
        level = b"%d" % (len(web.output) % 10)
        assert web.get("/api/pages/level", method="PUT", body=level)[0] == 200
        text = b""
        while b"data: " + level not in text:  # the stream goes on
            text += other.recv(4000)
    assert eventually(lambda: not open_connections(web), "the end of all connections")
    assert "failed" not in web.output, web.output[-3000:]


def test_what_nobody_can_wait_for_is_the_handlers_mistake(web):
    for number in range(5):
        status, _, body = web.get("/yield/%d" % number)
        assert status == 500 and body, number
