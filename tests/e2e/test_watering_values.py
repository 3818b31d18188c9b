"""Values from outside: the garden takes the good ones and refuses the bad ones, over HTTP and MQTT."""

import json

from watering_board import BASE, api, levels, put

from peers import Mqtt
from processes import eventually

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


def test_bad_values_are_refused_over_http(watering):
    board = watering({"modules": ["garden.valves", "panel"]}, {"panel.py": PANEL})
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


def test_good_values_are_taken_over_http(watering):
    board = watering({"modules": ["garden.valves", "panel"]}, {"panel.py": PANEL})
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


def test_bad_values_are_refused_over_mqtt(watering, mosquitto):
    board = watering({"modules": ["garden.valves", "panel"]}, {"panel.py": PANEL})
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
