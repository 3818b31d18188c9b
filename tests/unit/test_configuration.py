"""A module's configuration: merged, checked, given anew, shared; secrets and what nobody reads."""

import json

from modcore import FAILED, RUNNING, STOPPED, Kernel, Module
from support import raises, steps

QUIET = {"log": {"level": "critical"}}


class Recorder(Module):
    """Keeps the names of the hooks that were called."""

    def init(self):
        self.calls = ["init"]

    def configure(self):
        self.calls.append("configure")

    def mount(self):
        self.calls.append("mount")

    def start(self):
        self.calls.append("start")

    def stop(self):
        self.calls.append("stop")

    def unmount(self):
        self.calls.append("unmount")


def test_reconfigure_walks_down_and_up_again_with_the_new_values():
    class Lamp(Recorder):
        defaults = {"pin": 4, "names": ["x"], "color": {"r": 1, "g": 2}}

    kernel = Kernel({"lamp": {"pin": 5}, "log": {"level": "critical"}})
    lamp = kernel.add(Lamp())
    kernel.step()
    assert lamp.config == {"pin": 5, "names": ["x"], "color": {"r": 1, "g": 2}}
    lamp.calls = []
    assert kernel.reconfigure("lamp", {"names": ["y", "z"], "color": {"g": 9}})
    assert lamp.calls == ["stop", "unmount", "configure", "mount", "start"]
    assert lamp.config == {"pin": 5, "names": ["y", "z"], "color": {"r": 1, "g": 9}}
    assert kernel.config["lamp"] == {"pin": 5, "names": ["y", "z"], "color": {"g": 9}}
    assert Lamp.defaults == {"pin": 4, "names": ["x"], "color": {"r": 1, "g": 2}}


def test_reconfigure_refuses_a_wrong_type_and_changes_nothing():
    class Lamp(Recorder):
        defaults = {"pin": 4, "names": ["x"], "on": False, "label": "x", "any": None}

    kernel = Kernel(QUIET)
    lamp = kernel.add(Lamp())
    kernel.step()
    for bad in ({"pin": "four"}, {"pin": True}, {"names": "x"}, {"on": 1}, {"label": 3}):
        error = raises(ValueError, kernel.reconfigure, "lamp", bad)
        assert "lamp" in str(error) and list(bad)[0] in str(error)
    assert lamp.state == RUNNING and lamp.config["pin"] == 4
    assert kernel.reconfigure("lamp", {"any": [1], "pin": 4.0})


def test_reconfigure_without_an_id_takes_all_in_order():
    kernel = Kernel()
    a = kernel.add(Recorder("a"))
    b = kernel.add(Recorder("b"))
    a.requires = ("b",)
    kernel.step()
    a.calls = b.calls = calls = []
    assert kernel.reconfigure()
    assert calls == ["stop", "unmount"] * 2 + ["configure", "mount", "start"] * 2


def test_a_configuration_of_the_wrong_type_fails_the_module_and_only_it():
    class Lamp(Recorder):
        defaults = {"pin": 4}

    kernel = Kernel({"lamp": {"pin": "x"}, "other": 7, "log": {"level": "critical"}})
    lamp = kernel.add(Lamp())
    other = kernel.add(Lamp("other"))
    fine = kernel.add(Lamp("fine"))
    kernel.step()
    assert (lamp.state, other.state, fine.state) == (FAILED, FAILED, RUNNING)
    assert 'lamp: pin takes a number, not "x"' in kernel.bus.get("$error/lamp")


def test_secrets_go_over_the_configuration_and_are_not_part_of_it():
    class Net(Recorder):
        defaults = {"ssid": "", "password": ""}

    kernel = Kernel({"net": {"ssid": "home"}}, {"net": {"password": "secret"}})
    net = kernel.add(Net())
    kernel.step()
    assert net.config == {"ssid": "home", "password": "secret"}
    assert "secret" not in str(kernel.config)


def test_an_unknown_configuration_key_is_named():
    class Lamp(Recorder):
        defaults = {"pin": 4}

    kernel = Kernel({"lamp": {"pinn": 5}, "log": {"level": "warning"}})
    lines = []
    kernel.bus.subscribe("$log/warning/lamp", lambda topic, value: lines.append(value))
    kernel.add(Lamp())
    kernel.step()
    kernel.step()
    assert lines == ["config: unknown key 'pinn'; have pin"]


def test_null_stands_for_the_default():
    kernel = Kernel(
        {"log": {"level": "critical"}, "lamp": {"pin": None, "names": None}}, {"lamp": {"watts": None}}
    )
    lamp = Module("lamp")
    lamp.defaults = {"pin": 4, "names": ["a"], "watts": 7.5, "host": None}
    kernel.add(lamp)
    kernel.step()
    assert lamp.config == {"pin": 4, "names": ["a"], "watts": 7.5, "host": None}
    lamp.config["names"].append("b")
    assert lamp.defaults["names"] == ["a"]


