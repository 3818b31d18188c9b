"""HTTP/1.1 without I/O: a Site answers the requests that its Connections read. README.md tells the whole.

All that runs at every request is in this file, since a module of its own would take 200 bytes; everything
else is loaded when it is needed, much of it (`part`) for one use.
"""

import sys
from time import time

try:
    from json import dumps
    from time import ticks_add, ticks_diff, ticks_ms
except ImportError:  # CPython
    from .cpython import dumps, ticks_add, ticks_diff, ticks_ms  # noqa: F401

__version__ = "1.0.0"

READ = object()  # yielded by connections and handlers: resume me with the bytes that come next


class HttpError(Exception):
    """Raised by a handler or filter: answer with a status. Arguments: status, text = "", headers = None (pairs).

    A dict in place of the text is sent as JSON.

        raise HttpError(404, "no such valve")
    """


def part(name, lasting=False):
    """Import `plugins.http.<name>`, on a device for one use; lasting: it stays until `relieve` drops it."""
    path = "plugins.http." + name
    try:
        module = __import__(path, None, None, (name,))
    except MemoryError:
        relieve()
        module = __import__(path, None, None, (name,))
    if not lasting:
        sys.modules.pop(path)
        globals().pop(name)
    return module


replies = 0  # answers that response.py is at


def relieve():
    """Drop what only requests need, until the next one needs it: memory is short, and there is none for doing this."""
    found = True
    while found:
        found = False
        for name in sys.modules:
            if name.startswith("plugins.http."):
                last = name[13:]
                # Of what lives longer than a request, or is in use, there would soon be two copies.
                if last not in (
                    "events signal websocket frames takeover upload multipart stream sessions seconds access users "
                    "password"
                ) and not (replies and last in "response files index body"):
                    found = True
                    del sys.modules[name]
                    globals().pop(last, None)
                    break


class Router:
    """Routes below `root`, by decorator or as a list of `[path, handler, "GET,POST"]`.

    A path may hold `:name` and `*`, each for one element: `/user/:id`, `/led/*/*`.
    The exact path goes before the general one. `add`, `route`, `get`, `post`, `put`, `patch`, `delete`
    and `routes` are in setup.py.

        web = Router("/shop")

        @web.get("/item/:id")
        def item(request):
            return {"id": request.params["id"]}
    """

    match = ()  # (rank, elements, {method: handler}) of paths with : and *, the most exact first

    def __init__(self, root="", routes=()):
        self.root = root.rstrip("/")
        self.map = {}  # path -> {method: handler}
        if routes:
            add = self.add
            for route in routes:
                add(*route)

    def __getattr__(self, name):
        return part("setup").route(self, name)

    def find(self, request):
        """The handler for a request, with `request.params` set, or None."""
        path = request.path
        if not path.startswith(self.root):
            return None
        if path[-1] == "/" and len(path) > 1:
            path = path[:-1]
        found = self.map.get(path, ())
        method = request.method
        if method not in found and self.match:
            path = request.split() if b"%" in request.url else path.split("/")
            for _, pattern, table in self.match:
                if len(pattern) == len(path) and (method in table or method == "HEAD"):
                    params = {}
                    stars = 0
                    for want, have in zip(pattern, path):
                        if want == "*":
                            params[stars] = have
                            stars += 1
                        elif want[:1] == ":":
                            params[want[1:]] = have
                        elif want != have:
                            break
                    else:
                        request.params = params
                        found = table
                        break
        if method in found:
            return found[method]
        return found["GET"] if method == "HEAD" and "GET" in found else None


