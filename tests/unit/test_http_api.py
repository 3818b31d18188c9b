"""The device API shows every property and takes commands; nothing that is sent to it does harm."""

import json

from http_wire import ask, site_with

from modcore import Kernel, Module, Refused
from plugins.http_api import DeviceApi
from support import steps


class Valves(Module):
    """One property of each kind that takes something."""

    def start(self):
        self.property("0", kind="valve", name="Lawn", value=False, set=self.turn)
        self.property("level", kind="number", value=3, min=0, max=10, set=self.turn)
        self.property("note", kind="text", value="", max=100, set=self.turn)
        self.property("mode", kind="select", options=["on", "off"], value="on", set=self.turn)
        self.property("press", kind="button", set=self.press)
        self.property("flow", kind="sensor", value=1.5, unit="l/min")
        self.property("broken", kind="switch", value=False, set=self.fail)
        self.property("fussy", kind="text", set=self.refuse)
        self.pressed = 0

    def turn(self, property, value):
        property.value = value

    def press(self, property, value):
        self.pressed += 1

    def refuse(self, property, value):
        raise Refused("the pump is dry")

    def fail(self, property, value):
        raise ValueError("stuck")


class Idle(Module):
    """A module without properties."""


def device():
    """A kernel with the modules above, and a Site with its API."""
    kernel = Kernel({"name": "garden", "log": {"level": "critical"}})
    kernel.add(Valves())
    kernel.add(Idle())
    steps(kernel)
    return kernel, site_with(DeviceApi(kernel))


def put(site, path, body):
    """(status, value) of a command."""
    if isinstance(body, str):
        body = body.encode()
    answer = ask(site, "PUT", "/api/" + path, ["Content-Type: application/json"], body)
    return answer.status, json.loads(str(answer.body, "utf-8"))


def unchunked(answer):
    """The text of an answer that came in chunks."""
    return str(b"".join(answer.body.split(b"\r\n")[1::2]), "utf-8")


def test_the_index_tells_all_there_is():
    kernel, site = device()
    answer = ask(site, "GET", "/api")
    got = json.loads(unchunked(answer))
    assert got["name"] == "garden" and got["id"] and "modcore" in got["versions"]
    valves = got["modules"]["valves"]
    assert valves["state"] == "RUNNING" and got["modules"]["idle"] == {"state": "RUNNING", "properties": {}}
    assert valves["properties"]["0"] == {"kind": "valve", "name": "Lawn", "set": True, "value": False}
    assert valves["properties"]["flow"] == {"kind": "sensor", "unit": "l/min", "set": False, "value": 1.5}
    assert valves["properties"]["level"]["max"] == 10
    assert answer.headers["content-type"] == "application/json"


def test_a_value_is_read_and_set():
    kernel, site = device()
    assert ask(site, "GET", "/api/valves/0").body == b"false"
    assert put(site, "valves/0", "true") == (200, True)
    assert ask(site, "GET", "/api/valves/0").body == b"true"
    assert ask(site, "GET", "/api/valves/0/").status == 200
    assert kernel.bus.get("valves/0") is True
    assert put(site, "valves/level", " 7 ") == (200, 7)
    assert put(site, "valves/note", '"' + "a" * 90 + '"') == (200, "a" * 90)
    assert put(site, "valves/note", '"\\u00e4\\ud83d\\ude00\\""') == (200, '\xe4\U0001f600"')
    assert put(site, "valves/mode", '"off"') == (200, "off")
    assert put(site, "valves/press", "null") == (200, None) and kernel.modules["valves"].pressed == 1
    answer = ask(site, "GET", "/api/valves/note")
    assert answer.headers["content-type"] == "application/json"


