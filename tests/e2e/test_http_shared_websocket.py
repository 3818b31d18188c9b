"""WebSockets on both servers, with the `websockets` library as an independent peer."""

import os

import pytest
from http_servers import ALL, SERVERS, WebServer, request
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

ASYNC = """
import json, sys
from plugins.http import Router
from plugins.http_websocket import websocket
from plugins.http_async import Server
import asyncio

web = Router()
settings = json.load(open(sys.argv[2]))["server"]


@web.get("/ws")
@websocket
async def ws(ws):
    await ws.send("welcome")
    while ws.open:
        message = await ws.receive()
        await asyncio.sleep(0.01)
        if message is not None:
            await ws.send(message)


asyncio.run(Server(contents=[web]).run(settings["host"], settings["port"]))
"""


@pytest.fixture(scope="module", params=ALL, ids="-".join)
def web(request, tmp_path_factory):
    """A server with the application of http_app."""
    server, runtime = request.param
    with WebServer(server, runtime, tmp_path_factory.mktemp("web")) as web:
        yield web


def talk(web, path="/ws", **options):
    """A connected client."""
    return connect(web.url.replace("http", "ws") + path, open_timeout=10, close_timeout=10, **options)


def test_messages_of_all_sizes_come_back(web):
    with talk(web, max_size=None) as ws:
        for size in (0, 1, 125, 126, 127, 1000, 5000):
            ws.send("ä" * (size // 2))
            assert ws.recv(10) == "ä" * (size // 2)
            data = os.urandom(size)
            ws.send(data)
            assert ws.recv(10) == data


def test_fragments_make_one_message(web):
    with talk(web) as ws:
        ws.send(["one ", "two ", "", "three ä"])
        assert ws.recv(10) == "one two three ä"
        ws.send([b"\xff", b"\x00" * 300, b"\xfe"])
        assert ws.recv(10) == b"\xff" + b"\x00" * 300 + b"\xfe"


def test_pings_are_answered(web):
    with talk(web) as ws:
        assert ws.ping("here?").wait(10)
        ws.send("still")
        assert ws.recv(10) == "still"


def test_both_sides_close_cleanly(web):
    ws = talk(web)
    ws.close(1001, "going away")
    assert ws.close_code == 1001
    assert web.get("/")[0] == 200


def test_a_message_that_is_too_long_is_1009(web):
    with talk(web) as ws:
        ws.send(b"x" * 71000)
        with pytest.raises(ConnectionClosed) as closed:
            ws.recv(10)
        assert closed.value.rcvd.code == 1009


def test_a_message_that_memory_does_not_hold_is_1009_and_the_server_lives(web):
    sockets = [talk(web) for _ in range(4)]
    for ws in sockets * 2:
        try:
            ws.send([b"x" * 34000, b"x" * 35000])  # each keeps what has come so far
        except ConnectionClosed:
            pass
    for ws in sockets:
        try:
            assert len(ws.recv(10)) == 69000
        except ConnectionClosed as closed:
            assert closed.rcvd.code == 1009
        ws.close()
    with talk(web) as ws:
        ws.send("still here")
        assert ws.recv(10) == "still here"


def test_broken_text_is_1007_and_broken_frames_are_1002(web):
    for frame, code in ((b"\x81\x81\0\0\0\0\xff", 1007), (b"\x83\x80\0\0\0\0", 1002), (b"\x81\x01x", 1002)):
        with web.connect() as sock:
            sock.sendall(
                request(
                    "GET",
                    "/ws",
                    [
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    ],
                    close=False,
                )
            )
            raw = b""
            while b"\r\n\r\n" not in raw:
                raw += sock.recv(1000)
            sock.sendall(frame)
            answer = sock.recv(1000)
            assert answer[0] == 0x88 and int.from_bytes(answer[2:4], "big") == code


def test_the_subprotocol_is_agreed_on(web):
    with talk(web, subprotocols=["first", "second", "third"]) as ws:
        assert ws.subprotocol == "second"


def test_what_is_no_handshake_is_refused(web):
    assert web.get("/ws")[0] == 426
    for headers in ({"Origin": "http://evil.example"}, {"Sec-WebSocket-Key": "short"}):
        with pytest.raises(InvalidStatus):
            talk(web, additional_headers=headers)
    with pytest.raises(InvalidStatus):
        talk(web, "/nothing")


def test_a_handler_sends_when_it_likes(web):
    with talk(web, "/ticks") as ws:
        assert [ws.recv(10), ws.recv(10)] == ["1", "2"]
        ws.send("hello")
        assert "hello" in (ws.recv(10), ws.recv(10))


def test_several_at_once_and_pages_beside_them(web):
    sockets = [talk(web) for _ in range(6)]
    for i, ws in enumerate(sockets):
        ws.send(str(i))
    assert web.get("/")[0] == 200
    assert [ws.recv(10) for ws in sockets] == [str(i) for i in range(6)]
    for ws in sockets:
        ws.close()


def test_a_client_that_vanishes_does_no_harm(web):
    for _ in range(20):
        ws = talk(web)
        ws.send("x")
        ws.socket.close()
    assert web.get("/")[0] == 200


@pytest.mark.parametrize("runtime", ["cpython", "micropython", "micropython32"])
def test_async_handlers_talk_too(tmp_path, runtime):
    app = tmp_path / "program.py"
    app.write_text(ASYNC)
    with WebServer(SERVERS[0], runtime, tmp_path / "run", app=app) as web, talk(web) as ws:
        assert ws.recv(10) == "welcome"
        for text in ("one", "two"):
            ws.send(text)
            assert ws.recv(10) == text
