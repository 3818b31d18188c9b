"""Saving the configuration: with what an author's modules have assigned to theirs."""

import json

from modcore import Kernel, Module
from modcore.secrets import keep_secret
from support import new_folder, raises, remove

QUIET = {"log": {"level": "critical"}}


def in_folder(test):
    """Give a test a folder of its own."""

    def run():
        place = new_folder()
        try:
            test(place)
        finally:
            remove(place)

    return run


class Limited(Module):
    defaults = {"limit": 100, "names": ["x"], "wifi": {"home": ""}, "password": ""}


def _limited(place, config=None, secrets=None):
    kernel = Kernel(dict(QUIET, **(config or {})), secrets)
    kernel.path = place + "/config.json"
    lamp = kernel.add(Limited("lamp"))
    kernel.step()
    return kernel, lamp


def _saved(place, name="config.json"):
    with open(place + "/" + name) as f:
        return json.loads(f.read())


@in_folder
def test_what_a_module_assigns_to_its_configuration_is_saved(place):
    kernel, lamp = _limited(place, {"lamp": {"limit": 80}})
    lamp.config["limit"] = 60
    lamp.config["names"].append("y")
    kernel.save()
    assert _saved(place)["lamp"] == {"limit": 60, "names": ["x", "y"]}
    kernel, lamp = _limited(place, _saved(place))
    assert lamp.config["limit"] == 60 and lamp.config["names"] == ["x", "y"]
    lamp.config["limit"] = 100  # its default, and still what was wanted
    kernel.save()
    assert _saved(place)["lamp"]["limit"] == 100


@in_folder
def test_what_was_changed_in_the_kernels_configuration_is_saved_as_it_was(place):
    kernel, lamp = _limited(place, {"lamp": {"limit": 80}})
    kernel.save()
    kernel.config["lamp"]["limit"] = 70
    for _ in range(2):  # the module's old value does not come back
        kernel.save()
        assert _saved(place)["lamp"]["limit"] == 70
    kernel.reconfigure("lamp", {"limit": 50})
    kernel.save()
    assert _saved(place)["lamp"]["limit"] == 50 and lamp.config["limit"] == 50


@in_folder
def test_a_secret_that_is_assigned_goes_to_the_secrets_alone(place):
    secrets = {"lamp": {"password": "old", "wifi": {"home": "one"}}}
    kernel, lamp = _limited(place, {"lamp": {"limit": 80}}, secrets)
    lamp.config["password"] = "new"
    lamp.config["wifi"]["home"] = "two"
    lamp.config["wifi"]["shed"] = ""
    kernel.save()
    assert _saved(place)["lamp"] == {"limit": 80, "wifi": {"shed": ""}}
    assert _saved(place, "secrets.json")["lamp"] == {"password": "new", "wifi": {"home": "two"}}
    keep_secret(kernel, "lamp", "password", "third")
    kernel.save()
    assert _saved(place, "secrets.json")["lamp"]["password"] == "third"


@in_folder
def test_what_can_not_be_read_back_is_refused_and_the_rest_is_saved(place):
    kernel, lamp = _limited(place, {"lamp": {"limit": 80}, "other": {"limit": 1}})
    kernel.add(Limited("other"))
    kernel.step()
    kernel.modules["other"].config["limit"] = 2
    lamp.config["limit"] = "much"
    assert "limit takes a number" in str(raises(ValueError, kernel.save))
    assert _saved(place)["lamp"] == {"limit": 80} and _saved(place)["other"] == {"limit": 2}
    lamp.config["limit"] = 80
    lamp.config["colour"] = "red"
    assert "defaults" in str(raises(ValueError, kernel.save))
    del lamp.config["colour"]
    kernel.save()


@in_folder
def test_a_module_without_defaults_is_told_that_its_configuration_is_not_saved(place):
    class Bare(Module):
        config = {}  # not the one that all modules without defaults share

    kernel, _ = _limited(place)
    bare = kernel.add(Bare())
    kernel.step()
    bare.config["limit"] = 1
    assert "bare" in str(raises(ValueError, kernel.save))


@in_folder
def test_a_file_that_the_program_did_not_begin_with_is_written_over(place):
    for limit in (60, 70):
        kernel, lamp = _limited(place)  # its configuration stands in the program
        lamp.config["limit"] = limit
        kernel.save()
        assert _saved(place)["lamp"] == {"limit": limit}
