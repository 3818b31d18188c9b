"""What is needed once: routes, the Site that a configuration asks for, its port, the date."""

from . import part

# Every key of a server's section; plugin.json of the servers says what each means.
defaults = {
    "host": "0.0.0.0",
    "port": 80,
    "root": "",
    "index": "index.html",
    "api": True,
    "certificate": "",
    "key": "",
    "limits": {},
    "sessions": {},
    "users": {},
    "tokens": {},
    "access": {},
    "login": {},
    "origins": [],
}


def open(module):
    """(Site, TLS context or None) with what `module.config` asks for; the config keeps what is not the default.

    Routes of other modules come and go with `$http/routes/#`. TypeError, ValueError: the configuration is wrong,
    and what would be right.
    """
    from modcore.bus import Bus

    from . import Site, relieve

    Bus.relieve = relieve
    config = dict(defaults)
    config.update(module.config)
    site = Site(module, **config["limits"])
    if config["api"]:
        site.kernel = module.kernel
        site.owner = module
    module.listen("$http/routes/#", site.mount)
    module.config = {
        key: config[key] for key in config if key in ("host", "port") or config[key] != defaults[key]
    }
    tls = None
    if len(module.config) > 2:  # more than host and port
        tls = part("options").update(site, config)
    return site, tls


def listen(host, port):
    """(listening socket, port number); port 0: any. OSError: it can't be had, in one line that says why."""
    import gc
    import socket

    if hasattr(gc, "threshold") and gc.threshold() < 0:
        # Collected late, garbage lies scattered among what stays, and no piece is left that is large enough.
        gc.threshold((gc.mem_free() + gc.mem_alloc()) // 16)
    try:
        address = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0]
        listener = socket.socket(address[0], socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address[-1])
            listener.listen(16)
            listener.setblocking(False)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        reason = "in use by another program" if error.errno in (98, 48, 112) else str(error)
        raise OSError(error.errno, "http: can't listen on %s port %d: %s" % (host, port, reason))
    if not port:
        port = part("cpython").port(listener)
    return listener, port


def route(self, name):
    """The method `name` of a Router; AttributeError: it has none."""
    if name in ("get", "post", "put", "patch", "delete"):
        name = name.upper()
        return lambda path, stream=False: lambda handler: add(self, path, handler, name, stream)
    if name == "route":
        return lambda path, methods="GET", stream=False: (
            lambda handler: add(self, path, handler, methods, stream)
        )
    if name == "add":
        return lambda path, handler, methods="GET", stream=False: add(self, path, handler, methods, stream)
    return part("routes").get(self, name)


def add(self, path, handler, methods, stream):
    """Have a Router's `handler(request)` answer `path` for `methods` (names with commas, or a list).

    stream: the handler reads the body itself with `request.read(n)`, so that it may be of any size.
    Returns the handler. ValueError: the path does not begin with a slash, or the route is there already.
    """
    if path and path[0] != "/":
        raise ValueError("path %r: begins with /" % path)
    path = self.root + path
    if len(path) > 1 and path[-1] == "/":
        path = path[:-1]
    path = path or "/"
    if "*" in path or ":" in path:
        items = path.split("/")
        # Element by element what is written out goes before :name, that before *.
        rank = [2 if e == "*" else 1 if e[:1] == ":" else 0 for e in items]
        at = 0
        for known in self.match:
            if known[1] == items:
                table = known[2]
                break
            if known[0] <= rank:
                at += 1
        else:
            table = {}
            self.match = self.match[:at] + ((rank, items, table),) + self.match[at:]
    else:
        table = self.map.setdefault(path, {})
    for method in methods.replace(" ", "").split(",") if isinstance(methods, str) else methods:
        method = method.upper()
        if method in table:
            raise ValueError("route %s %s is there already" % (method, path))
        table[method] = handler
    if stream:
        self.stream += (handler,)
    return handler


def date(now):
    """The Date header up to the day, or b"" before 2024: then the clock is not set."""
    from time import gmtime

    if gmtime(now)[0] < 2024:
        return b""
    return b"Date: " + part("date").http_date(now)[:16].encode()
