"""The fiber server by itself: without asyncio, with and without a kernel, in a loop of one's own."""

import json
import subprocess
import sys
import time

import pytest
from http_servers import ROOT, RUNTIMES, WebServer, request

ROUTES = """
import json, sys
from plugins.http import Router

web = Router()
settings = json.load(open(sys.argv[2]))["server"]


@web.get("/")
def home(request):
    return "home"


@web.get("/slow")
def slow(request):
    yield "first"
    yield 100
    yield "second"


@web.get("/modules")
def modules(request):
    return sorted(sys.modules)
"""

ALONE = """
from plugins.http_windup import Server

Server(contents=[web], connections=4).run(settings["host"], settings["port"])
"""

OWN_LOOP = """
from plugins.http_windup import Server

turns = 0


@web.get("/turns")
def count(request):
    return {"turns": turns}


server = Server(contents=[web])
server.listen(settings["host"], settings["port"])
while True:
    turns += 1
    server.turn(20)
"""

KERNEL_STEPS = """
import time
from modcore import Kernel, Module
from plugins.http_windup import HttpWindup


class Pages(Module):
    routes = web


steps = 0


@web.get("/turns")
def count(request):
    return {"turns": steps}


kernel = Kernel(json.load(open(sys.argv[2]))["config"])
kernel.add(HttpWindup())
kernel.add(Pages())
while True:
    steps += 1
    time.sleep(min(kernel.step(), 5) / 1000)
"""

KERNEL_RUN = """
from modcore import Kernel, Module
from plugins.http_windup import HttpWindup


class Pages(Module):
    routes = web
    turns = 0

    def start(self):
        web._exact.pop("/turns", None)
        web.add("/turns", self.count)

    def loop(self):
        self.turns += 1
        return 60000

    def count(self, request):
        return {"turns": self.turns}


kernel = Kernel(json.load(open(sys.argv[2]))["config"])
kernel.add(HttpWindup())
kernel.add(Pages())
kernel.run()
"""

KERNEL_THREAD = KERNEL_RUN.replace(
    "kernel.run()", "import time\nkernel.start_thread()\nwhile True:\n    time.sleep(1)"
)
KERNEL_SERVE = KERNEL_RUN.replace("kernel.run()", "import asyncio\nasyncio.run(kernel.serve())")

WITH_FIBERS = """
from plugins.fiber import Channel
from plugins.http_windup import Server

server = Server(contents=[web])
channel = Channel(2)


def feed():
    n = 0
    while True:
        yield channel.put(n)
        n += 1


def work(n):
    yield 20
    return n * n


@web.get("/next")
def following(request):
    return {"next": (yield channel.get())}


@web.get("/square/:n")
def square(request):
    fiber = server.spawn(work(int(request.params["n"])))
    return {"square": (yield fiber)}


@web.get("/failing")
def failing(request):
    try:
        yield server.spawn(work("x"))
    except TypeError:
        return {"child": "failed"}


@web.get("/impatient")
def impatient(request):
    from plugins.fiber import Event, Timeout

    try:
        yield from server.within(30, Event())
    except Timeout:
        return {"gave": "up"}


server.spawn(feed())
server.run(settings["host"], settings["port"])
"""


def serve(tmp_path, runtime, program, **options):
    """A WebServer that runs ROUTES and `program`."""
    app = tmp_path / "program.py"
    app.write_text(ROUTES + program)
    return WebServer("http_windup", runtime, tmp_path / "run", app=app, **options)


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize(
    "program", [ALONE, OWN_LOOP, KERNEL_STEPS, KERNEL_RUN], ids=["alone", "own", "steps", "run"]
)
def test_every_way_to_run_serves_without_asyncio(tmp_path, runtime, program):
    with serve(tmp_path, runtime, program) as web:
        assert web.get("/")[2] == b"home"
        with web.connect() as one, web.connect() as other:
            one.sendall(request("GET", "/slow"))
            other.sendall(request("GET", "/slow"))
            for sock in (one, other):
                raw = b""
                while b"0\r\n\r\n" not in raw:
                    raw += sock.recv(1000)
                assert b"first" in raw and b"second" in raw
        modules = json.loads(web.get("/modules")[2])
        assert not [name for name in modules if "asyncio" in name], modules
        if program in (ALONE, OWN_LOOP) and runtime != "cpython":
            assert not [name for name in modules if name.startswith("modcore")], modules


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("program", [KERNEL_THREAD, KERNEL_SERVE], ids=["thread", "serve"])
def test_it_runs_in_a_thread_and_beside_asyncio(tmp_path, runtime, program):
    with serve(tmp_path, runtime, program) as web:
        assert web.get("/")[2] == b"home"
        assert b"firstsecond" in web.get("/slow")[2]
        with web.connect() as sock:
            for _ in range(3):
                sock.sendall(request("GET", "/", close=False))
                assert sock.recv(1000).endswith(b"home")


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("program", [OWN_LOOP, KERNEL_RUN], ids=["own", "run"])
def test_a_server_with_idle_connections_sleeps(tmp_path, runtime, program):
    with serve(tmp_path, runtime, program) as web:
        idle = [web.connect() for _ in range(5)]
        idle[0].sendall(request("GET", "/", close=False))
        start = time.monotonic()
        before = json.loads(web.get("/turns")[2])["turns"]
        time.sleep(1)
        after = json.loads(web.get("/turns")[2])["turns"]
        # 50 naps of 20 ms in the one loop, 20 of 50 ms in the other; a loop that spins does many thousands.
        assert after - before < 150 * (time.monotonic() - start)
        for sock in idle:
            sock.close()


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_handlers_wait_for_what_fibers_wait_for(tmp_path, runtime):
    with serve(tmp_path, runtime, WITH_FIBERS) as web:
        assert [json.loads(web.get("/next")[2])["next"] for _ in range(4)] == [0, 1, 2, 3]
        assert json.loads(web.get("/square/12")[2]) == {"square": 144}
        assert json.loads(web.get("/failing")[2]) == {"child": "failed"}
        assert json.loads(web.get("/impatient")[2]) == {"gave": "up"}


def test_a_port_in_use_is_one_line_that_says_so(tmp_path):
    with serve(tmp_path, "cpython", ALONE) as web:
        program = "from plugins.http_windup import Server; Server().run('127.0.0.1', {})".format(web.port)
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=str(tmp_path),
            env={"PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert "port {}: in use by another program".format(web.port) in done.stderr.splitlines()[-1]
