"""Router: which handler answers which path and method."""

try:
    from micropython import const

    MICROPYTHON = True  # little memory: what is rarely needed is loaded when it is needed
except ImportError:  # CPython
    from .ticks import const

    MICROPYTHON = False

TYPE_CHECKING = const(0)  # for editors and type checkers


class Router:
    """Routes below `root`, by decorator or as a list of `[path, handler, "GET,POST"]`.

    A path may hold `:name` and `*`, each for one element: `/user/:id`, `/led/*/*`.
    The exact path goes before the general one. ValueError: a route that can't be, and why.

        web = Router("/shop")

        @web.get("/item/:id")
        def item(request):
            return {"id": request.params["id"]}
    """

    def __init__(self, root="", routes=()):
        self.root = root.rstrip("/")
        self._exact = {}  # path -> {method: handler}
        self._patterns = ()  # (rank, elements, {method: handler}) of paths with : and *, the most exact first
        self._streaming = ()  # handlers that read the body themselves
        for route in routes:
            self.add(*route)

    if TYPE_CHECKING:  # a board loads them when they are called
        from .routes import add, delete, get, methods, patch, post, put, route, routes, streams
    else:

        def __getattr__(self, name):
            from .routes import method

            return method(self, name)

    def find(self, request):
        """The handler for a request, with `request.params` and `request.route` set, or None."""
        path = request.path
        if not path.startswith(self.root):
            return None
        if path[-1] == "/" and len(path) > 1:
            path = path[:-1]
        method = request.method
        table = self._exact.get(path)
        if table:
            handler = self._of(table, method)
            if handler:
                request.route = path
                return handler
        if self._patterns and path != "/":  # no parameter is empty
            elements = request.split()
            if not elements[-1] and len(elements) > 2:
                elements.pop()
            for _, pattern, table in self._patterns:
                if len(pattern) == len(elements):
                    handler = self._of(table, method)
                    if handler:
                        params = _fit(pattern, elements)
                        if params is not None:
                            request.params = params
                            request.route = "/".join(pattern)
                            return handler
        return None

    def _of(self, table, method):
        if method in table:
            return table[method]
        if method == "HEAD" and "GET" in table:
            return table["GET"]
        return table.get("*")


def _fit(pattern, elements):
    """The parameters of a path that fits a pattern, else None."""
    params = {}
    stars = 0
    for want, have in zip(pattern, elements):
        if want == "*":
            params[stars] = have
            stars += 1
        elif want[:1] == ":":
            params[want[1:]] = have
        elif want != have:
            return None
    return params


if not MICROPYTHON:
    from .ticks import router_methods

    router_methods(Router)
