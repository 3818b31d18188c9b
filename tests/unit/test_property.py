"""Properties: declared once, described on the bus, checked at the edge."""

from modcore import Kernel, Module, Refused
from support import raises

QUIET = {"log": {"level": "critical"}}


class Device(Module):
    def start(self):
        self.taken = []
        self.declare()

    def declare(self):
        pass

    def take(self, property, value):
        self.taken.append((property.id, value))
        property.value = value


def running(declare, config=None):
    class Own(Device):
        pass

    Own.declare = declare
    kernel = Kernel(config or QUIET)
    module = kernel.add(Own("dev"))
    kernel.step()
    assert module.state == "RUNNING", kernel.bus.get("$error/dev")
    return kernel, module


def test_a_property_is_a_topic_with_a_retained_value_and_a_description():
    def declare(self):
        self.property("0", kind="valve", name="Lawn", value=False, set=self.take, icon="mdi:water")

    kernel, module = running(declare)
    assert kernel.bus.get("dev/0") is False
    assert kernel.bus.get("$describe/dev/0") == {
        "kind": "valve",
        "set": True,
        "name": "Lawn",
        "icon": "mdi:water",
    }
    valve = module.properties["0"]
    valve.value = True
    assert kernel.bus.get("dev/0") is True
    assert valve.value is True and valve.topic == "dev/0" and valve.kind == "valve"


def test_a_command_reaches_the_module_with_its_property():
    def declare(self):
        self.property("a", kind="switch", value=False, set=self.take)
        self.property("b", kind="switch", value=False, set=self.take)

    kernel, module = running(declare)
    kernel.bus.publish("dev/b/set", True)
    kernel.step()
    assert module.taken == [("b", True)]
    assert kernel.bus.get("dev/b") is True


def test_values_are_checked_against_the_kind_before_the_module_sees_them():
    def declare(self):
        for kind in ("switch", "valve", "light"):
            self.property(kind, kind=kind, set=self.take)
        self.property("number", kind="number", set=self.take, min=0, max=10, step=0.5)
        self.property("free", kind="number", set=self.take)
        self.property("select", kind="select", set=self.take, options=["eco", "full"])
        self.property("text", kind="text", set=self.take, max=5)
        self.property("dim", kind="light", set=self.take, max=255)

    kernel, module = running(declare)
    nan = float("nan")
    infinite = float("inf")
    bad = (
        ("switch", ("wet", 1, 0, 1.0, None, [], {}, "true", nan)),
        ("valve", ("wet", 1, None)),
        ("light", ("on", 3)),
        ("number", (-0.5, 10.5, "3", True, None, nan, infinite, 0.3, 10**30, [1])),
        ("free", (nan, infinite, -infinite, 10**300, "x", False)),
        ("select", ("ECO", "", 1, None, ["eco"])),
        ("text", ("toolong", 5, None, True)),
        ("dim", (-1, 256, "x", True)),
    )
    for id, values in bad:
        for value in values:
            error = raises(Refused, module.properties[id].command, value)
            assert "dev/" + id in str(error), error
    assert module.taken == []
    good = (
        ("switch", True),
        ("valve", False),
        ("number", 9.5),
        ("number", 0),
        ("number", 10),
        ("free", -12345.678),
        ("select", "full"),
        ("text", ""),
        ("text", "äöüß!"),
        ("dim", 255),
    )
    for id, value in good:
        module.properties[id].command(value)
    assert module.taken == list(good)


def test_a_refusal_names_the_property_and_what_it_takes():
    def declare(self):
        self.property("0", kind="valve", set=self.take)
        self.property("n", kind="number", set=self.take, min=1, max=4)

    _, module = running(declare)
    assert (
        str(raises(Refused, module.properties["0"].command, "wet")) == 'dev/0 takes true or false, not "wet"'
    )
    assert "a number from 1 to 4" in str(raises(Refused, module.properties["n"].command, 5))
    long = str(raises(Refused, module.properties["0"].command, "x" * 1000))
    assert len(long) < 100