class Request:
    """One request.

    method, path (decoded), version, url, peer, secure, params (of the route), query, headers, cookies,
    body, json, form, session, user. Most are made when they are first asked for, see fields.py.
    """

    size = 0  # of the body in bytes; -1: chunked
    hold = True  # the connection may be kept
    minor = 1  # HTTP/1.minor
    type = None  # the Content-Type of the answer as bytes, instead of what fits its Python type
    params = ()

    def __init__(self, conn, head, end):
        self.conn = conn
        self.site = conn.site
        self.head = head
        self.end = end  # of the head, behind the CRLF of its last line

    def __getattr__(self, name):
        from .fields import get

        return get(self, name)

    def parse(self):
        """Read a plain head; False leaves it to strict.py.

        That file knows the whole grammar: all that passes here passes there with the same result.
        """
        # lstrip() with these checks a text in one call: what is left begins with another character.
        plain = b"eatoinsrhldcumpfgwybvkxjqzETAOINSRHLDCUMPFGWYBVKXJQZ0123456789-."
        limits = self.site.limits
        head = self.head
        end = self.end
        space = head.find(b" ")
        at = head.find(b" HTTP/1.1\r\n", space)
        method = head[:space]
        url = head[space + 1 : at]
        if (
            end > limits[1]
            or not 0 < at < limits[0] - 9
            or not method.isalpha()
            or url[:1] != b"/"
            or url.lstrip(
                b"/eatoinsrhldcumpfgwybvkxjqzETAOINSRHLDCUMPFGWYBVKXJQZ0123456789-._~=&,;:@!$'()*+%?"
            )
            or b"\x7f" in head
        ):
            return False
        self.url = url
        if b"?" in url:
            url = url.split(b"?")[0]
        if b"%" in url:
            return False
        self.method = str(method, "utf-8")
        self.path = str(url, "utf-8")
        at += 9
        view = memoryview(head)
        hosts = length = 0
        for _ in range(limits[2]):
            at += 2
            if at == end:
                # A method that begins with P has to say how long its body is.
                return hosts == 1 and (length or head[0] != 80)  # "P"
            stop = head.find(b"\r\n", at)
            colon = head.find(b":", at, stop)
            name = head[at:colon].lower()
            # The smallest octet shows at once whether there is a control character.
            if colon <= at or name.lstrip(plain) or min(view[at:stop]) < 32:
                return False
            at = stop
            # A name that is part of this text is looked at, by its place and length.
            place = b"host content-length connection upgrade transfer-encoding expect".find(name)
            if place >= 0:
                value = head[colon + 1 : stop].strip()
                place = place * 16 + len(name)
                if place == 4:  # host
                    hosts += 1
                    name = value.lstrip(plain)
                    if name and (name == value or name[0] != 58 or not name[1:].isdigit()):  # ":"
                        return False
                elif place == 94 and not length and len(value) < 10 and value.isdigit():
                    length = 1
                    self.size = int(value)
                elif place == 330 and value.lower() in (b"close", b"keep-alive"):
                    self.hold = len(value) > 5
                else:
                    return False
        return False


class Connection:
    """One client. `steps` is the protocol: it yields what the driver has to do; the driver watches `due`."""

    due = None  # ticks_ms of the end of the present wait
    idle = True  # waits for a request: may be dropped
    left = 0  # bytes of the body that are still to be read; -1: chunked
    begun = False  # a part of the present answer is on its way
    data = b""  # received and not yet used

    def __init__(self, site, peer, secure):
        self.site = site
        self.addr = peer
        self.secure = secure
        self.steps = self.run()

    def wait(self, ms):
        """Set the end of the present wait, `ms` from now."""
        self.due = ticks_add(ticks_ms(), ms)

    def run(self):
        """Read requests and yield their answers; a generator, see README.md."""
        limits = self.site.limits
        for count in range(limits[5], 0, -1):
            request = head = answer = got = out = None  # nothing is kept while the client thinks
            try:
                data = self.data
                self.wait(limits[6 if data else 7])
                while True:
                    end = data.find(b"\r\n\r\n")
                    if end > 0 and data[0] > 32:
                        break
                    if data:
                        size = len(data)
                        data = part("strict", True).check(data, self.site)
                        if size > len(data):
                            continue
                    self.data = data
                    self.idle = not data
                    got = yield READ
                    if not got:
                        return
                    if self.idle:
                        self.idle = False
                        self.wait(limits[6])
                    data = data + got if data else bytes(got)
                head = Request(self, data, end + 2)
                if not head.parse():
                    part("strict", True).parse(head)
                request = head
                if count == 1:
                    request.hold = False
                self.data = data = data[end + 4 :]
                size = request.size
                if 0 < size <= len(data) and size <= limits[3]:
                    request.body = data[:size]
                    self.data = data[size:]
                elif size:
                    self.left = size
                    yield from part("body", True).load(self, request)
                answer = self.site.find(request)
                if not self.left:
                    out = format(request, answer)
            except Exception as error:
                answer = error
            if not out:
                try:
                    answer = yield from part("response", True).reply(self, request, answer)
                except MemoryError:  # not even for that
                    request = head = data = got = answer = None
                    relieve()
                    if not self.begun:
                        yield b"HTTP/1.1 503 \r\nRetry-After: 2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    return
                finally:
                    # Overwrite what the call had on the stack: MicroPython would keep it as long as this generator.
                    max(0, 0, 0, 0, 0, 0, 0, 0)
                if answer is not True:
                    if answer:  # another protocol has the connection from here on
                        request = head = data = got = None
                        yield from answer
                    return
            else:
                self.wait(limits[8])
                yield out
                if not request.hold:
                    return


