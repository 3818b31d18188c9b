"""WebREPL: on with the module, off with it, never without a password."""

from device import Device

from modcore import Refused
from plugins.webrepl import Webrepl
from support import raises


def device(secrets, **section):
    config = {"webrepl": section} if section else {}
    made = Device(lambda: [Webrepl()], config, secrets=secrets)
    made.ports = []
    made.world.wifi.on_webrepl = made.ports.append
    made.run(10)
    return made


SECRET = {"webrepl": {"password": "hunter22"}}


def test_it_starts_and_stops_with_the_module():
    d = device(SECRET)
    assert d.get("webrepl/on") is True and d.ports == [8266]
    d.kernel.move("webrepl", "STOPPED")
    assert d.ports == [8266, None]


def test_it_is_switched():
    d = device(SECRET, on=False, port=9000)
    assert d.get("webrepl/on") is False and d.ports == []
    d.send("webrepl/on/set", True)
    assert d.get("webrepl/on") is True and d.ports == [9000]
    d.send("webrepl/on/set", False)
    assert d.get("webrepl/on") is False and d.ports == [9000, None]


def test_without_a_password_it_stays_off():
    for password in ("", "abc", "0123456789"):
        d = device({"webrepl": {"password": password}})
        assert d.get("webrepl/on") is False and d.ports == []
        assert d.kernel.modules["webrepl"].state == "RUNNING"
        error = raises(Refused, d.kernel.modules["webrepl"].properties["on"].command, True)
        assert "4 to 9" in str(error)


def test_a_network_that_is_not_ready_is_waited_for():
    d = Device(lambda: [Webrepl()], {}, secrets=SECRET)
    ports = []

    def busy(port):
        raise OSError(23)

    d.world.wifi.on_webrepl = busy
    d.run(5000)
    assert d.get("webrepl/on") is False
    d.world.wifi.on_webrepl = ports.append
    d.run(10000)
    assert d.get("webrepl/on") is True and ports == [8266]
