"""Plugins are installed with all that they need, updated, and removed."""

from shop import URL, Device, Shop, drive, exists

from modcore import plugins
from plugins.packages.rules import InstallError
from support import raises


def device():
    """A device without plugins, and a shop with three."""
    shop = Shop()
    shop.add("base")
    shop.add("middle", requires=["base"])
    shop.add("top", requires=["middle", "base"], more={"www/index.html": "<p>top"})
    return Device(shop)


def test_available_lists_what_the_registry_has():
    d = device()
    found = drive(d.installer().available())
    assert sorted(found) == ["base", "middle", "top"]
    assert found["top"]["version"] == "1.0.0"
    assert found["top"]["requires"] == ["middle", "base"]
    assert found["top"]["description"] == "Test"
    d.close()


def test_a_plugin_comes_with_all_that_it_requires():
    d = device()
    assert d.install("top").data["plugins"]["middle"] == [None, "1.0.0"]
    assert d.versions() == {"base": "1.0.0", "middle": "1.0.0", "top": "1.0.0"}
    assert d.read("plugins/top/www/index.html") == "<p>top"
    assert not exists(d.root + "/plugins/.install")
    d.close()


def test_what_is_there_is_not_fetched_again():
    d = device()
    d.install("base")
    d.shop.asked.clear()
    assert d.install("base") is None
    assert d.shop.asked == []
    d.install("middle")
    assert not [url for url in d.shop.asked if "/base/" in url]
    d.close()


def test_an_installed_plugin_whose_requirement_is_gone_gets_it_back():
    d = device()
    d.install("middle")
    from support import remove

    remove(d.root + "/plugins/base")
    d.install("middle")
    assert d.versions() == {"base": "1.0.0", "middle": "1.0.0"}
    d.close()


def test_an_update_brings_the_newest_version_and_nothing_else():
    d = device()
    d.install("top")
    d.shop.add("base", "1.9.0")
    d.shop.add("top", "1.10.0", requires=["middle", "base"])
    assert d.update("top").data["plugins"] == {"top": ["1.0.0", "1.10.0"]}
    assert d.versions() == {"base": "1.0.0", "middle": "1.0.0", "top": "1.10.0"}
    assert d.read("plugins/top/www/index.html") is None  # the folder is the new version's
    assert d.update("top") is None
    d.close()


def test_an_update_brings_what_the_new_version_needs_newer():
    d = device()
    d.install("middle")
    d.shop.add("base", "1.2.0")
    d.shop.add("middle", "2.0.0", requires=["base"], minimum={"modcore": "1.0.0", "heap": 0, "base": "1.1.0"})
    d.update("middle")
    assert d.versions() == {"base": "1.2.0", "middle": "2.0.0"}
    d.close()


def test_an_older_version_in_the_registry_is_not_taken():
    d = device()
    d.shop.add("base", "2.0.0-beta.1")
    d.install("base")
    d.shop.add("base", "1.9.9")
    assert d.update("base") is None
    d.shop.add("base", "2.0.0")
    d.update("base")
    assert d.versions() == {"base": "2.0.0"}
    d.close()


def test_an_update_that_would_break_another_plugin_is_refused():
    d = device()
    d.shop.add("middle", requires=["base"], minimum={"modcore": "1.0.0", "heap": 0, "base": "1.0.0"})
    d.install("middle")
    d.shop.add("base", "2.0.0")
    assert "middle needs base 1.0.0, not 2.0.0" in str(raises(InstallError, d.update, "base"))
    assert d.versions()["base"] == "1.0.0"
    d.close()


def test_a_broken_installation_is_repaired():
    d = device()
    d.install("base")
    with open(d.root + "/plugins/base/plugin.json", "w") as f:
        f.write('{"name": "ba')
    assert "error" in plugins.installed()["base"]
    d.install("base")
    assert d.versions() == {"base": "1.0.0"}
    d.close()


def test_a_library_package_comes_along_once():
    d = device()
    d.shop.add("net", deps=[["modcore_test_lib.simple", "latest"]])
    d.shop.add_library("modcore_test_lib.simple", "modcore_test_lib/simple.py")
    d.install("net")
    assert d.read("modcore_test_lib/simple.py") == "LIBRARY = 1\n"
    d.shop.add("net", "1.1.0", deps=[["modcore_test_lib.simple", "latest"]])
    d.shop.asked.clear()
    d.update("net")
    assert not [url for url in d.shop.asked if "test_lib" in url]
    d.close()


def test_a_library_package_that_no_registry_carries_comes_from_the_official_index():
    import json
    import sys

    from shop import digest

    d = device()
    d.shop.add("net", deps=[["modcore_test_other", "1.2"]])
    form = sys.implementation._mpy & 0xFF if hasattr(sys.implementation, "_mpy") else "py"
    short = digest(b"OTHER = 1\n")[:8]
    about = {"hashes": [["modcore_test_other.py", short]], "version": "1.2"}
    d.shop.files["http://library/package/%s/modcore_test_other/1.2.json" % form] = json.dumps(about).encode()
    d.shop.files["http://library/file/%s/%s" % (short[:2], short)] = b"OTHER = 1\n"
    d.install("net")
    assert d.read("modcore_test_other.py") == "OTHER = 1\n"
    d.close()


def test_remove_takes_the_folder_away_unless_another_plugin_requires_it():
    d = device()
    d.install("middle")
    assert "base is required by middle" in str(raises(InstallError, d.installer().remove, "base"))
    d.installer().remove("middle")
    assert d.versions() == {"base": "1.0.0"}
    d.installer().remove("base")
    assert d.versions() == {}
    assert "base is not installed; have none" in str(raises(InstallError, d.installer().remove, "base"))
    d.close()


def test_the_first_registry_that_has_a_plugin_counts():
    d = device()
    other = Shop()
    other.add("base", "5.0.0")
    other.add("extra")
    d.shop.files["http://other/registry.json"] = other.registry().encode()
    for url in other.files:
        d.shop.files[url.replace(URL, "http://other")] = other.files[url]
    from plugins.packages.installer import Installer

    installer = Installer([URL, "http://other/registry.json"], d.root, None, "", d.shop)
    assert drive(installer.available())["base"]["version"] == "1.0.0"
    drive(installer.install("extra")).accept()
    drive(installer.install("base")).accept()
    assert d.versions() == {"base": "1.0.0", "extra": "1.0.0"}
    d.close()


def test_progress_is_told_in_bytes():
    d = device()
    d.install("top")
    done = [told[1] for told in d.told]
    assert done == sorted(done) and d.told[-1][1] == d.told[-1][2] > 0
    assert "top: reading the registry" == d.told[0][0]
    d.close()
