"""Faults of a registry or a server are refused with their reason, and what was there stays."""

from shop import URL, Device, Shop, exists

from plugins.packages.rules import InstallError
from support import on_micropython, raises


class Case:
    """A device with `base` 1.0.0, and a shop that has `base` 1.1.0 to be spoilt."""

    def __init__(self):
        self.shop = Shop()
        self.shop.add("base", code="ANSWER = 'old'\n")
        self.device = Device(self.shop)
        self.device.install("base")
        self.entry = self.shop.add("base", "1.1.0", code="ANSWER = 'new'\n", more={"more.py": "x = 1\n" * 99})

    def refused(self, words, name="base", written=False):
        """The update fails with a reason that has `words`, and the old version is whole."""
        self.shop.asked.clear()
        reason = str(
            raises(InstallError, self.device.update if name == "base" else self.device.install, name)
        )
        assert words in reason, reason
        assert self.device.versions() == {"base": "1.0.0"}
        assert self.device.read("plugins/base/__init__.py") == "ANSWER = 'old'\n"
        assert not exists(self.device.root + "/plugins/.install")
        if not written:
            assert not [url for url in self.shop.asked if not url.endswith("registry.json")]
        self.device.close()


def test_a_registry_that_is_no_json():
    for text, words in (
        ("", "is empty"),
        ("<!DOCTYPE html><p>Not here", "is not a JSON object; begins with <!DOCTYPE"),
        ("[1, 2]", "is not a JSON object"),
        ('{"v": 1, "plugins": [{"name": "base"', "is truncated"),
        ('{"v": 1, "plugins": [{"name": base}]}', "is not JSON"),
        ('{"v": 1, "plugins": [{"name": "base"]}', "is not JSON"),
        ('{"v": 1, "plugins": []} and more', "goes on after its end"),
    ):
        case = Case()
        case.shop.text = text
        case.refused(words)


def test_a_registry_that_misses_what_it_should_have():
    for text, words in (
        ('{"v": 1}', "misses 'plugins'"),
        ('{"v": 1, "plugins": {"base": {}}}', "misses 'plugins'"),
        ('{"plugins": []}', "has format None"),
        ('{"v": 2, "plugins": []}', "has format 2"),
        ('{"v": 1, "plugins": []}', "'base' is in no registry; have none"),
        ('{"v": 1, "plugins": [1, "x", {"version": "1.0.0"}]}', "'base' is in no registry"),
    ):
        case = Case()
        case.shop.text = text
        case.refused(words)


def test_an_entry_that_misses_a_key():
    for key in ("version", "requires", "deps", "minimum"):
        case = Case()
        del case.entry[key]
        case.refused("base: the registry misses '%s'" % key)
    case = Case()
    del case.entry["files"]
    case.refused("base: the registry misses its files")


def test_an_entry_with_values_of_other_types():
    for key, value, words in (
        ("version", 3, "is not a version"),
        ("version", "1.1", "is not a version"),
        ("version", "01.1.0", "is not a version"),
        ("requires", "http", "are lists"),
        ("requires", ["../x"], "is not the name of a plugin"),
        ("deps", ["umqtt"], "are pairs"),
        ("minimum", [], "is an object"),
        ("minimum", {"heap": "much"}, "is an object"),
        ("minimum", {"modcore": "new"}, "is not a version"),
        ("files", {}, "misses its files"),
        ("files", [], "misses its files"),
        ("files", [["plugins/base/x.py", 1]], "[path, bytes, SHA-256]"),
        ("files", [["plugins/base/x.py", -1, "0" * 64]], "is not a size"),
        ("files", [["plugins/base/x.py", True, "0" * 64]], "is not a size"),
        ("files", [["plugins/base/x.py", 1, "0" * 63]], "is not a SHA-256"),
        ("files", [["plugins/base/x.py", 1, "../" + "0" * 61]], "is not a SHA-256"),
        ("files", [["plugins/base/x.py", 1, "0" * 64], ["plugins/base/X.py", 1, "0" * 64]], "is there twice"),
    ):
        case = Case()
        case.entry[key] = value
        case.refused(words)


def test_a_path_that_leads_elsewhere():
    for path in (
        "/etc/passwd",
        "main.py",
        "plugins/other/__init__.py",
        "plugins/base/../other.py",
        "plugins/base/..\\..\\main.py",
        "plugins/base/./x.py",
        "plugins/base//x.py",
        "plugins/base/x.py/",
        "plugins/base/.hidden",
        "plugins/base/x\0.py",
        "plugins/base/C:x.py",
        "plugins/base/" + "x" * 200,
        "plugins/base",
        7,
        None,
    ):
        case = Case()
        case.entry["files"][0][0] = path
        case.refused("is not under plugins/base")


