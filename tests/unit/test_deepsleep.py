"""Deep sleep: in order, with a reason to wake up, held off, and never past an alarm."""

from device import Device, time

from modcore import Module
from plugins.deepsleep import Deepsleep


class Work(Module):
    stopped = 0

    def stop(self):
        Work.stopped += 1


class Timers(Module):
    """Stands in for the plugin: one alarm at a time of the PC."""

    at_ms = None

    def next_s(self):
        if Timers.at_ms is None or Timers.at_ms < time.now_ms:
            return None
        return (Timers.at_ms - time.now_ms) / 1000


def device(**deepsleep):
    Timers.at_ms = None
    Work.stopped = 0
    made = Device(lambda: [Deepsleep(), Work(), Timers()], {"deepsleep": deepsleep})
    made.run(10)
    return made


def test_it_sleeps_after_its_time_awake_and_wakes_by_the_timer():
    d = device(sleep_s=600, awake_s=20)
    assert d.get("deepsleep/wake_reason") == "none"
    d.run(20100)
    assert d.kernel is None and Work.stopped == 1 and d.world.power.asleep == "deep"
    d.run(600000)
    assert d.boots == ["power", "deepsleep"] and d.get("deepsleep/wake_reason") == "timer"
    for _ in range(10):
        d.run(620500)
    assert len(d.boots) == 12


def test_it_sleeps_behind_an_event():
    d = device(sleep_s=60, when="mqtt/sent")
    d.send("mqtt/sent", False)
    d.run(10000)
    assert d.kernel
    d.send("mqtt/sent", True)
    d.run(1000)
    assert d.kernel is None
    d.run(61000)
    assert d.boots == ["power", "deepsleep"]


def test_a_pin_wakes_it():
    d = device(sleep_s=0, awake_s=5, pins=[4], level=1)
    d.run(6000)
    assert d.kernel is None
    d.run(3600000)
    assert d.kernel is None
    d.world.pins.drive(4, 1)
    d.run(100)
    assert d.boots == ["power", "deepsleep"] and d.get("deepsleep/wake_reason") == "pin"


def test_several_pins_wake_it():
    d = device(sleep_s=0, awake_s=5, pins=[4, 12], level=1)
    d.run(6000)
    d.world.pins.drive(12, 1)
    d.run(100)
    assert d.get("deepsleep/wake_reason") == "pin"


def test_without_anything_to_wake_it_it_stays_awake():
    d = device(awake_s=5)
    d.run(10000)
    assert d.kernel and d.boots == ["power"]


def test_it_is_held_awake_by_a_switch():
    d = device(sleep_s=60, awake_s=5, allow=["hold"])
    d.send("deepsleep/hold/set", True)
    d.run(60000)
    assert d.kernel
    d.send("deepsleep/hold/set", False)
    d.run(1000)
    assert d.kernel is None


def test_the_command_is_there_only_when_it_is_configured():
    d = device(sleep_s=60)
    d.send("deepsleep/sleep/set", 30)
    d.run(2000)
    assert d.kernel
    d = device(allow=["sleep"], max_s=3600)
    d.send("deepsleep/sleep/set", 7200)  # more than it may
    d.run(2000)
    assert d.kernel
    d.send("deepsleep/sleep/set", 30)
    d.run(2000)
    assert d.kernel is None
    d.run(30000)
    assert d.boots == ["power", "deepsleep"]


def test_it_wakes_before_the_next_alarm():
    d = device(sleep_s=3600, awake_s=5, lead_s=10)
    Timers.at_ms = 1000000
    d.run(6000)
    assert d.kernel is None
    d.run(985000 - time.now_ms)
    assert d.kernel is None
    d.run(6000)
    assert d.kernel and d.boots == ["power", "deepsleep"]
    d.run(7000)
    assert d.kernel  # the alarm is too near to sleep
    d.run(10000)
    assert d.kernel is None


def test_a_pin_that_can_not_be_had_is_said_at_the_start():
    d = device(sleep_s=600, awake_s=20, pins=[0, 99])
    assert "pins: pin 99" in d.get("$error/deepsleep")
