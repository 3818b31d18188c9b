"""The garden's valves as people use them: a device, a real broker, MQTT and HTTP clients, and all that goes wrong."""

import contextlib
import json
import socket
import threading
import time
from pathlib import Path

import httpx
import pytest

from peers import Events, Mqtt, curl, retained
from processes import eventually

BASE = "modcore/garden/"
PINS = [4, 27, 16, 17, 18, 19, 21, 22]
CONFIG = json.loads(
    (Path(__file__).resolve().parent.parent.parent / "samples/watering/config.json").read_text()
)
VALVES = CONFIG["valves"]
# On 32 bit, as `make run` has it: the complete application takes about half of it at rest.
HEAP = "320K"

# Further properties, one of each kind that takes a value, for commands of all sorts.
PANEL = """
from modcore import Module

class Panel(Module):
    def start(self):
        self.property("level", "number", value=3, min=0, max=10, set=self.take)
        self.property("any", "number", value=0, set=self.take)
        self.property("label", "text", value="x", set=self.take)
        self.property("mode", "select", value="eco", options=["eco", "full"], set=self.take)
        self.property("lamp", "light", value=False, set=self.take)
        self.property("press", "button", set=self.take)
        self.property("heat", "sensor", value=20.5, unit="C")

    def take(self, property, value):
        property.value = value
"""


@pytest.fixture(params=["cpython", "micropython32"])
def runtime(request):
    """The runtimes that differ most."""
    return request.param


@pytest.fixture
def garden(device, mosquitto):
    """Function that boots the watering sample, connected to the broker; returns its board."""

    def boot(config=None, files=None, online=True, **options):
        options.setdefault("broker", mosquitto)
        if options.get("runtime", "micropython32") == "micropython32":
            options.setdefault("heap", HEAP)
        board = device(
            "samples/watering", dict({"mqtt": {"host": "broker.local"}}, **(config or {})), files, **options
        )
        eventually(lambda: api(board, "/api"), "the web server")
        if online:
            eventually(lambda: api(board, "/api/mqtt/connected") is True, "the bridge")
        return board

    return boot


def api(board, path):
    """Return the JSON value at `path`, None when there is no answer."""
    with contextlib.suppress(httpx.HTTPError):
        answer = httpx.get(board.url + path, timeout=10)
        return answer.json() if answer.status_code == 200 else None


def put(board, path, content):
    """PUT `content` (str or bytes) and return the answer."""
    return httpx.put(board.url + path, content=content, timeout=15)


def levels(board):
    """Return the levels of the valves' pins."""
    pins = board.pins()
    return [pins.get(number) for number in PINS]


def test_valves_open_from_the_web_and_from_mqtt(garden, mosquitto, runtime):
    board = garden(runtime=runtime)
    assert levels(board) == [0] * 8
    with Mqtt(mosquitto.port, BASE + "#") as mqtt, Events(board.url) as events:
        answer = put(board, "/api/valves/0", "true")
        assert (answer.status_code, answer.json()) == (200, True)
        assert board.wait_pin(4, 1)
        mqtt.wait(BASE + "valves/0", "true")
        assert retained(mosquitto.port, BASE + "valves/0") == "true"
        mqtt.publish(BASE + "valves/1/set", "true")
        events.wait("valves/1", True)
        assert api(board, "/api/valves/1") is True
        assert board.wait_pin(27, 1)
        answer = put(board, "/api/valves/0", '"wet"')
        assert answer.status_code == 400
        assert "valves/0" in answer.json()["error"] and "true or false" in answer.json()["error"]
        assert answer.headers["content-type"] == "application/json"
        put(board, "/api/valves/0", "false")
        assert board.wait_pin(4, 0)
        events.wait("valves/0", False)
        mqtt.wait(BASE + "valves/0", "false")
        assert levels(board) == [0, 1, 0, 0, 0, 0, 0, 0]


def test_the_page_and_the_api_describe_the_valves(garden):
    board = garden()
    page = httpx.get(board.url + "/")
    assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
    text = page.text.replace("xmlns='http://www.w3.org/2000/svg'", "")  # a name, which nobody fetches
    assert "http://" not in text and "https://" not in text, "a resource from outside"
    # Told again when all modules have started.
    shown = eventually(lambda: _dashboard(board, "watering"), "the garden's page in the dashboard")
    assert shown["first"] == "watering"
    about = httpx.get(board.url + "/api").json()
    assert about["name"] == "garden" and about["id"]
    assert about["versions"]["modcore"]
    valve = about["modules"]["valves"]["properties"]["0"]
    assert valve["name"] == "Lawn" and valve["kind"] == "valve" and valve["value"] is False


