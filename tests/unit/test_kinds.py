"""The kinds of properties: which values each takes, from the module and as a command."""

from modcore import Kernel, Module, Refused
from support import raises

QUIET = {"log": {"level": "critical"}}
LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class House(Module):
    """Declares one property with what a test gives it, and keeps the commands."""

    def start(self):
        self.commands = []

    def take(self, property, value):
        self.commands.append(value)


def house():
    kernel = Kernel(QUIET)
    module = kernel.add(House())
    kernel.step()
    return module


# kind, metadata, values that it takes, values that it refuses
STATES = (
    (
        "sensor",
        {},
        [1.5, "dry", [1, {"a": None}], {"a": [True]}],
        [object(), {1}, {5: 1}, [b"x"], {"a": [print]}],
    ),
    ("cover", {}, [{"state": "open"}], [True, {}, {"state": "ajar"}, {"action": "open"}, {"position": 5}]),
    ("cover", {"fields": ["state", "position"]}, [{"state": "opening", "position": 5}], [{"position": 101}]),
    ("fan", {}, [{"on": True, "speed": 40}], [{"on": 1}, {"speed": -1}, {"preset": "eco"}, "on"]),
    (
        "fan",
        {"fields": ["on", "preset", "oscillating", "direction"], "presets": ["eco"]},
        [{"preset": "eco", "oscillating": True, "direction": "reverse"}],
        [{"preset": "full"}, {"direction": "up"}],
    ),
    (
        "light",
        {"fields": ["on", "brightness", "color", "temperature", "effect"], "effects": ["rainbow"]},
        [
            {"on": True, "brightness": 50},
            {"color": [255, 0, 9]},
            {"temperature": 2700},
            {"effect": "rainbow"},
        ],
        [True, {"color": [256, 0, 0]}, {"color": [1, 2]}, {"effect": "party"}, {"colour": [1, 2, 3]}],
    ),
    ("light", {}, [True, False], [1, {"on": True}]),
    ("light", {"max": 100}, [0, 100], [101, -1, True]),
    (
        "fan",
        {"fields": ["on", "speed"]},
        [{"speed": 0}, {"speed": 100}],
        [{"speed": -1}, {"speed": 101}],
    ),
    (
        "light",
        {"fields": ["on", "brightness", "color", "temperature"]},
        [{"brightness": 0}, {"brightness": 100}, {"color": [0, 0, 255]}],
        [{"brightness": -1}, {"brightness": 101}, {"color": [0, 0, 256]}, {"color": [-1, 0, 0]}],
    ),
    (
        "date",
        {},
        ["2026-%02d-%02d" % (month + 1, day) for month, day in enumerate(LAST_DAYS)]
        + ["2000-02-29", "2026-01-01"],
        ["2026-%02d-%02d" % (month + 1, day + 1) for month, day in enumerate(LAST_DAYS)]
        + ["1900-02-29", "2026-01-00", "2026-00-01"],
    ),
    (
        "datetime",
        {},
        ["2026-11-30T06:30:00"],
        ["2026-11-30", "06:30", "T06:30", "2026-11-30T", "2026-11-31T06:30"],
    ),
    (
        "climate",
        {"min": 5, "max": 30, "modes": ["off", "heat"]},
        [{"mode": "heat", "target": 21.5, "temperature": 19}],
        [{"mode": "cool"}, {"target": 31}, {"temperature": "warm"}],
    ),
    ("lock", {}, ["locked", "jammed"], ["lock", True]),
    ("alarm_control_panel", {}, ["disarmed", "triggered"], ["disarm", 1]),
    ("event", {"options": ["single", "double"]}, ["single"], ["triple", 1]),
    ("date", {}, ["2026-11-30", "2024-02-29"], ["2026-02-29", "2026-13-01", "30.11.2026", "2026-1-1", 5]),
    ("time", {}, ["06:30", "23:59:59"], ["24:00", "6:30", "06:60", "06", ""]),
    (
        "datetime",
        {},
        ["2026-11-30T06:30:00"],
        ["2026-11-30", "06:30", "2026-11-30 06:30", "T", "2026-11-31T06:30"],
    ),
)


def test_each_kind_takes_its_values_and_no_others():
    for number, (kind, meta, good, bad) in enumerate(STATES):
        module = house()
        property = module.property("p%d" % number, kind, **dict(meta))
        for value in good:
            property.value = value
            assert module.kernel.bus.get(property.topic) == value or kind == "event", (kind, value)
        for value in bad:
            assert property.topic in str(raises(Refused, setattr, property, "value", value)), (kind, value)


