"""The bridge beside umqtt.simple as `mip` installs it, whose connect takes a timeout and drops an old socket."""

import sys

if sys.implementation.name == "cpython":
    from plugins.mqtt import host_socket  # noqa: F401

from mqtt_wire import Broker, message
from umqtt import simple as older

from modcore import Kernel
from plugins.mqtt import Mqtt
from support import until


class Client(older.MQTTClient):
    """The older one, with what has changed in connect() and wait_msg() since."""

    def connect(self, clean_session=True, timeout=None):
        if self.sock:
            self.sock.close()
        newer.socket.socket().settimeout(timeout)
        older.socket = newer.socket
        return older.MQTTClient.connect(self, clean_session)

    def unsubscribe(self, topic):
        raise AssertionError("waits for an answer")

    subscribe = unsubscribe

    def wait_msg(self):
        kind = self.sock.buffer[0]
        older.MQTTClient.wait_msg(self)
        return kind


class Module:
    """Stands in for the module."""

    MQTTClient = Client
    MQTTException = older.MQTTException
    socket = older.socket


newer = Module()


def test_the_newer_library_does_as_well():
    sys.modules["umqtt"].simple = newer
    sys.modules["umqtt.simple"] = newer
    broker = Broker()
    settings = {"host": "127.0.0.1", "port": broker.port, "user": "anna", "password": "secret", "qos": 1}
    kernel = broker.kernel = Kernel({"name": "house", "log": {"level": "critical"}, "mqtt": settings})
    kernel.add(Mqtt())
    heard = []
    kernel.bus.subscribe("lamp/on/set", lambda topic, value: heard.append(value))
    for _ in range(3):
        kernel.modules["mqtt"].sleep = 0
        content = broker.welcome()
        assert b"\x04anna\x00\x06secret" in content
        assert broker.read() == (0x31, b"\x00\x14modcore/house/statusonline")
        assert broker.expect(0x82)[4:] == b"modcore/house/lamp/on/set\x01"
        broker.send(message("modcore/house/lamp/on/set", b"true", 0x32, 7))
        assert broker.expect(0x40) == b"\x00\x07"
    until(kernel, lambda: heard == [True, True, True])
    kernel.stop()
    broker.close()
