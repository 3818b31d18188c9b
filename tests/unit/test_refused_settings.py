"""A configuration that a plugin can't run with: one line that says what it takes, once, and no further start."""

# heap: 512K

from modcore import Kernel, Module
from plugins.gpio import Gpio
from plugins.http_async import HttpAsync
from plugins.tz import Tz
from plugins.watchdog import Watchdog
from support import until


def told(module, section, content):
    """All that a kernel with that plugin has on `$error` and in its log, as (text, lines, whether it starts again)."""
    kernel = Kernel({"name": "shed", "plugins": ["http_async", "tz", "watchdog"], section: content})
    lines = []
    kernel.bus.subscribe("$log/#", lambda topic, value: lines.append((topic, value)))
    kernel.add(module)
    until(kernel, lambda: module.state == "FAILED")
    kernel.step()
    return (
        kernel.bus.get("$error/" + module.id),
        [line for line in lines if "/error/" in line[0]],
        bool(module._failures),
    )


def refused(module, section, content, words):
    """See that it is refused once, with these words."""
    text, lines, again = told(module, section, content)
    assert words in text and "Traceback" not in str(lines), (text, lines)
    assert len(lines) == 1 and not again, lines


def test_users_and_tokens_that_are_none_are_refused_and_not_shown():
    for entry in (
        "hunter2",
        {"pass": "hunter2"},
        {"password": 5},
        {"password": "hunter2", "groups": "admin"},
    ):
        words = 'users: anna takes {"password": "…", "groups": ["admin"]}'
        refused(HttpAsync(), "http", {"port": 1, "users": {"anna": entry}}, words)
    refused(HttpAsync(), "http", {"port": 1, "tokens": {"bot": "hunter2"}}, "tokens: bot takes")


def test_other_words_of_the_section_http():
    refused(HttpAsync(), "http", {"pages": {"lost": "a.html"}}, "pages: takes")
    refused(HttpAsync(), "http", {"limits": {"byte": 5}}, "no limit 'byte'; have body_bytes")
    refused(HttpAsync(), "http", {"sessions": {"idel_s": 5}}, "http: sessions: ")
    refused(HttpAsync(), "http", {"certificate": "none.pem", "key": "k"}, "can't read 'none.pem'")


def test_zones_and_modules_that_are_none():
    refused(Tz(), "tz", {"zone": "Europe/Berlin"}, "last line of /usr/share/zoneinfo/Europe/Berlin")
    refused(Watchdog(), "watchdog", {"modules": [5]}, "modules: takes ids of modules, not 5")


def test_a_pin_that_two_entries_want():
    kernel = Kernel({"plugins": ["gpio"], "gpio": {"pins": {"a": {"pin": "x"}, "b": {"pin": "x"}}}})
    lines = []
    kernel.bus.subscribe("$log/#", lambda topic, value: lines.append(value))
    kernel.add(Gpio())
    for _ in range(4):
        kernel.step()
    assert "gpio/b: pin x: has 'a' already" in str(lines), lines


def test_a_mistake_in_the_program_keeps_its_traceback_and_is_tried_again():
    class Bell(Module):
        def start(self):
            raise ValueError("bell: wrong")

    kernel = Kernel({})
    bell = kernel.add(Bell())
    until(kernel, lambda: bell.state == "FAILED")
    assert bell._failures


def test_a_section_that_is_no_object_is_refused_by_its_owner_alone():
    from plugins.admin import Admin
    from plugins.softap import Softap
    from plugins.wlan import Wlan

    for place in ("config", "secrets"):
        for section, kind in (("http", HttpAsync), ("wlan", Wlan), ("softap", Softap), ("tz", Tz)):
            for value in ("x", None, [1], 5):
                sections = {"config": {"name": "shed"}, "secrets": {}}
                sections[place][section] = value
                kernel = Kernel(sections["config"], sections["secrets"])
                lines = []
                kernel.bus.subscribe("$log/error/#", lambda topic, text, lines=lines: lines.append(text))
                modules = [Admin(), Wlan(), Softap(), Tz()]
                if section == "http":
                    modules.append(HttpAsync())
                for module in modules:
                    kernel.add(module)
                for _ in range(4):
                    kernel.step()
                failed = [type(module) for module in modules if module.state == "FAILED"]
                assert failed == [kind], (place, section, value, failed, lines)
                assert len(lines) == 1 and "takes an object" in lines[0], (place, section, value, lines)
                kernel.stop()
