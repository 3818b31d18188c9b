"""Moments when the bridge tries again, or takes a broker for gone; the clock is the test's."""

import device
from mqtt_wire import Broker

from modcore import Kernel
from plugins.mqtt import Mqtt
from support import raises


def started(broker, **settings):
    settings = dict({"host": "127.0.0.1", "port": broker.port, "client_id": "house"}, **settings)
    broker.kernel = kernel = Kernel({"name": "house", "log": {"level": "critical"}, "mqtt": settings})
    return kernel, kernel.add(Mqtt())


def wait(kernel, condition, limit_ms=200000, step_ms=5):
    """Let time pass until `condition()`; the ms that it took."""
    start = device.time.now_ms
    while not condition():
        assert device.time.now_ms - start < limit_ms, "never"
        kernel.step()
        device.time.now_ms += step_ms
    return device.time.now_ms - start


def subscribed(kernel, broker, bridge):
    """Let the bridge subscribe to what it wants to hear."""
    for _ in range(2):  # `status` and `client`
        broker.expect(0x82)
    wait(kernel, lambda: not bridge.session.asked, step_ms=0)


def fail(kernel, bridge):
    """Let it try once, in vain."""
    wait(kernel, lambda: bridge.attempt)
    wait(kernel, lambda: not bridge.attempt)


def test_pauses_double_from_1_to_60_seconds_with_up_to_a_quarter_at_random():
    broker = Broker(deaf=True)
    kernel, bridge = started(broker)
    for seconds in (1, 2, 4, 8, 16, 32, 48, 48, 48):
        wait(kernel, lambda: bridge.attempt)
        wait(kernel, lambda: not bridge.attempt, step_ms=0 if seconds == 0 else 1)
        pause = wait(kernel, lambda: bridge.attempt)
        assert seconds * 1000 <= pause <= seconds * 1250 + 10, (seconds, pause)
    kernel.stop()
    broker.close()


def test_pauses_differ_so_that_not_all_devices_come_at_once():
    broker = Broker(deaf=True)
    pauses = set()
    for _ in range(4):
        kernel, bridge = started(broker)
        for _ in range(3):
            fail(kernel, bridge)
            pauses.add(bridge.due - device.time.now_ms)
            bridge.pause_s = 48
        kernel.stop()
    assert len(pauses) > 6
    broker.close()


def test_only_a_minute_of_health_makes_the_next_pause_short_again():
    broker = Broker()
    kernel, bridge = started(broker, keepalive_s=20)
    kernel.step()
    for seconds, pings, pause_s in ((48, 1, 48), (48, 7, 1), (4, 0, 4)):
        bridge.pause_s = seconds
        wait(kernel, lambda: bridge.attempt)
        broker.welcome()
        subscribed(kernel, broker, bridge)
        for _ in range(pings):
            wait(kernel, lambda: not bridge.heard)
            broker.expect(0xC0)
            broker.send(b"\xd0\x00")
            wait(kernel, lambda: bridge.heard, step_ms=0)
        broker.hang_up()
        wait(kernel, lambda: not bridge.connected)
        pause = wait(kernel, lambda: bridge.attempt)
        assert pause_s * 1000 <= pause <= pause_s * 1250 + 10, (seconds, pause)
    kernel.stop()
    broker.close()


def test_a_ping_goes_out_twice_in_the_keep_alive_and_silence_ends_it():
    broker = Broker()
    kernel, bridge = started(broker, keepalive_s=30)
    broker.welcome()
    subscribed(kernel, broker, bridge)
    times = []
    for _ in range(5):
        wait(kernel, lambda: not bridge.heard)
        times.append(device.time.now_ms)
        broker.expect(0xC0)
        broker.send(b"\xd0\x00")
        wait(kernel, lambda: bridge.heard, step_ms=0)
    wait(kernel, lambda: not bridge.heard)
    times.append(device.time.now_ms)
    broker.expect(0xC0)
    # Nothing comes back: half-open.
    wait(kernel, lambda: not bridge.connected)
    times.append(device.time.now_ms)
    for earlier, later in zip(times, times[1:]):
        assert 14990 <= later - earlier <= 15100, times
    assert kernel.bus.get("mqtt/connected") is False
    kernel.stop()
    broker.close()


