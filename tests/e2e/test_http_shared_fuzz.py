"""Requests cut and joined in any way get the same answers; mutated ones leave both servers as they were."""

import collections
import json
import os
import random
import re
import select
import socket
import struct
import time

import pytest
from http_servers import ALL, SERVERS, WebServer, receive_all, request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processes import eventually

# How many mutated requests the two servers get together; `make soak` sends 100,000.
MUTATIONS = int(os.environ.get("HTTP_MUTATIONS", 5000))
AT_ONCE = 12
# So that what is never finished is soon over.
LIMITS = {"head_ms": 500, "body_ms": 500, "linger_ms": 200}

FORM = "Content-Type: application/x-www-form-urlencoded"
MULTIPART = "Content-Type: multipart/form-data; boundary=cut"
PARTS = (
    b'--cut\r\nContent-Disposition: form-data; name="a"\r\n\r\none\r\n'
    b'--cut\r\nContent-Disposition: form-data; name="b"\r\n\r\n\r\n--cut--\r\n'
)
CHUNKED = b"POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
# What is answered on a connection that stays open.
VALID = [
    request("GET", "/", close=False),
    request("GET", "/hello/W%C3%B6rld?a=1&b=2", ["X-Test: value", "Cookie: a=1; b=2"], close=False),
    request("HEAD", "/hello/x", close=False),
    request("OPTIONS", "/inspect", close=False),
    request("GET", "/nothing", close=False),
    request("GET", "/stream?n=3", close=False),
    request("POST", "/echo", [], b"", close=False),
    request(
        "POST", "/echo", ["Content-Type: text/plain"], b"line\r\n\r\nGET / HTTP/1.1\r\n\r\n", close=False
    ),
    request("POST", "/json", ["Content-Type: application/json"], b'{"a": [1, 2.5, null, "x"]}', close=False),
    request("POST", "/form", [FORM], b"a=1&b=%C3%A4+x", close=False),
    request("POST", "/form", [MULTIPART], PARTS, close=False),
    request("POST", "/sum", [], bytes(range(256)) * 3, close=False),
    request("PUT", "/inspect?x", ["X-Test:"], b"123", close=False),
    request("DELETE", "/echo", close=False),
    request("GET", "/api/pages/level", close=False),
    CHUNKED + b"5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n",
    CHUNKED + b"0\r\nTrailer: x\r\n\r\n",
    b"\r\nGET / HTTP/1.1\r\nhost:test\r\n\r\n",
    b"GET http://test/hello/absolute HTTP/1.1\r\nHost: test\r\n\r\n",
]
LAST = request("GET", "/hello/last")


@pytest.fixture(scope="module", params=ALL, ids="-".join)
def web(request, tmp_path_factory):
    """A server with the application of http_app, and `answers` to each of VALID."""
    server, runtime = request.param
    with WebServer(server, runtime, tmp_path_factory.mktemp("web")) as web:
        web.last = plain(web.exchange(LAST))
        web.answers = [plain(web.exchange(raw + LAST))[: -len(web.last)] for raw in VALID]
        yield web


def plain(raw):
    """Answers without the time of day."""
    return re.sub(rb"\r\nDate: [^\r]*", b"", raw)


def send(web, pieces):
    """All that is answered to `pieces`, each sent by itself."""
    with web.connect() as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            sock.sendall(piece)
        return plain(receive_all(sock))


def test_each_request_is_answered_as_it_should_be(web):
    statuses = [int(answer.split()[1]) for answer in web.answers]
    assert statuses == [
        200,
        200,
        200,
        204,
        404,
        200,
        200,
        200,
        200,
        200,
        200,
        200,
        200,
        405,
        200,
        200,
        200,
        200,
        200,
    ]


@pytest.mark.parametrize("number", range(len(VALID)))
def test_a_request_cut_at_any_byte_is_answered_the_same(web, number):
    raw = VALID[number]
    step = 1 if web.runtime == "cpython" else 7
    for at in range(1, len(raw), step):
        assert send(web, [raw[:at], raw[at:] + LAST]) == web.answers[number] + web.last, at


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    numbers=st.lists(st.integers(0, len(VALID) - 1), max_size=12),
    cuts=st.lists(st.floats(0, 1, exclude_max=True), max_size=30),
)
def test_requests_joined_and_cut_in_any_way_are_answered_the_same(web, numbers, cuts):
    raw = b"".join([VALID[number] for number in numbers]) + LAST
    places = [0] + sorted({int(cut * len(raw)) for cut in cuts}) + [len(raw)]
    pieces = [raw[a:b] for a, b in zip(places, places[1:])]
    assert send(web, pieces) == b"".join([web.answers[number] for number in numbers]) + web.last


# mutations