def _dashboard(board, page):
    # What the dashboard tells when it has the page, else None.
    told = api(board, "/api/dashboard/about") or {"pages": ()}
    return told if page in [view["id"] for view in told["pages"]] else None


def test_eight_event_streams_see_the_same(garden):
    board = garden({"valves": dict(VALVES, at_once=7)})
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(Events(board.url, "?filter=valves/%2B")) for _ in range(8)]
        for stream in streams:
            stream.wait("valves/7", False)
        for number in range(7):
            curl("-X", "PUT", "-d", "true", "{}/api/valves/{}".format(board.url, number))
        for stream in streams:
            stream.wait("valves/6", True)
            assert [event for event in stream.events if event[1]] == [
                ("valves/{}".format(number), True) for number in range(7)
            ]


def test_a_disabled_valve_stays_closed(garden, mosquitto):
    board = garden()
    answer = put(board, "/api/valves/7", "true")
    assert answer.status_code in (403, 405) and answer.status_code != 200
    with Mqtt(mosquitto.port, BASE + "#") as mqtt:
        mqtt.publish(BASE + "valves/7/set", "true")
        mqtt.publish(BASE + "valves/0/set", "true")
        mqtt.wait(BASE + "valves/0", "true")
    assert levels(board) == [1, 0, 0, 0, 0, 0, 0, 0]
    # The bridge asks the broker only for what somebody listens to.
    assert BASE + "valves/6/set" in mosquitto.output
    assert "\t{}valves/7/set (QoS".format(BASE) not in mosquitto.output


def test_the_broker_is_killed_and_comes_back_empty(garden, mosquitto, runtime):
    board = garden(runtime=runtime)
    put(board, "/api/valves/2", "true")
    mosquitto.kill()
    eventually(lambda: api(board, "/api/mqtt/connected") is False, "the loss to be noticed")
    assert put(board, "/api/valves/3", "true").status_code == 200
    mosquitto.start()
    with Mqtt(mosquitto.port, BASE + "#") as mqtt:
        mqtt.wait(BASE + "status", "online")
        for number in range(8):
            mqtt.wait(BASE + "valves/{}".format(number), "true" if number in (2, 3) else "false")
        mqtt.publish(BASE + "valves/2/set", "false")
        mqtt.wait(BASE + "valves/2", "false")
        assert board.wait_pin(16, 0)
    assert retained(mosquitto.port, BASE + "valves/3") == "true"


def test_a_power_cut_is_told_by_the_last_will(garden, mosquitto, runtime):
    board = garden(runtime=runtime, config={"mqtt": {"host": "broker.local", "keepalive_s": 4}})
    put(board, "/api/valves/0", "true")
    with Mqtt(mosquitto.port, BASE + "#") as mqtt:
        mqtt.wait(BASE + "valves/0", "true")
        board.power_cut()
        mqtt.wait(BASE + "status", "offline")
        assert retained(mosquitto.port, BASE + "status") == "offline"
        board.start()
        mqtt.wait(BASE + "status", "online")
        mqtt.wait(BASE + "valves/0", "false")
    assert levels(board) == [0] * 8


def test_an_orderly_stop_closes_the_valves_and_says_so(garden, mosquitto, runtime):
    board = garden(runtime=runtime)
    with Mqtt(mosquitto.port, BASE + "#") as mqtt:
        for number in (0, 5):
            put(board, "/api/valves/{}".format(number), "true")
            mqtt.wait(BASE + "valves/{}".format(number), "true")
        board.interrupt()
        mqtt.wait(BASE + "status", "offline")
        eventually(lambda: board.console.at_prompt, "the prompt")
        assert levels(board) == [0] * 8
        # Nobody is told for ever that a valve of a device that is off were open.
        assert retained(mosquitto.port, BASE + "valves/0") in (None, "false")
    assert "Traceback" not in board.text
    assert curl(board.url + "/api")[0] == 0


