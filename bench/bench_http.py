"""Web servers: heap, allocation, requests and files a second."""

import contextlib
import importlib.util
import json
import os
import tempfile
import time
from pathlib import Path

from . import device
from .browser import crowd
from .http_load import free_port, get, requests_per_second, wait_for

# A kernel with one module and, when it is named, a web server with one route; prints the heap now and then.
_HEAP = (
    "import gc, json, sys\n"
    + device.TAKEN
    + """
before = taken()
from modcore import Kernel, Module
class Lamp(Module):
    def start(self):
        self.property("on", "switch", value=False, set=self.turn)
    def turn(self, property, on):
        property.value = on
    def loop(self):
        kernel.relieve()  # what starting took is not needed at rest, and goes 20 s later by itself
        print(taken() - before)
        return 200
kernel = Kernel({"name": "lamp", sys.argv[1]: {"host": "127.0.0.1", "port": int(sys.argv[2])}})
kernel.add(Lamp())
if sys.argv[1]:
    from plugins.http import Router
    web = Router()
    @web.get("/")
    def hello(request):
        return {"hello": "world"}
    Lamp.routes = web
    if sys.argv[1] == "http_async":
        from plugins.http_async import HttpAsync as Server
    else:
        from plugins.http_windup import HttpWindup as Server
    kernel.add(Server())
kernel.run()
"""
)

# Eight valves on a page.
_CROWD = """
import sys
from modcore import Kernel, Module
class Valves(Module):
    def start(self):
        for i in range(8):
            self.property(str(i), "valve", name="Valve %d" % i, value=False, set=self.turn)
    def turn(self, valve, open):
        valve.value = open
port, name, root = sys.argv[1:]
http = {"root": root, "limits": {"peer_connections": 16}}
kernel = Kernel({"name": "garden", name: {"host": "127.0.0.1", "port": int(port)}, "http": http})
if name == "http_async":
    from plugins.http_async import HttpAsync as Server
else:
    from plugins.http_windup import HttpWindup as Server
kernel.add(Server())
kernel.add(Valves())
kernel.run()
"""

# Servers of the same two pages: "/" and, with the heap that is taken, "/heap".
_PAGES = """
import gc, sys
port = int(sys.argv[1])
def hello(request):
    return "hello world"
def heap(request):
    return str(gc.mem_alloc())
"""
_OURS = (
    _PAGES
    + """
from plugins.http import Router
from plugins.http_files import Static
web = Router("", [["/", hello], ["/heap", heap]])
contents = [web] + [Static(folder) for folder in sys.argv[3:]]
"""
)
_SERVERS = {
    "http_async": _OURS
    + """
import asyncio
from plugins.http_async import Server
server = Server(contents=contents, requests=1000000)
server.listen("127.0.0.1", port)
if sys.argv[2] == "hold": gc.collect(); gc.disable()
asyncio.run(server.run())
""",
    "http_windup": _OURS
    + """
from plugins.http_windup import Server
server = Server(contents=contents, requests=1000000)
server.listen("127.0.0.1", port)
if sys.argv[2] == "hold": gc.collect(); gc.disable()
server.run()
""",
    "Microdot": _PAGES
    + """
from microdot import Microdot
app = Microdot()
page = {"Content-Type": "text/html; charset=UTF-8"}
app.get("/")(lambda request: ("hello world", page))
app.get("/heap")(heap)
if sys.argv[2] == "hold": gc.collect(); gc.disable()
app.run("127.0.0.1", port)
""",
    "bare asyncio": _PAGES
    + """
import asyncio
async def serve(reader, writer):
    line = await reader.readline()
    while len(await reader.readline()) > 2:
        pass
    body = heap(None).encode() if b"heap" in line else b"hello world"
    head = b"HTTP/1.0 200 OK\\r\\nContent-Type: text/html; charset=UTF-8\\r\\nContent-Length: %d\\r\\n\\r\\n%s"
    writer.write(head % (len(body), body))
    await writer.drain()
    writer.close()
    await writer.wait_closed()
async def main():
    await asyncio.start_server(serve, "127.0.0.1", port)
    if sys.argv[2] == "hold": gc.collect(); gc.disable()
    while True:
        await asyncio.sleep(60)
asyncio.run(main())
""",
    # Reads a file and sends it, and nothing else: how fast any server can be at most.
    "bare loop": """
import socket, sys
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(socket.getaddrinfo("127.0.0.1", int(sys.argv[1]))[0][-1])
listener.listen(1)
buffer = bytearray(2048)
view = memoryview(buffer)
while True:
    sock, _ = listener.accept()
    if not sock.recv(1000):
        continue
    sock.write(b"HTTP/1.0 200 OK\\r\\n\\r\\n")
    with open(sys.argv[3] + "/file.bin", "rb") as file:
        while True:
            size = file.readinto(buffer)
            if not size:
                break
            sock.write(view[:size])
    sock.close()
""",
}


def run(report):
    """Web servers."""
    microdot = Path(importlib.util.find_spec("microdot").origin).parent
    with device.library(microdot) as library:
        _heap(report, library)
        _crowd(report, library)
        _allocated(report, library)
        _speed(report, library)
        _files(report, library)


@contextlib.contextmanager
def _server(library, name, *arguments, program=None, heap="1M"):
    """A running server's port."""
    port = free_port()
    process = device.start(library, program or _SERVERS[name], port, *arguments, heap=heap)
    try:
        wait_for(port)
        yield port
    finally:
        process.kill()
        process.communicate()


