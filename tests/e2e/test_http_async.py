"""The asyncio server by itself: every way to run it, async handlers, its limits in real time, TLS."""

import json
import socket
import ssl

import pytest
import requests
import trustme
from http_servers import RUNTIMES, WebServer, open_connections, receive_all, request, unread

from processes import eventually

ROUTES = """
import asyncio, json, sys
from plugins.http import Router, Signal

web = Router()
settings = json.load(open(sys.argv[2]))["server"]


@web.get("/")
def home(request):
    return "home"


@web.get("/slow")
async def slow(request):
    await asyncio.sleep(0.1)
    return {"slow": True}
"""

ALONE = """
from plugins.http_async import Server

asyncio.run(Server(contents=[web], connections=4).run(settings["host"], settings["port"]))
"""

BESIDE_ANOTHER = """
from plugins.http_async import Server


async def shout(reader, writer):
    line = await reader.readline()
    writer.write(line.upper())
    await writer.drain()
    writer.close()


@web.get("/shout/:word")
async def ask(request):
    reader, writer = await asyncio.open_connection(settings["host"], settings["other"])
    writer.write(request.params["word"].encode() + b"\\n")
    await writer.drain()
    line = await reader.readline()
    writer.close()
    return {"answer": str(line.strip(), "utf-8")}


async def main():
    await asyncio.start_server(shout, settings["host"], settings["other"])
    await Server(contents=[web]).run(settings["host"], settings["port"])


asyncio.run(main())
"""

KERNEL = """
from modcore import Kernel, Module
from plugins.http_async import HttpAsync


class Pages(Module):
    routes = web


kernel = Kernel(json.load(open(sys.argv[2]))["config"])
kernel.add(HttpAsync())
kernel.add(Pages())
"""
KERNEL_RUN = KERNEL + "kernel.run()\n"
KERNEL_SERVE = KERNEL + "asyncio.run(kernel.serve())\n"
KERNEL_THREAD = (
    KERNEL
    + """
import time
kernel.start_thread()
while True:
    time.sleep(0.05)
"""
)
MODULES_COME_AND_GO = (
    KERNEL
    + """
class Extra(Module):
    routes = Router("/extra", [["/", lambda request: "extra"]])


class Mover(Module):
    def start(self):
        self.listen("move/+/+", self.on_move)

    def on_move(self, topic, value):
        _, id, state = topic.split("/")
        kernel.move(id, state)

    def loop(self):
        return 1000


@web.get("/move/:id/:state")
def move(request):
    kernel.bus.publish("move/%s/%s" % (request.params["id"], request.params["state"]))
    return "soon"


kernel.add(Extra())
kernel.add(Mover())
kernel.run()
"""
)


def serve(tmp_path, runtime, program, **options):
    """A WebServer that runs ROUTES and `program`."""
    app = tmp_path / "program.py"
    app.write_text(ROUTES + program)
    return WebServer("http_async", runtime, tmp_path / "run", app=app, **options)


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize(
    "program", [ALONE, KERNEL_RUN, KERNEL_SERVE, KERNEL_THREAD], ids=["alone", "run", "serve", "thread"]
)
def test_every_way_to_run_serves(tmp_path, runtime, program):
    with serve(tmp_path, runtime, program) as web:
        assert web.get("/")[2] == b"home"
        with requests.Session() as session:  # kept alive
            for _ in range(5):
                assert session.get(web.url + "/slow").json() == {"slow": True}
        socks = [web.connect() for _ in range(3)]
        for sock in socks:
            sock.sendall(request("GET", "/slow"))
        assert all(b"true" in receive_all(sock) for sock in socks)
        for sock in socks:
            sock.close()


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_it_runs_beside_other_asyncio_servers(tmp_path, runtime):
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        other = sock.getsockname()[1]
    with serve(tmp_path, runtime, BESIDE_ANOTHER, other=other) as web:
        for word in ("hello", "again"):
            assert json.loads(web.get("/shout/" + word)[2]) == {"answer": word.upper()}


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_routes_come_and_go_with_their_modules(tmp_path, runtime):
    with serve(tmp_path, runtime, MODULES_COME_AND_GO) as web:
        assert web.get("/extra")[2] == b"extra"
        for state, status in (("STOPPED", 404), ("RUNNING", 200)):
            web.get("/move/extra/" + state)
            eventually(lambda status=status: web.get("/extra")[0] == status)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_server_can_be_stopped_and_started_again(tmp_path, runtime):
    with serve(tmp_path, runtime, MODULES_COME_AND_GO) as web:
        open_one = web.connect()
        web.get("/")
        # A restart in one go: the answer itself may be lost with its connection.
        program = "/move/http_async/STOPPED"
        web.exchange(request("GET", program))
        eventually(lambda: _refused(web))
        assert receive_all(open_one) == b""
        open_one.close()


