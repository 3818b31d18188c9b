"""WebSockets for plugins/http: RFC 6455."""

__version__ = "1.0.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .endpoint import WebSocket as WebSocket


def websocket(handler=None, **options):
    """Decorator: `handler(ws)`, a generator, talks over a WebSocket; under http_async an `async def`, too.

    options: those of WebSocket.

        @web.get("/echo")
        @websocket
        def echo(ws):
            while ws.open:
                message = yield from ws.receive()
                if message is not None:
                    yield from ws.send(message)
    """

    def decorate(handler):
        def answer(request):
            from .endpoint import WebSocket

            return WebSocket(handler, **options)

        return answer

    return decorate(handler) if handler else decorate


def __getattr__(name):  # the code is loaded when the first client connects
    if name == "WebSocket":
        from .endpoint import WebSocket

        return WebSocket
    raise AttributeError("plugins.http_websocket has no %s; have WebSocket websocket" % name)
