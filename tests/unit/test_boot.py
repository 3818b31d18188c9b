"""From config.json to a running device, with the mistakes that people make in it."""

import builtins
import json
import os
import sys

from modcore.boot import boot
from support import new_folder, remove, write

shown = print


LAMP = """
from modcore import Module
class Lamp(Module):
    defaults = {"pin": 4}
    def start(self):
        self.property("on", "switch", value=False, set=print)
class Other(Module):
    pass
"""
MANIFEST = {"name": "", "version": "1.0.0", "module": None, "requires": [], "deps": []}


def printed(function):
    """Return the lines that `function()` prints, and its result."""
    lines = []
    builtins.print = lambda *words: lines.append(" ".join([str(word) for word in words]))
    try:
        return lines, function()
    finally:
        builtins.print = shown


class Device:
    """A folder like a device's, that stands first in sys.path."""

    count = 0

    def __init__(self):
        self.folder = new_folder()
        Device.count += 1
        self.n = Device.count  # module names that no other test has imported
        os.mkdir(self.folder + "/plugins")
        sys.path.insert(0, self.folder)

    def file(self, name, text):
        write(self.folder + "/" + name, text if isinstance(text, str) else json.dumps(text))

    def plugin(self, name, code="", **manifest):
        os.mkdir(self.folder + "/plugins/" + name)
        found = dict(MANIFEST)
        found["name"] = name
        found.update(manifest)
        self.file("plugins/" + name + "/plugin.json", found)
        self.file("plugins/" + name + "/__init__.py", code)

    def boot(self):
        kernel = boot(self.folder + "/config.json", self.folder + "/secrets.json")
        kernel.step()
        return kernel

    def __enter__(self):
        return self

    def __exit__(self, *error):
        sys.path.remove(self.folder)
        remove(self.folder)
        for name in list(sys.modules):
            # The name of the folder of an earlier test must not be remembered.
            if name == "plugins" or name.startswith("plugins."):
                del sys.modules[name]


def test_the_modules_that_are_named_run_with_their_configuration_and_secrets():
    with Device() as device:
        lamps = "lamps%d" % device.n
        device.file(lamps + ".py", LAMP)
        device.file(
            "config.json",
            {"name": "house", "modules": [lamps + ".Lamp", lamps + ".Other"], "lamp": {"pin": 7}},
        )
        device.file("secrets.json", {"lamp": {"key": "s3cret"}})
        kernel = device.boot()
        assert kernel.name == "house"
        assert [(m.id, m.state) for m in kernel.modules.values()] == [
            ("lamp", "RUNNING"),
            ("other", "RUNNING"),
        ]
        assert kernel.modules["lamp"].config == {"pin": 7, "key": "s3cret"}
        assert kernel.bus.get("lamp/on") is False
        kernel.save()
        with open(device.folder + "/config.json") as f:
            assert "s3cret" not in f.read()


def test_a_module_without_a_class_name_is_the_class_named_like_its_file():
    with Device() as device:
        device.file("lamp%d.py" % device.n, LAMP.replace("class Lamp", "class Lamp%d" % device.n))
        device.file("config.json", {"modules": ["lamp%d" % device.n]})
        kernel = device.boot()
        assert list(kernel.modules) == ["lamp%d" % device.n]


def test_an_object_of_modules_gives_each_its_id():
    with Device() as device:
        name = "lamps%d" % device.n
        device.file(name + ".py", LAMP)
        device.file(
            "config.json", {"modules": {"front": name + ".Lamp", "back": name + ".Lamp"}, "front": {"pin": 1}}
        )
        kernel = device.boot()
        assert sorted(kernel.modules) == ["back", "front"]
        assert kernel.modules["front"].config["pin"] == 1


