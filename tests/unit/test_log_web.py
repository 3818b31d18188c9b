"""The log over the web: filtered by level and module, from a number on."""

from device import Device

from plugins.http import HttpError
from plugins.log import Log
from support import raises


class Request:
    method = "GET"
    target = b""
    allowed = ()

    def __init__(self, path, **query):
        self.path = path
        self.query = query


def device():
    made = Device(lambda: [Log()], {"log": {"level": "debug"}})
    made.run(10)
    return made


def get(d, path, **query):
    request = Request(path, **query)
    response = d.get("$http/routes/log").find(request)(request)
    body = response.body
    return response, (body if isinstance(body, bytes) else b"".join([bytes(part) for part in body])).decode()


def test_the_log_is_plain_text():
    d = device()
    d.kernel.log.info("one")
    d.kernel.log.error("two")
    d.run()
    response, text = get(d, "/log")
    assert text == "2026-01-01T00:00:00Z info kernel: one\n2026-01-01T00:00:00Z error kernel: two\n"
    assert ("Log-Next", "2") in response.headers and response.type[:10] == "text/plain"


def test_it_is_filtered_by_level_module_and_number():
    d = device()
    for level in ("debug", "info", "warning", "error"):
        getattr(d.kernel.log, level)(level)
        getattr(d.kernel.modules["log"].log, level)(level)
        d.run()
    assert get(d, "/log", level="error")[1].count("\n") == 2
    assert get(d, "/log", level="warning", module="log")[1].count("\n") == 2
    assert get(d, "/log", after="6")[1].count("\n") == 2
    response, text = get(d, "/log", after="8")
    assert text == "" and ("Log-Next", "8") in response.headers
    for wrong in ({"level": "loud"}, {"after": "x"}):
        request = Request("/log", **wrong)
        error = raises(HttpError, d.get("$http/routes/log").find(request), request)
        assert error.args[0] == 400


def test_lines_that_come_while_it_is_read_do_not_make_it_endless():
    d = device()
    d.kernel.log.info("one")
    d.run()
    request = Request("/log")
    body = d.get("$http/routes/log").find(request)(request).body
    d.kernel.log.info("two")
    d.run()
    assert len(list(body)) == 1


def test_without_a_file_there_is_none_to_show():
    d = device()
    request = Request("/log/file")
    assert raises(HttpError, d.get("$http/routes/log").find(request), request).args[0] == 404


def test_it_can_be_kept_off_the_web():
    d = Device(lambda: [Log()], {"log": {"web": False}})
    d.run(10)
    assert d.get("$http/routes/log") is None