def test_a_refusal_names_the_property_and_what_it_takes():
    kernel, site = device()
    for path, body, takes in (
        ("valves/0", '"wet"', "true or false"),
        ("valves/0", "1", "true or false"),
        ("valves/0", "null", "true or false"),
        ("valves/0", "[true]", "true or false"),
        ("valves/0", '{"a": 1}', "true or false"),
        ("valves/level", "11", "from 0 to 10"),
        ("valves/level", "true", "from 0 to 10"),
        ("valves/level", '"5"', "from 0 to 10"),
        ("valves/level", "1e400", ""),
        ("valves/level", "-1e400", ""),
        ("valves/level", "9" * 400, ""),
        ("valves/level", "NaN", ""),
        ("valves/level", "Infinity", ""),
        ("valves/note", '"' + "a" * 101 + '"', "0 to 100 characters"),
        ("valves/mode", '"dim"', '"on", "off"'),
        ("valves/level", "08", "JSON"),  # what MicroPython's own reader takes
        ("valves/level", "5.", "JSON"),
        ("valves/level", ":5", "JSON"),
        ("valves/level", "+5", "JSON"),
        ("valves/note", '"\\q"', "JSON"),
        ("valves/note", '"a\nb"', "JSON"),
        ("valves/0", "tru", "JSON"),
        ("valves/0", "true true", "JSON"),
        ("valves/0", "'true'", "JSON"),
        ("valves/0", "\x00", "JSON"),
        ("valves/note", b'"\xff"', "JSON"),
        ("valves/note", '"\\ud800"', "JSON"),
        ("valves/note", '"\\udc00\\ud800"', "JSON"),
        ("valves/note", '"\\u12"', "JSON"),
        ("valves/0", "[" * 2000, "JSON"),
        ("valves/0", "[" * 30, "JSON"),
        ("valves/0", '{"a":' * 500 + "1" + "}" * 500, "JSON"),
        ("valves/note", '"' + "a" * 5000 + '"', "characters"),
        ("valves/fussy", '"x"', "the pump is dry"),
        ("valves/fussy", '"%s"' % ("x" * 50), "the pump is dry"),
        ("valves/broken", "true", "failed"),
    ):
        before = kernel.bus.get("valves/level"), kernel.bus.get("valves/0")
        status, got = put(site, path, body)
        assert status == 400, (path, body[:40], status, got)
        assert got["property"] == path and path in got["error"] and takes in got["error"], got
        if path != "valves/broken":
            assert (kernel.bus.get("valves/level"), kernel.bus.get("valves/0")) == before


def test_commands_without_a_body_or_with_too_large_a_one_are_refused():
    kernel, site = device()
    assert put(site, "valves/0", "")[0] == 400
    assert ask(site, "PUT", "/api/valves/0").status == 400
    assert ask(site, "PUT", "/api/valves/0", [], b"1" * 9000).status == 413


def test_what_is_read_only_is_405_and_what_is_not_there_404():
    kernel, site = device()
    answer = ask(site, "PUT", "/api/valves/flow", [], b"1")
    assert answer.status == 405 and answer.headers["allow"] == "GET, HEAD, OPTIONS"
    answer = ask(site, "DELETE", "/api/valves/0")
    assert answer.status == 405 and answer.headers["allow"] == "GET, HEAD, OPTIONS, PUT"
    assert ask(site, "PUT", "/api", [], b"1").status == 405
    for path in (
        "/api/valves/9",
        "/api/pumps/0",
        "/api/valves",
        "/api/valves/0/x",
        "/api/%24state/valves",
        "/apis",
    ):
        assert ask(site, "GET", path).status == 404, path
    assert ask(site, "OPTIONS", "/api/valves/0").headers["allow"] == "GET, HEAD, OPTIONS, PUT"
    assert ask(site, "HEAD", "/api/valves/0").body == b""


def test_a_module_that_does_not_run_is_503():
    kernel, site = device()
    kernel.move("valves", "STOPPED")
    for method, body in (("GET", None), ("PUT", b"true")):
        answer = ask(site, method, "/api/valves/0", [], body)
        assert answer.status == 503 and b"STOPPED" in answer.body and "retry-after" in answer.headers
    kernel.move("valves", "RUNNING")
    steps(kernel)
    assert ask(site, "GET", "/api/valves/0").status == 200


