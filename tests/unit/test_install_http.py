"""Downloads over real sockets: what servers do, right and wrong, and that nothing waits for them."""

import socket

from plugins.packages.download import split
from plugins.packages.installer import Download
from plugins.packages.network import join
from plugins.packages.rules import InstallError
from support import raises

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


class Server:
    """A server in the test's own thread: each connection gets the answers of one list, one per request."""

    def __init__(self, *connections):
        self.connections = list(connections)
        self.requests = []
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        port = 20000
        while True:
            try:
                self.listener.bind(socket.getaddrinfo("127.0.0.1", port)[0][-1])
                break
            except OSError:
                port += 7
        self.listener.listen(5)
        self.listener.setblocking(False)
        self.url = "http://127.0.0.1:%d" % port
        self.socket = None
        self.answers = []
        self.text = b""

    def turn(self):
        """Take a connection, read, answer: whatever is possible without waiting."""
        if self.socket is None and self.connections:
            try:
                self.socket = self.listener.accept()[0]
            except OSError:
                return
            self.socket.setblocking(False)
            self.answers = list(self.connections.pop(0))
            self.text = b""
        if self.socket is None:
            return
        try:
            data = self.socket.recv(500)
        except OSError:
            return
        self.text += data
        while b"\r\n\r\n" in self.text:
            request, _, self.text = self.text.partition(b"\r\n\r\n")
            self.requests.append(request)
            if self.answers:
                answer = self.answers.pop(0)
                if answer:
                    self.socket.send(answer)
            if not self.answers:
                self.hang_up()
                return
        if not data:
            self.hang_up()

    def hang_up(self):
        """Close the connection."""
        if self.socket:
            self.socket.close()
            self.socket = None

    def fetch(self, path="/file", download=None, limit=None):
        """Download a file from this server; returns its bytes."""
        got = bytearray()
        steps = (download or Download(300)).get(self.url + path, got.extend, limit)
        while True:
            self.turn()
            try:
                next(steps)
            except StopIteration as done:
                assert done.value == len(got)
                return bytes(got)

    def close(self):
        """Free the port."""
        self.hang_up()
        self.listener.close()


def fails(words, *connections):
    """A download from such a server fails with a reason that has `words`."""
    server = Server(*connections)
    reason = str(raises(InstallError, server.fetch))
    server.close()
    assert words in reason, reason


def test_a_file_comes_whole():
    server = Server([OK])
    assert server.fetch("/a%20b.py") == b"hello"
    lines = server.requests[0].split(b"\r\n")
    assert lines[0] == b"GET /a%20b.py HTTP/1.1"
    assert b"Host: " + server.url[7:].encode() in lines
    server.close()


def test_a_large_file_comes_in_pieces():
    data = bytes(range(256)) * 40
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(data)
    server = Server([head + data])
    assert server.fetch() == data
    server.close()


def test_one_connection_serves_several_files():
    server = Server([OK, OK.replace(b"hello", b"world"), b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"])
    download = Download(300)
    assert server.fetch("/1", download) == b"hello"
    assert server.fetch("/2", download) == b"world"
    assert "answers 404" in str(raises(InstallError, server.fetch, "/3", download))
    assert len(server.requests) == 3
    server.close()


def test_a_connection_that_the_server_closed_meanwhile_is_opened_again():
    server = Server([OK], [OK])
    download = Download(300)
    assert server.fetch("/1", download) == b"hello"
    assert server.fetch("/2", download) == b"hello"
    server.close()


def test_a_server_that_does_not_say_how_much_comes():
    server = Server([b"HTTP/1.0 200 OK\r\n\r\nto the end"])
    assert server.fetch() == b"to the end"
    server.close()


def test_chunks():
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer += b"3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n"
    server = Server([answer, OK])
    download = Download(300)
    assert server.fetch("/1", download) == b"abc0123456789"
    assert server.fetch("/2", download) == b"hello"
    server.close()


def test_redirects_are_followed():
    server = Server(
        [b"HTTP/1.1 302 Found\r\nLocation: /there/a\r\nContent-Length: 0\r\n\r\n"],
        [b"HTTP/1.1 301 Moved\r\nLocation: b\r\n\r\n"],
        [OK],
    )
    assert server.fetch("/here") == b"hello"
    assert [request.split()[1] for request in server.requests] == [b"/here", b"/there/a", b"/there/b"]
    server.close()


def test_redirects_in_a_circle():
    again = [b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"]
    fails("is redirected again and again", again, again, again, again, again, again)


def test_servers_that_refuse():
    for status in (404, 500, 401, 204):
        fails("the server answers %d" % status, [b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status])


def test_a_server_that_says_nothing():
    fails("the server is silent for 0 s", [None, None])


def test_a_server_that_hangs_up():
    fails("the connection ended early", [None])


def test_a_server_that_sends_half():
    fails("ended after 3 of 5 bytes", [OK[:-2]])
    fails("ended early", [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"])
    fails("the connection ended early", [b"HTTP/1.1 200 OK\r\nContent-Le"])


def test_a_server_that_stops_in_the_middle():
    fails("the server is silent", [OK[:-2], None])


def test_a_server_that_speaks_no_http():
    fails("is not HTTP", [b"220 smtp.example.com\r\n\r\n"])
    fails("is not HTTP", [b"x" * 6000])
    fails("too long a head", [b"HTTP/1.1 200 OK\r\n" + b"X-Y: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\r\n" * 150])
    fails("broken chunks", [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"])
    fails("a length of", [b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"])


def test_more_than_was_announced():
    server = Server([OK], [OK.replace(b"Content-Length: 5\r\n", b"")])
    assert "5 bytes, takes 4" in str(raises(InstallError, server.fetch, "/", None, 4))
    assert "more than the 4 bytes" in str(raises(InstallError, server.fetch, "/", None, 4))
    server.close()


def test_https_takes_authorities_or_a_word_that_it_does_without():
    server = Server([OK])
    server.url = server.url.replace("http://", "https://")
    assert "https takes packages.authorities" in str(raises(InstallError, server.fetch))
    server.close()


def test_where_a_redirect_leads():
    base = "http://host:81/a/b.json"
    assert join(base, "c.json") == "http://host:81/a/c.json"
    assert join(base, "/c") == "http://host:81/c"
    assert join(base, "//other/c") == "http://other/c"
    assert join(base, "HTTPS://other/c") == "HTTPS://other/c"
    assert join(base, "/login?to=http://other/") == "http://host:81/login?to=http://other/"


def test_nobody_there():
    server = Server()
    server.listener.close()
    reason = str(raises(InstallError, server.fetch))
    assert "does not answer" in reason or "refuses" in reason, reason


def test_addresses_that_are_none():
    assert split("https://host/a/b") == ("https", "host", 443, "/a/b")
    assert split("http://host:81") == ("http", "host", 81, "/")
    assert split("HTTP://Host:8000/a") == ("http", "Host", 8000, "/a")
    assert split("HttpS://host/") == ("https", "host", 443, "/")
    assert split("http://[::1]/a") == ("http", "::1", 80, "/a")
    assert split("http://[fe80::1]:8000") == ("http", "fe80::1", 8000, "/")
    for url in ("http://[::1", "http://[]/", "http://[::1]x/", "http://[host]/", "http://[::1]:x/"):
        assert "is not an http URL" in str(raises(InstallError, split, url)), url
    for url in ("ftp://host/", "host/path", "http://", "http://host:x/", "http://user@host/", "file:///etc"):
        assert "is not an http URL" in str(raises(InstallError, split, url))
