"""The command `modcore` without a device: help, failures, new projects and plugins, check, index, search."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from test_index import copy_tree

from host import check, check_heap, check_tests
from host.cli import app, packages

ROOT = Path(__file__).resolve().parent.parent.parent
COMMANDS = (
    "new run search install update remove list deploy monitor get set devices board logs python mpremote flash passwd"
    " shell index check".split()
)


def environment(**more):
    """The environment of a command that knows no device."""
    found = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("MODCORE_") or key == "MODCORE_CACHE"
    }
    return dict(found, PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="1", NO_COLOR="1", **more)


def modcore(*words, cwd, status=0, **more):
    """Run `modcore`; returns what it prints, on failure the line on standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "host.cli", *map(str, words)],
        cwd=str(cwd),
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    return done.stderr if status else done.stdout


def one_line(text):
    """The text of a failure, which is one line."""
    assert text.startswith("error: ") and text.count("\n") == 1, text
    return text.strip()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command, tmp_path):
    text = modcore(command, "--help", cwd=tmp_path)
    assert "Example: modcore " + command in text
    assert "--json" in text or command in ("python", "mpremote")


def test_without_a_command_the_help_is_shown(tmp_path):
    text = modcore(cwd=tmp_path)
    assert all("\n  " + command + " " in text for command in COMMANDS)


def test_the_version(tmp_path):
    assert modcore("--version", cwd=tmp_path).startswith("modcore 1.")


def test_the_shell_completes_commands_and_plugins(tmp_path):
    complete = {"_MODCORE_COMPLETE": "complete_bash", "COMP_CWORD": "1", "COMP_WORDS": "modcore ins"}
    assert modcore(cwd=tmp_path, **complete).split() == ["install"]
    complete.update(COMP_WORDS="modcore install mq", COMP_CWORD="2")
    assert modcore(cwd=tmp_path, **complete).split() == ["mqtt"]
    script = modcore(
        "--show-completion", "bash", cwd=tmp_path, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1"
    )
    assert "_modcore_completion" in script


