"""Power lost at any write of an installation leaves the old or the new versions, whole and working."""
# heap: 640K
# timeout: 180

import gc
import json

from flash import Disk
from shop import Device, Shop, digest, drive, exists

from modcore.journal import Journal, recover
from plugins.packages.rules import InstallError


class Case:
    """A disk with `lamp` 1.0.0, and a shop with 1.1.0, which needs `base` and a library besides."""

    def __init__(self):
        self.disk = Disk()
        self.shop = Shop()
        self.shop.add("lamp", code="ANSWER = 'old'\n", more={"page.html": "<p>old" * 30})
        self.device = Device(self.shop, self.disk.root)
        self.disk.run(lambda: self.device.install("lamp"))
        self.shop.add("base", code="BASE = 1\n")
        self.shop.add(
            "lamp",
            "1.1.0",
            code="ANSWER = 'new'\n",
            requires=["base"],
            deps=[["modcore_test_lib", "latest"]],
            more={"extra.py": "x = 1\n" * 50},
        )
        self.shop.add_library("modcore_test_lib", "modcore_test_lib.py")
        self.disk.keep()

    def cut_everywhere(self, action, check):
        """Do `action` with the power lost at its first write, its second…; `check` each time what is there."""
        self.disk.restore()
        writes = self.disk.run(action)
        assert writes > 5
        seen = set()
        for cut in range(writes):
            gc.collect()
            self.disk.restore()
            assert self.disk.run(action, cut) is None
            self.disk.run(lambda: seen.add(check()))
        self.disk.restore()
        self.disk.close()
        return seen

    def state(self):
        """Return which version is there after a restart: "old" or "new", and whole."""
        journal = recover()
        for name in ("lamp", "base"):
            self.whole(name)
        versions = self.device.versions()
        if versions == {"lamp": "1.0.0"}:
            assert journal is None or journal.data["state"] == "back"
            assert self.device.read("plugins/lamp/__init__.py") == "ANSWER = 'old'\n"
            return "old"
        assert versions == {"lamp": "1.1.0", "base": "1.0.0"}, versions
        assert self.device.read("plugins/lamp/__init__.py") == "ANSWER = 'new'\n"
        assert self.device.read("modcore_test_lib.py") == "LIBRARY = 1\n"
        return "new"

    def whole(self, name):
        """Every file of what the manifest says is there, byte by byte."""
        text = self.device.read("plugins/" + name + "/plugin.json")
        if text is None:
            assert not exists(self.device.root + "/plugins/" + name)
            return
        version = json.loads(text)["version"]
        for entry in self.known():
            if entry["name"] == name and entry["version"] == version:
                for path, _, sha256 in entry["files"]:
                    assert digest(self.device.read(path).encode()) == sha256, path

    def known(self):
        """The entries of the shop."""
        return self.shop.entries


def update(case):
    """The update, up to its trial."""
    drive(case.device.installer().update("lamp"))


def test_an_update_whose_power_is_cut():
    case = Case()

    def check():
        state = case.state()
        # And the next attempt works.
        journal = recover()
        if journal:
            journal.accept()
        update(case)
        journal = recover()
        if journal:
            journal.accept()
        assert case.state() == "new"
        assert not exists(case.device.root + "/plugins/.install")
        return state

    assert case.cut_everywhere(lambda: update(case), check) == {"old", "new"}


def test_a_roll_back_whose_power_is_cut():
    case = Case()
    case.disk.run(lambda: update(case))
    case.disk.keep()

    def back():
        journal = Journal(case.device.root)
        journal.load()
        journal.back()

    def check():
        state = case.state()
        if state == "new":  # the decision was not written yet
            back()
            assert case.state() == "old"
        assert recover() is None
        assert not exists(case.device.root + "/plugins/.install")
        return state

    assert case.cut_everywhere(back, check) == {"old", "new"}


def test_an_acceptance_whose_power_is_cut():
    case = Case()
    case.disk.run(lambda: update(case))
    case.disk.keep()

    def accept():
        journal = Journal(case.device.root)
        journal.load()
        journal.accept()

    def check():
        assert case.state() == "new"
        journal = recover()
        if journal:
            journal.accept()
        assert not exists(case.device.root + "/plugins/.install")
        return "new"

    assert case.cut_everywhere(accept, check) == {"new"}


def test_a_removal_whose_power_is_cut():
    case = Case()

    def check():
        recover()
        assert not exists(case.device.root + "/plugins/.install")
        if case.device.versions() == {}:
            assert not exists(case.device.root + "/plugins/lamp")
            return "gone"
        assert case.state() == "old"
        return "old"

    assert case.cut_everywhere(lambda: case.device.installer().remove("lamp"), check) == {"old", "gone"}


def test_a_recovery_whose_power_is_cut_again():
    case = Case()
    seen = set()
    writes = case.disk.run(lambda: update(case))
    for cut in range(writes - 14, writes):
        case.disk.restore()
        case.disk.run(lambda: update(case), cut)
        again = 0
        while case.disk.run(recover, again) is None:
            again += 1
            gc.collect()
        case.disk.run(lambda: seen.add(case.state()))
    case.disk.close()
    assert "new" in seen


def test_a_disk_that_gets_full_at_any_moment():
    case = Case()
    reasons = set()

    def attempt():
        try:
            update(case)
        except InstallError as error:
            reasons.add(str(error).partition(",")[0].partition(" needs ")[0])

    def check():
        state = case.state()
        reasons.add(state)
        if state == "old":
            assert not exists(case.device.root + "/plugins/.install")

    case.disk.fill(attempt, check)
    case.disk.close()
    assert "new" in reasons and "old" in reasons and "lamp: the disk is full" in reasons, reasons


def test_a_disk_is_written_to_before_it_is_read():
    """LittleFS 2.11 shows a wrong folder after a cut inside a rename, up to the first write."""
    import modcore.journal as journal

    case = Case()
    case.disk.run(lambda: update(case))
    opened = []

    def recording(path, mode="r"):
        opened.append((path[path.rfind("/") + 1 :], mode))
        return open(path, mode)

    journal.open = recording
    try:
        assert case.disk.run(lambda: recover().data["state"]) is not None
    finally:
        del journal.open
    assert opened[0] == ("mounted", "w") and ("journal", "r") in opened[1:]
    assert not exists(case.device.root + "/plugins/.install/mounted")
    case.disk.close()