def test_values_that_json_does_not_know_are_null():
    kernel, site = device()
    flow = kernel.modules["valves"].properties["flow"]
    for value in (float("nan"), float("inf"), -float("inf")):
        flow.value = value
        assert ask(site, "GET", "/api/valves/flow").body == b"null"
    flow.value = {"a": [float("nan")]}
    assert ask(site, "GET", "/api/valves/flow").body == b'{"a": [null]}'
    index = unchunked(ask(site, "GET", "/api"))
    assert "NaN" not in index and "nan" not in index
    assert json.loads(index)["modules"]["valves"]["properties"]["flow"]["value"] == {"a": [None]}


def test_every_retained_topic_is_readable_as_on_mqtt():
    kernel, site = device()
    kernel.modules["idle"].publish("idle/networks", [{"ssid": "Home"}], True)
    kernel.modules["idle"].publish("idle/deep/er", 5, True)
    kernel.modules["idle"].publish("idle/event", 6)
    steps(kernel)
    assert json.loads(ask(site, "GET", "/api/idle/networks").body) == [{"ssid": "Home"}]
    assert ask(site, "GET", "/api/idle/deep/er").body == b"5"
    assert ask(site, "GET", "/api/idle/event").status == 404
    assert ask(site, "PUT", "/api/idle/networks", [], b"1").status == 405
    for path in ("/api/$state/idle", "/api/%24state/idle", "/api/$describe/valves/0"):
        assert ask(site, "GET", path).status == 404, path


def test_a_button_takes_a_command_without_a_body():
    kernel, site = device()
    for headers, body in (([], None), ([], b""), (["Content-Type: text/plain"], b"")):
        assert ask(site, "PUT", "/api/valves/press", headers, body).status == 200
    assert kernel.modules["valves"].pressed == 3
    assert ask(site, "PUT", "/api/valves/0", [], b"").status == 400


def test_a_number_of_thousands_of_digits_is_refused_at_once():
    kernel, site = device()
    for body in (b"1" * 8000, b"-" + b"9" * 100, b"[" + b"7" * 8000 + b"]", b"0." + b"3" * 200):
        assert put(site, "valves/level", body)[0] == 400


def test_a_flood_of_commands_fails_no_module_and_is_told_to_wait():
    class Bell(Module):
        def start(self):
            self.property("ring", "button", set=self.ring)
            self.property("on", "switch", False, self.ring)

        def ring(self, property, value):
            for i in range(2):
                self.publish("bell/rings", i)

    class Tower(Module):
        def start(self):
            self.listen("bell/#", self.on_bell)

        def on_bell(self, topic, value):
            self.publish("tower/heard", topic)

    kernel, site = device()
    bell = kernel.add(Bell())
    tower = kernel.add(Tower())
    steps(kernel)
    for path, body in (("/api/bell/ring", b"true"), ("/api/bell/ring", b""), ("/api/bell/on", b"true")):
        statuses = [
            ask(site, "PUT", path, body=body).status for _ in range(40)
        ]  # within one turn of the kernel
        assert statuses[0] == 200 and statuses[-1] == 503 and set(statuses) == {200, 503}, statuses
        steps(kernel)
        assert bell.state == tower.state == "RUNNING" and kernel.bus.get("$error/bell") is None
        assert ask(site, "PUT", path, body=body).status == 200
        steps(kernel)


def test_a_module_that_fills_the_bus_by_itself_has_failed():
    class Flood(Module):
        def start(self):
            self.property("go", "button", set=self.go)

        def go(self, property, value):
            for i in range(100):
                self.publish("flood/drop", i)

    kernel, site = device()
    flood = kernel.add(Flood())
    steps(kernel)
    assert ask(site, "PUT", "/api/flood/go", body=b"true").status == 400
    assert flood.state == "FAILED" and "BusFull" in kernel.bus.get("$error/flood")
