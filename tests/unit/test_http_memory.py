"""Memory runs out at any step of a request: the next one is answered and nothing is lost."""

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


class Poor(Wire):
    """A client's end whose connection finds no memory at its step number `poor`."""

    poor = None
    count = 0
    failed = False

    def _step(self, value):
        from micropython import heap_lock, heap_unlock

        self.count += 1
        if self.count != self.poor:
            return super()._step(value)
        send = self.conn.steps.send
        heap_lock()
        try:
            return send(value)
        except StopIteration:
            pass
        except MemoryError:
            self.failed = True
        finally:
            heap_unlock()
        self._end()


def site_of(kernel, ended):
    """A site with the API, and routes of all kinds."""

    def stream(request):
        try:
            yield "one"
            yield 1
            yield "two"
        finally:
            ended.append(1)

    web = Router("", [["/", lambda request: {"hello": "world"}], ["/stream", stream]])
    web.add("/echo", lambda request: request.body, "POST")
    site = site_with(DeviceApi(kernel), web)
    site.log = lambda text: None
    return site


REQUESTS = [
    request("GET", "/"),
    request("GET", "/none"),
    request("GET", "/stream"),
    request("GET", "/api"),
    request("GET", "/api/valves/0"),
    request("GET", "/api/events?filter=valves/%23"),
    request("POST", "/echo", (), b"x" * 2000),
    request("PUT", "/api/valves/0", (), b"true"),
    request("PUT", "/api/valves/0", (), b'"wet"'),
    request("PUT", "/api/valves/0", (), b" " * 600 + b"false"),
]


@on_micropython
def test_no_memory_at_any_step_of_a_request_leaves_the_site_as_it_was():
    kernel = Kernel({"name": "garden", "log": {"level": "critical"}})
    kernel.add(Valves())
    steps(kernel)
    ended = []
    site = site_of(kernel, ended)
    for raw in REQUESTS:
        Wire(site)(raw)  # what it needs is loaded
    for conn in list(site.open_connections):
        site.close(conn)
    failed = 0
    for raw in REQUESTS:
        for number in range(1, 12):
            del ended[:]
            wire = Poor(site)
            wire.poor = number
            out = wire(raw[:20]) + wire(raw[20:])
            failed += wire.failed or not out or b" 503 " in out
            if not wire.closed:
                site.close(wire.conn)
            else:
                wire.conn.steps.close()
            assert not site.open_connections, (raw[:30], number)
            wire = Wire(site)
            assert Answer(wire(REQUESTS[0])).status == 200, (raw[:30], number)
            wire.close()
    assert failed > 6, failed  # else memory was never wanted
    steps(kernel)
    assert [filter for filter in kernel.bus.filters() if filter not in ("#", "valves/0/set")] == []


def test_what_may_be_done_twice_is_asked_for_again_when_memory_was_short():
    for method, calls, status in (
        ("GET", 2, 200),
        ("PUT", 2, 200),
        ("DELETE", 2, 200),
        ("POST", 1, 503),
        ("PATCH", 1, 503),
    ):
        called = []

        def handler(request, called=called):
            called.append(request.body)
            if len(called) == 1:
                raise MemoryError
            return "done"

        site = site_with(Router("", [["/", handler, "GET,PUT,POST,DELETE,PATCH"]]))
        site.log = lambda text: None
        body = None if method == "GET" else b"twice"
        assert Answer(Wire(site)(request(method, "/", (), body))).status == status, method
        assert called == [body or b""] * calls, method


class Poorly:
    """`dumps` of JSON that finds no room for a long text."""

    def __init__(self, dumps):
        self.dumps = dumps

    def __call__(self, value):
        text = self.dumps(value)
        if len(text) > 600:
            raise MemoryError
        return text


def unchunked(body):
    """The text of a chunked body."""
    out = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        out += body[: int(size, 16)]
        body = body[int(size, 16) + 2 :]
    return out.decode()


def test_an_answer_without_room_in_one_piece_is_sent_in_pieces():
    import json

    import plugins.http.connection as connection

    value = {
        "list": list(range(500)),
        "more": {str(i): [i, None, True, "ä"] for i in range(50)},
        "": [],
        "e": {},
    }
    calls = []

    def handler(request):
        calls.append(request.method)
        return value if request.path == "/dict" else value["list"]

    web = Router("", [["/dict", handler, "GET,POST"], ["/list", handler, "GET,POST"]])
    site = site_with(web)
    site.log = lambda text: None
    before = connection._dumps
    connection._dumps = Poorly(before)
    try:
        for method in ("GET", "POST"):
            for path, wanted in (("/dict", value), ("/list", value["list"])):
                answer = Answer(Wire(site)(request(method, path, (), None if method == "GET" else b"x")))
                assert answer.status == 200 and answer.headers["content-type"] == "application/json"
                assert json.loads(unchunked(answer.body)) == wanted, path
    finally:
        connection._dumps = before
    assert calls == ["GET", "GET", "POST", "POST"]  # nothing was done twice


def test_json_is_read_again_when_memory_was_short():
    import plugins.http.json_strict as json_strict

    site = site_with(Router("", [["/", lambda request: str(request.json["a"]), "POST"]]))
    given = []
    site.relieve = lambda: given.append(1)

    class Once:
        @staticmethod
        def loads(text):
            if not given:
                raise MemoryError
            return {"a": 5}

    before = json_strict.json
    json_strict.json = Once
    try:
        answer = Answer(Wire(site)(request("POST", "/", (), b'{"a": 5}')))
    finally:
        json_strict.json = before
    assert answer.status == 200 and answer.body == b"5" and given


def test_a_request_whose_body_found_no_room_is_never_carried_out():
    import plugins.http.body as body

    called = []
    web = Router("", [["/", lambda request: called.append(request.body) or "done", "PUT,POST,DELETE"]])
    site = site_with(web)
    site.log = lambda text: None
    before = body._whole

    def nowhere(site, pieces):
        raise MemoryError

    body._whole = nowhere
    try:
        for method in ("PUT", "POST", "DELETE"):
            wire = Wire(site)
            raw = request(method, "/", (), b"x" * 3000)
            out = wire(raw[:100]) + wire(raw[100:])
            answer = Answer(out)
            assert answer.status == 503 and answer.headers["retry-after"], method
            wire.close()
    finally:
        body._whole = before
    assert not called
