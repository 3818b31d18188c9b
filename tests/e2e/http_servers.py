"""Both web servers on all runtimes as processes, for the tests that they share."""

import atexit
import json
import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path

from host.manifest_mpy import compiled
from processes import HANG_S, Ports, Process, listening, tool

ROOT = Path(__file__).resolve().parent.parent.parent
APP = Path(__file__).resolve().parent / "http_app" / "app.py"
SERVERS = ("http_async", "http_windup")
RUNTIMES = ("cpython", "micropython", "micropython32")
ALL = [(server, runtime) for server in SERVERS for runtime in RUNTIMES]
# What a small board has.
HEAPS = {"micropython32": "160K", "micropython": "256K"}

_library = []


def library():
    """Return a folder (Path) like a device's /lib, compiled for MicroPython; made once."""
    if not _library:
        folder = Path(tempfile.mkdtemp(prefix="modcore-lib-"))
        atexit.register(shutil.rmtree, str(folder), True)
        for source in sorted(ROOT.glob("modcore/**/*.py")) + sorted(ROOT.glob("plugins/**/*.py")):
            name = source.relative_to(ROOT)
            target = (folder / name).with_suffix(".mpy")
            target.parent.mkdir(parents=True, exist_ok=True)
            compile_file(source, target, name)
        _library.append(folder)
    return _library[0]


def compile_file(source, target, name=None):
    """Compile the file `source` to `target`, once for all workers and runs; name: its path on a device."""
    target.write_bytes(compiled(source.read_bytes(), str(name or source.name)))


class WebServer(Process):
    """One of the servers with the application of http_app on one runtime.

    with WebServer("http_windup", "micropython32", folder) as web:
        requests.get(web.url)
    """

    def __init__(self, server, runtime, folder, heap=None, app=APP, **config):
        """`folder`: Path for its files; `config`: keys of the sections of the server and of `http`."""
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder / "output.log")
        self.server = server
        self.runtime = runtime
        self.folder = folder
        self.port = Ports()()
        self.host = "127.0.0.1"
        self.config = dict({"host": self.host, "port": self.port}, **config)
        self.secure = bool(config.get("certificate"))
        self.url = "{}://{}:{}".format("https" if self.secure else "http", self.host, self.port)
        self.heap = heap or HEAPS.get(runtime)
        self.app = app

    def __enter__(self):
        return self.start()

    def __exit__(self, *error):
        self.stop()
        if error[0] is not None:
            print("--- {} on {} ---\n{}".format(self.server, self.runtime, self.output[-4000:]))

    def start(self):
        """Start the program and return this when it listens."""
        self.spawn_only()
        self.wait_for(lambda: listening(self.port), self.server)
        return self

    def spawn_only(self):
        """Start the program."""
        own = {key: self.config[key] for key in ("host", "port")}
        shared = {key: value for key, value in self.config.items() if key not in own}
        # What the tests call the server, besides its address.
        shared.setdefault("hosts", ["x", "garden"])
        config = {"name": "test", self.server: own, "http": shared}
        settings = {"server": self.config, "config": config, "folder": str(self.folder)}
        # In a file: MicroPython takes no long arguments.
        (self.folder / "settings.json").write_text(json.dumps(settings))
        command = [self.server, "settings.json"]
        environment = dict(os.environ, PYTHONUNBUFFERED="1")
        if self.runtime == "cpython":
            environment["PYTHONPATH"] = str(ROOT)
            command = [sys.executable, str(self.app), *command]
        else:
            compile_file(self.app, self.folder / "app.mpy")
            environment["MICROPYPATH"] = "{}:{}:.frozen".format(self.folder, library())
            command = [str(tool(self.runtime)), "-X", "heapsize=" + self.heap, "-m", "app", *command]
        self.spawn(command, env=environment, cwd=str(self.folder))

    def connect(self, timeout=HANG_S):
        """Return a connected socket; the caller closes it."""
        return socket.create_connection((self.host, self.port), timeout)

    def exchange(self, *pieces, timeout=HANG_S, half_close=False):
        """Send bytes on a connection of its own and return all that comes until the server closes it."""
        with self.connect(timeout) as sock:
            for piece in pieces:
                sock.sendall(piece)
            if half_close:
                sock.shutdown(socket.SHUT_WR)
            return receive_all(sock)

    def get(self, path, *headers, method="GET", body=None, close=True):
        """One request; returns (status, headers with lower-case names, body)."""
        return parse(self.exchange(request(method, path, headers, body, close)))


def unread(web):
    """Count the bytes that have come to a server and that it has not read yet."""
    return sum(int(row[4].partition(":")[2], 16) for row in _connections(web))


def open_connections(web):
    """Count the connections to a server."""
    return len(_connections(web))


def _connections(web):
    with open("/proc/net/tcp") as table:
        rows = [line.split() for line in table]
    return [row for row in rows if row[1].endswith(":%04X" % web.port) and row[3] == "01"]


def request(method, path, headers=(), body=None, close=True):
    """The bytes of a request; `headers`: lines."""
    lines = ["{} {} HTTP/1.1".format(method, path), "Host: test", *headers]
    if close:
        lines.append("Connection: close")
    if body is not None:
        lines.append("Content-Length: {}".format(len(body)))
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + (body or b"")


def receive_all(sock):
    """All bytes up to the end."""
    data = b""
    while True:
        try:
            piece = sock.recv(65536)
        except ConnectionResetError:
            return data
        if not piece:
            return data
        data += piece


def parse(raw, method="GET"):
    """(status, headers, body) of one response that ends with its connection; the framing is checked."""
    head, end, body = raw.partition(b"\r\n\r\n")
    assert end, raw
    lines = head.decode().split("\r\n")
    assert lines[0].startswith("HTTP/1.1 "), lines[0]
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(": ")
        headers[name.lower()] = value
    if method == "HEAD":
        assert body == b"", raw
    elif headers.get("transfer-encoding") == "chunked":
        body = dechunk(body)
    elif "content-length" in headers:
        assert len(body) == int(headers["content-length"]), raw[:300]
    return int(lines[0].split()[1]), headers, body


def dechunk(body):
    """A chunked body put together; fails when it is not whole."""
    whole = b""
    while True:
        size, _, body = body.partition(b"\r\n")
        size = int(size, 16)
        assert body[size : size + 2] == b"\r\n", "chunk cut short"
        whole += body[:size]
        body = body[size + 2 :]
        if not size:
            assert body == b"", body
            return whole


def status(web, raw, half_close=False):
    """The status that the bytes `raw` are answered with; 0: no answer."""
    with web.connect() as sock:
        sock.sendall(raw)
        if half_close:
            sock.shutdown(socket.SHUT_WR)
        answer = sock.recv(4096)
        return int(answer.split()[1]) if answer else 0