def test_plugins_that_are_named_are_imported_and_only_those():
    with Device() as device:
        device.plugin("plug_a", LAMP.replace("Lamp", "PlugA"), module="PlugA")
        device.plugin("plug_b", "raise RuntimeError('imported')", module="PlugB")
        device.plugin("plug_lib", "raise RuntimeError('a library is imported by whoever needs it')")
        device.file("config.json", {"plugins": ["plug_a", "plug_lib"]})
        kernel = device.boot()
        assert [(m.id, m.state) for m in kernel.modules.values()] == [("plug_a", "RUNNING")]


def test_an_unknown_plugin_is_named_with_what_there_is_and_the_rest_starts():
    with Device() as device:
        device.plugin("plug_c", LAMP.replace("Lamp", "PlugC"), module="PlugC")
        device.file("config.json", {"plugins": ["plug_x", "plug_c"]})
        kernel = device.boot()
        error = kernel.bus.get("$error/plug_x")
        assert "plugins: 'plug_x' not found; have " in error and "plug_c" in error
        assert kernel.modules["plug_c"].state == "RUNNING"


def test_an_unknown_module_or_class_is_named_and_the_rest_starts():
    with Device() as device:
        name = "lamps%d" % device.n
        device.file(name + ".py", LAMP)
        device.file("config.json", {"modules": ["lmaps", name + ".Lump", name + ".Lamp"]})
        kernel = device.boot()
        assert "modules: 'lmaps' not found; have " in kernel.bus.get("$error/lmaps")
        assert name in kernel.bus.get("$error/lmaps")
        assert "has no class Lump" in kernel.bus.get("$error/" + name + ".Lump")
        assert kernel.modules["lamp"].state == "RUNNING"


def test_a_plugin_that_misses_another_or_can_not_be_imported_leaves_the_rest():
    with Device() as device:
        device.plugin("plug_d", "import no_such_thing", module="PlugD")
        device.plugin("plug_e", LAMP, module="Lamp", requires=["plug_none"])
        device.plugin("plug_f", "class Nothing: pass", module="PlugF")
        os.mkdir(device.folder + "/plugins/plug_g")
        device.file("plugins/plug_g/plugin.json", '{"name": "plug_g", ')
        device.plugin("plug_h", LAMP.replace("Lamp", "PlugH"), module="PlugH")
        device.file("config.json", {"plugins": ["plug_d", "plug_e", "plug_f", "plug_g", "plug_h"]})
        kernel = device.boot()
        assert "no_such_thing" in kernel.bus.get("$error/plug_d")
        assert "plug_none" in kernel.bus.get("$error/plug_e")
        assert kernel.bus.get("$error/plug_f")
        assert "plug_g/plugin.json is broken" in kernel.bus.get("$error/plug_g")
        assert list(kernel.modules) == ["plug_h"]


def test_a_broken_configuration_is_kept_and_the_device_boots_on_what_reaches_it():
    with Device() as device:
        device.plugin("wlan", LAMP.replace("Lamp", "Wlan"), module="Wlan")
        device.file("config.json", '{"name": "garden", "plugins": [')
        kernel = device.boot()
        assert kernel.name == "modcore"
        assert "wlan" in kernel.modules
        assert sorted(os.listdir(device.folder)) == ["config.json.bad", "plugins"]


def test_a_device_without_a_configuration_starts_one_web_server_and_remembers_it():
    with Device() as device:
        for name in ("http_async", "http_windup", "wlan", "softap", "ntp"):
            device.plugin(name)
        device.file("config.json", "{")
        kernel = device.boot()
        assert kernel.config["plugins"] == ["wlan", "softap", "http_async"]
        assert kernel.path == device.folder + "/config.json"


def test_a_module_has_the_pages_of_its_manifest_and_lines_wait_only_for_a_log():
    with Device() as device:
        device.plugin("paged", LAMP.replace("Lamp", "Paged"), module="Paged", pages=["paged"])
        device.plugin("plain", LAMP.replace("Lamp", "Plain"), module="Plain")
        device.file("config.json", {"plugins": ["paged", "plain"]})
        kernel = device.boot()
        assert kernel.modules["paged"].views == ["paged"]
        assert not getattr(kernel.modules["plain"], "views", None)
        assert kernel.logging is False
        device.plugin("log")
        device.file("config.json", {"plugins": ["log"], "queue": "x"})
        assert "queue takes" in str(printed(device.boot)[1].logging)


