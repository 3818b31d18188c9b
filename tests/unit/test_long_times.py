"""Times of a week and more in a configuration hold on 32 bits, or are refused where they are given."""

# heap: 768K
# timeout: 120

from device import Device, time

from modcore import Module
from plugins.gpio import Gpio
from plugins.sensors import Sensors
from plugins.softap import Softap
from plugins.timers import Timers
from plugins.watchdog import Watchdog
from plugins.wlan import Wlan

DAY_MS = 86400000


def test_a_delay_of_eight_days_comes_after_eight_days():
    d = Device(
        lambda: [Timers()], {"timers": {"after": {"late": {"delay": "8 d", "fire": "gong"}}, "file": ""}}
    )
    d.run(8 * DAY_MS - 60000)
    assert not d.take("gong")
    d.run(120000)
    assert len(d.take("gong")) == 1


def test_an_interval_of_seven_days_keeps_its_beat():
    d = Device(
        lambda: [Timers()], {"timers": {"intervals": {"week": {"every": "7 d", "fire": "gong"}}, "file": ""}}
    )
    for _ in range(3):
        d.run(7 * DAY_MS - 60000)
        assert not d.take("gong")
        d.run(60001)
        assert len(d.take("gong")) == 1


def test_a_lamp_that_may_be_on_for_ten_days_is_on_for_ten_days():
    d = Device(lambda: [Gpio()], {"gpio": {"pins": {"lamp": {"pin": 4, "max_on_ms": 10 * DAY_MS}}}})
    d.run(10)
    d.send("gpio/lamp/set", True)
    d.run(10 * DAY_MS - 60000)
    assert d.get("gpio/lamp") is True
    d.run(61000)
    assert d.get("gpio/lamp") is False


def test_a_sensor_may_be_read_once_in_eight_days():
    section = {"driver": "dht22", "pin": 4, "interval_s": 8 * 86400}
    d = Device(lambda: [Sensors()], {"sensors": {"devices": {"g": section}}})
    d.world.wires.dht[4] = (20.0, 50.0)
    d.run(1000)
    d.world.wires.dht[4] = (10.0, 50.0)
    d.run(8 * DAY_MS - 60000)
    assert d.get("sensors/g_temperature") == 20
    d.run(60000)
    assert d.get("sensors/g_temperature") == 10


def test_an_access_point_may_open_after_nine_days_without_a_network():
    config = {"wlan": {"networks": ["Home"], "retry_s": 3600, "retry_max_s": 1000000, "roam_s": 1000000}}
    config["softap"] = {"portal": False, "after_s": 9 * 86400}
    d = Device(lambda: [Wlan(), Softap()], config)
    d.run(9 * DAY_MS - 60000)
    assert d.get("softap/on") is False
    d.run(120000)
    assert d.get("softap/on") is True
    assert d.kernel.modules["wlan"].state == "RUNNING"


def test_one_attempt_to_join_may_take_a_week_and_ends():
    config = {"wlan": {"networks": ["Home"], "timeout_s": 7 * 86400, "poll_ms": 3600000}}
    d = Device(lambda: [Wlan()], config, kind="rp2")
    d.world.wifi.add("Home", dhcp=False)
    d.run(DAY_MS)
    assert d.get("wlan/state") == "connecting"
    d.run(7 * DAY_MS)
    assert d.get("wlan/error").startswith("Home: ")


def test_times_that_are_told_by_ticks_are_refused_where_they_are_given():
    for mode, key in (
        ("in", "debounce_ms"),
        ("in", "long_ms"),
        ("counter", "dead_ms"),
        ("counter", "period_ms"),
    ):
        d = Device(lambda: [Gpio()], {"gpio": {"pins": {"x": {"mode": mode, "pin": 4, key: 7 * DAY_MS}}}})
        d.run(10)
        assert "%s 604800000: takes up to 268435456" % key in d.get("$error/gpio")
    d = Device(lambda: [Watchdog()], {"watchdog": {"timeout_ms": 7 * DAY_MS}})
    d.run(10)
    assert "timeout_ms takes up to 268435456" in d.get("$error/watchdog")


def test_a_wait_of_fibers_may_end_after_eight_days():
    from plugins.fiber import Channel, Loop, Timeout

    loop = Loop()
    channel = Channel(1)

    def wait():
        try:
            yield from loop.within(8 * DAY_MS, channel.get())
        except Timeout:
            return "in vain"

    fiber = loop.spawn(wait())
    begin_ms = time.now_ms
    while not fiber.done:
        loop.turn(loop.turn())
    assert fiber.result == "in vain"
    assert 8 * DAY_MS <= time.now_ms - begin_ms < 8 * DAY_MS + 60000
    fiber = loop.spawn(wait())
    while time.now_ms - begin_ms < 13 * DAY_MS:  # in the second piece of the wait
        loop.turn(loop.turn())
    fiber.kill()
    loop.turn()
    assert not loop.fibers and fiber.done


def test_home_assistant_may_be_told_after_a_week_what_has_gone():
    from plugins.homeassistant import Homeassistant

    class Bridge(Module):
        connected = idle = True

        def subscribe(self, filter, handler):
            pass

        def unsubscribe(self, filter, handler):
            pass

    for forget_s in (7 * 86400, 10**9, 0.5):
        d = Device(lambda: [Bridge("mqtt"), Homeassistant()], {"homeassistant": {"forget_s": forget_s}})
        d.run(400)
        assert d.get("$error/homeassistant") is None
        home = d.kernel.modules["homeassistant"]
        assert home.state == "RUNNING" and forget_s * 1000 - 500 < home.loop() <= forget_s * 1000


def test_what_a_web_handler_waits_for_may_take_a_week():
    from http_wire import Wire, request, site_with

    from plugins.http import Router, Signal

    def handler(request):
        signal = Signal()
        signal.timeout_ms = 7 * DAY_MS
        got = yield signal
        return {"got": got}

    wire = Wire(site_with(Router("", [["/", handler]])))
    assert wire(request("GET", "/")) == b""
    pieces = 1
    while not wire.expire():
        pieces += 1
    assert pieces == 3  # of 3.1 days at most


def test_a_limit_of_a_web_server_that_ticks_can_not_tell_is_refused():
    from plugins.http import Site
    from support import raises

    for limits in (
        {"idle_ms": 7 * DAY_MS},
        {"head_ms": 1 << 29},
        {"body_ms": -1},
        {"write_ms": True},
        {"idle_ms": 0.5},
    ):
        assert "limit" in str(raises(TypeError, lambda limits=limits: Site(**limits)))
    assert Site(idle_ms=1 << 28).open().due is None