# body, what the answer's status is for each of the properties below
BAD_VALUES = {
    "valves/0": ['"wet"', "1", "0", "null", "[]", "{}", '"true"', "1e400", "-1"],
    "panel/level": ["11", "-1", "true", '"3"', "null", "1e400", "-1e400", "10.000001", "9" * 400, "[3]"],
    "panel/any": ["1e400", "9" * 400, "-" + "9" * 400, "9007199254740993", '"1"', "false", "1e308" + "0" * 9],
    "panel/label": ["5", "null", json.dumps("x" * 256), json.dumps("ä" * 256), "true"],
    "panel/mode": ['"turbo"', "0", "null", '"ECO"', json.dumps("eco" * 100)],
    "panel/lamp": ["1", '"on"', "null"],
}
NO_JSON = [
    "",
    " ",
    "tru",
    "True",
    "NaN",
    "nan",
    "Infinity",
    "-Infinity",
    "inf",
    "{",
    "[" * 3000,
    '"open',
    "\x00",
    "true false",
    "'a'",
]
LONG = [json.dumps("x" * 3000), json.dumps("x" * 7000), "[" + "1," * 3000 + "1]", "9" * 7000]
PATHS = ["valves/0", "panel/level", "panel/any", "panel/label", "panel/mode", "panel/lamp"]


def test_bad_values_are_refused_over_http(garden, runtime):
    board = garden({"modules": ["garden.valves", "panel"]}, {"panel.py": PANEL}, runtime=runtime)
    before = {path: api(board, "/api/" + path) for path in PATHS}
    for path, bodies in BAD_VALUES.items():
        for body in bodies:
            answer = put(board, "/api/" + path, body)
            assert answer.status_code == 400, (path, body[:50], answer.text)
            assert path in answer.json()["error"], (path, body[:50])
    for body in NO_JSON + LONG + [b"\xff\xfe", b'"\xc3"', b"\xef\xbb\xbftrue"]:
        for path in ("valves/0", "panel/any"):
            answer = put(board, "/api/" + path, body)
            # 503: it would fit the limits, and not the memory that is left.
            allowed = (400, 413, 503) if body in LONG else (400, 411)
            assert answer.status_code in allowed, (path, body[:50], answer.text)
    assert put(board, "/api/valves/0", b"x" * 1000000).status_code == 413
    assert put(board, "/api/panel/heat", "1").status_code in (403, 405)
    assert put(board, "/api/valves/8", "true").status_code == 404
    assert put(board, "/api/nobody/0", "true").status_code == 404
    assert {path: api(board, "/api/" + path) for path in PATHS} == before
    assert levels(board) == [0] * 8
    about = api(board, "/api")
    assert about["modules"]["valves"]["state"] == about["modules"]["panel"]["state"] == "RUNNING"
    assert "Traceback" not in board.text


def test_good_values_are_taken_over_http(garden, runtime):
    board = garden({"modules": ["garden.valves", "panel"]}, {"panel.py": PANEL}, runtime=runtime)
    for path, body in (
        ("panel/level", "7.5"),
        ("panel/level", " 10 "),
        ("panel/level", "1e0"),
        ("panel/any", "-9007199254740991"),
        ("panel/label", '"\\u00e4\\n\\"\\ud83d\\ude00"'),
        ("panel/label", json.dumps("ü" * 255, ensure_ascii=False)),
        ("panel/label", '""'),
        ("panel/mode", '"full"'),
        ("panel/lamp", "true"),
    ):
        answer = put(board, "/api/" + path, body.encode())
        assert (answer.status_code, answer.json()) == (200, json.loads(body)), body
        assert api(board, "/api/" + path) == json.loads(body)
    assert put(board, "/api/panel/press", "null").status_code == 200


