"""Tz as a module: what it publishes at start, at a change, with another zone, and what it refuses."""

import plugins.tz.module
from modcore import Kernel, Refused
from plugins.tz import Tz, seconds
from support import new_folder, raises, remove, steps

BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"
SPRING = seconds(2026, 3, 29, 1)  # the second of the change in Europe


class Device:
    """A kernel with Tz under a clock of the test's own, which moves only in `sleep` and `jump`."""

    def __init__(self, now, **config):
        self.now = now
        self._handler = None
        plugins.tz.module.time = self
        config.setdefault("zone", BERLIN)
        self.kernel = Kernel({"tz": config})
        self.tz = Tz()
        self.tz.after = self._after
        self.kernel.add(self.tz)
        self.seen = []
        steps(self.kernel)
        for topic in ("tz/offset", "tz/name", "tz/time", "changed"):
            self.kernel.bus.subscribe(topic, self._note)
        steps(self.kernel)
        self.seen.clear()

    def time(self):
        return self.now

    def cancel(self):
        self._handler = None

    def _after(self, ms, handler):
        self._ms, self._handler = ms, handler
        return self

    def _note(self, topic, value):
        self.seen.append((topic, value))

    def sleep(self):
        """Let the module's timer come due; returns the seconds that took."""
        seconds = self._ms // 1000
        self.now += seconds
        self._handler()
        steps(self.kernel)
        return seconds

    def get(self, name):
        """The retained value of a topic of the module."""
        return self.kernel.bus.get("tz/" + name)


def test_zone_offset_name_and_time_are_retained():
    device = Device(SPRING - 1)
    assert device.get("zone") == BERLIN
    assert device.get("offset") == 3600
    assert device.get("name") == "CET"
    assert device.get("time") == "2026-03-29 01:59:59"
    assert device.kernel.modules["tz"].zone.offset(SPRING) == 7200


def test_the_change_is_published_in_its_second():
    device = Device(SPRING - 95, every_s=0)
    while device.now < SPRING:
        assert device.seen == []
        device.sleep()
    assert device.now == SPRING
    assert device.seen == [("tz/offset", 7200), ("tz/name", "CEST")]


def test_local_time_comes_every_minute_of_the_wall_clock():
    device = Device(SPRING - 95)
    assert [device.sleep() for _ in range(3)] == [35, 60, 60]
    times = [value for topic, value in device.seen if topic == "tz/time"]
    assert times == ["2026-03-29 01:59:00", "2026-03-29 03:00:00", "2026-03-29 03:01:00"]


def test_an_interval_of_an_hour_still_notices_a_jump_of_the_clock_within_a_minute():
    device = Device(SPRING - 86400, every_s=3600)
    device.now += 90000
    assert device.sleep() <= 60
    assert ("tz/offset", 7200) in device.seen


def test_a_step_of_the_clock_by_ntp_counts_at_once():
    device = Device(SPRING - 86400)
    device.now += 90000
    device.kernel.bus.publish("ntp/step", 90000)
    steps(device.kernel)
    assert device.get("offset") == 7200


def test_no_time_is_shown_before_the_clock_is_set():
    device = Device(seconds(2000, 1, 1))
    assert device.get("time") is None
    assert device.get("offset") == 3600


def test_a_change_fires_the_configured_events_and_the_start_does_not():
    device = Device(SPRING - 1, on_change=["changed"])
    device.sleep()
    assert [value for topic, value in device.seen if topic == "changed"] == [7200]


def test_another_zone_counts_at_once_and_is_saved():
    folder = new_folder()
    device = Device(SPRING, allow=["zone"])
    device.kernel.path = folder + "/config.json"
    device.kernel.bus.publish("tz/zone/set", "EST5EDT,M3.2.0,M11.1.0")
    steps(device.kernel)
    assert device.get("zone") == "EST5EDT,M3.2.0,M11.1.0"
    assert device.get("name") == "EDT"
    assert device.get("time") == "2026-03-28 21:00:00"
    with open(device.kernel.path) as f:
        assert "EST5EDT" in f.read()
    remove(folder)


def test_a_text_that_is_no_zone_is_refused_and_changes_nothing():
    device = Device(SPRING, allow=["zone"])
    zone = device.tz.properties["zone"]
    assert "month from 1 to 12" in str(raises(Refused, zone.command, "CET-1CEST,M13.5.0,M10.5.0/3"))
    raises(Refused, zone.command, 7)
    assert device.get("zone") == BERLIN
    assert device.tz.zone.text == BERLIN


def test_a_zone_that_cannot_be_saved_counts_all_the_same():
    device = Device(SPRING, allow=["zone"])
    device.kernel.path = "no/such/folder/config.json"
    refused = raises(Refused, device.tz.properties["zone"].command, "UTC0")
    assert "holds until the restart, but is not saved" in str(refused)
    assert device.get("offset") == 0


def test_a_broken_zone_in_the_configuration_fails_the_module_and_says_why():
    device = Device(SPRING, zone="Europe/Berlin")
    assert device.tz.state == "FAILED"
    assert "Europe/Berlin" in device.kernel.bus.get("$error/tz")
