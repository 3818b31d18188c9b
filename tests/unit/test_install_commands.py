"""The module `plugins` installs, updates and removes by events, while everything else goes on."""
# heap: 512K

import json
import os
import sys

from shop import MODULE, URL, Device, Shop, copy_plugin, exists, forget, tried

from modcore import Kernel, Module, Refused
from support import new_folder, raises, steps, until


class Running:
    """A device that runs the module `plugins`, whose downloads come from a shop."""

    def __init__(self, allow=("install", "update", "remove", "search")):
        self.shop = Shop()
        self.root = new_folder()
        copy_plugin("packages", self.root)
        self.device = Device(self.shop, self.root)
        forget(keep=None)
        import plugins.packages.installer as installer
        from plugins.packages import Plugins

        # In place of the network.
        installer.Download = lambda timeout_ms, authorities, resolve: self.shop
        self.kernel = Kernel(
            {
                "packages": {
                    "index": [URL],
                    "trial_s": 3600,
                    "allow": list(allow),
                },
                "plugins": ["packages"],
            }
        )
        self.kernel.path = self.root + "/config.json"
        self.module = self.kernel.add(Plugins())
        self.events = []
        self.kernel.bus.subscribe("plugins/#", lambda topic, value: self.events.append((topic, value)))
        steps(self.kernel, 3)

    def publish(self, topic, value):
        """Publish a command and wait for its end."""
        self.kernel.bus.publish(topic, value)
        steps(self.kernel, 2)
        until(self.kernel, self.idle)
        steps(self.kernel, 3)

    def idle(self):
        """Tell whether nothing is to be done any more."""
        busy = self.module.steps or self.module.jobs
        return tried(self.kernel) and not busy

    def values(self, topic):
        """Return what was published on a topic."""
        return [value for t, value in self.events if t == topic]

    def close(self):
        """Remove the folder."""
        self.kernel.stop()
        self.device.close()


def test_install_brings_a_plugin_and_starts_it():
    r = Running()
    r.shop.add("lamp", code=MODULE.format("Lamp", "1.0.0", ""), kind="Lamp")
    r.publish("plugins/install", "lamp")
    assert r.kernel.bus.get("lamp/version") == "1.0.0"
    assert r.values("plugins/done") == [{"action": "install", "name": "lamp", "versions": {"lamp": "1.0.0"}}]
    assert r.values("plugins/accepted") == [{"lamp": "1.0.0"}]
    assert r.values("plugins/progress")[-1] == 100
    assert r.kernel.bus.get("plugins/list")["lamp"] == "1.0.0"
    with open(r.root + "/config.json") as f:
        assert json.load(f)["plugins"] == ["packages", "lamp"]
    r.close()


def test_update_and_remove():
    r = Running()
    r.shop.add("lamp", code=MODULE.format("Lamp", "1.0.0", ""), kind="Lamp")
    r.publish("plugins/install", "lamp")
    r.shop.add("lamp", "1.1.0", code=MODULE.format("Lamp", "1.1.0", ""), kind="Lamp")
    r.publish("plugins/update", "lamp")
    assert r.kernel.bus.get("lamp/version") == "1.1.0"
    r.publish("plugins/update", "lamp")
    assert r.kernel.bus.get("plugins/status") == "lamp is the newest already"
    r.publish("plugins/remove", "lamp")
    assert "lamp" not in r.kernel.modules and r.kernel.bus.get("lamp/version") is None
    assert "plugins.lamp" not in sys.modules
    assert not exists(r.root + "/plugins/lamp")
    assert r.kernel.config["plugins"] == ["packages"]
    r.close()


def test_commands_as_transports_give_them():
    r = Running()
    r.shop.add("lamp", code=MODULE.format("Lamp", "1.0.0", ""), kind="Lamp")
    r.module.properties["install"].command("lamp")
    until(r.kernel, lambda: r.kernel.bus.get("lamp/version"))
    assert r.kernel.bus.get("$describe/plugins/install")["set"] is True
    assert "takes" in str(raises(Refused, r.module.properties["install"].command, 5))
    assert "takes the name" in str(raises(Refused, r.module.properties["install"].command, ""))
    r.publish("plugins/remove/set", "lamp")
    assert "lamp" not in r.kernel.modules
    r.close()


