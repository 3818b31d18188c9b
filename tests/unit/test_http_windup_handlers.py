"""Async handlers take http_async: http_windup refuses them, and goes on."""

import asyncio

from http_wire import Wire, ask, request, site_with

from plugins.http import Router
from plugins.http_websocket import websocket
from plugins.http_windup import Server
from support import MICROPYTHON

web = Router("", [["/", lambda request: "home"]])
ended = []


@web.get("/sleep")
async def sleep(request):
    try:
        await asyncio.sleep(0.01)
    finally:
        ended.append("sleep")
    return {"slept": True}


@web.get("/event")
async def event(request):
    await asyncio.Event().wait()


@web.get("/lock")
async def lock(request):
    lock = asyncio.Lock()
    await lock.acquire()
    await lock.acquire()


@web.get("/stubborn")
async def stubborn(request):
    while True:
        try:
            await asyncio.sleep(0.01)
        except TypeError:
            pass
        finally:
            await asyncio.sleep(0.01)


@web.get("/ws")
@websocket
async def talk(ws):
    await asyncio.sleep(0.01)


@web.get("/plain")
def plain(request):
    yield
    yield "a "
    yield 1
    yield "generator"


def site_of():
    """A site that http_windup drives, and the lines of its log."""
    site = site_with(web)
    lines = []
    site.log = lines.append
    Server(site)
    return site, lines


def test_a_handler_that_waits_in_asyncio_is_500_with_the_reason_in_the_log():
    site, lines = site_of()
    for path in ("/sleep", "/event", "/lock", "/stubborn"):
        for _ in range(3):
            del lines[:]
            assert ask(site, "GET", path).status == 500, path
            assert "an async handler takes http_async" in " ".join(lines), (path, lines)
            assert not site.open_connections
    assert bool(ended) == MICROPYTHON  # CPython does not even begin
    if MICROPYTHON:
        assert asyncio.core._task_queue.peek() is None and asyncio.core.cur_task is None


def test_a_websocket_that_waits_in_asyncio_is_closed_with_the_reason_in_the_log():
    site, lines = site_of()
    wire = Wire(site)
    head = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
    out = wire(request("GET", "/ws", head + ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]))
    assert out[-4:] == b"\x88\x02\x03\xf3" and "an async handler takes http_async" in lines[0]
    wire.close()


def test_generators_go_on():
    site, lines = site_of()
    answer = ask(site, "GET", "/plain")
    assert answer.status == 200 and b"generator" in answer.body and not lines
    assert ask(site, "GET", "/").body == b"home"


def test_it_works_while_asyncio_runs():
    site, lines = site_of()

    async def both():
        await asyncio.sleep(0)
        assert ask(site, "GET", "/sleep").status == 500
        await asyncio.sleep(0.001)
        return ask(site, "GET", "/plain").status

    assert asyncio.run(both()) == 200