def test_a_time_below_nothing_is_refused():
    class Slow(Module):
        defaults = {"interval_s": 1, "wait_ms": 5, "offset": 0}

    kernel = Kernel({"slow": {"interval_s": 0, "wait_ms": 0}})
    kernel.add(Slow())
    kernel.step()
    assert kernel.bus.get("$error/slow") is None
    for key, value in (("interval_s", -1), ("wait_ms", -0.5)):
        kernel = Kernel({"log": {"level": "critical"}, "slow": {key: value, "offset": -1}})
        kernel.add(Slow())
        steps(kernel)
        assert "%s takes a time of 0 or more" % key in kernel.bus.get("$error/slow")


def test_each_type_is_taken_by_its_own_default_alone_and_named():
    values = {
        "true or false": True,
        "a number": 1.5,
        "a string": "x",
        "a list": [1],
        "an object": {"a": 1},
    }
    for wanted in values:
        for got in values:

            class Lamp(Module):
                defaults = {"key": values[wanted]}

            kernel = Kernel({"log": {"level": "critical"}, "lamp": {"key": values[got]}})
            lamp = kernel.add(Lamp())
            steps(kernel)
            if wanted == got:
                assert lamp.config["key"] == values[got] and kernel.bus.get("$error/lamp") is None
            else:
                text = kernel.bus.get("$error/lamp")
                assert text == "config: lamp: key takes %s, not %s" % (wanted, json.dumps(values[got])), text


def test_an_unknown_secret_is_named_and_not_shown():
    class Lamp(Recorder):
        defaults = {"pin": 4}

    kernel = Kernel({"log": {"level": "warning"}}, {"lamp": {"pinn": 4711815}})
    lines = []
    kernel.bus.subscribe("$log/warning/lamp", lambda topic, value: lines.append(value))
    kernel.add(Lamp())
    kernel.step()
    kernel.step()
    assert lines == ["secrets: unknown key 'pinn'"], lines


def test_secrets_of_a_wrong_type_are_named_and_never_shown():
    class Bank(Module):
        defaults = {"password": "", "accounts": {}, "users": {}, "tokens": {}, "client_secret": ""}

    for config, secret in (
        ({}, {"password": 4711815}),
        ({}, {"accounts": "4711815"}),
        ({}, "4711815"),
        ({"password": 4711815}, {}),
        ({"users": "anna:4711815"}, {}),
        ({"tokens": ["4711815"]}, {}),
        ({"client_secret": 4711815}, {}),
    ):
        kernel = Kernel({"log": {"level": "critical"}, "bank": config}, {"bank": secret})
        kernel.add(Bank())
        steps(kernel)
        text = kernel.bus.get("$error/bank")
        assert "takes" in text and "bank" in text and "4711815" not in text, text


def test_a_section_that_several_modules_share_is_merged_and_checked():
    class Web(Module):
        def start(self):
            self.http = self.settings("http", {"root": "www", "users": {}, "limit": 8})

    kernel = Kernel({"http": {"root": "pages"}}, {"http": {"users": {"anna": "x"}}})
    web = kernel.add(Web())
    kernel.step()
    assert web.http == {"root": "pages", "users": {"anna": "x"}, "limit": 8}, web.http
    assert kernel.bus.get("$unread") in (None, [])


def test_a_section_of_secrets_or_a_key_of_the_log_that_nobody_reads_is_told_without_its_value():
    told = []
    kernel = Kernel(
        {"name": "x", "log": {"levl": "debug", "level": "info"}}, {"wlann": {"passwords": "geheim"}}
    )
    kernel.bus.subscribe("$log/warning/kernel", lambda topic, text: told.append(text))
    kernel.add(Module("lamp"))
    kernel.step()
    kernel.step()
    assert sorted(told) == [
        "config: nobody reads the key 'log.levl'",
        "secrets: nobody reads the section 'wlann'",
    ], told
    assert kernel.bus.get("$unread") == ["log.levl", "wlann"]


def test_a_section_that_nobody_reads_is_told_once():
    told = []
    kernel = Kernel({"name": "x", "lamp": {}, "htp": {"root": "www"}})
    kernel.bus.subscribe("$log/warning/kernel", lambda topic, text: told.append(text))
    kernel.add(Module("lamp"))
    kernel.step()
    kernel.step()
    kernel.move("lamp", STOPPED)
    kernel.move("lamp", RUNNING)
    kernel.step()
    assert kernel.bus.get("$unread") == ["htp"]
    assert [text for text in told if "htp" in text] == told and len(told) == 1, told
