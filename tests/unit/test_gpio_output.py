"""Outputs and PWM of the configuration: properties, levels, limits, safe values."""

from device import Device

from modcore import Refused
from plugins.gpio import Gpio
from support import raises


def device(pins):
    made = Device(lambda: [Gpio()], {"gpio": {"pins": pins}})
    made.run(10)
    return made


def test_an_output_is_a_switch_that_drives_the_pin():
    d = device({"lamp": {"mode": "out", "pin": 4, "name": "Lamp"}})
    assert d.get("gpio/lamp") is False and d.world.pins[4].show() == 0
    assert d.get("$describe/gpio/lamp")["kind"] == "switch" and d.get("$describe/gpio/lamp")["name"] == "Lamp"
    d.send("gpio/lamp/set", True)
    assert d.get("gpio/lamp") is True and d.world.pins[4].show() == 1
    d.send("gpio/lamp/set", False)
    assert d.world.pins[4].show() == 0


def test_an_output_is_toggled_by_an_event():
    d = device({"lamp": {"pin": 4}})
    shown = []
    for _ in range(3):
        d.send("gpio/lamp/toggle", True)
        shown.append((d.get("gpio/lamp"), d.world.pins[4].show()))
    assert shown == [(True, 1), (False, 0), (True, 1)]


def test_an_inverted_output_never_shows_the_wrong_level():
    shown = []
    d = Device(lambda: [Gpio()], {"gpio": {"pins": {"relay": {"pin": 5, "invert": True}}}})
    d.world.changed = lambda what, name, value: shown.append((what, name, value))
    d.run(10)
    assert shown == [("pin", 5, 1)]
    d.send("gpio/relay/set", True)
    assert d.world.pins[5].show() == 0


def test_an_output_switches_itself_off_after_its_limit():
    d = device({"valve": {"pin": 6, "kind": "valve", "max_on_ms": 1000}})
    d.send("gpio/valve/set", True)
    d.run(600)
    d.send("gpio/valve/set", True)  # begins anew
    d.run(900)
    assert d.world.pins[6].show() == 1
    d.run(200)
    assert d.world.pins[6].show() == 0 and d.get("gpio/valve") is False


def test_stopping_brings_outputs_to_their_safe_value():
    d = device({"a": {"pin": 4}, "b": {"pin": 5, "safe": True}, "c": {"pin": 6, "safe": None}})
    for id in "ac":
        d.send("gpio/%s/set" % id, True)
    d.kernel.move("gpio", "STOPPED")
    assert [d.world.pins[n].show() for n in (4, 5, 6)] == [0, 1, 1]


def test_a_pin_that_can_not_be_had_is_reported_and_the_others_work():
    d = device({"bad": {"pin": 99}, "worse": {"pin": 4, "mode": "laser"}, "worst": 3, "lamp": {"pin": 4}})
    assert d.kernel.modules["gpio"].state == "RUNNING"
    assert d.get("gpio/lamp") is False and d.get("gpio/bad") is None
    errors = d.get("$error/gpio")
    assert "gpio/worst: mode None; have adc, counter, in, out, pwm" == errors
    for id in ("bad", "worse", "worst"):
        del d.config["gpio"]["pins"][id]
    d.kernel.reconfigure("gpio")
    assert d.get("$error/gpio") is None and d.get("gpio/lamp") is False


def test_pwm_is_a_number_in_per_cent():
    d = device({"fan": {"mode": "pwm", "pin": 12, "hz": 500, "value": 25}})
    assert d.world.pins[12].show() == "500 Hz 25 %"
    gpio = d.kernel.modules["gpio"]
    gpio.properties["fan"].command(80.5)
    assert d.world.pins[12].pwm == (500, round(0.805 * 65535)) and d.get("gpio/fan") == 80.5
    assert "from 0 to 100" in str(raises(Refused, gpio.properties["fan"].command, 101))
    d.kernel.move("gpio", "STOPPED")
    assert d.world.pins[12].show() == 0


def test_inverted_pwm_is_high_when_off():
    d = device({"lamp": {"mode": "pwm", "pin": 12, "kind": "light", "invert": True}})
    assert d.world.pins[12].pwm == (1000, 65535)
    d.send("gpio/lamp/set", 100)
    assert d.world.pins[12].pwm == (1000, 0)
    d.kernel.move("gpio", "STOPPED")
    assert d.world.pins[12].show() == 1


def test_of_a_pin_that_can_not_be_had_nothing_is_left():
    for section in (
        {"mode": "counter", "pin": 99},
        {"mode": "adc", "pin": 34, "on_value": 5},
        {"mode": "counter", "pin": 14, "max": 5, "on_high": "a/#"},
        {"mode": "pwm", "pin": 12, "value": 150},
        {"mode": "out", "pin": 4, "kind": "lamp"},
        {"mode": "in", "pin": [0]},
    ):
        d = device({"m": section})
        assert not d.kernel.modules["gpio"].properties, section
        assert d.get("$error/gpio").startswith("gpio/m: pin %s: " % section["pin"]), d.get("$error/gpio")
