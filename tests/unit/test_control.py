"""Commands for the device: harmless ones at once, what reboots or drives pins only when it is allowed."""

from device import Device

from modcore import Module, Refused
from plugins.control import Control
from plugins.log import Log
from support import new_folder, raises, remove


class Other(Module):
    starts = 0

    def start(self):
        self.starts += 1

    def unmount(self):
        self.kernel.told.append("unmounted")


def device(**control):
    made = Device(lambda: [Control(), Other()], {"control": control} if control else {})
    made.kernel.told = []
    made.run(10)
    return made


def test_nothing_that_reboots_or_drives_pins_is_there_until_configured():
    d = device()
    assert sorted(d.kernel.modules["control"].properties) == ["gc", "memory"]
    for name in ("reset", "restart", "exit", "break", "led"):
        d.send("control/%s/set" % name, True)
    d.run(2000)
    assert d.boots == ["power"] and d.kernel.modules["other"].starts == 1


def test_memory_and_gc_tell_the_heap():
    d = device()
    for name in ("memory", "gc"):
        d.take()
        d.send("control/%s/set" % name)
        found = d.take("control/heap")
        assert len(found) == 1 and found[0][1]


def test_the_log_level_is_set_and_saved():
    folder = new_folder()
    d = device(allow=["log_level"])
    d.kernel.path = folder + "/config.json"
    d.send("control/log_level/set", "error")
    assert d.get("control/log_level") == "error"
    with open(d.kernel.path) as f:
        assert '"level": "error"' in f.read()
    assert "one of" in str(raises(Refused, d.kernel.modules["control"].properties["log_level"].command, "x"))
    remove(folder)


def test_reset_stops_all_modules_in_order_and_starts_the_board_again():
    d = device(allow=["reset"])
    told = d.kernel.told
    d.kernel.bus.subscribe("$restart", lambda topic, value: told.append(value))
    d.send("control/reset/set", True)
    d.run(100)
    assert d.boots == ["power"] and told == []  # the answer goes out first
    d.run(1000)
    assert told == ["command", "unmounted"] and d.boots == ["power", "reset"]


def test_modules_on_the_device_may_ask_for_a_reset():
    d = device()
    d.kernel.bus.publish("$control/reset", "setup")
    d.run(1000)
    assert d.boots == ["power", "reset"]


def test_restart_starts_the_modules_again():
    d = device(allow=["restart"])
    d.send("control/restart/set")
    d.run(1000)
    assert d.boots == ["power"] and d.kernel.modules["other"].starts == 2
    assert d.kernel.modules["control"].state == "RUNNING"


def test_exit_and_break_end_the_run():
    for name in ("exit", "break"):
        d = device(allow=[name])
        d.kernel.bus.publish("control/%s/set" % name)
        d.kernel.run()
        assert d.kernel.modules["other"].state == "STOPPED"


def test_pins_that_are_named_can_be_switched_and_toggled():
    d = device(pins={"led": 2})
    shown = []
    for word in ("on", "toggle", "toggle", "off"):
        d.send("control/led/set", word)
        shown.append((d.get("control/led"), d.world.pins[2].show()))
    assert shown == [("on", 1), ("off", 0), ("on", 1), ("off", 0)]
    assert "toggle" in str(raises(Refused, d.kernel.modules["control"].properties["led"].command, "blink"))


def test_a_word_that_is_no_command_is_named():
    d = device(allow=["explode"])
    assert "explode" in d.get("$error/control") and "reset" in d.get("$error/control")


def test_a_pin_that_can_not_be_had_is_named():
    d = device(pins={"led": 99})
    assert "pins: led: pin 99" in d.get("$error/control")


def test_a_level_that_somebody_else_sets_is_shown():
    config = {"log": {"level": "critical", "levels": {"other": "debug"}, "allow": ["level", "levels"]}}
    config["control"] = {"allow": ["log_level"]}
    d = Device(lambda: [Control(), Log()], config)
    d.kernel.path = "/nowhere/config.json"
    d.run(10)
    d.send("log/level/set", "error")
    assert d.get("control/log_level") == d.get("log/level") == "error"
    d.send("control/log_level/set", "warning")
    assert d.get("control/log_level") == d.get("log/level") == "warning"
    d.send("log/levels/set", "other= pump=info")
    assert d.get("log/levels") == "pump=info"