def _refused(web):
    try:
        web.connect(1).close()
        return False
    except OSError:
        return True


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_slow_clients_are_cut_off_and_delay_nobody(tmp_path, runtime):
    limits = {"head_ms": 1500, "body_ms": 1500, "idle_ms": 1500, "write_ms": 1500}
    with serve(tmp_path, runtime, KERNEL_RUN, limits=limits) as web:
        head, body, idle, silent = [web.connect() for _ in range(4)]
        head.sendall(b"GET / HTT")
        body.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n123")
        idle.sendall(request("GET", "/", close=False))
        for _ in range(5):
            assert web.get("/")[2] == b"home"
        assert receive_all(head).startswith(b"HTTP/1.1 408 ")
        assert receive_all(body).startswith(b"HTTP/1.1 408 ")
        raw = receive_all(idle)
        assert raw.startswith(b"HTTP/1.1 200 ") and raw.endswith(b"home")
        assert receive_all(silent) == b""
        for sock in (head, body, idle, silent):
            sock.close()


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_who_reads_too_slowly_is_cut_off(tmp_path, runtime):
    program = """
@web.get("/much")
def much(request):
    for _ in range(20000):
        yield "x" * 1000
"""
    with serve(tmp_path, runtime, program + KERNEL_RUN, limits={"write_ms": 300, "connections": 2}) as web:
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.connect((web.host, web.port))
            sock.sendall(request("GET", "/much"))
            sock.recv(100)
            assert web.get("/")[2] == b"home"
            eventually(lambda: not open_connections(web), "the end of the slow one")
            assert len(receive_all(sock)) < 20000000


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_connections_past_the_limit(tmp_path, runtime):
    with serve(tmp_path, runtime, KERNEL_RUN, limits={"connections": 3}) as web:
        busy = [web.connect() for _ in range(3)]
        for sock in busy:
            sock.sendall(b"GET / HT")
        eventually(lambda: unread(web) == 0, "all three begun")
        status, headers, _ = web.get("/")
        assert status == 503 and headers["retry-after"] == "2"
        busy[0].sendall(b"TP/1.1\r\nHost: x\r\n\r\n")
        assert busy[0].recv(1000).startswith(b"HTTP/1.1 200 ")
        # That one is idle now, and gives way.
        eventually(lambda: web.get("/")[2] == b"home")
        assert busy[0].recv(1000) == b""
        for sock in busy:
            sock.close()


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_port_in_use_is_one_line_and_tried_again(tmp_path, runtime):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        web = serve(tmp_path, runtime, KERNEL_RUN, port=port)
        web.port = port
        try:
            web.spawn_only()
            eventually(lambda: "port {}: in use by another program".format(port) in web.output)
            taken.close()
            eventually(lambda: not _refused(web))
            eventually(lambda: web.get("/")[2] == b"home")
        finally:
            web.stop()


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_tls_with_certificate_and_key_from_files(tmp_path, runtime):
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))
    files = _der(tmp_path, certificate) if runtime != "cpython" else _pem(tmp_path, certificate)
    with serve(tmp_path, runtime, KERNEL_RUN, certificate=files[0], key=files[1], heap="512K") as web:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(pem)
            for _ in range(3):
                assert session.get(web.url + "/").text == "home"
                assert session.get(web.url + "/slow").json() == {"slow": True}
        # Who speaks no TLS there, and who says nothing, delay nobody.
        with web.connect() as plain, web.connect():
            plain.sendall(request("GET", "/"))
            assert requests.get(web.url + "/", verify=str(pem)).text == "home"
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(web.url + "/")


def _pem(folder, certificate):
    """Write certificate and key as PEM; the names of the files."""
    names = str(folder / "cert.pem"), str(folder / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(names[0])
    certificate.private_key_pem.write_to_path(names[1])
    return names


def _der(folder, certificate):
    """Write certificate and key as DER, which every MicroPython reads; the names of the files."""
    from cryptography.hazmat.primitives import serialization

    names = []
    chain = certificate.cert_chain_pems[0].bytes()
    key = serialization.load_pem_private_key(certificate.private_key_pem.bytes(), None)
    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    for name, content in (("cert.der", ssl.PEM_cert_to_DER_cert(chain.decode())), ("key.der", der)):
        path = folder / name
        path.write_bytes(content)
        names.append(str(path))
    return names