def test_a_configuration_of_wrong_types_boots_all_the_same():
    for config, told in (
        ({"queue": "x"}, "queue takes a number from 4 to 1000, not 'x'"),
        ({"queue": 3}, "queue takes a number from 4 to 1000, not 3"),
        ({"queue": True}, "queue takes a number from 4 to 1000, not True"),
        ({"queue": 1 << 40}, "queue takes a number from 4 to 1000, not 1099511627776"),
        ({"plugins": "http_async"}, "plugins: takes a list of names"),
        ({"plugins": [5]}, "plugins: takes a list of names"),
        ({"log": {"level": "loud"}, "modules": 6}, "log: log level 'loud'"),
        ({"modules": 7}, "modules: takes a list of names"),
        ({"modules": {"a": 5}}, "modules: takes a list of names"),
        ({"name": 5}, "name takes a string, not 5"),
        ({"name": ""}, "name takes a string, not ''"),
    ):
        with Device() as device:
            device.file("config.json", config)
            lines, kernel = printed(device.boot)
            assert [line for line in lines if told in line and "ERROR kernel: " in line], (config, lines)
            assert isinstance(kernel.name, str)
            kernel.bus.publish("a", 1)
            kernel.step()


def test_a_queue_of_four_is_large_enough_to_boot_and_one_of_a_thousand_is_allowed():
    for size in (4, 1000):
        with Device() as device:
            device.file("config.json", {"name": "small", "queue": size})
            assert device.boot().bus.size == size


def test_two_modules_with_one_id_are_reported():
    with Device() as device:
        name = "lamps%d" % device.n
        device.file(name + ".py", LAMP)
        device.file("config.json", {"modules": [name + ".Lamp", name + ".Lamp"]})
        kernel = device.boot()
        assert kernel.modules["lamp"].state == "RUNNING"
        assert "taken" in kernel.bus.get("$error/" + name + ".Lamp")


def test_secrets_with_a_byte_order_mark_are_read():
    with Device() as device:
        device.file("config.json", {"modules": []})
        with open(device.folder + "/secrets.json", "wb") as f:
            f.write(b'\xef\xbb\xbf{"softap": {"password": "geheim123"}}')
        kernel = device.boot()
        assert kernel.secrets == {"softap": {"password": "geheim123"}} and not kernel.secrets_broken


def test_secrets_that_break_are_those_of_the_last_good_copy():
    for broken in ('{"softap": {"pass', None):
        with Device() as device:
            device.file("config.json", {"modules": []})
            device.file("secrets.json", {"softap": {"password": "geheim123"}})
            device.boot()
            if broken is None:
                os.remove(device.folder + "/secrets.json")
            else:
                device.file("secrets.json", broken)
            for _ in range(2):
                kernel = device.boot()
                assert kernel.secrets == {"softap": {"password": "geheim123"}} and not kernel.secrets_broken


def test_secrets_that_nobody_can_read_are_told_until_there_are_others():
    with Device() as device:
        device.file("config.json", {"modules": []})
        assert not device.boot().secrets_broken  # there never were any
        device.file("secrets.json", '{"softap": {"pass')
        for _ in range(2):
            assert device.boot().secrets_broken
        device.file("secrets.json", {})
        assert not device.boot().secrets_broken


def test_a_folder_where_secrets_or_a_configuration_should_be_opens_nothing():
    for good in (False, True):
        with Device() as device:
            device.file("config.json", {"modules": [], "name": "shed"})
            if good:
                device.file("secrets.json", {"http": {"users": {}}})
                device.boot()
                os.remove(device.folder + "/secrets.json")
            os.mkdir(device.folder + "/secrets.json")
            for _ in range(2):
                kernel = device.boot()
                assert kernel.secrets_broken is not good
                assert kernel.secrets == ({"http": {"users": {}}} if good else {})
            os.remove(device.folder + "/config.json")
            os.mkdir(device.folder + "/config.json")
            assert device.boot().name == "shed"  # the last good copy
            device.boot().save()