def format(request, data):
    """A plain answer with its head as bytes, or None: response.py has to."""
    if isinstance(data, str):
        kind = b"text/html; charset=utf-8"
    elif isinstance(data, (dict, list)):
        data = dumps(data)
        if "nan" in data or "inf" in data:  # no JSON, or just a word
            return None
        kind = b"application/json"
    else:
        return None
    if not request.minor:
        return None
    data = data.encode()
    return b"HTTP/1.1 200 OK\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n%s" % (
        request.site.date(),
        request.type or kind,
        len(data),
        b"" if request.hold else b"Connection: close\r\n",
        b"" if request.method == "HEAD" else data,
    )


class Site:
    """Filters, contents and limits of one server; a limit is given by name: `Site(connections=8)`.

    log: a module, or a function, that is given the traceback of what failed. `contents` answer in order,
    `filters` stand around them; see README.md, which also tells the limits.
    """

    # Names and meanings are in more.py, in this order.
    limits = (1024, 4096, 48, 8192, 1024, 1000, 5000, 20000, 10000, 16)
    start = time = -1  # before any time that a clock can show

    def __init__(self, log=None, **limits):
        self.log = log
        self.filters = []
        self.contents = []
        self.open_connections = []
        self.map = {}  # key -> content
        if limits:
            self.update(limits)

    def __getattr__(self, name):
        return part("more").get(self, name)

    def mount(self, key, content):
        """Put `content` (a Router) first, in place of what `key` stood for; None: take that away."""
        if key in self.map:
            self.contents.remove(self.map.pop(key))
        if content:
            self.map[key] = content
            self.contents.insert(0, content)

    def open(self, peer=None, secure=False):
        """A Connection for an accepted socket, or None when it is just to be closed: too many are refused."""
        if len(self.open_connections) >= self.limits[9]:
            return part("more").accept(self, peer, secure)
        conn = Connection(self, peer, secure)
        self.open_connections.append(conn)
        return conn

    def find(self, request):
        """What filters, the device API and contents answer; may raise."""
        quick = not self.filters and request.path[:4] != "/api"
        if quick:
            for content in self.contents:
                found = content.find(request)
                if found is not None:
                    return found(request) if callable(found) else found
        from .search import find

        return find(self, request, quick)

    def date(self):
        """The Date header line, empty while the clock is not set: RFC 9110 section 6.6.1."""
        now = int(time())
        if now != self.time:
            self.time = now
            if now // 86400 != self.start:
                self.start = now // 86400
                self.head = part("setup").date(now)
            now %= 86400
            self.line = self.head and b"%s %02d:%02d:%02d GMT\r\n" % (
                self.head,
                now // 3600,
                now // 60 % 60,
                now % 60,
            )
        return self.line


def __getattr__(name):
    return part("more").find(name)