def test_a_bad_command_on_the_bus_is_refused_and_logged_and_harms_nobody():
    def declare(self):
        self.property("0", kind="valve", value=False, set=self.take)

    kernel, module = running(declare, {"log": {"level": "warning"}})
    lines = []
    kernel.bus.subscribe("$log/#", lambda topic, value: lines.append((topic, value)))
    kernel.bus.publish("dev/0/set", "wet")
    kernel.step()
    kernel.step()
    assert module.taken == [] and module.state == "RUNNING"
    assert lines and lines[0][0] == "$log/warning/dev" and "true or false" in lines[0][1]


def test_a_property_without_set_is_read_only():
    def declare(self):
        self.property("t", kind="sensor", value=21.5, unit="°C", device_class="temperature")

    kernel, module = running(declare)
    assert "read-only" in str(raises(Refused, module.properties["t"].command, 3))
    assert kernel.bus.get("$describe/dev/t")["set"] is False
    assert "dev/t/set" not in kernel.bus.filters()


def test_nan_and_infinity_become_unknown():
    def declare(self):
        self.property("t", kind="sensor", value=1.0)

    kernel, module = running(declare)
    for value in (float("nan"), float("inf"), -float("inf")):
        module.properties["t"].value = value
        assert module.properties["t"].value is None
        assert kernel.bus.get("dev/t", "none") == "none"


def test_a_module_may_refuse_a_command_itself():
    def declare(self):
        def no(property, value):
            raise Refused("dev/0: no water")

        self.property("0", kind="valve", set=no)

    _, module = running(declare)
    assert str(raises(Refused, module.properties["0"].command, True)) == "dev/0: no water"
    assert module.state == "RUNNING"


def test_a_set_handler_that_raises_fails_its_module_and_the_command():
    def declare(self):
        def broken(property, value):
            return 1 // 0

        self.property("0", kind="valve", set=broken)

    kernel, module = running(declare)
    prop = module.properties["0"]
    assert "failed" in str(raises(Refused, prop.command, True))
    assert module.state == "FAILED"
    assert "ZeroDivisionError" in kernel.bus.get("$error/dev")
    assert "not running" in str(raises(Refused, prop.command, True))


def test_mistakes_in_a_declaration_are_named():
    kernel, module = running(lambda self: None)
    assert "have switch" in str(raises(ValueError, module.property, "x", "lamp"))
    raises(ValueError, module.property, "a/b", "switch")
    raises(ValueError, module.property, "", "switch")
    raises(ValueError, module.property, "mode", "select")
    module.property("x", "switch")
    assert "twice" in str(raises(ValueError, module.property, "x", "switch"))


def test_leaving_running_takes_the_properties_off_the_bus():
    def declare(self):
        self.property("0", kind="valve", value=True, set=self.take)

    kernel, module = running(declare)
    seen = []
    kernel.bus.subscribe("dev/0", lambda topic, value: seen.append(value))
    kernel.step()
    kernel.move("dev", "STOPPED")
    kernel.step()
    assert seen == [True, None]
    assert kernel.bus.get("dev/0") is None and kernel.bus.get("$describe/dev/0") is None
    assert kernel.bus.filters() == ["dev/0"]
    kernel.move("dev", "RUNNING")
    assert kernel.bus.get("dev/0") is True


def test_a_button_takes_any_press():
    def declare(self):
        self.property("press", kind="button", set=self.pressed)

    Device.pressed = lambda self, property, value: self.taken.append(value)
    _, module = running(declare)
    for value in (None, True, "PRESS"):
        module.properties["press"].command(value)
    assert module.taken == [None, True, "PRESS"]


def test_what_pages_want_to_know_is_metadata_too():
    def declare(self):
        self.property(
            "a", kind="sensor", history=True, order=2, precision=1, group={"en": "Well", "de": "Brunnen"}
        )

    kernel, _ = running(declare)
    assert kernel.bus.get("$describe/dev/a")["history"] is True

    class Wrong(Module):
        def start(self):
            self.property("a", kind="sensor", history="yes")

    kernel = Kernel(QUIET)
    kernel.add(Wrong("wrong"))
    kernel.step()
    assert "history takes true or false" in kernel.bus.get("$error/wrong")
