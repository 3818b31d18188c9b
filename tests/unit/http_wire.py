"""Drives a connection of plugins/http by hand, without a socket; runs on MicroPython and on CPython."""

from plugins import http_auth, http_forms
from plugins.http import READ, Site, TimedOut


class Wire:
    """A client's end: `wire(b"GET / …")` sends bytes and returns what comes back."""

    def __init__(self, site, secure=False):
        self.site = site
        self.conn = site.open(("127.0.0.1", 50000), secure)
        self.closed = False
        self.out = []
        self.want = self._step(None)

    def __call__(self, data=b"", piece=0):
        """Send `data`, in pieces of `piece` bytes; b"" with piece -1 is the end of the stream."""
        if piece < 0:
            self._run(b"")
        elif piece:
            for at in range(0, len(data), piece):
                self._run(data[at : at + piece])
        else:
            self._run(data or None)
        out = b"".join(self.out)
        self.out = []
        return out

    def close(self):
        """Hang up."""
        if not self.closed:
            self.conn.steps.close()
            self._end()

    def expire(self):
        """Let the time of the present wait be over; returns what comes back."""
        if self.want is READ or isinstance(self.want, (bytes, bytearray)):
            self.want = self._throw(TimedOut())
        else:
            self.want = self._step(False)
        return self()

    def _run(self, data):
        while not self.closed:
            want = self.want
            if want is READ:
                if data is None:
                    return
                value, data = data, None
            elif want is None or isinstance(want, int):
                value = None
            elif isinstance(want, (bytes, bytearray, memoryview)):
                self.out.append(bytes(want))
                value = None
            elif want.is_set:
                want.is_set = False
                value = True
            elif want.reads and data is not None:
                value, data = data, None
            else:
                return
            self.want = self._step(value)

    def _step(self, value):
        try:
            return self.conn.steps.send(value)
        except StopIteration:
            self._end()

    def _throw(self, error):
        try:
            return self.conn.steps.throw(error)
        except (StopIteration, TimedOut):
            self._end()

    def _end(self):
        self.closed = True
        self.site.open_connections.remove(self.conn)


def request(method, path, headers=(), body=None):
    """The bytes of a request; headers: list of lines."""
    lines = ["%s %s HTTP/1.1" % (method, path), "Host: garden"]
    lines.extend(headers)
    if body is not None:
        lines.append("Content-Length: %d" % len(body))
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + (body or b"")


class Answer:
    """A response taken apart: status, headers (lower-case name -> value, of several the last), body."""

    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = str(head, "utf-8").split("\r\n")
        self.status = int(lines[0].split(" ")[1])
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            self.headers[name.lower()] = value


def ask(site, method, path, headers=(), body=None, secure=False):
    """One request on a connection of its own; returns the Answer."""
    wire = Wire(site, secure)
    raw = wire(request(method, path, headers, body))
    wire.close()
    return Answer(raw)


def site_with(*contents, **limits):
    """A Site with these contents."""
    site = Site(**limits)
    site.contents.extend(contents)
    http_forms.install(site)
    http_auth.install(site)
    return site