def test_a_failure_is_told_with_its_reason():
    r = Running()
    r.publish("plugins/install", "ghost")
    reason = "'ghost' is in no registry; have none"
    assert r.values("plugins/failed") == [{"action": "install", "name": "ghost", "reason": reason}]
    assert r.kernel.bus.get("plugins/status") == "failed: " + reason
    r.publish("plugins/install", {"name": "x"})
    assert "takes the name of a plugin" in r.values("plugins/failed")[1]["reason"]
    r.publish("plugins/remove", "packages")
    assert r.values("plugins/failed")[2]["reason"] == "packages does not remove itself"
    assert r.module.state == "RUNNING"
    r.close()


def test_search_tells_each_plugin_that_fits():
    r = Running()
    for name in ("lamp", "lamp_rgb", "fan"):
        r.shop.add(name)
    r.publish("plugins/search", "lamp")
    assert r.values("plugins/found/lamp")[0]["installed"] is None
    assert r.values("plugins/found/lamp_rgb")[0]["version"] == "1.0.0"
    assert r.values("plugins/found/fan") == []
    assert r.kernel.bus.get("plugins/status") == "2 plugins found"
    r.close()


def test_commands_wait_for_each_other():
    r = Running()
    for name in ("a", "b", "c"):
        r.shop.add(name)
        r.kernel.bus.publish("plugins/install", name)
    steps(r.kernel, 2)
    until(r.kernel, lambda: tried(r.kernel) and len(r.values("plugins/accepted")) == 3)
    assert r.values("plugins/accepted") == [{"a": "1.0.0"}, {"b": "1.0.0"}, {"c": "1.0.0"}]
    r.close()


def test_nothing_is_taken_from_outside_that_the_configuration_does_not_allow():
    r = Running(allow=["search"])
    assert "search" in r.module.properties
    r.shop.add("lamp")
    for action in ("install", "update", "remove"):
        assert action not in r.module.properties
        r.publish("plugins/%s/set" % action, "lamp")
    assert sorted(r.device.versions()) == ["packages"] and r.values("plugins/failed") == []
    r.publish("plugins/install", "lamp")  # another module of the device
    assert sorted(r.device.versions()) == ["lamp", "packages"]
    r.close()


def test_what_can_be_no_name_gets_into_no_line_of_the_log():
    r = Running()
    names = [
        ("update", "a\nb"),
        ("remove", "\x1b[2J"),
        ("install", "../a"),
        ("search", "a\nb"),
        ("install", ""),
    ]
    for word, name in names:
        r.publish("plugins/" + word, name)
    failed = r.values("plugins/failed")
    assert [(each["action"], each["name"]) for each in failed] == names
    assert all(["takes" in each["reason"] and "\n" not in each["reason"] for each in failed]), failed
    assert r.kernel.bus.get("plugins/status") == "ready"
    r.close()


def test_a_version_that_is_asked_for_is_installed():
    r = Running()
    r.shop.add("lamp", "1.1.0", code=MODULE.format("Lamp", "1.1.0", ""), kind="Lamp")
    r.publish("plugins/install", "lamp@1.0.0")
    assert r.values("plugins/failed")[0]["reason"] == "'lamp' in version 1.0.0 is in no registry; have lamp"
    r.publish("plugins/install", "lamp@1.1.0")
    assert r.kernel.bus.get("lamp/version") == "1.1.0"
    r.shop.keep_version("lamp", "1.0.0", MODULE.format("Lamp", "1.0.0", ""), "Lamp")
    r.publish("plugins/install", "lamp@1.0.0")
    assert r.kernel.bus.get("lamp/version") == "1.0.0"  # an older one, from the files of the index
    r.publish("plugins/install", "lamp@1.x")
    assert "is not a version" in r.values("plugins/failed")[1]["reason"]
    r.close()


def test_what_was_accepted_is_on_trial_no_more():
    r = Running()
    r.shop.add("lamp", code=MODULE.format("Lamp", "1.0.0", ""), kind="Lamp")
    r.kernel.bus.publish("plugins/install", "lamp")
    until(r.kernel, lambda: "is on trial" in r.kernel.bus.get("plugins/status"))
    until(r.kernel, lambda: tried(r.kernel) and r.values("plugins/accepted"))
    steps(r.kernel, 3)
    assert r.kernel.bus.get("plugins/status") == "lamp 1.0.0 is accepted"
    r.close()


