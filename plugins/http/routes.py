"""Routes of a Router, and Routers of a Site; what is answered where none fits: 404, 405 with what is allowed, 501."""

from .request import HttpError

try:
    from micropython import const
except ImportError:  # CPython
    from .ticks import const

RARE = True  # at start, and for the list of a dashboard, a 404 or 405

# IANA's registry of HTTP methods that a device may meet; others need a route of "*".
METHODS = "GET HEAD POST PUT DELETE PATCH OPTIONS TRACE COPY MOVE LOCK UNLOCK PROPFIND REPORT SEARCH QUERY"
_PLAIN = const("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


def get(router, path, stream=False):
    """Decorate the handler of GET, and of HEAD, for `path`."""
    return route(router, path, "GET", stream)


def post(router, path, stream=False):
    """Decorate the handler of POST for `path`; stream: it reads the body itself with `request.read(n)`."""
    return route(router, path, "POST", stream)


def put(router, path, stream=False):
    """Decorate the handler of PUT for `path`."""
    return route(router, path, "PUT", stream)


def patch(router, path, stream=False):
    """Decorate the handler of PATCH for `path`."""
    return route(router, path, "PATCH", stream)


def delete(router, path, stream=False):
    """Decorate the handler of DELETE for `path`."""
    return route(router, path, "DELETE", stream)


def route(router, path, methods="GET", stream=False):
    """Decorate the handler of `path` for `methods`, names with commas or a list; "*" is any method.

    @web.route("/valve", "GET,PUT")
    def valve(request): ...
    """
    return lambda handler: add(router, path, handler, methods, stream)


def add(router, path, handler, methods="GET", stream=False):
    """Have `handler(request)` answer `path` for `methods`, as `route` does; returns the handler.

    ValueError: the path or a method can't be, or the route is there already. TypeError: no handler.
    """
    if not callable(handler):
        raise TypeError("route %s: takes a function for handler, not %r" % (path, handler))
    if router.root and (router.root[0] != "/" or ":" in router.root or "*" in router.root):
        raise ValueError("root %r: begins with / and takes no : and *" % router.root)
    path = _checked(
        router.root + path if path.startswith("/") or not path else _refuse(path, "begins with /")
    )
    table = _table(router, path)
    for method in _methods(methods, path):
        if method in table:
            raise ValueError("route %s %s is there already" % (method, path))
        table[method] = handler
    if stream:
        router._streaming += (handler,)
    return handler


def _refuse(path, why):
    raise ValueError("path %r: %s" % (path, why))


def _checked(path):
    """The path without a slash at its end; ValueError: a `:` or `*` where none can be."""
    if len(path) > 1 and path[-1] == "/":
        path = path[:-1]
    names = []
    for element in path.split("/")[1:]:
        if element == "*":
            continue
        if "*" in element:
            _refuse(path, "* stands alone for one element")
        if element[:1] == ":":
            if not element[1:] or element[1:].lstrip(_PLAIN):
                _refuse(path, ": takes a name of letters, digits and _")
            if element in names:
                _refuse(path, "%s comes twice" % element)
            names.append(element)
        elif not element and path not in ("/", ""):
            _refuse(path, "// can't be asked for; slashes in a row are joined")
        elif "?" in element or "#" in element:
            _refuse(path, "takes a path, without ? and #")
    return path or "/"


def _table(router, path):
    """The dict method -> handler of a path."""
    if "*" not in path and "/:" not in path:
        return router._exact.setdefault(path, {})
    elements = path.split("/")
    # Element by element what is written out goes before :name, that before *.
    rank = [2 if e == "*" else 1 if e[:1] == ":" else 0 for e in elements]
    at = 0
    for known in router._patterns:
        if known[1] == elements:
            return known[2]
        if known[0] <= rank:
            at += 1
    table = {}
    router._patterns = router._patterns[:at] + ((rank, elements, table),) + router._patterns[at:]
    return table


def _methods(methods, path):
    """A list of names in capitals. ValueError: there is no such method."""
    names = methods.split(",") if isinstance(methods, str) else methods
    names = [name.strip().upper() for name in names]
    for name in names:
        if name != "*" and name not in METHODS.split():
            _refuse(path, "no method %r; have %s, and * for any" % (name, METHODS))
    if not names:
        _refuse(path, "takes a method")
    return names


def routes(router):
    """A sorted list of (path, methods with commas)."""
    found = [(path, table) for path, table in router._exact.items()]
    found += [("/".join(entry[1]), entry[2]) for entry in router._patterns]
    return sorted([(path, ",".join(sorted(table))) for path, table in found])


def streams(router, request):
    """Tell whether the handler of a request reads the body itself."""
    return bool(router._streaming) and router.find(request) in router._streaming


def mount(site, key, content):
    """Put `content` (a Router) first, in place of what `key` stood for; None: take that away.

    TypeError: nothing that answers requests.
    """
    # A text has a `find`, too.
    if content is not None and (not hasattr(content, "find") or isinstance(content, (str, bytes, bytearray))):
        raise TypeError("%s: takes an object with find(request), not %r" % (key, content))
    if key in site._mounted:
        site.contents.remove(site._mounted.pop(key))
    if content is not None:
        site._mounted[key] = content
        site.contents.insert(0, content)


# Names of the functions that are methods of Router.
OF_ROUTER = ("add", "delete", "get", "methods", "patch", "post", "put", "route", "routes", "streams")


def method(router, name):
    """The function of that name as a method of `router`. AttributeError: there is none, and what there is."""
    if name in OF_ROUTER:
        function = globals()[name]
        return lambda *args, **named: function(router, *args, **named)
    have = [known for known in list(OF_ROUTER) + dir(type(router)) if known[0] != "_"]
    raise AttributeError("%s has no %r; have %s" % (type(router).__name__, name, ", ".join(sorted(have))))


_KNOWN = const(("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"))


def missed(request, contents):
    """The answer to OPTIONS. HttpError 404, 405, 501: RFC 9110 sections 15.5.5, 15.5.6, 15.6.2."""
    names = set()
    for content in contents:
        if hasattr(content, "methods"):
            names.update(content.methods(request))
    if request.path == "*":
        names.update(_KNOWN)
    if request.method not in _KNOWN and request.method not in names:
        raise HttpError(501, "method not implemented")
    if not names:
        raise HttpError(404)
    names.add("OPTIONS")
    if "GET" in names:
        names.add("HEAD")
    allow = [("Allow", ", ".join(sorted(names)))]
    if request.method == "OPTIONS":
        return b"", 204, allow
    raise HttpError(405, "", allow)


def methods(router, request):
    """The methods of the routes that the path of a request fits, as a list."""
    names = set()
    for table in list(router._exact.values()) + [entry[2] for entry in router._patterns]:
        names.update(table)
    method = request.method
    found = []
    for name in names:
        request.method = name
        if router.find(request) is not None:
            found += _KNOWN if name == "*" else (name,)
    request.method = method
    return found