SPICES = [
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b" ",
    b"\t",
    b":",
    b"%",
    b"%2e%2e/",
    b"/",
    b"?",
    b"chunked",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: 99999\r\n",
    b"Connection: close\r\n",
    b"Connection: upgrade\r\nUpgrade: websocket\r\n",
    b"Expect: 100-continue\r\n",
    b"Range: bytes=0-\r\n",
    b"Cookie: sid=x\r\n",
    b"Authorization: Bearer x\r\n",
    b"Origin: null\r\n",
    b"HTTP/1.0",
    b"HTTP/9.9",
    b"A" * 300,
    b"1" * 30,
    b"ffffffff\r\n",
    b"0\r\n\r\n",
]
HANDSHAKE = request(
    "GET",
    "/ws",
    [
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ],
    close=False,
)
SEEDS = VALID + [
    HANDSHAKE + b"\x81\x85\0\0\0\0hello\x89\x80\0\0\0\0\x88\x82\0\0\0\0\x03\xe8",
    HANDSHAKE + b"\x01\x82\1\2\3\4ab\x80\xfe\x00\x7f\0\0\0\0" + b"x" * 127,
    request("POST", "/upload", [MULTIPART], PARTS.replace(b'"b"', b'"file"; filename="x.txt"'), close=False),
    request("GET", "/count", ["Cookie: sid=00112233445566778899aabbccddeeff"], close=False),
    request("GET", "/api/events?filter=pages/%23", close=False),
    request("PUT", "/api/pages/level", [], b"7", close=False),
    request("GET", "/file.txt", ["Range: bytes=1-2", 'If-None-Match: "a"'], close=False),
    b"PUT /inspect HTTP/1.1\r\nHost: x:80\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
    b"GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: [::1]\r\nConnection: close, upgrade\r\nUpgrade: websocket\r\n\r\n",
]


def mutate(chance):
    """One of SEEDS, with one to six faults."""
    raw = chance.choice(SEEDS)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(raw) + 1)
        kind = chance.randrange(19) // 3  # cut short less often than the rest
        if kind == 0:
            raw = raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]
        elif kind == 1:
            raw = raw[:at] + raw[at + chance.randint(1, 8) :]
        elif kind == 2:
            raw = raw[:at] + chance.choice(SPICES) + raw[at:]
        elif kind == 3:
            raw = raw[:at] + raw[at:].replace(b"\r\n", chance.choice(SPICES), 1)
        elif kind == 4:
            other = chance.choice(SEEDS)
            raw = raw[:at] + other[chance.randrange(len(other)) :]
        elif kind == 5:
            lines = raw.split(b"\r\n")
            lines.insert(chance.randrange(len(lines)), chance.choice(lines))
            raw = b"\r\n".join(lines)
        else:
            raw = raw[:at]
    return raw


class Crowd:
    """Sends mutated requests, each on a connection of its own, many at once; `statuses` counts the answers."""

    def __init__(self, web, chance):
        self.web = web
        self.chance = chance
        self.poll = select.poll()
        self.clients = {}  # number of the socket -> [socket, what is to be sent, begin of the answer]
        self.statuses = collections.Counter()

    def run(self, count):
        """Send `count` of them and wait for all answers."""
        started = done = 0
        while done < count:
            while started < count and len(self.clients) < AT_ONCE:
                sock = socket.socket()
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                sock.setblocking(False)
                sock.connect_ex((self.web.host, self.web.port))
                self.clients[sock.fileno()] = [sock, mutate(self.chance), b""]
                self.poll.register(sock, select.POLLOUT)
                started += 1
            ready = self.poll.poll(30000)
            assert ready, "the server answers no more"
            for number, _ in ready:
                done += self.turn(number, *self.clients[number])

    def turn(self, number, sock, data, begin):
        """Do what can be done for one client; 1 when it is finished."""
        try:
            if data:
                sock.send(data)
                sock.shutdown(socket.SHUT_WR)
                self.clients[number][1] = b""
                self.poll.modify(sock, select.POLLIN)
                return 0
            got = sock.recv(65536)
        except OSError:
            got = b""
        if got:
            self.clients[number][2] = (begin + got)[:12]
            return 0
        assert not begin or begin.startswith(b"HTTP/1.1 "), begin
        self.statuses[begin[9:].decode()] += 1
        self.poll.unregister(sock)
        del self.clients[number]
        sock.close()
        return 1


@pytest.mark.patience(1800)
@pytest.mark.parametrize("server", SERVERS)
def test_mutated_requests_leave_the_server_answering_and_the_heap_where_it_was(tmp_path, server):
    www = tmp_path / "www"
    www.mkdir()
    (www / "file.txt").write_text("file")
    # Room for the code of all plugins at once beside twelve clients: what is asked is what stays, not what fits.
    settings = {"heap": "192K", "root": str(www), "limits": LIMITS}
    with WebServer(server, "micropython32", tmp_path / "web", **settings) as web:

        def used():
            """The heap that is taken, or None while there is none left to tell it."""
            status, _, body = web.get("/memory")
            return json.loads(body)["used"] if status == 200 else None

        crowd = Crowd(web, random.Random(1))
        crowd.run(2000)  # all that is loaded once is loaded now,
        web.get("/who", "Authorization: Bearer x")
        for path in ("/api", "/api/pages/none", "/file.txt") + ("/count",) * 20:
            web.get(path)  # and as many sessions are there as are kept
        for body in (b"5", b"500"):
            web.get("/api/pages/level", method="PUT", body=body)
        time.sleep(1)
        before = eventually(used, "memory again")
        crowd.run(MUTATIONS // len(SERVERS))
        assert eventually(lambda: web.get("/")[2] == b"home", "it answers")
        # The last ones may not be over yet.
        assert eventually(lambda: (used() or 1 << 20) - before < 2000, "the heap is where it was")
        # They came through to all that there is: answers and refusals of every kind.
        wanted = "101 200 204 206 400 404 405 415 417 421 426 501".split()
        assert not set(wanted) - set(crowd.statuses), crowd.statuses
        assert "500" not in crowd.statuses, web.output[-3000:]
