"""Broken configurations and failing modules of the garden: they are named, and the rest runs."""

from watering_board import BASE, VALVES, api, levels, put

from peers import Mqtt
from processes import eventually

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


def test_a_broken_configuration_is_kept_and_the_last_good_one_is_used(watering):
    board = watering()
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


def test_without_a_good_copy_a_broken_configuration_leaves_a_device_that_can_be_reached(watering):
    board = watering()
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


def test_without_a_configuration_the_device_can_be_reached(watering):
    board = watering()
    board.power_cut()
    (board.files / "config.json").unlink()
    board.start()
    assert eventually(lambda: api(board, "/api"), "the web server")["name"] == "modcore"


def test_what_is_unknown_is_named_and_the_rest_runs(watering):
    board = watering(
        {
            "plugins": ["http_async", "mqttt", "mqtt", "../etc"],
            "modules": ["valve", "garden.valves", "panel.Pannel", "no.such.thing"],
            "valves": dict(VALVES, nammes=["Lawn"]),
        },
        {"panel.py": "from modcore import Module\n\nclass Panel(Module):\n    pass\n"},
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


def test_a_wrong_type_in_the_configuration_fails_that_module_and_says_why(watering):
    board = watering({"valves": {"valves": "4"}, "http_async": {"port": 80, "root": "www"}})
    about = api(board, "/api")
    assert about["modules"]["valves"]["state"] == "FAILED"
    assert about["modules"]["mqtt"]["state"] == "RUNNING"
    assert 'config: valves: valves takes a list, not "4"' in board.text


def test_two_valves_on_one_pin_are_refused(watering):
    board = watering(
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


def test_a_module_that_raises_anywhere_comes_back_and_harms_nobody(watering, mosquitto):
    modules = {place: "fragile.Fragile" for place in PLACES}
    modules["valves"] = "garden.valves.Valves"
    board = watering(
        dict({place: {"where": place} for place in PLACES}, modules=modules),
        {"fragile.py": FRAGILE},
    )
    with Mqtt(mosquitto.port, BASE + "#") as mqtt:
        put(board, "/api/valves/0", "true")
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