def test_rules_lost_with_a_broken_configuration_open_nothing():
    with Device() as device:
        device.file("secrets.json", {"http": {"users": {"anna": {"password": "x"}}}})
        device.file("config.json", '{"http": {"access": {"/": "use')
        assert device.boot().secrets_broken
        device.file("config.json", {"http": {"access": {"/": "users"}}})
        assert not device.boot().secrets_broken


def test_a_syntax_error_is_named_with_its_line():
    with Device() as device:
        name = "crooked%d" % device.n
        device.file(name + ".py", "from modcore import Module\n\nclass Crooked(Module)\n    pass\n")
        device.file("config.json", {"modules": [name]})
        kernel = device.boot()
        error = kernel.bus.get("$error/" + name)
        assert name + ".py line 3: SyntaxError" in error, error


def test_a_mistake_outside_of_hooks_is_named_with_its_line():
    for body, says in (
        ("    pins = 1 + 'a'\n", ".py line 5: TypeError"),
        ("    def __init__(self):\n        pass\n", "takes its id: def __init__(self, id=None)"),
    ):
        with Device() as device:
            name = "wrong%d" % device.n
            code = "from modcore import Module\n\n\nclass Wrong(Module):\n"
            device.file(name + ".py", code + body)
            device.file("config.json", {"modules": [name + ".Wrong"]})
            error = device.boot().bus.get("$error/%s.Wrong" % name)
            assert says in error, error


def test_what_is_no_module_is_told_what_it_has_to_be():
    with Device() as device:
        name = "plain%d" % device.n
        device.file(name + ".py", "class Plain:\n    def __init__(self, id):\n        pass\n")
        device.file("config.json", {"modules": [name + ".Plain"]})
        kernel = device.boot()
        assert "derived from modcore.Module" in kernel.bus.get("$error/%s.Plain" % name)


def test_a_module_that_another_name_hides_is_told_so():
    with Device() as device:
        name = "shaded%d" % device.n
        os.mkdir(device.folder + "/" + name)
        device.file(name + "/__init__.py", "")
        device.file(name + ".py", LAMP.replace("Lamp", name[0].upper() + name[1:]))
        device.file("config.json", {"modules": [name]})
        kernel = device.boot()
        error = kernel.bus.get("$error/" + name)
        assert "a folder of that name stands before" in error, error


def test_a_module_whose_import_ends_the_program_ends_only_itself():
    with Device() as device:
        device.file("quits%d.py" % device.n, "raise SystemExit\n")
        device.file("lamp%d.py" % device.n, LAMP)
        device.file("config.json", {"modules": ["quits%d" % device.n, "lamp%d.Lamp" % device.n]})
        kernel = device.boot()
        assert "SystemExit" in kernel.bus.get("$error/quits%d" % device.n)
        assert kernel.modules["lamp"].state == "RUNNING"


def test_many_modules_that_start_at_once_do_not_fill_the_bus():
    with Device() as device:
        name = "noisy%d" % device.n
        code = """
from modcore import Module
class Noisy(Module):
    heard = 0
    def start(self):
        self.listen("noise/#", self.hear)
        for i in range(9):
            self.publish("noise/%s/%d" % (self.id, i))
    def hear(self, topic, value):
        self.heard += 1
"""
        device.file(name + ".py", code)
        device.file("config.json", {"modules": {"n%d" % i: name + ".Noisy" for i in range(8)}})
        kernel = device.boot()
        for _ in range(20):
            kernel.step()
        assert kernel.bus.overflows == 0
        assert {module.state for module in kernel.modules.values()} == {"RUNNING"}
        # The one that starts first hears all others.
        assert max([module.heard for module in kernel.modules.values()]) == 7 * 9
