"""An answer that a fiber sends piece by piece: curl -N http://127.0.0.1:8080/countdown/5"""

from modcore import Module
from plugins.http import Router

web = Router()


@web.get("/countdown/:from")
def countdown(request):
    n = request.params["from"]
    n = min(int(n), 60) if n.isdigit() else 10
    while n:
        yield "%d\n" % n
        yield 1000  # ms; others are served meanwhile
        n -= 1
    yield "lift-off\n"


class Countdown(Module):
    """A handler that is a generator runs in the fiber of its connection."""

    routes = web