def test_a_command_may_be_short_and_arrives_whole():
    for kind, meta, command, arrives in (
        ("cover", {}, "open", {"action": "open"}),
        ("cover", {"fields": ["state", "action", "position"]}, 40, {"position": 40}),
        ("fan", {}, True, {"on": True}),
        ("fan", {}, 40, {"speed": 40}),
        ("fan", {}, {"on": False, "speed": 1}, {"on": False, "speed": 1}),
        ("light", {"fields": ["on", "brightness"]}, False, {"on": False}),
        ("climate", {}, "heat", {"mode": "heat"}),
        ("climate", {}, 21, {"target": 21}),
        ("lock", {}, "unlock", "unlock"),
        ("alarm_control_panel", {}, "arm_home", "arm_home"),
        ("date", {}, "2026-11-30", "2026-11-30"),
    ):
        module = house()
        property = module.property("p", kind, set=module.take, **dict(meta))
        property.command(command)
        assert module.commands == [arrives], (kind, module.commands)


def test_what_only_the_device_knows_is_no_command():
    for kind, meta, command in (
        ("cover", {}, {"state": "open"}),
        ("climate", {}, {"temperature": 20}),
        ("climate", {"fields": ["mode", "action", "humidity"]}, {"action": "heating"}),
        ("lock", {}, "locked"),
        ("alarm_control_panel", {}, "triggered"),
    ):
        module = house()
        property = module.property("p", kind, set=module.take, **dict(meta))
        raises(Refused, property.command, command)
        assert module.commands == []


def test_an_event_is_heard_each_time_and_not_kept():
    module = house()
    heard = []
    module.kernel.bus.subscribe("house/bell", lambda topic, value: heard.append(value))
    bell = module.property("bell", "event", options=["ring"])
    bell.value = "ring"
    bell.value = "ring"
    module.kernel.step()
    assert heard == ["ring", "ring"] and module.kernel.bus.get("house/bell") is None


def test_mistakes_in_a_declaration_are_refused_where_it_stands():
    module = house()
    for kind, meta, says in (
        ("switch", {"mni": 0}, "metadata 'mni'"),
        ("number", {"min": "a"}, "min takes a number"),
        ("number", {"min": 5, "max": 1}, "nothing lies between"),
        ("number", {"step": 0}, "step=0"),
        ("switch", {"name": 5}, "name takes a str"),
        ("select", {}, "needs options"),
        ("select", {"options": "abc"}, "options takes a list"),
        ("event", {}, "needs options"),
        ("fan", {"fields": ["on", "turbo"]}, "field 'turbo'"),
        ("fan", {"fields": ["preset"]}, "needs the list presets"),
        ("switch", {"fields": ["on"]}, "has no fields"),
        ("covr", {}, "have switch"),
        ("number", {"keep": "yes"}, "keep takes True"),
        ("number", {"keep": "command"}, "keep takes True"),
    ):
        error = str(raises(ValueError, lambda kind=kind, meta=meta: module.property("p", kind, **dict(meta))))
        assert says in error and "house/p" in error, error
    assert "set takes a function" in str(raises(TypeError, lambda: module.property("p", "switch", set=5)))
    for value, kind, meta in (("abc", "number", {}), (3, "switch", {}), (11, "number", {"max": 10})):
        raises(Refused, lambda v=value, k=kind, m=meta: module.property("p", k, v, **dict(m)))
    for id in ("", "a/b", "+", "#", "$x", "a\nb", "\x7f", "\ufffe", None):
        raises((ValueError, TypeError), module.property, id, "switch")
    assert not module.properties and not [t for t in module.kernel.bus._retained if t.startswith("$describe")]


def test_a_huge_number_is_refused_without_writing_it_down():
    module = house()
    property = module.property("p", "number", set=module.take)
    error = str(raises(Refused, property.command, 10**8000))
    assert "so large a number" in error and len(error) < 200


def test_a_number_is_counted_in_steps_from_its_lowest():
    for meta, good, bad, words in (
        ({"min": 1, "max": 9, "step": 2}, [1, 3, 9], [0, 2, 4, 10, 11], "from 1 to 9 in steps of 2, not "),
        ({"min": -1, "max": 1, "step": 0.1}, [-1, -0.7, 0.3, 1], [0.35, 1.1], "in steps of 0.1, not "),
    ):
        module = house()
        property = module.property("level", "number", set=module.take, **meta)
        for value in good:
            property.command(value)
        assert module.commands == good
        for value in bad:
            assert words in str(raises(Refused, property.command, value)), value


def test_what_a_dimmable_light_takes_begins_at_0():
    module = house()
    light = module.property("lamp", "light", set=module.take, max=100)
    assert "a number from 0 to 100, not -1" in str(raises(Refused, light.command, -1))
    light.command(0)
    assert module.commands in ([0], [{"brightness": 0}])
