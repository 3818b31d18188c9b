"""Downloads that never hold up the loop: HTTP/1.1 as a generator, over sockets that do not block."""

import errno
import select
import socket

from modcore.ticks import ticks_diff, ticks_ms

from .network import chunked, encrypted, join, reason
from .rules import InstallError

_CHUNK = 512
_NAP_MS = 5
_MAX_HEAD = 4096
_MAX_REDIRECTS = 4
_BUSY = (errno.EAGAIN, errno.EINPROGRESS, 2, 3)  # 2 and 3: CPython's SSL wants to read or write


class Download:
    """Fetches one file after the other, over one connection where the server keeps it.

    timeout_ms: how long a server may be silent. authorities: a file (PEM or DER) with the certificates that
    https trusts; without it any is taken, as by mip: boards have no list of their own. resolve: a generator
    function that returns the address of a host, or None; without it `socket.getaddrinfo` is asked, which
    blocks. What waits is yielded as milliseconds to sleep:

        for ms in download.get("http://host/registry.json", sink):
            sleep_ms(ms)
    """

    def __init__(self, timeout_ms=15000, authorities=None, resolve=None):
        self.timeout_ms = timeout_ms
        self.authorities = authorities
        self._resolve = resolve
        self._sock = None
        self._peer = None  # (scheme, host, port) that the connection leads to
        self._fresh = False  # nothing has come over this connection yet
        self._address = {}  # (host, port) -> what its name resolved to
        self._buffer = bytearray(_CHUNK)
        self._start = self._end = 0  # of what is in the buffer and not read yet
        self._tick = 0

    def get(self, url, sink, limit=None):
        """Generator: call `sink(bytes)` for each piece of the file at `url`; returns its size.

        limit: the bytes that it may have. InstallError: it can't be had, and why.
        """
        for _ in range(_MAX_REDIRECTS):
            try:
                more = yield from self._get(url, sink, limit)
            except (OSError, ValueError) as error:  # ValueError: the certificate is not trusted
                self.close()
                raise InstallError("%s: %s" % (url, reason(error)))
            except InstallError:
                self.close()
                raise
            if isinstance(more, int):
                return more
            url = join(url, more)
        raise InstallError("%s: is redirected again and again" % url)

    def close(self):
        """Close the connection."""
        if self._sock:
            self._sock.close()
            self._sock = self._peer = None
        self._start = self._end = 0

    def _get(self, url, sink, limit):
        scheme, host, port, path = split(url)
        peer = (scheme, host, port)
        again = self._peer == peer  # a kept connection may have been closed meanwhile: then once more
        while True:
            if self._peer != peer:
                yield from self._connect(peer)
            try:
                yield from self._send(_request(scheme, host, port, path))
                self._fresh = True
                status, headers = yield from self._head()
                break
            except (OSError, InstallError):
                self.close()
                if not again or not self._fresh:
                    raise
                again = False
        location = headers.get("location")
        if status in (301, 302, 303, 307, 308) and location:
            self.close()
            return location
        if status != 200:
            raise InstallError("%s: the server answers %d" % (url, status))
        size = yield from self._body(url, headers, sink, limit)
        if headers.get("connection", "").lower() == "close" or headers[""] == "HTTP/1.0":
            self.close()
        return size

    # connection

    def _connect(self, peer):
        self.close()
        scheme, host, port = peer
        if (host, port) not in self._address:
            address = (yield from self._resolve(host)) if self._resolve else host
            if not address:
                raise InstallError("%s: no such host" % host)
            self._address[host, port] = socket.getaddrinfo(address, port, 0, socket.SOCK_STREAM)[0]
        info = self._address[host, port]
        self._sock = sock = socket.socket(info[0], info[1], info[2])
        sock.setblocking(False)
        try:
            sock.connect(info[-1])
        except OSError as error:
            if error.errno not in _BUSY:
                raise
        poller = select.poll()
        poller.register(sock, select.POLLOUT)
        self._awake()
        while True:
            ready = poller.poll(0)
            if ready:
                break
            yield self._nap()
        poller.unregister(sock)
        if ready[0][1] & (select.POLLERR | select.POLLHUP):
            raise InstallError("%s:%d does not answer" % (host, port))
        if scheme == "https":
            self._sock = encrypted(sock, host, self.authorities)
        self._peer = peer
        self._fresh = False

    def _send(self, data):
        data = memoryview(data)
        write = getattr(self._sock, "write", None) or self._sock.send
        self._awake()
        while data:
            try:
                sent = write(data)
            except OSError as error:
                if error.errno not in _BUSY:
                    raise
                sent = None
            if sent:
                data = data[sent:]
            else:
                yield self._nap()

    def _fill(self):
        """Generator: read into the buffer; returns the number of bytes, 0 at the end."""
        self._start = self._end = 0
        read = getattr(self._sock, "readinto", None) or self._sock.recv_into
        self._awake()
        while True:
            try:
                count = read(self._buffer)
            except OSError as error:
                if error.errno not in _BUSY:
                    raise
                count = None
            if count is not None:
                self._end = count
                if count:
                    self._fresh = False
                return count
            yield self._nap()

    def _awake(self):
        self._tick = ticks_ms()

    def _nap(self):
        if ticks_diff(ticks_ms(), self._tick) > self.timeout_ms:
            raise InstallError("the server is silent for %d s" % (self.timeout_ms // 1000))
        return _NAP_MS

    # HTTP: RFC 9112

    def line(self):
        """Generator: read a line of the answer."""
        line = bytearray()
        while True:
            if self._start == self._end:
                if not (yield from self._fill()):
                    raise InstallError("the connection ended early")
            piece = bytes(memoryview(self._buffer)[self._start : self._end])
            end = piece.find(b"\n")
            line += piece if end < 0 else piece[:end]
            self._start = self._end if end < 0 else self._start + end + 1
            if len(line) > _MAX_HEAD:
                raise InstallError("the server's answer is no HTTP")
            if end >= 0:
                return bytes(line).rstrip(b"\r")

    def _head(self):
        line = yield from self.line()
        parts = line.split(None, 2)
        if len(parts) < 2 or parts[0][:5] != b"HTTP/" or not parts[1].isdigit():
            raise InstallError("the server's answer is no HTTP")
        headers = {"": parts[0].decode()}
        size = 0
        while True:
            line = yield from self.line()
            if not line:
                return int(parts[1]), headers
            size += len(line)
            if size > _MAX_HEAD:
                raise InstallError("the server's answer has too long a head")
            name, _, value = line.partition(b":")
            name = name.strip().lower()
            # Only these are of use, and any other may be no text at all.
            if name in (b"content-length", b"transfer-encoding", b"connection", b"location"):
                headers[name.decode()] = value.strip().decode()

    def _body(self, url, headers, sink, limit):
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return (yield from chunked(self, url, sink, limit))
        length = headers.get("content-length")
        if length is None:
            headers["connection"] = "close"
        else:
            if not length.isdigit():
                raise InstallError("%s: a length of %r" % (url, length))
            length = int(length)
            if limit is not None and length > limit:
                raise InstallError("%s: %d bytes, takes %d" % (url, length, limit))
        size = yield from self.take(url, length, sink, limit, 0)
        if length is not None and size < length:
            raise InstallError("%s: ended after %d of %d bytes" % (url, size, length))
        return size

    def take(self, url, length, sink, limit, before):
        """Generator: hand up to `length` bytes (all there is without one) to the sink; returns how many."""
        size = 0
        view = memoryview(self._buffer)
        while length is None or size < length:
            if self._start == self._end:
                if not (yield from self._fill()):
                    break
                yield None  # let others run between two pieces
            count = self._end - self._start
            if length is not None and count > length - size:
                count = length - size
            size += count
            if limit is not None and before + size > limit:
                raise InstallError("%s: more than the %d bytes that it should have" % (url, limit))
            sink(view[self._start : self._start + count])
            self._start += count
        return size


def split(url):
    """(scheme, host, port, path) of a URL; InstallError: it is none of http or https."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    host, colon, port = host.partition(":")
    if scheme not in ("http", "https") or not host or colon and not port.isdigit() or "@" in host:
        raise InstallError("%r is no http URL" % url)
    return scheme, host, int(port) if colon else 443 if scheme == "https" else 80, "/" + path


def _request(scheme, host, port, path):
    if port != (443 if scheme == "https" else 80):
        host = "%s:%d" % (host, port)
    path = path.replace(" ", "%20")
    return (
        "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: modcore\r\nAccept: */*\r\n\r\n" % (path, host)
    ).encode()
