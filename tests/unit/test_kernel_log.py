"""The log: levels per device and module, events for whoever listens."""

from modcore import Kernel, Module
from support import raises


class Talker(Module):
    pass


def lines_of(config):
    kernel = Kernel(config)
    module = kernel.add(Talker())
    lines = []
    kernel.bus.subscribe("$log/#", lambda topic, value: lines.append((topic, value)))
    kernel.step()
    for level in ("debug", "info", "warning", "error", "critical"):
        getattr(module.log, level)("at", 1, None)
        kernel.step()
    return kernel, lines


def test_lines_from_the_level_on_are_events():
    _, lines = lines_of({"log": {"level": "error"}})
    assert lines == [("$log/error/talker", "at 1 None"), ("$log/critical/talker", "at 1 None")]


def test_a_module_may_have_a_level_of_its_own():
    _, lines = lines_of({"log": {"level": "critical", "levels": {"talker": "debug"}}})
    assert len(lines) == 5


def test_the_level_is_set_at_run_time_and_kept_with_the_configuration():
    kernel, lines = lines_of({"log": {"level": "critical"}})
    log = kernel.modules["talker"].log
    kernel.set_log_level("info", "talker")
    log.info("now")
    kernel.step()
    assert lines[-1] == ("$log/info/talker", "now")
    kernel.set_log_level("error")
    assert kernel.config["log"] == {"level": "error", "levels": {"talker": "info"}}
    assert "have debug, info" in str(raises(ValueError, kernel.set_log_level, "loud"))


def test_a_listener_that_logs_does_not_hear_itself_for_ever():
    kernel = Kernel({"log": {"level": "error"}})
    module = kernel.add(Talker())
    count = []

    def on_line(topic, value):
        count.append(value)
        assert len(count) < 50
        if len(count) < 3:
            module.log.error("again")

    kernel.bus.subscribe("$log/#", on_line)
    kernel.step()
    module.log.error("first")
    for _ in range(10):
        kernel.step()
    assert count == ["first", "again", "again"]


def test_a_full_bus_does_not_stop_the_one_who_logs():
    kernel = Kernel({"queue": 2, "log": {"level": "critical"}})
    module = kernel.add(Talker())
    kernel.step()
    for _ in range(5):
        kernel.bus.publish("a", 1, retain=True)
        module.log.critical("still here")
    assert kernel.bus.overflows > 0


def test_a_wrong_level_in_the_configuration_is_said_and_does_not_silence_the_device():
    for log, why in (
        ({"level": "loud"}, "log level 'loud': have debug"),
        ({"levels": {"talker": "loud"}}, "log level 'loud': have debug"),
        ({"levels": ["talker"]}, "levels takes an object"),
        ({"level": 3}, "log level 3: have debug"),
        ("debug", "takes an object"),
    ):
        _, lines = lines_of({"log": log})
        assert lines[0][0] == "$log/error/kernel" and why in lines[0][1], log
        assert [topic for topic, _ in lines[1:]] == [
            "$log/%s/talker" % level for level in ("info", "warning", "error", "critical")
        ]


def test_a_log_tells_whether_a_level_is_shown_and_takes_an_exception():
    heard = []
    kernel = Kernel({"log": {"level": "warning"}})
    kernel.bus.subscribe("$log/error/+", lambda topic, text: heard.append(text))
    lamp = kernel.add(Module("lamp"))
    assert lamp.log.enabled("error") and lamp.log.enabled("warning") and not lamp.log.enabled("info")
    try:
        raise ValueError("too bright")
    except ValueError as error:
        lamp.log.exception(error, "lamp:")
    kernel.step()
    assert heard[0].startswith("lamp: Traceback") and "too bright" in heard[0], heard


def test_words_of_strangers_steer_no_terminal():
    heard = []
    kernel = Kernel({"log": {"level": "warning"}})
    kernel.bus.subscribe("$log/#", lambda topic, text: heard.append(text))
    kernel.step()
    kernel.log.warning("a\x1b[2J\x9b31m\r\x7f\x00", "b\tc\nd", "21 °C, Größe")
    kernel.step()
    assert heard == ["a\\x1b[2J\\x9b31m\\x0d\\x7f\\x00 b\tc\nd 21 °C, Größe"]
