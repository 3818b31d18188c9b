"""A new version has a minute to prove itself; what does not run is put back by itself."""
# heap: 512K

import json
import sys

from shop import MODULE, Device, Shop, copy_plugin, exists, forget, tried

from modcore import Kernel
from modcore.journal import recover
from plugins.packages.trial import Trial
from support import new_folder, remove, steps, until

WORKS = MODULE.format("Lamp", "{}", "")
FAILS_TO_IMPORT = "import modcore_has_no_such_module\n"
FAILS_TO_START = MODULE.format("Lamp", "{}", "        raise OSError('no lamp')\n")


class Running:
    """A device whose kernel runs the plugin `lamp` 1.0.0, and a shop that has another version of it."""

    def __init__(self, code, configured=("lamp",), extra=None, judge=True):
        self.shop = Shop()
        self.shop.add("lamp", code=WORKS.format("1.0.0"), kind="Lamp")
        self.device = Device(self.shop)
        if judge:
            copy_plugin("packages", self.device.root)
        self.device.install("lamp")
        if extra:
            extra(self.shop)
            self.device.install("user")
        self.folder = new_folder()
        with open(self.folder + "/config.json", "w") as f:
            json.dump({"plugins": list(configured), "packages": {"trial_s": 3600}}, f)
        self.boot()
        self.shop.add("lamp", "1.1.0", code=code.format("1.1.0"), kind="Lamp")
        self.events = []

    def boot(self):
        """Start as at power-on."""
        from modcore.boot import boot

        forget()
        self.kernel = boot(self.folder + "/config.json", self.folder + "/secrets.json")
        self.events = []
        self.kernel.bus.subscribe("plugins/+", lambda topic, value: self.events.append((topic, value)))
        steps(self.kernel, 3)

    def version(self):
        """Return what the lamp that runs says."""
        return self.kernel.bus.get("lamp/version")

    def versions(self):
        """{name: version} of what is installed beside the installer itself."""
        found = self.device.versions()
        found.pop("packages", None)
        return found

    def configured(self):
        """The plugins that config.json names."""
        with open(self.folder + "/config.json") as f:
            return json.load(f)["plugins"]

    def update(self):
        """Take in the new version, and wait until that is decided."""
        journal = self.device.update("lamp", keep=False)
        self.kernel.add(Trial(journal, True))
        self.wait()

    def wait(self):
        """Until nothing is on trial."""
        until(self.kernel, lambda: tried(self.kernel))
        steps(self.kernel, 5)
        assert not exists(self.device.root + "/plugins/.install")

    def close(self):
        """Remove all folders."""
        self.kernel.stop()
        remove(self.folder)
        self.device.close()


def test_a_version_that_runs_is_kept():
    r = Running(WORKS)
    assert r.version() == "1.0.0"
    r.update()
    assert r.version() == "1.1.0"
    assert r.versions() == {"lamp": "1.1.0"}
    assert ("plugins/accepted", {"lamp": "1.1.0"}) in r.events
    r.close()


def test_a_version_that_can_not_be_imported_is_put_back():
    r = Running(FAILS_TO_IMPORT)
    r.update()
    assert r.version() == "1.0.0"
    assert r.versions() == {"lamp": "1.0.0"}
    topic, value = [event for event in r.events if event[0] == "plugins/failed"][0]
    assert value["kept"] == "1.0.0" and value["version"] == "1.1.0"
    assert "modcore_has_no_such_module" in value["reason"]
    r.close()


def test_a_version_that_does_not_start_is_put_back():
    r = Running(FAILS_TO_START)
    r.update()
    assert r.version() == "1.0.0" and r.kernel.modules["lamp"].state == "RUNNING"
    assert "no lamp" in [value for topic, value in r.events if topic == "plugins/failed"][0]["reason"]
    r.close()


def test_a_version_without_its_class_is_put_back():
    r = Running("x = 1\n")
    r.update()
    assert r.version() == "1.0.0"
    r.close()


