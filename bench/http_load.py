"""A load generator: how many requests a second a server answers."""

import select
import socket
import time


def free_port():
    """A TCP port that nobody uses just now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def wait_for(port, seconds=10):
    """Wait until something listens on `port`. RuntimeError: nothing does within `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("nothing listens on port {}".format(port))


def get(port, path="/", keep=None, headers=""):
    """The body of one GET, as bytes, over the socket `keep` or a connection of its own."""
    sock = keep or socket.create_connection(("127.0.0.1", port), 5)
    close = "" if keep else "Connection: close\r\n"
    request = "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}{}\r\n".format(path, close, headers)
    sock.sendall(request.encode())
    data = b""
    while True:
        head, end, body = data.partition(b"\r\n\r\n")
        if end:
            length = _length(head)
            if length is not None and len(body) >= length:
                break
        got = sock.recv(65536)
        if not got:
            break
        data += got
    if not keep:
        sock.close()
    return data.partition(b"\r\n\r\n")[2]


def _length(head):
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return int(line[15:])
    return None


def requests_per_second(port, connections, keep, seconds=1.0):
    """Answered requests a second over so many connections; keep: kept alive, else a new one for each request."""
    close = b"" if keep else b"Connection: close\r\n"
    return _Load(port, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + close + b"\r\n", keep).run(
        connections, seconds
    )


class _Load:
    def __init__(self, port, request, keep):
        self.address = ("127.0.0.1", port)
        self.request = request
        self.keep = keep
        self.poll = select.poll()
        self.socks = {}  # number -> [socket, received]
        self.answered = 0

    def connect(self):
        sock = socket.socket()
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect_ex(self.address)
        self.socks[sock.fileno()] = [sock, None]
        self.poll.register(sock, select.POLLOUT)

    def run(self, connections, seconds):
        for _ in range(connections):
            self.connect()
        start = time.perf_counter()
        end = start + seconds
        while time.perf_counter() < end:
            for number, _ in self.poll.poll(100):
                self.turn(number)
        taken = time.perf_counter() - start
        for sock, _ in self.socks.values():
            sock.close()
        return self.answered / taken

    def turn(self, number):
        entry = self.socks[number]
        sock, data = entry
        try:
            if data is None:  # connected
                sock.send(self.request)
                entry[1] = b""
                self.poll.modify(sock, select.POLLIN)
                return
            got = sock.recv(65536)
        except OSError:
            got = b""
        if not got:
            self.drop(sock, bool(data))
            return
        entry[1] = data = data + got
        if self.keep:
            head, found, body = data.partition(b"\r\n\r\n")
            if found and len(body) >= _length(head):
                self.answered += 1
                entry[1] = b""
                sock.send(self.request)

    def drop(self, sock, answered):
        self.poll.unregister(sock)
        del self.socks[sock.fileno()]
        sock.close()
        self.answered += answered
        self.connect()
