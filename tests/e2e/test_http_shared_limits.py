"""Slow clients, too many clients and short memory: nobody else waits, and the servers live."""

import json
import threading
import time

import pytest
from http_servers import ALL, SERVERS, WebServer, open_connections, parse, receive_all, request, unread

from processes import eventually

LIMITS = {
    "head_ms": 700,
    "body_ms": 700,
    "idle_ms": 900,
    "write_ms": 700,
    "linger_ms": 300,
    "connections": 6,
    "spare_ms": 300,
    "requests": 5,
}


@pytest.fixture(scope="module", params=ALL, ids="-".join)
def web(request, tmp_path_factory):
    """A server with little patience and few connections."""
    server, runtime = request.param
    with WebServer(server, runtime, tmp_path_factory.mktemp("web"), limits=LIMITS) as web:
        yield web


def until_closed(sock):
    """Return what comes until the server closes the connection."""
    return receive_all(sock)


def test_a_head_that_never_ends_is_408(web):
    with web.connect() as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert until_closed(sock).startswith(b"HTTP/1.1 408 ")


def test_a_head_that_comes_drop_by_drop_is_cut_off(web):
    with web.connect() as sock:
        with pytest.raises(OSError):
            for octet in b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 3000:
                sock.sendall(bytes([octet]))
                time.sleep(0.02)


def test_a_body_that_never_ends_is_408(web):
    with web.connect() as sock:
        sock.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
        assert until_closed(sock).startswith(b"HTTP/1.1 408 ")
    with web.connect() as sock:
        sock.sendall(b"POST /sum HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n" + b"x" * 3000)
        assert until_closed(sock).startswith(b"HTTP/1.1 408 ")


def test_a_connection_without_a_request_is_closed_without_a_word(web):
    with web.connect() as sock:
        assert until_closed(sock) == b""
    with web.connect() as sock:
        sock.sendall(request("GET", "/", close=False))
        raw = until_closed(sock)
        assert raw.count(b"HTTP/1.1 ") == 1 and raw.endswith(b"home")


def test_a_client_that_does_not_read_is_cut_off(web):
    with web.connect() as sock:
        sock.sendall(request("GET", "/large?kb=20000"))
        assert eventually(lambda: not open_connections(web), "the reader is cut off")


def test_a_kept_connection_has_its_number_of_requests(web):
    raw = web.exchange(request("GET", "/", close=False) * 9)
    assert raw.count(b"HTTP/1.1 200 ") == 5 and raw.count(b"Connection: close") == 1


def test_connections_past_the_limit_get_503_and_a_time_to_come_again(web):
    busy = []
    try:
        for _ in range(6):
            sock = web.connect()
            sock.sendall(b"GET / HTTP/1.1\r\n")  # not idle: it is in the middle of a request
            busy.append(sock)
        eventually(lambda: unread(web) == 0, "all six begun")
        code, headers, _ = parse(web.exchange())
        assert (code, headers["retry-after"], headers["connection"]) == (503, "2", "close")
    finally:
        for sock in busy:
            sock.close()
    assert eventually(lambda: web.get("/")[0] == 200, "room again")


def test_idle_connections_make_room_for_new_ones(web):
    idle = [web.connect() for _ in range(6)]
    for sock in idle:
        sock.sendall(request("GET", "/", close=False))
        sock.recv(1000)
    assert web.get("/")[0] == 503  # those that were served just now are spared for a moment
    assert eventually(lambda: web.get("/")[0] == 200, "room")
    for sock in idle:
        sock.close()


def test_each_of_many_past_the_limit_gets_503(web):
    crowd = [web.connect() for _ in range(16)]
    for sock in crowd:
        sock.sendall(request("GET", "/late?ms=400"))
    codes = [parse(receive_all(sock))[0] for sock in crowd]
    assert codes == [200] * 6 + [503] * 10
    for sock in crowd:
        sock.close()
    assert eventually(lambda: web.get("/")[0] == 200, "room again")


def test_a_crowd_at_once_does_no_harm(web):
    for _ in range(3):
        idle = [web.connect() for _ in range(6)]
        for sock in idle:
            sock.sendall(request("GET", "/", close=False))
            sock.recv(1000)
        # Some become idle, some hang up, new ones come, some of them with nothing to say: all between two turns.
        crowd = []
        for i in range(14):
            crowd.append(web.connect())
            if i % 3:
                crowd[-1].sendall(request("GET", "/", close=i % 2))
            if i % 4 == 0:
                idle.pop().close() if idle else crowd.pop().close()
        for sock in idle + crowd:
            sock.close()
    assert eventually(lambda: answers(web), "it lives")


