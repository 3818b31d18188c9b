"""Handlers and generators of the asyncio server that are coroutines."""

import json

import pytest
import requests
from http_servers import RUNTIMES, request
from test_http_async import serve

from processes import eventually

ASYNC_HANDLERS = """
from plugins.http_async import Server


@web.get("/plain")
async def plain(request):
    return {"plain": True}


@web.get("/stream")
async def stream(request):
    yield "one "
    await asyncio.sleep(0.01)
    yield b"two "
    await asyncio.sleep(0)
    yield "three"


@web.get("/boom")
async def boom(request):
    await asyncio.sleep(0.01)
    raise ValueError("boom")


async def five():
    await asyncio.sleep(0.01)
    return 5


@web.get("/event")
async def event(request):
    ready = asyncio.Event()

    async def later():
        await asyncio.sleep(0.02)
        ready.set()

    task = asyncio.create_task(later())
    await ready.wait()
    await task
    return {"five": await asyncio.wait_for(five(), 1)}


@web.post("/upload", stream=True)
async def upload(request):
    size = 0
    while True:
        piece = await request.read(1000)
        if not piece:
            return {"size": size}
        size += len(piece)
        await asyncio.sleep(0)


hung = []


@web.get("/hang")
async def hang(request):
    try:
        yield "hanging"
        while True:
            await asyncio.sleep(0.01)
            yield "x" * 1000
    finally:
        hung.append(1)


@web.get("/hung")
def count(request):
    return {"hung": len(hung)}


@web.get("/both")
def both(request):
    def inner():
        yield 10
        return {"both": 1}

    return inner()


asyncio.run(Server(contents=[web]).run(settings["host"], settings["port"]))
"""


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_async_handlers_and_async_generators(tmp_path, runtime):
    with serve(tmp_path, runtime, ASYNC_HANDLERS) as web:
        assert requests.get(web.url + "/plain").json() == {"plain": True}
        assert requests.get(web.url + "/stream").text == "one two three"
        assert requests.get(web.url + "/event").json() == {"five": 5}
        assert requests.get(web.url + "/both").json() == {"both": 1}
        assert requests.get(web.url + "/boom").status_code == 500
        for size in (0, 10, 100000):
            assert requests.post(web.url + "/upload", data=b"x" * size).json() == {"size": size}
        chunks = (b"y" * 7000 for _ in range(10))
        assert requests.post(web.url + "/upload", data=chunks).json() == {"size": 70000}
        with web.connect() as sock:
            sock.sendall(request("GET", "/hang"))
            assert sock.recv(10)
        eventually(lambda: json.loads(web.get("/hung")[2])["hung"] == 1)
        assert "boom" in web.output
