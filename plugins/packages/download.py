"""Downloads that never hold up the loop: HTTP/1.1 as a generator, over sockets that do not block."""

import errno
import select
import socket

from modcore.ticks import ticks_diff, ticks_ms

from .rules import InstallError

RARE = True  # needed while something is fetched

_NAP_MS = 5
_MAX_HEAD = 4096
_MAX_REDIRECTS = 4
_BUSY = (errno.EAGAIN, errno.EINPROGRESS, 2, 3)  # 2 and 3: CPython's SSL wants to read or write


def get(download, url, sink, limit=None):
    """Generator: call `sink(bytes)` for each piece of the file at `url`; returns its size.

    limit: the bytes that it may have. InstallError: it can't be had, and why.
    """
    for _ in range(_MAX_REDIRECTS):
        try:
            more = yield from _get(download, url, sink, limit)
        except (OSError, ValueError) as error:  # ValueError: the certificate is not trusted
            from .network import reason

            download.close()
            raise InstallError("%s: %s" % (url, reason(error)))
        except InstallError:
            download.close()
            raise
        if isinstance(more, int):
            return more
        from .network import join

        url = join(url, more)
    raise InstallError("%s: is redirected again and again" % url)


def _get(download, url, sink, limit):
    scheme, host, port, path = split(url)
    peer = (scheme, host, port)
    again = download.peer == peer  # a kept connection may have been closed meanwhile: then once more
    while True:
        if download.peer != peer:
            yield from _connect(download, peer)
        try:
            yield from _send(download, _request(scheme, host, port, path))
            download.fresh = True
            status, headers = yield from _head(download)
            break
        except (OSError, InstallError):
            download.close()
            if not again or not download.fresh:
                raise
            again = False
    location = headers.get("location")
    if status in (301, 302, 303, 307, 308) and location:
        download.close()
        return location
    if status != 200:
        raise InstallError("%s: the server answers %d" % (url, status))
    size = yield from _body(download, url, headers, sink, limit)
    if headers.get("connection", "").lower() == "close" or headers[""] == "HTTP/1.0":
        download.close()
    return size


# connection


def _connect(download, peer):
    download.close()
    scheme, host, port = peer
    if (host, port) not in download.address:
        address = host
        if download.resolve and ":" not in host:
            address = yield from download.resolve(host)
        if not address:
            raise InstallError("%s: no such host" % host)
        download.address[host, port] = socket.getaddrinfo(address, port, 0, socket.SOCK_STREAM)[0]
    info = download.address[host, port]
    download.sock = sock = socket.socket(info[0], info[1], info[2])
    sock.setblocking(False)
    try:
        sock.connect(info[-1])
    except OSError as error:
        if error.errno not in _BUSY:
            raise
    poller = select.poll()
    poller.register(sock, select.POLLOUT)
    _awake(download)
    while True:
        ready = poller.poll(0)
        if ready:
            break
        yield _nap(download)
    poller.unregister(sock)
    if scheme == "https" and not download.authorities:
        raise InstallError(
            'https takes packages.authorities: a file of certificates, or "any" to trust every server'
        )
    if ready[0][1] & (select.POLLERR | select.POLLHUP):
        raise InstallError("%s:%d does not answer" % (host, port))
    if scheme == "https":
        from .network import encrypted

        download.sock = encrypted(sock, host, download.authorities)
    download.peer = peer
    download.fresh = False


def _send(download, data):
    data = memoryview(data)
    write = getattr(download.sock, "write", None) or download.sock.send
    _awake(download)
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
            yield _nap(download)


def _fill(download):
    """Generator: read into the buffer; returns the number of bytes, 0 at the end."""
    download.start = download.end = 0
    read = getattr(download.sock, "readinto", None) or download.sock.recv_into
    _awake(download)
    while True:
        try:
            count = read(download.buffer)
        except OSError as error:
            if error.errno not in _BUSY:
                raise
            count = None
        if count is not None:
            download.end = count
            if count:
                download.fresh = False
            return count
        yield _nap(download)


def _awake(download):
    download.tick = ticks_ms()


