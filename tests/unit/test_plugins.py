"""Plugins are found by their manifests; what is broken is named, and the rest starts."""

import json
import os
import sys

from modcore import plugins
from support import new_folder, raises, remove, steps

# Place exchanges a function of it: dropped to save memory, it would come back with the project's own plugins.
plugins.RARE = False


class Place:
    """Folders of plugins at the front of sys.path; the project's own plugins are out of sight."""

    def __init__(self, count=1):
        self.folders = [new_folder() for _ in range(count)]
        self._path = list(sys.path)
        self._mine = plugins.folders
        for key in list(sys.modules):
            if key == "plugins" or key.startswith("plugins."):
                del sys.modules[key]
        sys.path[:0] = self.folders
        every = self._mine

        def folders():
            return [folder for folder in every() if folder.rpartition("/")[0] in self.folders]

        plugins.folders = folders

    def add(self, name, manifest="", code="", folder=0):
        """Write a plugin; manifest: its text, None for no file."""
        path = self.folders[folder] + "/plugins"
        for part in (path, path + "/" + name):
            try:
                os.mkdir(part)
            except OSError:
                pass
        if manifest == "":
            manifest = json.dumps({"name": name, "version": "1.0.0", "module": None, "requires": []})
        if manifest is not None:
            with open(path + "/" + name + "/plugin.json", "w") as f:
                f.write(manifest)
        with open(path + "/" + name + "/__init__.py", "w") as f:
            f.write(code)

    def boot(self, config):
        """A kernel as modcore.main() makes it."""
        from modcore.boot import boot

        with open(self.folders[0] + "/config.json", "w") as f:
            json.dump(config, f)
        kernel = boot(self.folders[0] + "/config.json", self.folders[0] + "/secrets.json")
        steps(kernel, 3)
        return kernel

    def close(self):
        """Put everything back."""
        plugins.folders = self._mine
        sys.path[:] = self._path
        for key in list(sys.modules):
            if key == "plugins" or key.startswith("plugins."):
                del sys.modules[key]
        for folder in self.folders:
            remove(folder)


def class_manifest(name, kind, **more):
    """The text of a manifest with a module."""
    return json.dumps(dict({"name": name, "version": "1.0.0", "module": kind, "requires": []}, **more))


LAMP = "from modcore import Module\n\nclass {}(Module):\n    pass\n"


def test_names_are_those_of_folders_with_a_manifest():
    p = Place()
    p.add("lamp")
    p.add("fan")
    p.add("nothing", None)
    assert plugins.names() == ["fan", "lamp"]
    assert plugins.manifest("lamp")["version"] == "1.0.0"
    assert plugins.manifest("lamp")["folder"] == p.folders[0] + "/plugins/lamp"
    p.close()


def test_nothing_is_imported_by_looking():
    p = Place()
    p.add("lamp", code="raise RuntimeError('imported')\n")
    plugins.installed()
    assert "plugins.lamp" not in sys.modules
    p.close()


def test_a_plugin_that_is_not_there_is_named_with_those_that_are():
    p = Place()
    p.add("lamp")
    assert "plugins: 'lamb' not found; have lamp" in str(raises(ValueError, plugins.manifest, "lamb"))
    p.close()


def test_a_folder_without_a_manifest_is_named():
    p = Place()
    p.add("lamp", None)
    assert "plugins/lamp/plugin.json is missing" in str(raises(ValueError, plugins.manifest, "lamp"))
    p.close()


def test_a_broken_manifest_is_named_with_what_is_wrong():
    p = Place()
    for text, words in (
        ("", "is broken"),
        ('{"name": "lamp"', "is broken"),
        ("[1]", "is not an object"),
        ("{}", "misses 'name'"),
        ('{"name": "lamp", "module": null}', "misses 'version'"),
        ('{"name": "fan", "version": "1.0.0", "module": null}', "its name is 'fan'"),
    ):
        p.add("lamp", text or " ")
        reason = str(raises(ValueError, plugins.manifest, "lamp"))
        assert "plugins/lamp/plugin.json is broken" in reason and words in reason, reason
        assert "is broken" in plugins.installed()["lamp"]["error"]
        assert "is broken" in plugins.installed("caption")["lamp"]["error"]
    p.close()


def test_what_is_asked_of_all_may_be_missing_in_some():
    p = Place()
    p.add("lamp", class_manifest("lamp", "Lamp", caption="Lamp"))
    p.add("fan")
    found = plugins.installed("version", "caption")
    assert found["lamp"] == {"version": "1.0.0", "caption": "Lamp"}
    assert found["fan"] == {"version": "1.0.0", "caption": None}
    p.close()


def test_the_first_of_two_folders_counts():
    p = Place(2)
    p.add("lamp")
    p.add("lamp", class_manifest("lamp", "Lamp", version="2.0.0"), folder=1)
    p.add("fan", folder=1)
    assert plugins.names() == ["fan", "lamp"]
    assert plugins.manifest("lamp")["version"] == "1.0.0"
    p.close()


def test_plugins_install_where_plugins_are_or_into_lib():
    p = Place()
    p.add("lamp")
    assert plugins.root() == p.folders[0]
    remove(p.folders[0] + "/plugins")
    sys.path[:] = ["", "/rom/lib", "/lib"]
    assert plugins.root() == "/lib"
    sys.path[:] = ["", "/rom/lib", "/library"]
    assert plugins.root() == ""
    p.close()


def test_a_device_starts_what_is_whole():
    p = Place()
    p.add("lamp", class_manifest("lamp", "Lamp"), LAMP.format("Lamp"))
    p.add("fan", class_manifest("fan", "Fan"), "import modcore_has_no_such_module\n")
    p.add("pump", class_manifest("pump", "Pump"), "x = 1\n")
    p.add("bell", "{")
    p.add("door", None)
    kernel = p.boot({"plugins": ["fan", "pump", "bell", "door", "ghost", "lamp"]})
    assert kernel.modules["lamp"].state == "RUNNING"
    assert "modcore_has_no_such_module" in kernel.bus.get("$error/fan")
    assert "Pump" in kernel.bus.get("$error/pump")
    assert "plugins/bell/plugin.json is broken" in kernel.bus.get("$error/bell")
    assert "plugins/door/plugin.json is missing" in kernel.bus.get("$error/door")
    assert "'ghost' not found" in kernel.bus.get("$error/ghost")
    kernel.stop()
    p.close()


def test_a_plugin_whose_requirement_is_missing_is_named():
    p = Place()
    p.add("lamp", class_manifest("lamp", "Lamp", requires=["ghost"]), LAMP.format("Lamp"))
    kernel = p.boot({"plugins": ["lamp"]})
    assert "'ghost' not found" in kernel.bus.get("$error/lamp")
    kernel.stop()
    p.close()


def test_two_plugins_whose_modules_have_one_id():
    p = Place()
    p.add("lamp", class_manifest("lamp", "Lamp"), LAMP.format("Lamp"))
    p.add("light", class_manifest("light", "Lamp"), LAMP.format("Lamp"))
    kernel = p.boot({"plugins": ["lamp", "light"]})
    assert kernel.modules["lamp"].state == "RUNNING"
    assert "module id 'lamp' is taken" in kernel.bus.get("$error/light")
    kernel.stop()
    p.close()
