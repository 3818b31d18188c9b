"""All that docs/security.md says is open, and nothing else: all plugins run as they come."""

# heap: 2M
# timeout: 120

import json
import os

import device  # noqa: F401
from device import Device

from support import new_folder, remove

BOTH_SERVERS_AND_ANOTHER_BRIDGE = ("http_async", "http_windup", "homie")


def manifests():
    for name in sorted(os.listdir("plugins")):
        if "." not in name and name[0] != "_":
            with open("plugins/%s/plugin.json" % name) as f:
                yield name, json.load(f)


def everything():
    found = []
    for name, manifest in manifests():
        if manifest["module"] and name not in BOTH_SERVERS_AND_ANOTHER_BRIDGE:
            package = __import__("plugins." + name, None, None, ("x",))
            found.append(getattr(package, manifest["module"])())
    return found


def rows(text, first):
    """The names in backquotes of the first two cells of the rows of the table whose head begins with `first`."""
    found = []
    for line in text[text.index(first) :].split("\n")[2:]:
        if line[:1] != "|":
            return found
        found.append([part.split("`")[1::2] for part in line.split("|")[1:3]] + [line])
    return found


def test_commands_that_come_from_outside_are_those_of_the_page():
    with open("docs/security.md") as f:
        text = f.read()
    [opened] = [row[2] for row in rows(text, "| what | who") if "PUT /api/" in row[2]]
    d = Device(everything)
    d.run(3000)
    commands = sorted([topic[:-4] for topic in d.kernel.bus.commands()])
    assert all([module.state == "RUNNING" for module in d.kernel.modules.values()])
    d.cut()
    assert commands == sorted([word for word in opened.split("`")[1::2] if "/" in word and " " not in word])


def test_commands_that_a_configuration_may_allow_are_those_of_the_page():
    with open("docs/security.md") as f:
        text = f.read()
    said = {}
    for _, allowed, line in rows(text, "| plugin | `allow`"):
        said[line[line.index("[") + 1 : line.index("]")]] = sorted(allowed)
    d = Device(everything)
    d.run(100)
    for name, manifest in manifests():
        if "allow" in manifest.get("config", {}):
            meaning = manifest["config"]["allow"]["meaning"].replace("of ", ": ", 1)
            words = meaning[meaning.rindex(":") + 1 :].replace(",", " ").split()
            assert said.pop(name) == sorted(words), name
    assert not said
    d.cut()


# What each command that is closed at first would change: none of it may come from outside, all of it from inside.
CLOSED = (
    ("tz/zone", "JST-9", lambda kernel: kernel.modules["tz"].zone.text, "UTC0"),
    ("sdcard/on", False, lambda kernel: kernel.modules["sdcard"]._wanted, True),
    ("deepsleep/hold", True, lambda kernel: kernel.modules["deepsleep"].properties["hold"].value, False),
)


def closed():
    names = ("control", "tz", "sdcard", "deepsleep", "ntp", "dns")
    return [module for module in everything() if module.id in names]


def test_what_changes_more_than_a_property_is_taken_from_inside_only():
    d = Device(closed)
    d.run(100)
    kernel = d.kernel
    folder = new_folder()
    kernel.path = folder + "/config.json"
    for topic, value, state, before in CLOSED:
        d.send(topic + "/set", value)
        assert state(kernel) == before, topic
        module, command = topic.split("/")
        property = kernel.modules[module].properties[command]
        try:
            property.command(value)  # as HTTP gives it
            raise AssertionError(topic + " is open")
        except ValueError as error:
            assert "read-only" in str(error), error
        d.send("$" + topic, value)
        assert state(kernel) == value, topic
        d.send("$%s/nonsense" % module, value)
        kernel.modules[module].do(command, before)
        assert state(kernel) == before and kernel.modules[module].state == "RUNNING", topic
    ntp = kernel.modules["ntp"]
    assert "sync" not in ntp.properties
    ntp.end()
    d.send("$ntp/sync", None)
    assert ntp.round or ntp.timer
    d.cut()
    remove(folder)