def test_bad_values_are_refused_over_mqtt(garden, mosquitto, runtime):
    board = garden({"modules": ["garden.valves", "panel"]}, {"panel.py": PANEL}, runtime=runtime)
    before = {path: api(board, "/api/" + path) for path in PATHS}
    with Mqtt(mosquitto.port, BASE + "panel/level") as mqtt:
        for path, bodies in BAD_VALUES.items():
            for body in bodies:
                # A bare string is a string to MQTT's side, and text takes it.
                if path not in ("panel/label", "panel/mode"):
                    mqtt.publish("{}{}/set".format(BASE, path), body)
        for body in NO_JSON + LONG + [b"\xff\xfe", b"\x00" * 300, b"x" * 100000]:
            for path in ("valves/0", "panel/level", "panel/any", "panel/lamp"):
                mqtt.publish("{}{}/set".format(BASE, path), body)
        for topic in ("valves/9/set", "valves/set", "x/set", "valves/0/set/set", "$state/valves/set", "/set"):
            mqtt.publish(BASE + topic, "true")
        # All before this one has been dealt with when it has.
        mqtt.publish(BASE + "panel/level/set", "8")
        mqtt.wait(BASE + "panel/level", "8")
        before["panel/level"] = 8
        eventually(lambda: api(board, "/api/panel/level") == 8, "the last command")
    assert {path: api(board, "/api/" + path) for path in PATHS} == before
    about = api(board, "/api")
    assert {module["state"] for module in about["modules"].values()} == {"RUNNING"}
    assert "Traceback" not in board.text
    assert "valves/0 takes true or false" in board.text


# configuration


BROKEN = [
    '{"name": "garden", "plugins": ["http_async"',
    "",
    "[1, 2]",
    "\x00\x01",
    "<html>",
    '{"name": "garden',
]


def _boot_with(board, config):
    # Boots with this text as config.json; returns what the device then tells about itself.
    board.power_cut()
    (board.files / "config.json").write_text(config)
    board.start()
    return eventually(lambda: api(board, "/api"), "the web server")


def test_a_broken_configuration_is_kept_and_the_last_good_one_is_used(garden, runtime):
    board = garden(runtime=runtime)
    path = board.files / "config.json"
    good = path.read_text()
    for text in BROKEN:
        said = len(board.text)
        about = _boot_with(board, text)
        assert about["name"] == "garden"
        assert about["modules"]["valves"]["properties"]["0"]["name"] == "Lawn"
        kept = board.files / "config.json.bad"
        assert kept.read_text() == text
        assert "kept as config.json.bad, using the last good copy" in board.text[said:]
        assert path.read_text() == good
        kept.unlink()


def test_without_a_good_copy_a_broken_configuration_leaves_a_device_that_can_be_reached(garden, runtime):
    board = garden(runtime=runtime)
    for text in BROKEN:
        said = len(board.text)
        (board.files / "config.json.good").unlink(missing_ok=True)
        about = _boot_with(board, text)
        assert about["name"] == "modcore" and "valves" not in about["modules"]
        kept = board.files / "config.json.bad"
        assert kept.read_text() == text
        assert "kept as config.json.bad, booting on defaults" in board.text[said:]
        kept.unlink()
        path = board.files / "config.json"
        assert not path.exists() or path.read_text() != text


def test_without_a_configuration_the_device_can_be_reached(garden, runtime):
    board = garden(runtime=runtime)
    board.power_cut()
    (board.files / "config.json").unlink()
    board.start()
    assert eventually(lambda: api(board, "/api"), "the web server")["name"] == "modcore"


def test_what_is_unknown_is_named_and_the_rest_runs(garden):
    board = garden(
        {
            "plugins": ["http_async", "mqttt", "mqtt", "../etc"],
            "modules": ["valve", "garden.valves", "panel.Pannel", "no.such.thing"],
            "valves": dict(VALVES, nammes=["Lawn"]),
        },
        {"panel.py": PANEL},
    )
    assert put(board, "/api/valves/1", "true").status_code == 200
    text = board.text
    assert "'mqttt' not found; have" in text and "http_async, mqtt" in text
    assert "modules: 'valve' not found; have panel" in text
    assert "modules: 'no.such.thing' not found" in text
    assert "panel has no class Pannel" in text
    assert "unknown key 'nammes'; have active_low, at_once" in text
    assert "../etc" in text
    assert "Traceback" not in text


def test_a_wrong_type_in_the_configuration_fails_that_module_and_says_why(garden):
    board = garden({"valves": {"valves": "4"}, "http_async": {"port": 80, "root": "www"}})
    about = api(board, "/api")
    assert about["modules"]["valves"]["state"] == "FAILED"
    assert about["modules"]["mqtt"]["state"] == "RUNNING"
    assert 'config: valves: valves takes a list, not "4"' in board.text


