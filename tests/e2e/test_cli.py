"""The command `modcore` without a device: help, failures, index, search, and what pip installs."""

import contextlib
import http.server
import json
import os
import pty
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from command_line import environment, modcore
from test_index import copy_tree

from host.cli import app, packages
from host.install import install
from host.tree import HERE

ROOT = Path(__file__).resolve().parent.parent.parent
COMMANDS = (
    "new run search install update remove list deploy monitor get set devices board logs python mpremote flash passwd"
    " shell index check broker-rules".split()
)


def at_terminal(*words, cwd):
    """Start the command `modcore` at a terminal; returns it (a Popen) and the end (int) where somebody types."""
    ours, theirs = pty.openpty()
    started = subprocess.Popen(
        [sys.executable, "-m", "host.cli", *words],
        cwd=str(cwd),
        env=environment(TERM="dumb"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    return started, ours


def one_line(text):
    """The text of a failure, which is one line."""
    assert text.startswith("error: ") and text.count("\n") == 1, text
    return text.strip()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command, tmp_path):
    text = modcore(command, "--help", cwd=tmp_path)
    assert "Example: modcore " + command in text
    assert "--json" in text or command in ("python", "mpremote", "broker-rules")


def test_without_a_command_the_help_is_shown(tmp_path):
    text = modcore(cwd=tmp_path)
    assert all("\n  " + command + " " in text for command in COMMANDS)


def test_the_version(tmp_path):
    assert modcore("--version", cwd=tmp_path).startswith("modcore 1.")


def test_the_shell_completes_commands_and_plugins(tmp_path):
    complete = {"_MODCORE_COMPLETE": "complete_bash", "COMP_CWORD": "1", "COMP_WORDS": "modcore ins"}
    assert modcore(cwd=tmp_path, **complete).split() == ["install"]
    complete.update(COMP_WORDS="modcore install mq", COMP_CWORD="2")
    assert modcore(cwd=tmp_path, **complete).split() == ["mqtt", "mqtt_console"]
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
        (["monitor", "--count", "0", "-d", "http://127.0.0.1:9"], "--count takes a number from 1 on, not 0"),
        (["monitor", "--seconds", "-1", "-d", "http://127.0.0.1:9"], "--seconds takes a number above 0"),
        (["run", "project/tests"], "project, where one is"),
        (["deploy", "project/tests"], "project, where one is"),
        (["check", "project/tests"], "; a project is in "),
        (["new", "x" * 32], "take a word in lower case, 31 characters at most"),
        (["index", "www", "--url", "example.org"], "--url 'example.org': takes http://"),
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
        (tmp_path / name / "tests").mkdir(parents=True)
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


def test_a_device_on_this_pc_may_have_a_certificate_of_its_own(capsys):
    class Device(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"true")

        def log_message(self, *args):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Device)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(str(ROOT / "samples/tls/certificate.pem"), str(ROOT / "samples/tls/key.pem"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    assert app.run(["get", "lamp/on", "-d", "https://127.0.0.1:{}".format(server.server_port)]) == 0
    assert capsys.readouterr().out == "true\n"
    server.shutdown()
    server.server_close()


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


def test_a_command_whose_clone_is_gone_says_what_to_do(tmp_path):
    install(tmp_path)
    command = tmp_path / "modcore"
    assert (
        subprocess.run([str(command), "--version"], capture_output=True, text=True).stdout
        == "modcore 1.0.0\n"
    )
    command.write_text(command.read_text().replace(str(HERE.parent), "/nowhere"))
    done = subprocess.run([str(command), "--version"], capture_output=True, text=True)
    assert done.returncode == 1 and one_line(done.stderr).startswith(
        "error: the clone /nowhere is gone; `make install`"
    )


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