def answers(web):
    """Tell whether a request is answered."""
    try:
        return web.get("/")[2] == b"home"
    except (OSError, AssertionError):
        return False


@pytest.mark.parametrize("runtime", ["micropython32", "micropython"])
@pytest.mark.parametrize("server", SERVERS)
def test_four_browsers_and_eight_event_streams_fit_into_a_small_heap(tmp_path, server, runtime):
    heap = {"micropython32": "128K", "micropython": "256K"}[runtime]
    with WebServer(server, runtime, tmp_path / "web", heap=heap) as web:
        streams = [web.connect() for _ in range(8)]
        for sock in streams:
            sock.sendall(request("GET", "/api/events", close=False))
        for sock in streams:
            raw = b""
            while b"pages/level" not in raw:
                raw += sock.recv(4000)
        browsers = [web.connect() for _ in range(4)]
        for n in range(5):
            for sock in browsers:  # all at once
                sock.sendall(request("GET", "/hello/%d" % n, close=False))
            for sock in browsers:
                assert b'{"hello": "%d"}' % n in sock.recv(1000)
            browsers[0].sendall(request("PUT", "/api/pages/level", body=b"%d" % n, close=False))
            assert b" 200 OK" in browsers[0].recv(1000)
            for sock in streams:
                raw = b""
                while b"data: %d\n\n" % n not in raw:
                    raw += sock.recv(4000)
        assert web.running
        for sock in streams + browsers:
            sock.close()


@pytest.mark.parametrize("runtime", ["micropython32", "micropython"])
@pytest.mark.parametrize("server", SERVERS)
def test_when_memory_runs_short_requests_get_503_and_the_server_lives(tmp_path, server, runtime):
    with WebServer(server, runtime, tmp_path / "web", limits={"body_bytes": 1 << 20}) as web:
        assert web.get("/echo", method="POST", body=b"x" * 1000)[0] == 200
        codes = [web.get("/echo", method="POST", body=b"x" * 400000)[0] for _ in range(3)]
        assert set(codes) <= {413, 503} and 503 in codes
        assert web.get("/hungry")[0] == 503
        assert json.loads(web.get("/hello/again")[2]) == {"hello": "again"}


@pytest.mark.parametrize("runtime", ["micropython32", "micropython"])
@pytest.mark.parametrize("server", SERVERS)
def test_thousands_of_requests_leave_the_heap_where_it_was(tmp_path, server, runtime):
    with WebServer(server, runtime, tmp_path / "web") as web:

        def used():
            return json.loads(web.get("/memory")[2])["used"]

        def load():
            for path in ("/", "/hello/x", "/nothing", "/stream", "/deny", "/api", "/hello/%C3%A4"):
                web.get(path)
            web.get("/echo", method="POST", body=b"x" * 100)
            web.exchange(request("GET", "/", close=False) * 20 + request("GET", "/"))

        for _ in range(40):
            load()
        before = used()
        for _ in range(40):
            load()
        # A connection just closed may still be there.
        assert eventually(lambda: used() - before < 1000, "the heap is where it was")


def _slowly(web, sock, seconds):
    """Send a body so slowly that it never arrives; returns when the server has hung up, or time is up."""
    end = time.monotonic() + seconds
    try:
        sock.sendall(b"PUT /api/pages/level HTTP/1.1\r\nHost: x\r\nContent-Length: 8000\r\n\r\n")
        while time.monotonic() < end:
            sock.sendall(b" " * 390)
            time.sleep(0.2)
    except OSError:
        pass


@pytest.mark.parametrize("server", SERVERS)
def test_a_crowd_of_slow_uploads_breaks_nothing(tmp_path, server):
    """Thirty at once want more memory than there is; afterwards all is as before, the limits of time too."""
    limits = {"head_ms": 1000, "body_ms": 3000}
    with WebServer(server, "micropython32", tmp_path / "web", heap="128K", limits=limits) as web:
        for _ in range(2):
            socks = [web.connect() for _ in range(30)]
            threads = [threading.Thread(target=_slowly, args=(web, sock, 6), daemon=True) for sock in socks]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            for sock in socks:
                sock.close()
            eventually(lambda: _serves(web), "the server answers again")
            halves = [web.connect() for _ in range(8)]
            for sock in halves:
                sock.sendall(b"GET / HT")
            for sock in halves:
                assert until_closed(sock)[:12] in (b"HTTP/1.1 408", b"HTTP/1.1 503", b"")
                sock.close()
            eventually(lambda: _serves(web), "and again")
        assert web.running


def _serves(web):
    try:
        return web.get("/")[0] == 200
    except (OSError, AssertionError):
        return False