def test_two_valves_on_one_pin_are_refused(garden):
    board = garden(
        {"valves": {"valves": [{"id": 0, "pin": 4, "name": "Lawn"}, {"id": 1, "pin": 4, "name": "Beds"}]}}
    )
    assert api(board, "/api")["modules"]["valves"]["state"] == "FAILED"
    assert "pin 4 is there twice" in board.text


# modules that fail

FRAGILE = """
from modcore import Module

class Fragile(Module):
    defaults = {"where": ""}
    broken = 0

    def fail(self, where):
        if self.config.get("where") == where and not self.broken:
            self.broken = 1
            raise RuntimeError("broken in " + where)

    def configure(self):
        self.fail("configure")

    def mount(self):
        self.fail("mount")

    def start(self):
        self.property("on", "switch", value=False, set=self.turn)
        self.listen("valves/0", self.on_valve)
        self.after(50, self.fail, "timer")
        self.fail("start")

    def on_valve(self, topic, value):
        self.fail("handler")

    def turn(self, property, on):
        self.fail("command")
        property.value = on

    def loop(self):
        self.fail("loop")

    def fiber(self):
        yield 10
        self.fail("fiber")

    async def run(self):
        import asyncio
        await asyncio.sleep(0.01)
        self.fail("task")
"""
PLACES = ["configure", "mount", "start", "timer", "handler", "loop", "fiber", "task", "command"]


def test_a_module_that_raises_anywhere_comes_back_and_harms_nobody(garden, mosquitto, runtime):
    modules = {place: "fragile.Fragile" for place in PLACES}
    modules["valves"] = "garden.valves.Valves"
    board = garden(
        dict({place: {"where": place} for place in PLACES}, modules=modules),
        {"fragile.py": FRAGILE},
        runtime=runtime,
    )
    with Mqtt(mosquitto.port, BASE + "#") as mqtt:
        put(board, "/api/valves/0", "true")
        mqtt.wait(BASE + "valves/0", "true")
        answer = put(board, "/api/command/on", "true")
        assert answer.status_code in (500, 503, 400), answer.text
        for place in PLACES:
            board.wait_until(lambda place=place: "RuntimeError: broken in " + place in board.text)
            assert "RuntimeError: broken in " + place in board.text
        for place in PLACES:
            eventually(lambda place=place: api(board, "/api/{}/on".format(place)) is False, place)
        assert api(board, "/api/valves/0") is False and levels(board)[0] == 0, (
            "no valve is open after a failure"
        )
        put(board, "/api/valves/0", "true")
        mqtt.wait(BASE + "valves/0", "true")
        for place in PLACES:
            mqtt.publish("{}{}/on/set".format(BASE, place), "true")
            mqtt.wait("{}{}/on".format(BASE, place), "true")
        assert mqtt.payloads(BASE + "status") == ["online"], "the bridge was hurt"


# punctuality

PUNCTUAL = """
import time
from modcore import Module
from modcore.ticks import ticks_ms, ticks_add, ticks_diff

class Punctual(Module):
    "Records how late its timer is called."

    def start(self):
        self.late = self.property("late", "sensor", value=0)
        self.property("reset", "button", set=self.reset)
        self.beats = self.worst = 0
        self.plan()
        self.every(100, self.tell)

    def plan(self):
        self.due = ticks_add(ticks_ms(), 10)
        self.after(10, self.beat)

    def beat(self):
        self.worst = max(self.worst, ticks_diff(ticks_ms(), self.due))
        self.beats += 1
        self.plan()

    def tell(self):
        if self.worst != self.late.value:
            self.late.value = self.worst

    def reset(self, property, value):
        self.worst = 0
"""


class Rogue:
    """A broker that breaks off, falls silent or does worse: a thread that serves each connection its own way."""

    def __init__(self, way):
        """`way`: function that is given the socket and, from the second connection on, its number."""
        self._way = way
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.count = 0
        self._socks = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.count += 1
            self._socks.append(sock)
            threading.Thread(target=self._meet, args=(sock,), daemon=True).start()

    def _meet(self, sock):
        with contextlib.suppress(OSError):
            self._way(sock)

    def close(self):
        """Close all."""
        for sock in [self._listener, *self._socks]:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()


CONNACK = b"\x20\x02\x00\x00"


def _silent(sock):
    while sock.recv(4096):
        pass


def _refusing(sock):
    sock.recv(4096)
    sock.sendall(b"\x20\x02\x00\x05")


