"""Refusals of `make run`, when it can't be done: one line, with what to do."""

import os
import socket
import sys

import pytest


def fails(garden, *words):
    """Assert that it ends with one line that holds `words`, and leaves nothing behind; return the line."""
    assert garden.process.process.wait(30) not in (0, None)
    lines = garden.process.output.splitlines()
    assert lines[-1].startswith("error: ") and "Traceback" not in garden.process.output
    for word in words:
        assert word in lines[-1]
    return lines[-1]


def test_an_unknown_runtime(garden):
    fails(garden(RUNTIME="pypy"), "RUNTIME='pypy'", "micropython32, micropython, cpython")


@pytest.mark.parametrize("heap", ["lots", "12", "1K", "-5K", "128KB", "99999999M"])
def test_a_bad_heap(garden, heap):
    fails(garden(HEAP=heap), "HEAP=")


@pytest.mark.parametrize("heap", ["48K", "54K"])
def test_a_heap_that_is_too_small(garden, heap):
    garden = garden(HEAP=heap)
    assert garden.process.process.wait(60) == 1
    last = garden.process.output.splitlines()[-1]
    assert last.startswith("error: ") and last.endswith("give it a larger HEAP")


def test_one_port_for_both(process, tmp_path, free_port):
    port = str(free_port())
    environment = dict(os.environ, DEVICE=str(tmp_path), HTTP_PORT=port, MQTT_PORT=port)
    one = process([sys.executable, "-m", "host.run"], env=environment)
    assert one.process.wait(30) == 1
    assert one.output == "error: HTTP_PORT and MQTT_PORT are both {}; choose two\n".format(port)


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1", "80.5"])
def test_a_bad_port(process, tmp_path, port):
    one = process(
        [sys.executable, "-m", "host.run"], env=dict(os.environ, DEVICE=str(tmp_path), HTTP_PORT=port)
    )
    assert one.process.wait(30) == 1
    assert one.output == "error: HTTP_PORT={!r}: takes a number from 1 to 65535\n".format(port)


@pytest.mark.parametrize("url", ["broker", "http://broker", "mqtt://", "mqtt://b:port", "mqtt://b/topic"])
def test_a_bad_broker(garden, url):
    fails(garden(MQTT_URL=url), "MQTT_URL=", "mqtt://[user:password@]host[:port]")


def test_ports_in_use(garden, process, tmp_path, free_port):
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        for name in ("HTTP_PORT", "MQTT_PORT"):
            ports = {"HTTP_PORT": str(free_port()), "MQTT_PORT": str(free_port()), name: str(port)}
            one = process(
                [sys.executable, "-m", "host.run"], env=dict(os.environ, DEVICE=str(tmp_path), **ports)
            )
            assert one.process.wait(30) == 1
            advice = "stop what uses it, or choose another: {}={} make run".format(name, port + 1)
            assert one.output.startswith("error: {} {} is in use; {}".format(name, port, advice))
            assert one.output.count("\n") == 1
            assert (name == "MQTT_PORT") == ("MQTT_URL=mqtt://127.0.0.1:{}".format(port) in one.output)


@pytest.mark.parametrize(
    "text, reason",
    [
        ("{", "line 1 column 2"),
        ("[]", "takes an object"),
        ('{"plugins": "mqtt"}', "plugins: takes a list of names"),
        ('{"valves": 3}', "valves: takes an object"),
        ('{"name": "a/b"}', "name: takes a word"),
        (b"\xff", "is not UTF-8"),
    ],
)
def test_a_broken_configuration(garden, tmp_path, text, reason):
    files = tmp_path / "the garden" / "files"
    files.mkdir(parents=True)
    (files / "config.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    fails(garden(), "config.json", reason, "mend it, or delete it")
    assert (files / "config.json").exists()


def test_two_runs_in_one_folder(garden):
    first = garden()
    first.ready()
    fails(garden(), "a board runs in", "already")
    assert first.process.running