def test_a_library_that_would_overwrite_something_else():
    for name, path in (
        ("modcore", "modcore/kernel.py"),
        ("plugins.base", "plugins/base/__init__.py"),
        ("main", "main.mpy"),
        ("nolib", "other/x.py"),
        ("nolib", "nolib/../main.py"),
    ):
        case = Case()
        case.shop.add("net", deps=[[name, "latest"]])
        case.shop.add_library(name, path)
        if name in ("modcore", "plugins.base"):  # it is there: nothing is fetched at all
            case.device.install("net")
            assert case.device.read("plugins/base/__init__.py") == "ANSWER = 'old'\n"
            case.device.close()
        else:
            case.refused("is not a library" if name == "main" else "is not under nolib", "net")


def test_a_library_that_is_nowhere():
    case = Case()
    case.shop.add("net", deps=[["modcore_test_nowhere", "latest"]])
    case.shop.asked = []
    reason = str(raises(InstallError, case.device.install, "net"))
    assert "404" in reason and "modcore_test_nowhere" in reason
    case.device.close()


def test_plugins_that_require_each_other_in_a_circle():
    case = Case()
    case.shop.add("a", requires=["b"])
    case.shop.add("b", requires=["c"])
    case.shop.add("c", requires=["a"])
    case.refused("requires: cycle a -> b -> c -> a", "a")
    case = Case()
    case.shop.add("a", requires=["a"])
    case.refused("requires: cycle a -> a", "a")


def test_a_plugin_that_requires_what_nobody_has():
    case = Case()
    case.shop.add("a", requires=["ghost"])
    case.refused("a requires 'ghost', which is in no registry; have a, base", "a")


def test_two_plugins_with_one_name():
    case = Case()
    case.shop.entries.append(dict(case.entry))
    case.refused("names 'base' twice")


def test_sizes_that_lie():
    case = Case()
    case.entry["files"][0][1] += 1
    case.refused("bytes, the registry says", written=True)
    case = Case()
    case.entry["files"][0][1] -= 1
    case.refused("more than the", written=True)
    case = Case()
    case.entry["files"][0][1] = 1 << 60
    case.refused("bytes of disk")


def test_a_hash_that_lies():
    case = Case()
    case.entry["files"][-1][2] = "0" * 64
    case.refused("its SHA-256 is not the registry's", written=True)


def test_a_file_that_is_not_there():
    case = Case()
    del case.shop.files[URL + "/plugins/base/more.py"]
    case.refused("the server answers 404", written=True)


def test_a_network_that_fails_on_the_way():
    case = Case()
    case.shop.files[URL + "/plugins/base/more.py"] = InstallError("the connection was cut")
    case.refused("the connection was cut", written=True)


def test_a_manifest_that_is_not_the_one_announced():
    case = Case()
    case.shop.add("base", "1.2.0")
    case.shop.entries[-1]["version"] = "1.3.0"
    case.refused("its plugin.json is missing or not that of version 1.3.0", written=True)


def test_a_plugin_without_a_manifest():
    case = Case()
    case.entry["files"] = [file for file in case.entry["files"] if not file[0].endswith(".json")]
    case.refused("its plugin.json is missing", written=True)


def test_a_plugin_for_a_newer_kernel_is_refused_before_a_byte_is_written():
    case = Case()
    case.entry["minimum"] = {"modcore": "1.99.0", "heap": 0}
    case.refused("base 1.1.0 needs modcore 1.99.0, this is ")
    case = Case()
    case.entry["minimum"] = {"modcore": "0.9.0", "heap": 0}
    case.refused("needs modcore 0.9.0")


@on_micropython  # CPython can't tell what is free
def test_a_plugin_for_more_memory_is_refused_before_a_byte_is_written():
    case = Case()
    case.entry["minimum"] = {"modcore": "1.0.0", "heap": 1 << 40}
    case.refused("base needs 1099511627776 bytes of heap, ")


def test_names_that_are_none():
    case = Case()
    for name in ("../base", "", "Base", "base/x", 5, None, "x" * 40, ".install"):
        assert "is not the name of a plugin" in str(raises(InstallError, case.device.install, name))
        assert "is not the name of a plugin" in str(
            raises(InstallError, case.device.installer().remove, name)
        )
    case.device.close()


def test_no_registry_at_all():
    from shop import drive

    from plugins.packages.installer import Installer

    case = Case()
    reason = str(raises(InstallError, drive, Installer([], case.device.root).install("other")))
    assert "no registry: set" in reason
    case.device.close()


def test_what_is_given_up_half_way_leaves_nothing():
    case = Case()
    steps = case.device.installer().update("base")
    while not exists(case.device.root + "/plugins/.install/new"):
        next(steps)
    steps.close()
    assert not exists(case.device.root + "/plugins/.install")
    assert case.device.versions() == {"base": "1.0.0"}
    case.device.close()


def test_a_failure_during_a_trial_leaves_the_way_back_open():
    case = Case()
    case.device.update("base", keep=False)
    case.shop.add("other", requires=["ghost"])
    raises(InstallError, case.device.install, "other")
    from modcore.journal import recover

    journal = recover()
    journal.back()
    assert case.device.versions() == {"base": "1.0.0"}
    case.device.close()