def test_a_plugin_that_is_removed_ends_before_its_files_are_gone():
    code = MODULE.format("Lamp", "1.0.0", "")
    code += "    def stop(self):\n        from .last import words\n        words(self)\n"
    r = Running()
    last = {"last.py": "def words(module):\n    module.kernel.bus.publish('said', 'goodbye')\n"}
    r.shop.add("lamp", code=code, kind="Lamp", more=last)
    said = []
    r.kernel.bus.subscribe("said", lambda topic, value: said.append(value))
    r.publish("plugins/install", "lamp")
    r.publish("plugins/remove", "lamp")
    assert said == ["goodbye"] and not exists(r.root + "/plugins/lamp")
    r.close()


def test_the_last_way_to_the_device_is_removed_only_when_told_twice():
    class Way(Module):
        """Stands for a server."""

    r = Running()
    r.shop.add("mqtt", code=MODULE.format("Mqtt", "1.0.0", ""), kind="Mqtt", requires=["cable"])
    r.shop.add("cable")
    r.publish("plugins/install", "mqtt")
    remove = r.module.properties["remove"]
    for name in ("mqtt", "cable"):
        assert "say it again" in str(raises(Refused, remove.command, name))
    other = r.kernel.add(Way("http_async"))
    steps(r.kernel, 3)
    remove.command("mqtt")  # there is another way
    r.kernel.remove(other.id)
    until(r.kernel, r.idle)
    assert "mqtt" not in r.kernel.modules
    r.publish("plugins/install", "mqtt")
    raises(Refused, remove.command, "mqtt")
    remove.command("mqtt")
    until(r.kernel, r.idle)
    assert "mqtt" not in r.kernel.modules and not exists(r.root + "/plugins/mqtt")
    r.close()


def test_more_commands_than_can_wait_are_refused():
    r = Running()
    for _ in range(12):
        r.kernel.bus.publish("plugins/search", "x")
    steps(r.kernel, 1)
    assert "8 others wait" in r.values("plugins/failed")[-1]["reason"]
    until(r.kernel, r.idle)
    r.close()


def test_other_modules_have_their_turns_during_a_download():
    from modcore import Module

    class Other(Module):
        """Counts its turns."""

        turns = 0

        def loop(self):
            """One turn."""
            self.turns += 1
            return 0

    r = Running()
    other = r.kernel.add(Other())
    r.shop.add("big", more={"data.bin": "x" * 5000})
    steps(r.kernel, 2)
    before = other.turns
    r.publish("plugins/install", "big")
    assert other.turns - before > 50  # the shop hands out 100 bytes at a time
    r.close()


def test_stopping_gives_up_what_is_under_way():
    r = Running()
    r.shop.add("big", more={"data.bin": "x" * 5000})
    r.kernel.bus.publish("plugins/install", "big")
    until(r.kernel, lambda: exists(r.root + "/plugins/.install/new/big"))
    r.kernel.move("plugins", "STOPPED")
    assert not exists(r.root + "/plugins/.install")
    assert sorted(r.device.versions()) == ["packages"]
    r.close()


def test_the_plugin_updates_itself():
    r = Running()
    manifest = json.loads(r.device.read("plugins/packages/plugin.json"))
    entry = r.shop.add("packages", "1.0.1", kind="Plugins", more={})
    contents = {}
    for name in os.listdir(r.root + "/plugins/packages"):
        contents[name] = r.device.read("plugins/packages/" + name)
    manifest["version"] = "1.0.1"
    contents["plugin.json"] = json.dumps(manifest)
    entry["files"] = [r.shop._file("plugins/packages/" + name, contents[name]) for name in sorted(contents)]
    r.kernel.bus.publish("plugins/update", "packages")
    steps(r.kernel, 2)
    until(r.kernel, lambda: tried(r.kernel) and r.values("plugins/accepted"))
    assert r.values("plugins/accepted") == [{"packages": "1.0.1"}]
    assert r.kernel.modules["plugins"].state == "RUNNING"
    assert r.kernel.modules["plugins"] is not r.module
    r.close()
