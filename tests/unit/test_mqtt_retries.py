"""When the bridge tries again, and when it takes a broker for gone; the clock is the test's."""

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


def fail(kernel, bridge):
    """Let it try once, in vain."""
    wait(kernel, lambda: bridge.opening)
    wait(kernel, lambda: not bridge.opening)


def test_pauses_double_from_1_to_60_seconds_less_up_to_a_quarter():
    broker = Broker(deaf=True)
    kernel, bridge = started(broker)
    for seconds in (1, 2, 4, 8, 16, 32, 60, 60, 60):
        wait(kernel, lambda: bridge.opening)
        wait(kernel, lambda: not bridge.opening, step_ms=0 if seconds == 0 else 1)
        pause = wait(kernel, lambda: bridge.opening)
        assert seconds * 740 <= pause <= seconds * 1000 + 10, (seconds, pause)
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
            bridge.sleep = 60
        kernel.stop()
    assert len(pauses) > 6
    broker.close()


def test_a_connection_that_has_held_makes_the_next_pause_short_again():
    broker = Broker()
    kernel, bridge = started(broker, keepalive_s=10)
    kernel.step()
    bridge.sleep = 60
    for seconds in (60, 1):
        wait(kernel, lambda: bridge.opening)
        broker.welcome()
        broker.read()
        if seconds == 1:  # long enough for a ping
            wait(kernel, lambda: not bridge.input)
            broker.expect(0xC0)
            assert bridge.sleep == 1
        broker.hang_up()
        wait(kernel, lambda: not bridge.link)
        pause = wait(kernel, lambda: bridge.opening)
        assert seconds * 740 <= pause <= seconds * 1000 + 10, (seconds, pause)
        bridge.sleep = 60
    kernel.stop()
    broker.close()


def test_a_ping_goes_out_twice_in_the_keep_alive_and_silence_ends_it():
    broker = Broker()
    kernel, bridge = started(broker, keepalive_s=30)
    broker.welcome()
    broker.read()
    times = []
    for _ in range(5):
        wait(kernel, lambda: not bridge.input)
        times.append(device.time.now_ms)
        broker.expect(0xC0)
        broker.send(b"\xd0\x00")
        wait(kernel, lambda: bridge.input, step_ms=0)
    wait(kernel, lambda: not bridge.input)
    times.append(device.time.now_ms)
    broker.expect(0xC0)
    # Nothing comes back: half-open.
    wait(kernel, lambda: not bridge.link)
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
    assert 9000 <= wait(kernel, lambda: not bridge.opening) <= 10100
    kernel.stop()
    broker.close()


def test_the_network_that_comes_ends_the_pause():
    broker = Broker(deaf=True)
    kernel, bridge = started(broker)
    kernel.step()
    bridge.sleep = 60
    wait(kernel, lambda: bridge.opening)
    wait(kernel, lambda: not bridge.opening)
    kernel.bus.publish("wlan/connected", False, True)
    kernel.step()
    kernel.step()
    assert not bridge.opening
    kernel.bus.publish("wlan/connected", True, True)
    assert wait(kernel, lambda: bridge.opening) < 100
    wait(kernel, lambda: not bridge.opening)
    assert bridge.sleep == 2
    kernel.stop()
    broker.close()


def test_wrong_settings_are_named():
    for settings, text in (
        ({"port": 70000}, "port 70000: takes 0 to 65535"),
        ({"port": 1.5}, "port 1.5: takes 0 to 65535"),
        ({"keepalive_s": 1}, "keepalive_s 1: takes 2 to 65535"),
        ({"qos": 2}, "qos 2: takes 0 to 1"),
        ({"queue": 0}, "queue 0: takes 1 to 1000"),
        ({"max_packet": 1}, "max_packet 1: takes 128 to"),
        ({"base": "a/#"}, "base 'a/#': takes a topic"),
        ({"tls": "yes"}, "tls 'yes': takes null, true or an object"),
    ):
        kernel = Kernel({"log": {"level": "critical"}, "mqtt": dict({"host": "127.0.0.1"}, **settings)})
        bridge = kernel.add(Mqtt())
        kernel.step()
        assert bridge.state == "FAILED"
        assert text in kernel.bus.get("$error/mqtt"), kernel.bus.get("$error/mqtt")
        raises(ValueError, bridge.start)


def test_without_a_host_the_rest_runs_on():
    kernel = Kernel({"log": {"level": "critical"}})
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