def _heap(report, library):
    alone = _taken(library, "", lambda port: None)
    for name, budget in (("http_async", 17), ("http_windup", 19)):
        if not (device.ROOT / "plugins" / name / "__init__.py").exists():
            continue
        serving = _taken(library, name, lambda port: [get(port) for _ in range(3)]) - alone
        report.row("heap: {}, serving, over a kernel alone".format(name), serving / 1024, "KB", budget=budget)
        used = _taken(library, name, _use_api) - alone
        report.row("heap: and after GET and PUT on its API", used / 1024, "KB")


def _crowd(report, library):
    page = library / "page"
    page.mkdir(exist_ok=True)
    (page / "index.html").write_text("<p>garden</p>" * 500)
    for name in ("http_async", "http_windup"):
        with _server(library, name, name, page, program=_CROWD, heap="96K") as port:
            what = "8 event streams and 4 browsers in 96 KB, {}: failures".format(name)
            requests, failures = crowd(port, 8, 4, 4)
            report.row(what, failures, budget=0, note="of {:,} requests".format(requests))


def _use_api(port):
    get(port)
    get(port, "/api/lamp/on")


def _taken(library, name, use):
    """The heap in bytes that the last line says, after `use(port)`."""
    port = free_port()
    process = device.start(library, _HEAP, name, port, heap="256K")
    try:
        if name:
            wait_for(port)
        time.sleep(0.5)
        use(port)
        time.sleep(1.2)
    finally:
        process.kill()
    return int(process.communicate()[0].split()[-1])


def _allocated(report, library):
    for name, budgets in (
        ("http_async", (3.2, 1.2)),
        ("http_windup", (3.2, 1.2)),
        ("Microdot", (None, None)),
        ("bare asyncio", (None, None)),
    ):
        if name not in _SERVERS or name.startswith("http_w") and not _have(name):
            continue
        with _server(library, name, "hold", heap="4M") as port:
            taken = _per_request(lambda path, port=port: get(port, path))
            report.row("allocated per GET, closed, " + name, taken / 1024, "KB", budget=budgets[0])
            if budgets[1]:
                import socket

                with socket.create_connection(("127.0.0.1", port)) as sock:
                    taken = _per_request(lambda path, port=port, sock=sock: get(port, path, sock))
                report.row("allocated per GET, kept alive, " + name, taken / 1024, "KB", budget=budgets[1])


def _have(name):
    return (device.ROOT / "plugins" / name / "__init__.py").exists()


def _per_request(ask, count=20):
    for _ in range(3):
        before = int(ask("/heap"))
    for _ in range(count):
        ask("/")
    return (int(ask("/heap")) - before) / (count + 1)


def _speed(report, library):
    names = [
        name
        for name in ("http_async", "http_windup", "Microdot", "bare asyncio")
        if _have(name) or name[0] != "h"
    ]
    figures = {}
    with contextlib.ExitStack() as stack:
        ports = {name: stack.enter_context(_server(library, name, "run", heap="256K")) for name in names}
        for _ in range(3):  # in turn, so that what else the machine does falls on all of them
            for connections in (1, 8):
                for name in names:
                    for keep in (False, True):
                        if keep and not name.startswith("http_"):
                            continue  # they know no other way than to close
                        speed = requests_per_second(ports[name], connections, keep, 0.7)
                        key = name, connections, keep
                        figures[key] = max(figures.get(key, 0), speed)
    for connections in (1, 8):
        other = figures["Microdot", connections, False]
        report.row(
            "requests, {} at once, bare asyncio".format(connections),
            figures["bare asyncio", connections, False],
            "per s",
        )
        report.row("requests, {} at once, Microdot".format(connections), other, "per s")
        for name, close, keep in (("http_async", 1.3, 2), ("http_windup", 1, None)):
            if name not in names:
                continue
            for kept, goal in ((False, close), (True, keep)):
                speed = figures[name, connections, kept]
                what = "requests, {} at once, {}, {}".format(
                    connections, name, "kept alive" if kept else "closed"
                )
                report.row(what, speed, "per s")
                report.row("  over Microdot", speed / other, "times", goal=goal)


def _files(report, library):
    with tempfile.TemporaryDirectory() as folder:
        content = os.urandom(1 << 20)
        (Path(folder) / "file.bin").write_bytes(content)
        names = ["bare loop"] + [name for name in ("http_async", "http_windup") if _have(name)]
        best = dict.fromkeys(names, 0)
        with contextlib.ExitStack() as stack:
            ports = {
                name: stack.enter_context(_server(library, name, "run", folder, heap="256K"))
                for name in names
            }
            for _ in range(5):
                for name in names:
                    start = time.perf_counter()
                    body = get(ports[name], "/file.bin")
                    best[name] = max(best[name], len(body) / (time.perf_counter() - start) / 1e6)
                    if body != content:
                        raise RuntimeError("{} sent {} bytes of {}".format(name, len(body), len(content)))
    report.row("a file of 1 MB, bare loop", best["bare loop"], "MB/s")
    for name in names[1:]:
        report.row("a file of 1 MB, " + name, best[name], "MB/s")
        report.row("  of the bare loop", best[name] / best["bare loop"] * 100, "%", goal=60)


if __name__ == "__main__":
    print(json.dumps(sorted(_SERVERS)))
