"""Whatever strangers send: 100,000 mutated requests, and both servers answer on with the heap where it was."""

import random
import select
import socket
import time

import pytest
from http_servers import SERVERS, WebServer

PROGRAM = """
import gc, json, sys
from plugins.http import Router, Static

web = Router()
settings = json.load(open(sys.argv[2]))["server"]


@web.get("/heap")
def heap(request):
    gc.collect()
    return str(gc.mem_alloc())


@web.route("/echo/:name", "GET,PUT,POST,DELETE")
def echo(request):
    body = request.json if request.header("content-type") == "application/json" else sum(request.body)
    return [request.params["name"], request.query, request.cookies, body]


@web.post("/upload", stream=True)
def upload(request):
    size = 0
    while True:
        piece = yield from request.read(100)
        if not piece:
            return {"size": size}
        size += len(piece)


@web.get("/stream")
def stream(request):
    yield "one"
    yield 1
    yield "two"


contents = [web, Static(".")]
if sys.argv[1] == "http_async":
    import asyncio
    from plugins.http_async import Server

    server = Server(contents=contents, head_ms=500, body_ms=500, linger_ms=200)
    server.site.log = lambda text: None
    asyncio.run(server.run(settings["host"], settings["port"]))
else:
    from plugins.http_windup import Server

    server = Server(contents=contents, head_ms=500, body_ms=500, linger_ms=200)
    server.site.log = lambda text: None
    server.run(settings["host"], settings["port"])
"""
COUNT = 100000
AT_ONCE = 12
SEEDS = [
    b"GET /echo/a?b=c&d=%20 HTTP/1.1\r\nHost: x\r\nCookie: a=b; c=d\r\nAccept: */*\r\n\r\n",
    b'POST /echo/b HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\nContent-Type: application/json\r\n\r\n{"a": [1]}\n',
    b"POST /upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n",
    b"PUT /echo/%C3%A4 HTTP/1.1\r\nHost: x:80\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
    b"GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /settings.json HTTP/1.1\r\nHost: x\r\n\r\n",
    b'HEAD http://x/settings.json HTTP/1.1\r\nHost: x\r\nRange: bytes=0-9\r\nIf-None-Match: "a"\r\n\r\n',
    b"PUT /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: [::1]\r\nConnection: close, upgrade\r\nUpgrade: websocket\r\n\r\n",
]
PIECES = [
    b"\r\n",
    b"\n",
    b"\r",
    b"\x00",
    b" ",
    b"\t",
    b":",
    b"%",
    b"%00",
    b"..",
    b"/",
    b"\xff",
    b"0",
    b"-1",
] + [
    b"Content-Length: 5\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Host: y\r\n",
    b"HTTP/1.1",
    b"99999999999999999999",
    b"A" * 300,
    b"A: b\r\n" * 50,
    b"chunked, ",
    b"\xc3\xa4",
]


def mutated(random):
    """A request that is more or less broken."""
    data = bytearray(random.choice(SEEDS))
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        at = random.randrange(len(data) + 1)
        kind = random.randrange(5)
        if kind == 0:
            data[at:at] = random.choice(PIECES)
        elif kind == 1:
            del data[at : at + random.choice((1, 1, 2, 5, 20, 200))]
        elif kind == 2 and at < len(data):
            data[at] = random.randrange(256)
        elif kind == 3:
            other = random.choice(SEEDS)
            start = random.randrange(len(other))
            data[at:at] = other[start : start + random.choice((1, 5, 20, 200))]
        else:
            del data[at:]
    return bytes(data)


class Client:
    """Sends one request after the other over connections of their own, many at once."""

    def __init__(self, port, seed):
        self.address = ("127.0.0.1", port)
        self.random = random.Random(seed)
        self.poll = select.poll()
        self.socks = {}  # number -> [socket, what is to be sent, received]
        self.statuses = {}

    def run(self, count):
        started = done = 0
        while done < count:
            while started < count and len(self.socks) < AT_ONCE:
                sock = socket.socket()
                sock.setblocking(False)
                sock.connect_ex(self.address)
                self.socks[sock.fileno()] = [sock, mutated(self.random), b""]
                self.poll.register(sock, select.POLLOUT)
                started += 1
            ready = self.poll.poll(30000)
            assert ready, "the server answers no more"
            for number, _ in ready:
                done += self.turn(*self.socks[number])

    def turn(self, sock, data, received):
        """1 when this one is done."""
        try:
            if data:
                sock.send(data)
                sock.shutdown(socket.SHUT_WR)
                self.socks[sock.fileno()][1] = b""
                self.poll.modify(sock, select.POLLIN)
                return 0
            got = sock.recv(65536)
        except OSError:
            got = b""
        if got:
            self.socks[sock.fileno()][2] = (received + got)[:12]
            return 0
        status = received[9:12].decode() if received.startswith(b"HTTP/1.1 ") else "none"
        assert received.startswith((b"HTTP/1.1 ", b"")), received
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.poll.unregister(sock)
        del self.socks[sock.fileno()]
        sock.close()
        return 1


@pytest.mark.parametrize("server", SERVERS)
def test_mutated_requests_do_no_harm(tmp_path, server):
    app = tmp_path / "program.py"
    app.write_text(PROGRAM)
    with WebServer(server, "micropython32", tmp_path / "run", app=app, heap="128K") as web:
        client = Client(web.port, 1)
        client.run(3000)  # everything that is loaded only once is loaded now
        time.sleep(2)
        before = int(web.get("/heap")[2])
        client.run(COUNT)
        time.sleep(2)
        assert web.get("/echo/still?alive=1")[2] == b'["still", {"alive": "1"}, {}, 0]'
        assert int(web.get("/heap")[2]) - before < 1024
        # They came through to all that there is: answers, refusals of all kinds, and nothing that failed.
        assert {"200", "204", "206", "400", "404", "405", "411", "413", "417", "501", "505"} <= set(
            client.statuses
        )
        assert "500" not in client.statuses, client.statuses