def test_a_broker_that_does_not_answer_in_10_seconds_is_given_up():
    broker = Broker()
    kernel, bridge = started(broker)
    broker.accept()
    broker.expect(0x10)
    assert 9000 <= wait(kernel, lambda: not bridge.attempt) <= 10100
    kernel.stop()
    broker.close()


def test_the_network_that_comes_ends_the_pause():
    broker = Broker(deaf=True)
    kernel, bridge = started(broker)
    kernel.step()
    bridge.pause_s = 48
    wait(kernel, lambda: bridge.attempt)
    wait(kernel, lambda: not bridge.attempt)
    kernel.bus.publish("wlan/connected", False, True)
    kernel.step()
    kernel.step()
    assert not bridge.attempt
    kernel.bus.publish("wlan/connected", True, True)
    assert wait(kernel, lambda: bridge.attempt) < 100
    wait(kernel, lambda: not bridge.attempt)
    assert bridge.pause_s == 2
    kernel.stop()
    broker.close()


def test_wrong_settings_are_named():
    for settings, text in (
        ({"port": 70000}, "port 70000: takes 0 to 65535"),
        ({"port": 1.5}, "port 1.5: takes 0 to 65535"),
        ({"keepalive_s": 1}, "keepalive_s 1: takes 2 to 65535"),
        ({"qos": 2}, "qos 2: takes 0 to 1"),
        ({"keep": "best"}, "keep 'best': takes newest or oldest"),
        ({"tls": {"ca": "x"}}, "tls: unknown key 'ca'; have cafile"),
        ({"export": ["a#"]}, "export: topic 'a#'"),
        ({"import": "a"}, "import 'a': takes a list of filters"),
        ({"host": "a:b"}, "host 'a:b': takes a port"),
        ({"host": ["a", 1]}, "host 1: takes a name"),
        ({"host": "a,b"}, "takes a name or an address"),
        ({"host": "192.168.1.555"}, "takes a name or an address"),
        ({"host": "10.0.0"}, "takes a name or an address"),
        ({"host": "mqtt:broker:1883"}, "takes a name or an address"),
        ({"host": "fe80::xyz"}, "takes a name or an address"),
        ({"host": "broker..example"}, "takes a name or an address"),
        ({"host": "anna@broker"}, "takes a name or an address"),
        ({"host": [[]]}, "host []: takes a name"),
        ({"host": ["a", ""]}, "host '': takes a name"),
        ({"tls": {"cafile": 5}}, "tls: cafile takes a text, not 5"),
        ({"tls": {"verify": "no"}}, "tls: verify takes true or false, not 'no'"),
        ({"host": {"a": 1}}, "takes a name, an address, or a list"),
        ({"host": "a b"}, "takes a name or an address"),
        ({"host": "mqtt://anna:geheim@house:1883"}, "mqtt: host 'house:1883': takes a name or an address"),
        ({"host": "anna:geheim@house"}, "mqtt: host 'house': takes a port"),
        ({"persistent": 1}, "persistent 1: takes true, false or a list"),
        ({"queue": 0}, "queue 0: takes 1 to 1000"),
        ({"max_packet": 1}, "max_packet 1: takes 128 to"),
        ({"base": "a/#"}, "base: topic 'a/#'"),
        ({"base": "/"}, "base: topic"),
        ({"name": "p+q"}, "base: topic 'modcore/p+q'"),
        ({"tls": "yes"}, "tls 'yes': takes null, true or an object"),
    ):
        name = settings.pop("name", "house")
        settings["host"] = settings.get("host", "127.0.0.1")
        kernel = Kernel({"name": name, "log": {"level": "critical"}, "mqtt": settings})
        bridge = kernel.add(Mqtt())
        kernel.step()
        assert bridge.state == "FAILED"
        assert text in kernel.bus.get("$error/mqtt"), kernel.bus.get("$error/mqtt")
        raises(ValueError, bridge.start)


def test_without_a_host_the_rest_runs_on():
    kernel = Kernel({"log": {"level": "critical"}, "mqtt": {"client_id": "house"}})
    bridge = kernel.add(Mqtt())
    for _ in range(5):
        assert kernel.step() >= 0
    assert bridge.state == "RUNNING" and kernel.bus.get("mqtt/connected") is False
    for i in range(40):
        kernel.bus.publish("some/event", i)
        kernel.step()
    wait(kernel, lambda: kernel.bus.get("mqtt/lost"), step_ms=1000)
    assert kernel.bus.get("mqtt/lost") == 24
    kernel.stop()
