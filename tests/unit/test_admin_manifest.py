"""Manifests of plugins read member by member, as the administration does it."""

import json
import os
import sys

from modcore import plugins
from plugins.admin.manifest import members
from support import new_folder, raises, remove

ODD = """{"name": "odd", "note": "a \\" { [ : , } ] \\\\", "config": {
 "a": {"type": ["string", "null"], "default": "}\\""}, "b": {"default": {"c": [1, {"d": "ä€"}]}} , "e": {}},
 "list": [{"x": 1}, []], "none": null, "version": "1", "module": ""}"""


def with_plugin(text, test):
    """Call `test()` while there is a plugin "odd" with a manifest."""
    folder = new_folder()
    os.mkdir(folder + "/plugins")
    os.mkdir(folder + "/plugins/odd")
    with open(folder + "/plugins/odd/plugin.json", "w") as file:
        file.write(text)
    sys.path.insert(0, folder)
    try:
        test()
    finally:
        sys.path.remove(folder)
        remove(folder)


def test_every_manifest_is_read_as_json_reads_it():
    for name in plugins.names():
        whole = plugins.manifest(name)
        del whole["folder"]
        assert dict(members(name)) == whole, name
        if whole.get("config"):
            assert dict(members(name, "config")) == whole["config"], name


def test_strings_and_braces_inside_are_not_taken_for_ends():
    def test():
        whole = json.loads(ODD)
        assert dict(members("odd")) == whole
        assert [key for key, _ in members("odd", "config")] == ["a", "b", "e"]
        assert dict(members("odd", "config")) == whole["config"]
        assert dict(members("odd", None, ("version", "none"))) == {"version": "1", "none": None}

    with_plugin(ODD, test)


def test_what_is_missing_or_broken_is_told():
    assert "not found" in str(raises(ValueError, list, members("nosuch")))
    with_plugin('{"name": "odd"}', lambda: raises(ValueError, list, members("odd", "config")))
    with_plugin('{"name": "odd", "config"', lambda: raises(ValueError, list, members("odd", "config")))
    with_plugin('{"name": tru}', lambda: raises(ValueError, list, members("odd")))
    with_plugin("[]", lambda: raises(ValueError, list, members("odd")))
