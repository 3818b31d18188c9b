"""The commands `modcore new` and `check`: projects and plugins, and what is wrong with them."""

import json
import os
import socket
import subprocess
import sys

import pytest
from command_line import environment, modcore
from test_cli import at_terminal, one_line

from host import check, check_heap, check_tests
from host.board import layout
from host.board.firmware import BoardError
from host.cli import app
from host.cli.deploy import deploy
from host.cli.show import Fail


def test_a_new_project_has_a_test_that_passes_at_once(tmp_path):
    out = modcore("new", "garden", cwd=tmp_path)
    assert "now: cd garden && modcore run" in out
    found = json.loads(modcore("check", "--json", cwd=tmp_path / "garden"))
    assert {"configuration", "tests on cpython", "tests on micropython"} <= {
        result["check"] for result in found
    }
    assert all(result["ok"] for result in found)
    assert "is there already" in one_line(modcore("new", "garden", cwd=tmp_path, status=1))


def test_a_new_plugin_has_a_test_and_a_sample_that_pass_at_once(tmp_path):
    found = json.loads(modcore("new", "bell", "--plugin", "--json", cwd=tmp_path))
    assert "bell/plugins/bell/plugin.json" in found["files"] and "bell/registry.json" in found["files"]
    results = json.loads(modcore("check", "--json", cwd=tmp_path / "bell"))
    assert all(result["ok"] for result in results), results
    assert {"manifests", "generated files", "heap of bell", "tests on micropython32"} <= {
        result["check"] for result in results
    }
    sample = subprocess.run(
        [sys.executable, "sample.py"],
        cwd=str(tmp_path / "bell"),
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert sample.stdout == "counted 3\n"
    assert json.loads((tmp_path / "bell" / "pyrightconfig.json").read_text())["extraPaths"]
    (tmp_path / "bell" / "pyrightconfig.json").unlink()
    assert "wrote pyrightconfig.json" in modcore("new", "--editor", ".", cwd=tmp_path / "bell")


def test_check_finds_what_is_wrong(tmp_path):
    modcore("new", "bell", "--plugin", cwd=tmp_path)
    bell = tmp_path / "bell"
    code = bell / "plugins" / "bell" / "__init__.py"
    code.write_text(code.read_text() + "\n\ndef later():\n    import host.cli\n")
    (bell / "tests" / "test_more.py").write_text("def test_that_fails():\n    assert 1 == 2\n")
    done = subprocess.run(
        [sys.executable, "-m", "host.cli", "check"],
        cwd=str(bell),
        env=environment(),
        stdout=-1,
        stderr=-1,
        text=True,
    )
    assert done.returncode == 1
    assert "a plugin may not import host" in done.stdout
    assert "test_more.py: test_that_fails" in done.stdout and "AssertionError" in done.stdout
    assert "checks failed" in one_line(done.stderr)
    code.write_text(code.read_text().replace("    import host.cli\n", "    return bytearray(9000)\n"))
    (bell / "tests" / "test_more.py").unlink()
    assert "registry.json is stale" in json.dumps(json.loads(modcore_failing("check", "--json", cwd=bell)))
    modcore("check", "--write", cwd=bell)
    modcore("check", cwd=bell)


def modcore_failing(*words, cwd):
    """Return what a failing command prints."""
    done = subprocess.run(
        [sys.executable, "-m", "host.cli", *words],
        cwd=str(cwd),
        env=environment(),
        stdout=-1,
        stderr=-1,
        text=True,
    )
    assert done.returncode == 1
    return done.stdout


def test_check_measures_memory(tmp_path):
    modcore("new", "bell", "--plugin", cwd=tmp_path)
    manifest = tmp_path / "bell" / "plugins" / "bell" / "plugin.json"
    manifest.write_text(manifest.read_text().replace('"heap": 4096', '"heap": 16'))
    out = modcore_failing("check", cwd=tmp_path / "bell")
    assert "FAILED  heap of bell  takes " in out and "plugin.json promises 16" in out


def test_check_says_what_a_machine_can_not_check(tmp_path, monkeypatch):
    modcore("new", "bell", "--plugin", cwd=tmp_path)
    for have, heap in (
        (["cpython", "micropython"], "bytes on 64 bits, up to twice what a board takes"),
        (["cpython"], "not measured: no MicroPython here"),
    ):
        monkeypatch.setattr(check_tests, "runtimes", lambda have=have: have)
        monkeypatch.setattr(check_heap, "runtimes", lambda have=have: have)
        results = {result["check"]: result for result in check.check(tmp_path / "bell")}
        assert all(result["ok"] for result in results.values())
        assert heap in results["heap of bell"]["detail"]
        for runtime in check_tests.RUNTIMES:
            detail = results["tests on " + runtime]["detail"]
            assert detail == "2 passed" if runtime in have else detail.startswith("not run: ")


def test_check_of_a_project_names_what_its_configuration_can_not_find(tmp_path):
    modcore("new", "garden", cwd=tmp_path)
    config = tmp_path / "garden" / "config.json"
    config.write_text(
        config.read_text().replace('"mqtt"]', '"mqttt"]').replace('["garden"]', '["garden", "shed"]')
    )
    out = modcore_failing("check", cwd=tmp_path / "garden")
    assert "no plugin 'mqttt'; have " in out and "no file for 'shed'; have garden" in out
    (tmp_path / "garden" / "secrets.json").write_text("{")
    assert "secrets.json: is not a JSON object" in modcore_failing("check", cwd=tmp_path / "garden")
    (tmp_path / "garden" / "secrets.json").unlink()
    sections = {"mqtt": {"hots": "here", "port": "1883"}, "packages": {"trial_s": 5, "index": []}}
    config.write_text(json.dumps(dict(sections, plugins=["mqtt", "packages"])))
    results = [result["detail"] for result in check.check(tmp_path / "garden") if not result["ok"]]
    assert "config.json: mqtt: no key 'hots'; have " in results[0]
    assert results[1] == "config.json: mqtt: port takes a value of type integer, not '1883'"
    assert len(results) == 2
    config.write_text(json.dumps({"plugins": ["mqtt"], "modules": ["garden"], "mqqt": {"host": "here"}}))
    (tmp_path / "garden" / "secrets.json").write_text('{"mtqq": {"password": "secret"}}')
    results = [result["detail"] for result in check.check(tmp_path / "garden") if not result["ok"]]
    assert [detail.partition(" nobody reads this; ")[0] for detail in results] == [
        "config.json: mqqt:",
        "secrets.json: mtqq:",
    ]


def test_a_new_project_joins_the_wifi_and_the_broker_that_it_is_told(tmp_path):
    words = ["--board", "esp32", "--wifi", "attic", "--wifi-password", "hunter22"]
    modcore("new", "shed", *words, "--broker", "mqtt://anna:pw@192.168.1.9:1884", cwd=tmp_path)
    shed = tmp_path / "shed"
    config = json.loads((shed / "config.json").read_text())
    assert config["plugins"][0] == "wlan" and config["wlan"] == {"networks": ["attic"]}
    assert config["mqtt"] == {"host": "192.168.1.9", "port": 1884, "user": "anna"}
    secrets = shed / "secrets.json"
    assert json.loads(secrets.read_text()) == {
        "wlan": {"passwords": {"attic": "hunter22"}},
        "mqtt": {"password": "pw"},
    }
    assert secrets.stat().st_mode & 0o77 == 0
    assert "secrets.json" in (shed / ".gitignore").read_text().splitlines()

    modcore("new", "bare", "--broker", "none", cwd=tmp_path)
    config = json.loads((tmp_path / "bare" / "config.json").read_text())
    assert "mqtt" not in config["plugins"] and "mqtt" not in config
    for words, reason in (
        (["--board", "pc"], "--board takes one of esp32, rp2, not 'pc'"),
        (["--wifi-password", "x"], "a Wi-Fi password needs the network's name"),
        (["--broker", "192.168.1.9"], "--broker takes mqtt://"),
    ):
        assert reason in one_line(modcore("new", "other", *words, cwd=tmp_path, status=1))
    assert not (tmp_path / "other").exists()


def test_a_new_project_is_free_of_errors_in_an_editor(tmp_path):
    modcore("new", "lamp", cwd=tmp_path)
    pyright = [sys.executable, "-m", "pyright", "--outputjson", "."]
    done = subprocess.run(pyright, cwd=str(tmp_path / "lamp"), capture_output=True, text=True)
    found = json.loads(done.stdout)
    assert found["generalDiagnostics"] == [] and found["summary"]["filesAnalyzed"] >= 2
    (tmp_path / "lamp" / "lamp.py").open("a").write("\n    def stop(self):\n        self.propertyy('x')\n")
    done = subprocess.run(pyright, cwd=str(tmp_path / "lamp"), capture_output=True, text=True)
    assert "propertyy" in json.loads(done.stdout)["generalDiagnostics"][0]["message"]


def test_a_check_touches_nothing_outside_of_the_board(tmp_path):
    """No port of the PC is served, and whoever listens where the broker should be hears nothing."""
    with socket.socket() as broker, socket.socket() as server:
        for sock in (broker, server):
            sock.bind(("127.0.0.1", 0))
            sock.listen()
        broker.settimeout(0.2)
        modcore("new", "garden", cwd=tmp_path)
        path = tmp_path / "garden" / "config.json"
        config = json.loads(path.read_text())
        config["mqtt"] = {"host": "127.0.0.1", "port": broker.getsockname()[1]}
        # A port that the PC has in use: on the board it is free.
        config["http_async"] = {"host": "0.0.0.0", "port": server.getsockname()[1]}
        path.write_text(json.dumps(config))
        assert "ok      start on a board" in modcore("check", cwd=tmp_path / "garden")
        with pytest.raises(TimeoutError):
            broker.accept()


def test_a_name_that_hides_something_is_refused_where_it_is_made(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, what in (
        ("time", "MicroPython's module time"),
        ("statistics", "Python's module statistics"),
        ("mqtt", "the plugin mqtt"),
        ("kernel", "what modcore itself has"),
    ):
        for more in ((), ("--plugin",)):
            assert app.run(["new", name, *more]) == 1
            assert "it would hide " + what in one_line(capsys.readouterr().err)
        assert not (tmp_path / name).exists()


def test_a_name_that_hides_something_is_told_where_it_is_met(tmp_path):
    modcore("new", "garden", cwd=tmp_path)
    garden = tmp_path / "garden"
    (garden / "neopixel.py").write_text("def loads(text):\n    return None\n")
    (garden / "garden").mkdir()
    (garden / "wlan.py").write_text("from modcore import Module\n\n\nclass Wlan(Module):\n    pass\n")
    config = json.loads((garden / "config.json").read_text())
    (garden / "config.json").write_text(json.dumps(dict(config, modules=["garden", "wlan"])))
    lines = [
        "neopixel.py: hides MicroPython's module neopixel; rename it",
        "garden.py and the folder garden: a board takes only the folder; rename one of them",
        "config.json: modules: 'wlan' hides the plugin wlan, whose topics it would take; rename it",
    ]
    checked = modcore_failing("check", cwd=garden)
    said = []
    layout.lay_out(tmp_path / "board", garden, "cpython", said.append)
    assert all(line in checked and line in said for line in lines)
    # Without some there is no start: those are refused before a file is written.
    (garden / "json.py").write_text("")
    for refuses, asks in (
        (BoardError, lambda: layout.lay_out(tmp_path / "other", garden, "cpython")),
        (Fail, lambda: deploy(str(garden), "/dev/ttyNONE", True, False, False, False, False)),
    ):
        with pytest.raises(refuses, match="^json.py: hides MicroPython's module json; rename it"):
            asks()
    assert not (tmp_path / "other" / "files" / "json.py").exists()


def test_a_new_project_refuses_what_no_board_could_join(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for words, reason in (
        (["--board", "esp8266"], "--board takes one of esp32, rp2, not 'esp8266'"),
        (["--wifi", "x" * 33], "--wifi takes a name of 1 to 32 bytes"),
        (["--wifi", "Home", "--wifi-password", "short"], "--wifi-password takes 8 to 63 characters"),
        (["--wifi-password", "long enough"], "needs the network's name: --wifi NAME"),
        (["--broker", "http://192.168.1.2"], "--broker takes mqtt://"),
        (["--broker", "mqtt://host:99999"], "--broker takes mqtt://"),
        (["--plugin", "--board", "rp2"], "a plugin has no board"),
    ):
        assert app.run(["new", "shed", *words]) == 1
        assert reason in one_line(capsys.readouterr().err)
    assert not (tmp_path / "shed").exists()


def test_a_new_project_asks_at_a_terminal_until_it_is_told_something_right(tmp_path):
    asked, leader = at_terminal("new", "shed", cwd=tmp_path)
    seen = b""
    for question, answer in (
        (b"for a virtual one: ", b"arduino"),
        (b"takes one of esp32, rp2, not 'arduino'", b"esp32"),
        (b"name of its Wi-Fi: ", b"Home"),
        (b"and not shown: ", b"short"),
        (b"takes 8 to 63 characters", b""),  # what is typed before the next question is thrown away
        (b"and not shown: ", b"let-me-in"),
        (b"nothing for none: ", b"http://here"),
        (b"takes mqtt://", b"mqtt://192.168.1.2"),
    ):
        while question not in seen:
            seen += os.read(leader, 4096)
        seen = seen.partition(question)[2]
        if answer:
            os.write(leader, answer + b"\n")
    while b"modcore deploy" not in seen:
        seen += os.read(leader, 4096)
    assert asked.wait(30) == 0
    os.close(leader)
    config = json.loads((tmp_path / "shed" / "config.json").read_text())
    assert config["plugins"] == ["wlan", "http_async", "dashboard", "admin", "mqtt"]
    assert config["mqtt"] == {"host": "192.168.1.2"} and config["wlan"] == {"networks": ["Home"]}
    secrets = json.loads((tmp_path / "shed" / "secrets.json").read_text())
    assert secrets == {"wlan": {"passwords": {"Home": "let-me-in"}}}
