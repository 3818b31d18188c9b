"""When memory runs out at any point of a request, the next one is answered and nothing is lost."""

# heap: 320K

import gc

from http_wire import Answer, Wire, request, site_with

from modcore import Kernel, Module
from plugins.http import Router
from plugins.http_api import DeviceApi
from support import on_micropython, steps


class Valves(Module):
    """One property."""

    def start(self):
        self.property("0", kind="valve", value=False, set=self.turn)

    def turn(self, property, value):
        property.value = value


def fill(keep, held):
    """Take all memory but about `keep` bytes; `held[0]` holds it."""
    spare = bytearray(keep)
    chain = None  # a list would have to grow
    size = 4096
    while size >= 8:
        try:
            while True:
                chain = (bytearray(size), chain)
        except MemoryError:
            size //= 2
    del spare
    held[0] = chain


def attempt(wire, raw):
    """Send a request, as a driver does that has no memory either; True when it was answered."""
    try:
        return bool(wire(raw))
    except MemoryError:
        return False


@on_micropython
def test_lack_of_memory_at_any_point_of_a_request_leaves_the_site_as_it_was():
    kernel = Kernel({"name": "garden", "log": {"level": "critical"}})
    kernel.add(Valves())
    steps(kernel)

    def stream(request):
        try:
            yield "one"
            yield 1
            yield "two"
        finally:
            closed.append(1)

    closed = []
    web = Router("", [["/", lambda request: {"hello": "world"}], ["/stream", stream]])
    web.add("/echo", lambda request: request.body, "POST")
    site = site_with(DeviceApi(kernel), web)
    site.log = lambda text: None
    requests = [
        request("GET", "/"),
        request("GET", "/none"),
        request("GET", "/stream"),
        request("PUT", "/api/valves/0", (), b"true"),
        request("PUT", "/api/valves/0", (), b'"wet"'),
        request("GET", "/api"),
        request("GET", "/api/events?filter=valves/%23"),
        request("POST", "/echo", (), b"x" * 2000),
    ]
    for raw in requests:  # what they need is loaded: compiling without memory is not what is looked at here
        wire = Wire(site)
        wire(raw)
        wire.close()
    for raw in requests:
        answered = 0
        held = [None]
        for keep in range(16, 3616, 144):
            wire = Wire(site)
            fill(keep, held)
            answered += attempt(wire, raw)
            held[0] = None
            gc.collect()
            if not wire.closed:
                site.close(wire.conn)
            assert not site.open_connections, (raw[:30], keep)
        assert answered < 25, "memory never ran out"
        wire = Wire(site)
        assert Answer(wire(requests[0])).status == 200, raw[:30]
        assert Answer(wire(requests[3])).body == b"true"
        wire.close()
        steps(kernel)
        assert kernel.bus.filters() in ([], ["#"], ["valves/0/set"], ["valves/0/set", "#"]), (
            kernel.bus.filters()
        )
    assert kernel.modules["valves"].state == "RUNNING"