def test_plugins_that_use_the_new_version_are_started_again_with_it():
    def user(shop):
        code = "from modcore import Module\nfrom plugins.lamp import Lamp\n\nclass User(Module):\n"
        code += "    requires = ('lamp',)\n\n    def start(self):\n"
        code += "        self.property('uses', 'sensor', value=self.kernel.bus.get('lamp/version'))\n"
        shop.add("user", code=code, kind="User", requires=["lamp"])

    r = Running(WORKS, ("lamp", "user"), user)
    assert r.kernel.bus.get("user/uses") == "1.0.0"
    r.update()
    assert r.kernel.bus.get("user/uses") == "1.1.0"
    assert r.kernel.modules["user"].state == "RUNNING"
    r.close()


def test_a_new_plugin_that_runs_is_named_in_the_configuration():
    r = Running(WORKS, ())
    r.shop.add("fan", code=MODULE.format("Fan", "1.0.0", ""), kind="Fan", requires=["lamp"])
    from shop import drive

    r.kernel.add(Trial(drive(r.device.installer().install("fan", True)), True))
    r.wait()
    assert r.configured() == ["lamp", "fan"]  # also the module that it requires
    assert r.kernel.bus.get("fan/version") == "1.0.0" and r.version() == "1.0.0"
    r.close()


def test_a_new_plugin_that_does_not_run_leaves_nothing_behind():
    r = Running(WORKS)
    r.shop.add("fan", code="import modcore_has_no_such_module\n", kind="Fan")
    from shop import drive

    r.kernel.add(Trial(drive(r.device.installer().install("fan", True)), True))
    r.wait()
    assert r.configured() == ["lamp"]
    assert r.versions() == {"lamp": "1.0.0"}
    assert r.version() == "1.0.0"
    r.close()


def test_a_trial_goes_on_after_a_restart():
    r = Running(WORKS)
    r.device.update("lamp", keep=False)
    r.boot()
    assert r.version() == "1.1.0"
    r.wait()
    assert r.versions() == {"lamp": "1.1.0"}
    r.boot()
    assert "install_trial" not in r.kernel.modules
    r.close()


def test_a_version_that_fails_after_a_restart_is_put_back():
    r = Running(FAILS_TO_START)
    r.device.update("lamp", keep=False)
    r.boot()
    r.wait()
    assert r.version() == "1.0.0"
    r.close()


def test_a_version_that_restarts_the_device_again_and_again_is_put_back():
    r = Running(WORKS)
    r.device.update("lamp", keep=False)
    for _ in range(2):
        r.boot()
        assert r.version() == "1.1.0"
        assert "install_trial" in r.kernel.modules
    r.boot()
    assert r.version() == "1.0.0"
    assert "restarted again and again" in [v for t, v in r.events if t == "plugins/failed"][0]["reason"]
    r.wait()
    assert r.versions() == {"lamp": "1.0.0"}
    r.close()


def test_where_nobody_can_judge_a_new_version_is_kept():
    r = Running(WORKS, judge=False)  # it came over USB, to a device without the installer
    r.device.update("lamp", keep=False)
    for _ in range(4):
        r.boot()
    assert r.version() == "1.1.0"
    r.wait()
    assert r.versions() == {"lamp": "1.1.0"}
    r.close()


def test_an_installer_that_does_not_load_is_put_back_before_anything_is_loaded():
    r = Running(WORKS)
    good = r.device.read("plugins/packages/trial.py")
    manifest = json.loads(r.device.read("plugins/packages/plugin.json"))
    entry = r.shop.add(
        "packages", "99.0.0", code="x = 1\n", more={"trial.py": "import modcore_has_no_such_module\n"}
    )
    assert entry["version"] == "99.0.0"
    r.device.update("packages", keep=False)
    ours = {key: sys.modules[key] for key in sys.modules if key.startswith("plugins")}
    forget(keep=None)
    r.boot()
    sys.modules.update(ours)
    assert r.device.versions()["packages"] == manifest["version"]
    assert r.device.read("plugins/packages/trial.py") == good
    assert not exists(r.device.root + "/plugins/.install")
    r.close()


def test_nothing_to_recover_is_the_rule():
    r = Running(WORKS)
    assert recover() is None
    assert isinstance(r.kernel, Kernel)
    r.close()