def _nap(download):
    if ticks_diff(ticks_ms(), download.tick) > download.timeout_ms:
        raise InstallError("the server is silent for %d s" % (download.timeout_ms // 1000))
    return _NAP_MS


# HTTP: RFC 9112


def read_line(download):
    """Generator: read a line of the answer."""
    line = bytearray()
    while True:
        if download.start == download.end:
            if not (yield from _fill(download)):
                raise InstallError("the connection ended early")
        piece = bytes(memoryview(download.buffer)[download.start : download.end])
        end = piece.find(b"\n")
        line += piece if end < 0 else piece[:end]
        download.start = download.end if end < 0 else download.start + end + 1
        if len(line) > _MAX_HEAD:
            raise InstallError("the server's answer is not HTTP")
        if end >= 0:
            return bytes(line).rstrip(b"\r")


def _head(download):
    line = yield from read_line(download)
    parts = line.split(None, 2)
    if len(parts) < 2 or parts[0][:5] != b"HTTP/" or not parts[1].isdigit():
        raise InstallError("the server's answer is not HTTP")
    headers = {"": parts[0].decode()}
    size = 0
    while True:
        line = yield from read_line(download)
        if not line:
            return int(parts[1]), headers
        size += len(line)
        if size > _MAX_HEAD:
            raise InstallError("the server's answer has too long a head")
        name, _, value = line.partition(b":")
        name = name.strip().lower()
        # Only these are of use, and any other may not be text at all.
        if name in (b"content-length", b"transfer-encoding", b"connection", b"location"):
            headers[name.decode()] = value.strip().decode()


def _body(download, url, headers, sink, limit):
    if headers.get("transfer-encoding", "").lower() == "chunked":
        from .network import chunked

        return (yield from chunked(download, url, sink, limit))
    length = headers.get("content-length")
    if length is None:
        headers["connection"] = "close"
    else:
        if not length.isdigit():
            raise InstallError("%s: a length of %r" % (url, length))
        length = int(length)
        if limit is not None and length > limit:
            raise InstallError("%s: %d bytes, takes %d" % (url, length, limit))
    size = yield from take(download, url, length, sink, limit, 0)
    if length is not None and size < length:
        raise InstallError("%s: ended after %d of %d bytes" % (url, size, length))
    return size


def take(download, url, length, sink, limit, before):
    """Generator: hand up to `length` bytes (all there is without one) to the sink; returns how many."""
    size = 0
    view = memoryview(download.buffer)
    while length is None or size < length:
        if download.start == download.end:
            if not (yield from _fill(download)):
                break
            yield None  # let others run between two pieces
        count = download.end - download.start
        if length is not None and count > length - size:
            count = length - size
        size += count
        if limit is not None and before + size > limit:
            raise InstallError("%s: more than the %d bytes that it should have" % (url, limit))
        sink(view[download.start : download.start + count])
        download.start += count
    return size


def split(url):
    """(scheme, host, port, path) of a URL, an IPv6 address as host without its brackets.

    InstallError: it is neither http nor https. Source: RFC 3986 sections 3.1 and 3.2.2.
    """
    scheme, _, rest = url.partition("://")
    scheme = scheme.lower()
    host, slash, path = rest.partition("/")
    if host[:1] == "[":
        host, bracket, port = host[1:].partition("]")
        good = bracket and ":" in host and port[:1] in ("", ":")
        colon, port = port[:1], port[1:]
    else:
        host, colon, port = host.partition(":")
        good = True
    if scheme not in ("http", "https") or not host or not good or colon and not port.isdigit() or "@" in host:
        raise InstallError("%r is not an http URL" % url)
    return scheme, host, int(port) if colon else 443 if scheme == "https" else 80, "/" + path


def _request(scheme, host, port, path):
    if ":" in host:
        host = "[%s]" % host
    if port != (443 if scheme == "https" else 80):
        host = "%s:%d" % (host, port)
    path = path.replace(" ", "%20")
    return (
        "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: modcore\r\nAccept: */*\r\n\r\n" % (path, host)
    ).encode()