@pytest.mark.parametrize(
    "words, reason",
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["install"], "Missing argument"),
        (["new", "--bogus", "x"], "No such option"),
        (["new", "Garden Hose"], "can't be a module's name; take a word in lower case"),
        (["new", "class"], "can't be a module's name"),
        (["new", "modcore"], "can't be a module's name"),
        (["new", "file/garden"], "file/garden can't be made (not a directory); choose another place"),
        (["new", "file"], "file is there already; choose another name"),
        (["run"], "no project here (no config.json); `modcore new NAME` makes one"),
        (["run", "file"], "no project here"),
        (["run", "broken"], "broken/config.json: line 1 column 2: "),
        (["run", "plugins"], "plugins/lamp/plugin.json: Expecting property name"),
        (["run", "project", "--http-port", "99999"], "--http-port '99999': takes a number from 1 to 65535"),
        (["run", "project", "--heap", "3"], "--heap '3': a board has at least 48K"),
        (["run", "project", "--runtime", "lua"], "--runtime 'lua': takes one of "),
        (["run", "project", "--broker", "here"], "--broker 'here': takes mqtt://"),
        (["deploy", "broken", "-d", "/dev/ttyNONE"], "broken/config.json: line 1 column 2: "),
        (["deploy"], "no project here"),
        (["check"], "nothing to check"),
        (["get"], "no board of `modcore run` in this folder or above"),
        (["get", "-d", "/dev/ttyNONE"], "/dev/ttyNONE: no such port; have "),
        (["get", "-d", "http://127.0.0.1:9"], "http://127.0.0.1:9 does not answer"),
        (["get", "-d", "http://[bad"], "'http://[bad' is not the URL of a device; takes http://host:port"),
        (["get", "-d", "ftp://127.0.0.1"], "no device 'ftp://127.0.0.1'; takes http://host"),
        (["set", "a/b", "1", "-d", "mqtt://127.0.0.1:9/modcore/x"], "does not answer as an MQTT broker"),
        (["get", "-d", "mqtt://127.0.0.1:9"], "which device? Say mqtt://host/modcore/NAME"),
        (["monitor", "$log/#", "-d", "http://127.0.0.1:9"], "what begins with $ stays on the device"),
        (["get", "lamp", "-d", "http://127.0.0.1:9"], "'lamp' is not a property; takes module/property"),
        (["set", "lamp/+", "1", "-d", "http://127.0.0.1:9"], "'lamp/+' is not a property"),
        (["monitor", "a/#/b", "-d", "http://127.0.0.1:9"], "'a/#/b' is not a filter"),
        (["devices"], "no broker; say which with --broker"),
        (["devices", "--broker", "broker"], "'broker' is not the URL of a broker; takes mqtt://"),
        (["devices", "--broker", "mqtt://127.0.0.1:9"], "does not answer as an MQTT broker"),
        (["install", "mqttt", "-d", "/dev/ttyNONE"], "no plugin 'mqttt'; have "),
        (["get", "-d", "garden"], "no device 'garden'; takes http://host"),
        (["get", "-d", "/dev/null"], "ask it over its network"),
        (["list", "-d", "/dev/ttyNONE"], "/dev/ttyNONE: no such port; have "),
        (["shell", "-d", "http://127.0.0.1:9"], "this needs the serial port"),
        (["shell", "-d", "/dev/ttyNONE"], "/dev/ttyNONE: no such port; have "),
        (
            ["shell", "-d", "/dev/null"],
            "the shell takes a terminal; for a program: mpremote connect /dev/null",
        ),
        (["search", "--index", "http://127.0.0.1:9"], "Connection refused"),
        (["search", "--index", "here"], "'here' is not the URL of an index; takes http://host/folder"),
        (["index", "www", "--tree", "nowhere"], "no plugin here"),
        (["index", "file"], "file: nothing can be written there (not a directory); name another folder"),
    ],
)
def test_what_can_not_be_done_is_said_in_one_line(words, reason, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    for name, text in (
        ("broken", "{"),
        ("project", '{"name": "project"}'),
        ("plugins", '{"plugins": ["lamp"]}'),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(text)
    lamp = tmp_path / "plugins" / "plugins" / "lamp"
    lamp.mkdir(parents=True)
    (lamp / "plugin.json").write_text("{")
    (lamp / "__init__.py").write_text("")
    status = 2 if "No such" in reason or "Missing" in reason else 1
    if words[0] == "run":  # takes the signals of its process
        assert reason in one_line(modcore(*words, cwd=tmp_path, status=status))
        return
    monkeypatch.chdir(tmp_path)
    for name in ("MODCORE_DEVICE", "MODCORE_TOKEN", "MODCORE_INDEX", "MODCORE_BROKER"):
        monkeypatch.delenv(name, raising=False)
    assert app.run(words) == status
    found = capsys.readouterr()
    assert reason in one_line(found.err) and not found.out


ANSWERS = {
    "nothing": (b"", "closed without an answer"),
    "another protocol": (b"SSH-2.0-OpenSSH_9\r\n", "the answer is not HTTP"),
    "html": (
        b"HTTP/1.1 200 OK\r\n\r\n<!DOCTYPE html>",
        "is not a registry|no device API of modcore is there",
    ),
    "half": (b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"v": 1, "pl', "is not a registry|ends early"),
    "broken chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}", "ends early"),
    "404": (b"HTTP/1.1 404 Not Found\r\n\r\n", "answers 404"),
    "500": (b"HTTP/1.1 500 Oops\r\n\r\n", "answers 500|in the device .500"),
    "a circle": (b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", "answers 302"),
    "other JSON": (b'HTTP/1.1 200 OK\r\n\r\n{"modules": [1]}', "is not a registry|no device API of modcore"),
    "deep JSON": (b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 100000, "is not a registry|no device API of modcore"),
}


@pytest.mark.parametrize("what", sorted(ANSWERS))
def test_what_a_server_does_wrong_is_said_in_one_line(what, capsys):
    answer, words = ANSWERS[what]
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                with connection, contextlib.suppress(OSError):
                    connection.recv(4096)
                    connection.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    url = "http://127.0.0.1:{}".format(server.getsockname()[1])
    try:
        for words_of_command in (["search", "--index", url], ["get", "-d", url], ["list", "-d", url]):
            assert app.run(words_of_command) == 1
            assert re.search(words, one_line(capsys.readouterr().err))
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def test_what_nobody_has_foreseen_is_said_in_one_line_too(tmp_path, monkeypatch, capsys):
    for error, line in (
        (
            PermissionError(13, "Permission denied", "/dev/ttyACM0"),
            "error: /dev/ttyACM0: permission denied\n",
        ),
        (OSError(28, "No space left on device"), "error: no space left on device\n"),
        (
            ZeroDivisionError("two\nlines"),
            "error: this should not happen: ZeroDivisionError: two; MODCORE_TRACEBACK=1",
        ),
    ):

        def search(*args, error=error):
            raise error

        monkeypatch.setattr(packages, "search", search)
        assert app.run(["search"]) == 1
        found = capsys.readouterr()
        assert found.err.startswith(line) and found.err.count("\n") == 1 and not found.out


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
    assert "no plugin 'mqttt'; have " in out and "no file for 'shed'" in out
    sections = {"mqtt": {"hots": "here", "port": "1883"}, "packages": {"trial_s": 5, "index": []}}
    config.write_text(json.dumps(dict(sections, plugins=["mqtt", "packages"])))
    results = [result["detail"] for result in check.check(tmp_path / "garden") if not result["ok"]]
    assert "config.json: mqtt: no key 'hots'; have " in results[0]
    assert results[1] == "config.json: mqtt: port takes a value of type integer, not '1883'"
    assert len(results) == 2


def test_search_finds_plugins_by_name_and_description(tmp_path):
    found = json.loads(modcore("search", "broker", "--json", cwd=tmp_path))
    assert "mqtt" in [plugin["name"] for plugin in found]
    mqtt = [plugin for plugin in found if plugin["name"] == "mqtt"][0]
    assert mqtt["size"] > 1000 and mqtt["heap"] > 1000 and mqtt["version"].count(".") == 2
    assert "mqtt" in modcore("search", cwd=tmp_path)
    assert modcore("search", "nosuchthing", cwd=tmp_path) == "nothing found\n"


def test_index_of_a_third_party_has_its_plugins_and_what_they_require(tmp_path):
    modcore("new", "bell", "--plugin", cwd=tmp_path)
    manifest = tmp_path / "bell" / "plugins" / "bell" / "plugin.json"
    text = manifest.read_text().replace('"requires": []', '"requires": ["mqtt"]')
    manifest.write_text(text.replace('"deps": []', '"deps": [["umqtt.simple", "latest"]]'))
    rows = json.loads(modcore("index", "www", "--json", cwd=tmp_path / "bell"))
    names = [row["name"] for row in rows]
    assert {"modcore", "bell", "mqtt", "dns", "umqtt.simple"} <= set(names) and "http_async" not in names
    listed = json.loads((tmp_path / "bell" / "www" / "registry.json").read_text())
    assert [plugin["name"] for plugin in listed["plugins"]][0] == "bell"


def test_index_of_a_clone_has_what_is_in_the_clone(tmp_path):
    names = [row["name"] for row in json.loads(modcore("index", "www", "--json", cwd=copy_tree(tmp_path)))]
    assert sorted(names) == ["fiber", "http", "modcore"]


def test_what_pip_installs_works_without_a_clone(tmp_path):
    """The wheel has two names in everybody's packages, and new, check and a program with plugins run from it."""
    target = tmp_path / "packages"
    install = ["install", "-q", "--no-deps", "--no-index", "--no-build-isolation", "--target", str(target)]
    tree = tmp_path / "tree"
    leave = shutil.ignore_patterns(".git", "build", "*.egg-info", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, tree, ignore=leave)
    done = subprocess.run([sys.executable, "-m", "pip", *install, str(tree)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(tree)
    names = {path.name for path in target.iterdir() if not path.name.endswith(".dist-info")}
    assert names == {"modcore", "modcore_host", "bin"}
    assert (target / "modcore" / "py.typed").is_file()

    installed = dict(environment(), PYTHONPATH=str(target))

    def command(*words, cwd):
        command = [sys.executable, "-m", "modcore_host.cli", *words]
        done = subprocess.run(
            command, cwd=str(cwd), env=installed, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, (done.stdout, done.stderr)
        return done.stdout

    command("new", "lamp", cwd=tmp_path)
    assert "tests on micropython" in command("check", cwd=tmp_path / "lamp")
    (tmp_path / "program.py").write_text("from plugins.http import Router\nprint(Router('/x').root)\n")
    assert command("python", "program.py", cwd=tmp_path).strip() == "/x"


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
