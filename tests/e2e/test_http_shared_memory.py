"""All memory is taken for a moment, again and again: the servers answer afterwards, and every limit still holds."""

import json
import socket
import threading

import pytest
from http_servers import SERVERS, WebServer, open_connections, request

from processes import eventually

PROGRAM = """
import gc, json, socket, sys, time
gc.threshold((gc.mem_free() + gc.mem_alloc()) // 16)  # as modcore.main does
from modcore import Kernel, Module
from plugins.http import Router

settings = json.load(open(sys.argv[2]))
web = Router("", [["/", lambda request: "home"], ["/echo", lambda request: request.body, "POST"]])


@web.get("/stream")
def stream(request):
    yield "a"
    yield 10
    yield "b"


class Valves(Module):
    routes = web

    def start(self):
        self.property("0", "valve", value=False, set=self.turn)

    def turn(self, valve, open):
        valve.value = open


class Thief(Module):
    "Takes all memory but so many bytes for so many milliseconds, when a datagram says so."

    taken = None

    def start(self):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setblocking(False)
        self.sock.bind(socket.getaddrinfo("127.0.0.1", settings["config"][sys.argv[1]]["port"])[0][-1])
        self.watch(self.sock, 1, self.on_word)

    def stop(self):
        self.give_back()
        self.unwatch(self.sock)
        self.sock.close()

    def on_word(self, sock, events):
        try:
            word, peer = sock.recvfrom(100)
            room, ms = [int(part) for part in word.split()]
            self.until = time.ticks_add(time.ticks_ms(), ms)
            spare = None
            gc.collect()
            for _ in range(room // 64):
                spare = [spare, bytearray(48)]
            sock.sendto(b"ok", peer)
            self.take()
        except MemoryError:
            pass

    def take(self):
        for size in (4096, 1024, 256, 64, 16, 1):
            try:
                while True:
                    self.taken = [self.taken, bytearray(size)] if size > 1 else [self.taken]
            except MemoryError:
                pass

    def loop(self):
        if self.taken and time.ticks_diff(time.ticks_ms(), self.until) >= 0:
            self.give_back()
        return 5

    def give_back(self):
        "Link by link: what still lies on the stack must not keep all of it."
        while self.taken:
            link = self.taken
            self.taken = link[0]
            link.clear()


kernel = Kernel(settings["config"])
if sys.argv[1] == "http_async":
    from plugins.http_async import HttpAsync as Server
else:
    from plugins.http_windup import HttpWindup as Server
for module in (Server(), Valves(), Thief()):
    kernel.add(module)
# As modcore.main does.
from modcore.supervision import reserve

reserve(kernel)
kernel.run()
"""
REQUESTS = (
    request("GET", "/"),
    request("GET", "/nothing"),
    request("GET", "/stream"),
    request("GET", "/api"),
    request("GET", "/api/events?filter=valves/%23", close=False),
    request("PUT", "/api/valves/0", body=b"true"),
    request("PUT", "/api/valves/0", body=b'{"a": 1}'),
    request("POST", "/echo", body=b"x" * 2000),
    request("POST", "/echo", ("Content-Length: 500",)) + b"abc",
    b"GET / HT",
)
LIMITS = {"head_ms": 1500, "body_ms": 1500}
ROOMS = (0, 300, 700, 1200, 2000)


@pytest.mark.parametrize("server", SERVERS)
def test_a_server_lives_on_after_all_memory_was_taken(server, tmp_path):
    app = tmp_path / "app.py"
    app.write_text(PROGRAM)
    with WebServer(server, "micropython32", tmp_path / "web", "128K", app, limits=LIMITS) as web:
        thief = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        thief.settimeout(1)
        thief.connect(("127.0.0.1", web.port))
        for raw in REQUESTS:  # what each needs was loaded once
            attempt(web, raw)
        for room in ROOMS:
            for number, raw in enumerate(REQUESTS):
                # Half of them come before the memory has gone; the server may be starting again.
                early = eventually(lambda: connected(web), "the port") if number % 2 else None
                word = b"%d 60" % room
                assert eventually(lambda word=word: asked(thief, word), "the thief")
                attempt(web, raw, early)
            assert eventually(lambda: status(web) == 200, "an answer, after %d bytes" % room)
            assert web.running
        assert eventually(lambda: not open_connections(web), "the end of all connections")
        # The one that watches the time is still there.
        assert eventually(lambda: attempt(web, b"GET / HT", None, 5)[:12] == b"HTTP/1.1 408", "a limit")
        assert eventually(lambda: web.get("/api/valves/0")[0] == 200, "all modules")
        assert web.get("/api/valves/0", method="PUT", body=b"false")[2] == b"false"
        thief.close()


def asked(thief, word):
    """Tell whether the thief sets to work: it, too, may have no memory for a moment."""
    try:
        thief.send(word)
        return thief.recv(10)
    except OSError:
        return None


def connected(web):
    """A connection, or None."""
    try:
        return web.connect()
    except OSError:
        return None


def attempt(web, raw, sock=None, seconds=0.1):
    """Send a request and return what comes within a moment, if anything does."""
    try:
        sock = sock or web.connect()
        sock.settimeout(seconds)
        sock.sendall(raw)
        return sock.recv(4096)
    except OSError:
        return b""
    finally:
        if sock:
            sock.close()


def status(web):
    """The status of the home page; None: no answer."""
    try:
        return web.get("/")[0]
    except (OSError, AssertionError):
        return None


def number(web, path, body, method="POST"):
    """The status of a request with a large body."""
    try:
        return web.get(path, method=method, body=body)[0]
    except (OSError, AssertionError, ValueError):  # an answer that is cut off
        return None


@pytest.mark.parametrize("server", SERVERS)
def test_large_bodies_find_room_after_a_crowd_has_scattered_the_heap(server, tmp_path):
    # A list takes 4 bytes for each entry in one piece, beside the body's: 4 KB here. One of 1,500 numbers would take
    # 8, for which a heap that a crowd has scattered now and then has no room.
    numbers = json.dumps(list(range(100000, 101000))).encode()
    words = json.dumps({"key %d" % i: "ä" * 9 for i in range(250)}, ensure_ascii=False).encode()
    body = b"x" * 8000
    with WebServer(server, "micropython32", tmp_path / "web", "128K") as web:

        def visit():
            for _ in range(8):
                for path, method, content in (
                    ("/echo", "POST", body),
                    ("/api", "GET", None),
                    ("/no", "GET", None),
                ):
                    number(web, path, content, method)

        visitors = [threading.Thread(target=visit) for _ in range(6)]
        for visitor in visitors:
            visitor.start()
        for visitor in visitors:
            visitor.join()

        def answered(path, content, method="POST"):
            # As a client does that is told to come again; for those the room was never there, however often.
            return any(number(web, path, content, method) == 200 for _ in range(3))

        for method in ("POST", "PUT", "PATCH"):
            assert answered("/inspect", body, method), method
            assert answered("/measure", numbers, method), method
            assert answered("/measure", words, method), method
        assert answered("/json", numbers)  # whose answer is as large
        assert answered("/api/pages/level", b" " * 7000 + b"5", "PUT")
