"""Buttons: debounce, press, release, click, double click, long press, also while the loop is busy."""

from device import Device, time

from plugins.control import Control
from plugins.gpio import Gpio

BUTTON = {"mode": "in", "pin": 0, "pull": "up", "invert": True, "debounce_ms": 20}


def device(**more):
    section = dict(BUTTON)
    section.update(more)
    made = Device(lambda: [Gpio()], {"gpio": {"pins": {"b": section}}})
    made.world.pins.drive(0, 1)
    made.run(100)
    made.take()
    return made


def events(d):
    return [value for topic, value in d.take("gpio/b") if topic == "gpio/b/event"]


def press(d, ms, after=1000):
    d.world.pins.drive(0, 0)
    d.run(ms)
    d.world.pins.drive(0, 1)
    d.run(after)


def test_a_press_is_a_property_and_events():
    d = device()
    assert d.get("gpio/b") is False
    d.world.pins.drive(0, 0)
    d.run(100)
    assert d.get("gpio/b") is True and events(d) == ["press"]
    d.world.pins.drive(0, 1)
    d.run(100)
    assert d.get("gpio/b") is False and events(d) == ["release"]
    d.run(300)
    assert events(d) == ["click"]


def test_a_bouncing_contact_is_one_press():
    d = device()
    for level in (0, 1):
        d.world.pins.bounce(0, level, 6, 15)
        d.run(200)
    d.run(500)
    assert events(d) == ["press", "release", "click"]


def test_a_spike_is_nothing():
    d = device()
    for ms in (1, 5, 19):
        press(d, ms)
    assert events(d) == [] and d.get("gpio/b") is False


def test_two_presses_make_a_double_click_at_the_second_press():
    d = device()
    press(d, 60, 100)
    d.world.pins.drive(0, 0)
    d.run(60)
    assert events(d) == ["press", "release", "press", "double"]
    d.world.pins.drive(0, 1)
    d.run(1000)
    assert events(d) == ["release"]
    press(d, 60, 400)
    press(d, 60, 400)
    assert events(d) == ["press", "release", "click"] * 2


def test_a_long_press_is_told_while_it_lasts_and_is_no_click():
    d = device(long_ms=500)
    d.world.pins.drive(0, 0)
    d.run(600)
    assert events(d) == ["press", "long"]
    d.world.pins.drive(0, 1)
    d.run(1000)
    assert events(d) == ["release"]


def test_nothing_is_lost_while_the_loop_is_busy():
    d = device(long_ms=500)
    # Interrupts come all the while; the loop comes round at the end.
    for down, up in ((60, 100), (60, 600), (700, 1000), (40, 30)):
        for level, ms in ((0, down), (1, up)):
            d.world.pins.drive(0, level)
            d._pass(0)
            time.now_ms += ms
    d.run(500)
    assert events(d) == ["press", "release", "press", "double", "release"] + [
        "press",
        "long",
        "release",
        "press",
        "release",
        "click",
    ]


def test_far_too_many_presses_for_a_busy_loop_end_at_the_right_level():
    d = device()
    for _ in range(40):
        for level in (0, 1):
            d.world.pins.drive(0, level)
            d._pass(0)
            time.now_ms += 30
    d.world.pins.drive(0, 0)
    d._pass(0)
    d.run(100)
    assert d.get("gpio/b") is True
    found = events(d)
    assert found.count("press") == found.count("release") + 1


def test_the_configuration_fires_events():
    d = device(
        on_press="lamp/set",
        on_release=[{"blinds/set": "up"}],
        on_double=[["fan/set", 3], "hello"],
        on_change="mirror",
    )
    press(d, 50, 100)
    press(d, 50)
    assert [event for event in d.take() if event[0][:4] != "gpio"] == [
        ("lamp/set", True),
        ("mirror", True),
        ("blinds/set", "up"),
        ("mirror", False),
        ("lamp/set", True),
        ("fan/set", 3),
        ("hello", True),
        ("mirror", True),
        ("blinds/set", "up"),
        ("mirror", False),
    ]


def test_a_button_switches_an_output_of_the_same_module():
    pins = {"b": dict(BUTTON), "lamp": {"pin": 4}}
    pins["b"]["on_press"] = "gpio/lamp/toggle"
    pins["b"]["on_long"] = [["gpio/lamp/set", False]]
    d = Device(lambda: [Gpio()], {"gpio": {"pins": pins}})
    d.world.pins.drive(0, 1)
    d.run(100)
    press(d, 50)
    assert d.get("gpio/lamp") is True and d.world.pins[4].show() == 1
    press(d, 50)
    assert d.world.pins[4].show() == 0
    press(d, 1000)
    assert d.world.pins[4].show() == 0


def test_events_that_find_the_bus_full_come_later():
    d = device(on_press=["one", "two"])
    for i in range(d.kernel.bus.size):
        d.kernel.bus.publish("noise", i)
    gpio = d.kernel.modules["gpio"]
    gpio.parts[0].happens("press")
    d.run(200)
    assert [event for event in d.take() if event[0] != "noise"] == [
        ("gpio/b/event", "press"),
        ("one", True),
        ("two", True),
    ]
    assert gpio.state == "RUNNING"


def test_a_button_that_is_held_at_the_start_is_no_press():
    made = Device(lambda: [Gpio()], {"gpio": {"pins": {"b": BUTTON}}})
    made.world.pins.drive(0, 0)
    made.run(2000)
    assert made.get("gpio/b") is True
    assert [e for e in made.take() if e[0] == "gpio/b/event"] == []


def test_no_interrupt_comes_after_the_stop():
    d = device()
    d.kernel.move("gpio", "STOPPED")
    assert d.world.pins[0].edges == 0
    d.run()
    d.take()
    press(d, 100)
    assert d.take("gpio/b") == []


def test_one_press_drives_pins_of_the_same_module_and_commands_of_others():
    chain = ["gpio/lamp/toggle", {"gpio/fan/set": 40, "control/led/set": "toggle"}, "control/gc/set"]
    pins = {
        "button": {"mode": "in", "pin": 0, "on_press": chain, "on_long": [["gpio/lamp/set", False]]},
        "lamp": {"pin": 4},
        "fan": {"mode": "pwm", "pin": 12},
    }
    d = Device(lambda: [Gpio(), Control()], {"gpio": {"pins": pins}, "control": {"pins": {"led": 2}}})
    d.run(10)
    for on in (1, 0):
        d.take()
        d.world.pins.drive(0, 1)
        d.run(100)
        assert [d.world.pins[n].show() for n in (4, 2)] == [on, on] and d.get("gpio/fan") == 40
        assert len(d.take("control/heap")) == 1
        d.world.pins.drive(0, 0)
        d.run(1000)
    d.send("gpio/lamp/set", True)
    d.world.pins.drive(0, 1)
    d.run(2000)
    assert d.world.pins[4].show() == 0