def _half_connack(sock):
    sock.recv(4096)
    sock.sendall(CONNACK[:2])
    _silent(sock)


def _half_packet(sock):
    sock.recv(4096)
    sock.sendall(CONNACK + b"\x30\x64\x00\x20modcore")
    _silent(sock)


def _deaf(sock):
    # Takes the connection, then reads nothing: the device's buffers fill.
    sock.recv(4096)
    sock.sendall(CONNACK)
    time.sleep(60)


def _flood(sock):
    sock.recv(4096)
    sock.sendall(CONNACK)
    topic = b"modcore/garden/valves/1/set"
    packet = bytes((0x30, len(topic) + 6, 0, len(topic))) + topic + b"true"
    end = time.monotonic() + 3
    while time.monotonic() < end:
        sock.sendall(packet * 20)
        time.sleep(0.01)


def _endless_packet(sock):
    sock.recv(4096)
    sock.sendall(CONNACK + b"\x30\xff\xff\xff\x7f")
    while True:
        sock.sendall(b"x" * 1000)
        time.sleep(0.01)


def _garbage(sock):
    sock.recv(4096)
    sock.sendall(CONNACK + b"\xff" * 64)


def _web_server(sock):
    sock.recv(4096)
    sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def _hang_up(sock):
    sock.close()


ROGUES = [
    _silent,
    _refusing,
    _half_connack,
    _half_packet,
    _deaf,
    _flood,
    _endless_packet,
    _garbage,
    _web_server,
    _hang_up,
]
LATE_MS = 50
punctual = pytest.mark.xdist_group("punctual")  # one at a time, beside those of test_mqtt_rogues.py


def _worst_lateness(board, seconds):
    """Return the lateness of the device's timer in ms, worst of `seconds`; the PC's own is taken off.

    The PC may be busy and let the device wait as a whole. When it was, the window counts no more than
    the best of three: what holds up a timer in the device does so in each of them.
    """
    worst = []
    for _ in range(3):
        put(board, "/api/punctual/reset", "null")
        time.sleep(seconds)
        worst.append(api(board, "/api/punctual/late"))
        if worst[-1] <= LATE_MS:
            break
    return min(worst)


@punctual
@pytest.mark.parametrize("rogue", ROGUES, ids=lambda way: way.__name__.strip("_"))
def test_no_broker_makes_a_timer_late(garden, rogue):
    broker = Rogue(rogue)
    try:
        board = garden(
            {"modules": ["garden.valves", "punctual"]}, {"punctual.py": PUNCTUAL}, online=False, broker=broker
        )
        eventually(lambda: broker.count, "a connection")
        late = _worst_lateness(board, 3.5)
        assert late <= LATE_MS
        assert put(board, "/api/valves/0", "true").status_code == 200
        assert levels(board)[0] == 1
        assert api(board, "/api")["modules"]["mqtt"]["state"] == "RUNNING"
    finally:
        broker.close()


class Absent:
    """An address at which nothing listens."""

    def __init__(self, port):
        self.port = port


@punctual
@pytest.mark.parametrize("relay", [True, False])
def test_an_absent_broker_makes_no_timer_late(garden, free_port, relay):
    board = garden(
        {"modules": ["garden.valves", "punctual"]},
        {"punctual.py": PUNCTUAL},
        online=False,
        broker=Absent(free_port()),
        relay=relay,
    )
    assert _worst_lateness(board, 3.5) <= LATE_MS
    assert put(board, "/api/valves/0", "true").status_code == 200


@punctual
def test_a_broker_that_does_not_even_answer_the_connection_makes_no_timer_late(garden):
    # A full backlog: the system drops what else wants to connect, as a firewall does.
    full = socket.socket()
    full.bind(("127.0.0.1", 0))
    full.listen(0)
    fillers = []
    for _ in range(3):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(full.getsockname())
        fillers.append(filler)
    try:
        board = garden(
            {"modules": ["garden.valves", "punctual"]},
            {"punctual.py": PUNCTUAL},
            online=False,
            broker=Absent(full.getsockname()[1]),
            relay=False,
        )
        assert _worst_lateness(board, 3.5) <= LATE_MS
        assert put(board, "/api/valves/0", "true").status_code == 200
    finally:
        for sock in [full, *fillers]:
            sock.close()
