"""The command `modcore` with a device: run, get, set, monitor, devices, and everything over USB."""

import json
import os
import pty
import re
import select
import subprocess
import sys
import time

import pytest
from test_cli import environment, modcore, one_line
from test_index import Web, copy_tree

from host import index
from host.board import layout
from host.cli import app, arrival
from host.cli.usb import Usb
from processes import eventually


@pytest.fixture
def garden(tmp_path):
    """A new project."""
    modcore("new", "garden", cwd=tmp_path)
    return tmp_path / "garden"


@pytest.fixture
def running(garden, process, free_port):
    """`modcore run` of it."""
    words = ["run", "--http-port", free_port(), "--mqtt-port", free_port()]
    run = process([sys.executable, "-m", "host.cli", *words], cwd=str(garden), env=environment())
    run.wait_for(lambda: "ready http://" in run.output, "modcore run", 60)
    run.wait_for(lambda: (garden / ".device" / "running.json").exists(), "modcore run")
    run.folder = garden
    return run


def test_run_shows_a_project_to_the_other_commands(running):
    where = running.folder
    assert modcore("get", "garden/lamp", cwd=where) == "false\n"
    assert modcore("set", "garden/lamp", "true", cwd=where) == "true\n"
    assert json.loads(modcore("get", "--json", cwd=where))["garden/count"] == 1
    assert "garden/lamp" in modcore("get", cwd=where)
    refused = one_line(modcore("set", "garden/lamp", "wet", cwd=where, status=1))
    assert refused == 'error: garden/lamp takes true or false, not "wet"'
    assert "no property" in one_line(modcore("get", "garden/shed", cwd=where, status=1))

    mqtt = json.loads((where / ".device" / "running.json").read_text())["mqtt"]
    assert modcore("get", "garden/lamp", "-d", mqtt, cwd=where) == "true\n"
    assert modcore("set", "garden/lamp", "false", "-d", mqtt, "--json", cwd=where) == "false\n"
    assert json.loads(modcore("get", "--json", "-d", mqtt, cwd=where))["garden/lamp"] is False
    refused = one_line(modcore("set", "garden/lamp", "wet", "-d", mqtt, cwd=where, status=1))
    assert refused == 'error: garden/lamp takes true or false, not "wet"'

    other = mqtt.replace("/garden", "/other")
    assert "knows no such device" in one_line(modcore("get", "-d", other, cwd=where, status=1))

    (device,) = json.loads(modcore("devices", "--json", cwd=where))
    assert device["name"] == "garden" and device["status"] == "online" and device["url"] == mqtt
    assert "garden" in modcore("devices", cwd=where)
    assert "no device below other" in modcore("devices", "--prefix", "other", cwd=where)

    for device in ((), ("-d", mqtt)):
        lines = modcore("monitor", "garden/#", "--count", "2", "--json", *device, cwd=where).splitlines()
        assert {json.loads(line)["topic"] for line in lines} == {"garden/lamp", "garden/count"}
    assert modcore("monitor", "nothing/+", "--seconds", "1", cwd=where) == ""


def test_monitor_shows_what_happens_as_it_happens(running, process):
    monitor = process(
        [sys.executable, "-m", "host.cli", "monitor", "garden/lamp"],
        cwd=str(running.folder),
        env=environment(),
    )
    monitor.wait_for(lambda: "garden/lamp  false" in monitor.output, "the state")
    modcore("set", "garden/lamp", "true", cwd=running.folder)
    monitor.wait_for(lambda: "garden/lamp  true" in monitor.output, "the change")


def test_monitor_says_when_the_device_is_gone(running, process):
    mqtt = json.loads((running.folder / ".device" / "running.json").read_text())["mqtt"]
    monitors = []
    for words in (["monitor", "garden/lamp"], ["monitor", "garden/lamp", "-d", mqtt]):
        command = [sys.executable, "-m", "host.cli", *words]
        monitors.append(process(command, cwd=str(running.folder), env=environment()))
        monitors[-1].wait_for(lambda: "garden/lamp  false" in monitors[-1].output, "the state")
    running.process.terminate()
    for monitor, words in zip(monitors, ("the device has closed", "the broker has closed")):
        assert monitor.process.wait(20) == 1
        assert "error: " in monitor.output and words + " the connection" in monitor.output


def test_run_starts_again_when_a_file_changes(running):
    code = running.folder / "garden.py"
    code.write_text(code.read_text().replace('"lamp"', '"light"'))
    running.wait_for(lambda: "garden.py changed: started again" in running.output, "the change")
    eventually(lambda: "garden/light" in modcore("get", cwd=running.folder), "the new property")
    code.write_text("def broken(:\n")
    running.wait_for(lambda: "not started again: " in running.output, "the mistake")
    assert modcore("get", "garden/light", cwd=running.folder) == "false\n"


def test_a_mistake_in_the_configuration_is_named_and_can_be_mended(running):
    path = running.folder / "config.json"
    good = path.read_text()
    path.write_text("{")
    running.wait_for(lambda: "not started again: {}: line 1".format(path) in running.output, "the mistake")
    path.write_text(good.replace('"name": "garden"', '"name": "shed"'))
    running.wait_for(lambda: "config.json changed: started again" in running.output, "the change")
    board = running.folder / ".device" / "files" / "config.json"
    eventually(lambda: json.loads(board.read_text())["name"] == "shed", "the new name")
    # What the device has changed itself is not thrown away, and nobody wonders why.
    board.write_text(good.replace("garden", "house"))
    path.write_text(good.replace('"name": "garden"', '"name": "barn"'))
    running.wait_for(
        lambda: "config.json: name: changed on the device, too; its value stays" in running.output, "the word"
    )
    assert json.loads(board.read_text())["name"] == "house"


def test_run_tells_programs_what_happens(garden, process, free_port):
    words = ["run", "--json", "--http-port", free_port(), "--mqtt-port", free_port()]
    run = process([sys.executable, "-m", "host.cli", *words], cwd=str(garden), env=environment())
    run.wait_for(lambda: '"event": "ready"' in run.output, "modcore run", 60)
    events = [json.loads(line) for line in run.output.splitlines()]
    ready = [event for event in events if event["event"] == "ready"][0]
    assert ready["http"].startswith("http://127.0.0.1:") and ready["mqtt"].endswith("/modcore/garden")
    assert json.loads(modcore("shell", "--json", cwd=garden))["port"] == ready["usb"]


def test_run_says_what_is_in_the_way(running, tmp_path, free_port):
    words = ["run", "--http-port", free_port(), "--mqtt-port", free_port()]
    assert "a board runs in" in one_line(modcore(*words, cwd=running.folder, status=1))
    url = json.loads((running.folder / ".device" / "running.json").read_text())["http"]
    assert "no plugin `packages`" in one_line(modcore("list", "-d", url, cwd=running.folder, status=1))
    port = url.rpartition(":")[2]
    modcore("new", "other", cwd=tmp_path)
    text = one_line(modcore("run", "--http-port", port, cwd=tmp_path / "other", status=1))
    assert "{} is in use".format(port) in text and "modcore run" in text


@pytest.fixture
def board(tmp_path):
    """A virtual board without files, on USB."""
    from host.board.board import Board

    with Board(tmp_path / "board", runtime="micropython", heap="256K", relay=False) as board:
        board.port = board.open_usb()
        yield board


def test_install_update_and_remove_over_usb(board, tmp_path):
    tree = copy_tree(tmp_path)
    new = json.loads(modcore("install", "http", "-d", board.port, "--json", cwd=tmp_path))
    assert set(new) == {"modcore", "http"}
    assert (board.files / "lib/plugins/http/__init__.mpy").is_file()
    rows = {
        row["name"]: row["version"]
        for row in json.loads(modcore("list", "-d", board.port, "--json", cwd=tmp_path))
    }
    assert rows == new
    assert modcore("install", "http", "-d", board.port, cwd=tmp_path) == "http is there already\n"
    assert modcore("update", "-d", board.port, cwd=tmp_path) == "all is up to date\n"

    from test_index import change

    change(tree, "http", version="9.0.0", line="NEWER = True\n")
    index.build(tmp_path / "www", tree)
    web = Web(tmp_path / "www")
    assert "http     9.0.0" in modcore("search", "http", "--index", web.url, cwd=tmp_path)
    assert (
        modcore("update", "http", "-d", board.port, "--index", web.url, cwd=tmp_path)
        == "updated http 9.0.0\n"
    )
    web.close()
    assert "9.0.0" in (board.files / "lib/plugins/http/plugin.json").read_text()
    # The former version waits until the new one has run for a minute.
    assert (board.files / "lib/plugins/.install/journal").is_file()

    assert modcore("remove", "http", "-d", board.port, cwd=tmp_path) == "removed http\n"
    assert not (board.files / "lib/plugins/http").exists()
    text = one_line(modcore("remove", "http", "-d", board.port, cwd=tmp_path, status=1))
    assert "http is not installed; have none" in text


def test_a_board_on_cpython_keeps_to_its_own_files(garden):
    from host.board.board import Board

    layout.lay_out(garden / ".device", garden, "cpython")
    with Board(garden / ".device", runtime="cpython", relay=False) as board:
        words = ["-d", board.open_usb(), "--json"]
        assert json.loads(modcore("install", "tz", *words, cwd=garden)) == {"tz": "1.0.0"}
        assert (board.files / "lib/plugins/tz/__init__.py").is_file()
        listed = {row["name"] for row in json.loads(modcore("list", *words, cwd=garden))}
        assert {"modcore", "http_async", "tz"} <= listed
        report = json.loads(modcore("deploy", "--dry-run", *words, cwd=garden))
        assert str(board.files / "garden.py") in report["unchanged"] and not report["written"]


def test_what_runs_is_named_in_the_configuration(board, tmp_path):
    modcore("install", "mqtt", "-d", board.port, cwd=tmp_path)
    assert json.loads((board.files / "config.json").read_text())["plugins"] == ["mqtt"]
    assert (board.files / "lib/plugins/dns/__init__.mpy").is_file()
    text = one_line(modcore("remove", "dns", "-d", board.port, cwd=tmp_path, status=1))
    assert "dns is required by mqtt" in text
    modcore("remove", "mqtt", "-d", board.port, cwd=tmp_path)
    assert json.loads((board.files / "config.json").read_text())["plugins"] == []


def test_a_third_partys_repository_is_a_registry_over_usb(board, tmp_path):
    modcore("new", "bell", "--plugin", cwd=tmp_path)
    manifest = tmp_path / "bell" / "plugins" / "bell" / "plugin.json"
    manifest.write_text(manifest.read_text().replace('"requires": []', '"requires": ["fiber"]'))
    modcore("check", "--write", cwd=tmp_path / "bell")
    web = Web(tmp_path / "bell")
    words = ["-d", board.port, "--index", web.url + "/registry.json"]
    new = json.loads(modcore("install", "bell", "--json", *words, cwd=tmp_path))
    assert set(new) == {"bell", "fiber", "modcore"}  # the latter two are those of this PC
    text = one_line(modcore("install", "ghost", *words, cwd=tmp_path, status=1))
    offered = re.search("no plugin 'ghost'; have ([a-z0-9_, ]+)", text).group(1).split(", ")
    assert offered == sorted(offered) and {"admin", "bell", "fiber"} <= set(offered)
    assert [row["name"] for row in json.loads(modcore("search", "--json", *words[2:], cwd=tmp_path))] == [
        "bell"
    ]
    web.close()


def test_a_registry_that_lies_changes_nothing_over_usb(board, tmp_path):
    tree = copy_tree(tmp_path)
    index.build(tmp_path / "www", tree)
    listed = json.loads((tmp_path / "www" / "registry.json").read_text())
    web = Web(tmp_path / "www")
    for spoil, words in (
        (lambda entry: entry["mpy"][0].__setitem__(2, "0" * 64), "404"),
        (lambda entry: entry["mpy"][0].__setitem__(1, 1), "the registry says 1"),
        (lambda entry: entry["mpy"][0].__setitem__(0, "main.py"), "is not under plugins/fiber"),
        (lambda entry: entry.__setitem__("minimum", {"modcore": "1.99.0"}), "needs modcore 1.99.0"),
        (lambda entry: entry.__setitem__("minimum", {"heap": 1 << 40}), "bytes of heap"),
        (lambda entry: entry.__setitem__("requires", ["ghost"]), "requires 'ghost', which is not found"),
        (lambda entry: entry.__delitem__("version"), "misses 'version'"),
    ):
        spoilt = json.loads(json.dumps(listed))
        spoil([entry for entry in spoilt["plugins"] if entry["name"] == "fiber"][0])
        (tmp_path / "www" / "registry.json").write_text(json.dumps(spoilt))
        text = modcore("install", "fiber", "-d", board.port, "--index", web.url, cwd=tmp_path, status=1)
        assert words in one_line(text)
        assert not (board.files / "lib/plugins/fiber").exists()
    (tmp_path / "www" / "registry.json").write_text("<html>")
    text = modcore("install", "fiber", "-d", board.port, "--index", web.url, cwd=tmp_path, status=1)
    assert "is not a registry" in one_line(text)
    web.close()


def test_a_board_that_does_not_keep_what_is_written_is_left_as_it_was(board, garden, monkeypatch, capsys):
    monkeypatch.chdir(garden)
    assert app.run(["install", "http", "-d", board.port]) == 0
    before = sorted(path for path in board.files.rglob("*"))
    monkeypatch.setattr(Usb, "hashes", lambda self, paths: dict.fromkeys(paths))
    for words in (["install", "mqtt"], ["deploy"]):
        capsys.readouterr()
        assert app.run(words + ["-d", board.port]) == 1
        assert "the board has not kept what was written; is its disk full?" in one_line(
            capsys.readouterr().err
        )
        left = {path for path in board.files.rglob("*") if path.is_file()} - set(before)
        assert not left, left


def test_deploy_brings_what_changed_and_takes_away_what_is_gone(board, garden):
    report = json.loads(modcore("deploy", "-d", board.port, "--json", cwd=garden))
    assert {"/main.py", "/garden.mpy", "/config.json", "/lib/modcore/kernel.mpy"} <= set(report["written"])
    assert not [path for path in report["written"] if "tests" in path]
    assert modcore("deploy", "-d", board.port, cwd=garden).startswith("wrote 0 files")
    code = garden / "garden.py"
    code.write_text(code.read_text() + "# changed\nx = 1\n")
    (garden / "extra.py").write_text("y = 2\n")
    dry = json.loads(modcore("deploy", "-d", board.port, "--dry-run", "--json", cwd=garden))
    assert dry["written"] == ["/extra.mpy", "/garden.mpy"]
    assert modcore("deploy", "-d", board.port, cwd=garden).startswith("wrote 2 files")
    (garden / "extra.py").unlink()
    assert json.loads(modcore("deploy", "-d", board.port, "--json", cwd=garden))["removed"] == ["/extra.mpy"]
    assert not (board.files / "extra.mpy").exists()


def test_deploy_waits_for_the_network_and_tells_what_is_in_the_way(board, garden, monkeypatch, capsys):
    config = json.loads((garden / "config.json").read_text())
    config.update(plugins=["wlan", "http_async"], wlan={"networks": ["home"]}, http={"port": 8080})
    (garden / "config.json").write_text(json.dumps(config))
    secrets = garden / "secrets.json"
    secrets.write_text('{"wlan": {"passwords": {"home": "let-me-in"}}}')
    board.wifi.add("home", "let-me-in")
    report = json.loads(modcore("deploy", "-d", board.port, "--json", cwd=garden))
    assert re.match(r"http://192\.168\.\d+\.\d+:8080/$", report["address"])
    assert "now at " + report["address"] in modcore("deploy", "-d", board.port, cwd=garden)
    assert (
        json.loads(modcore("deploy", "-d", board.port, "--no-wait", "--json", cwd=garden))["address"] is None
    )
    secrets.write_text('{"wlan": {"passwords": {"home": "wrong-one"}}}')
    monkeypatch.chdir(garden)
    monkeypatch.setattr(arrival, "_PATIENCE_S", 8)
    assert app.run(["deploy", "-d", board.port, "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["address"] is None
    assert "not on a network after 8 s: " in told.err and "home: wrong password" in told.err


def test_deploy_keeps_a_configuration_that_the_device_has_changed(board, garden):
    modcore("deploy", "-d", board.port, cwd=garden)
    mine = json.loads((board.files / "config.json").read_text())
    (board.files / "config.json").write_text(json.dumps(dict(mine, name="shed")))
    modcore("deploy", "-d", board.port, cwd=garden)
    assert json.loads((board.files / "config.json").read_text())["name"] == "shed"
    ours = json.loads((garden / "config.json").read_text())
    (garden / "config.json").write_text(json.dumps(dict(ours, queue=40)))
    for _ in range(2):
        modcore("deploy", "-d", board.port, cwd=garden)
        found = json.loads((board.files / "config.json").read_text())
        assert found["name"] == "shed" and found["queue"] == 40
    modcore("deploy", "--config", "-d", board.port, cwd=garden)
    assert json.loads((board.files / "config.json").read_text())["name"] == "garden"


def test_deploy_keeps_the_secrets_that_the_device_has_learnt(board, garden):
    (garden / "secrets.json").write_text('{"wlan": {"passwords": {"attic": "old"}}}')
    modcore("deploy", "-d", board.port, cwd=garden)
    there = board.files / "secrets.json"
    there.write_text('{"wlan": {"passwords": {"attic": "old", "cafe": "z"}}}')
    (garden / "secrets.json").write_text('{"wlan": {"passwords": {"attic": "new"}}}')
    modcore("deploy", "-d", board.port, cwd=garden)
    assert json.loads(there.read_text()) == {"wlan": {"passwords": {"attic": "new", "cafe": "z"}}}


def test_deploy_leaves_a_plugin_that_came_from_elsewhere(board, garden):
    config = garden / "config.json"
    config.write_text(config.read_text().replace('"mqtt"]', '"bell"]'))
    text = one_line(modcore("deploy", "-d", board.port, cwd=garden, status=1))
    assert "'bell' is not found; have admin, " in text
    there = board.files / "lib" / "plugins" / "bell"
    there.mkdir(parents=True)
    (there / "plugin.json").write_text('{"name": "bell", "version": "1.0.0"}')
    modcore("deploy", "-d", board.port, cwd=garden)
    assert [path.name for path in there.iterdir()] == ["plugin.json"]


def test_deploy_says_what_does_not_compile(board, garden):
    (garden / "garden.py").write_text("def broken(:\n")
    assert "garden.py: SyntaxError" in one_line(modcore("deploy", "-d", board.port, cwd=garden, status=1))


def test_shell_is_the_boards_repl(board, tmp_path):
    leader, follower = pty.openpty()
    shell = subprocess.Popen(
        [sys.executable, "-m", "host.cli", "shell", "-d", board.port],
        cwd=str(tmp_path),
        env=environment(TERM="dumb"),
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    )
    os.close(follower)
    seen = b""

    def read_until(words):
        nonlocal seen
        end = time.monotonic() + 20
        while words not in seen:
            assert time.monotonic() < end, seen
            if select.select([leader], [], [], 0.2)[0]:
                seen += os.read(leader, 4096)

    try:
        read_until(b"Connected to MicroPython")
        os.write(leader, b"\r\nprint(6 * 7)\r\n")
        read_until(b"\n42")
        os.write(leader, b"\x1d")
        assert shell.wait(10) == 0
    finally:
        shell.kill()
        os.close(leader)


def test_the_board_of_the_folder_is_acted_on(running):
    where = running.folder
    assert "pin NUMBER" in modcore("board", cwd=where)
    state = json.loads(modcore("board", "state", cwd=where))
    assert state["on"] and state["access_points"] == {"home": "up"}
    modcore("board", "ap", "rssi", "home", "-80", cwd=where)
    modcore("board", "clock", "-3600", cwd=where)
    assert "main.py" not in modcore("board", "flash", cwd=where)
    assert "/lib/modcore/kernel.mpy" in modcore("board", "flash", "opens", cwd=where)
    refused = one_line(modcore("board", "jump", cwd=where, status=1))
    assert refused.startswith("error: no command 'jump'; have ")
    (where / "deeper").mkdir()
    assert json.loads(modcore("board", "state", "--json", cwd=where / "deeper"))["on"]


def test_where_no_board_runs_that_is_said(tmp_path):
    said = one_line(modcore("board", "pins", "--folder", str(tmp_path), cwd=tmp_path, status=1))
    assert said.startswith("error: no virtual board runs here; `modcore run`")


def test_mpremote_finds_the_board_of_the_folder(running):
    where = running.folder
    out = modcore("mpremote", "exec", "print(6 * 7)", cwd=where)
    assert out.strip() == "42"


def test_a_negative_value_is_a_value(running):
    said = one_line(modcore("set", "garden/lamp", "-5", cwd=running.folder, status=1))
    assert said == "error: garden/lamp takes true or false, not -5"


def laid(garden, said):
    return layout.lay_out(garden / ".device", garden, "cpython", said.append)


def test_a_change_on_the_device_and_one_of_the_project_are_joined(garden):
    said = []
    config = json.loads((garden / "config.json").read_text())
    laid(garden, said)
    there = garden / ".device" / "files" / "config.json"
    changed = dict(json.loads(there.read_text()), log={"level": "debug"}, name="shed")
    there.write_text(json.dumps(changed))

    (garden / "config.json").write_text(json.dumps(dict(config, queue=40)))
    joined = laid(garden, said)
    assert joined["queue"] == 40 and joined["log"] == {"level": "debug"} and joined["name"] == "shed"
    assert not [line for line in said if "stays" in line]

    (garden / "config.json").write_text(json.dumps(dict(config, queue=40, name="barn")))
    assert laid(garden, said)["name"] == "shed"
    assert [line for line in said if "name: changed on the device, too; its value stays" in line]


def test_the_secrets_of_a_project_come_along_and_missing_ones_are_told(garden):
    said = []
    config = json.loads((garden / "config.json").read_text())
    config.update(plugins=config["plugins"] + ["wlan"], wlan={"networks": ["attic"]})
    config["mqtt"]["user"] = "anna"
    (garden / "config.json").write_text(json.dumps(config))
    laid(garden, said)
    assert any("wlan: no password of 'attic'" in line for line in said)
    assert any("mqtt: a user, and no password" in line for line in said)

    (garden / "secrets.json").write_text(
        json.dumps({"mqtt": {"password": "x"}, "wlan": {"passwords": {"attic": "y"}}})
    )
    del said[:]
    laid(garden, said)
    assert said == []
    there = garden / ".device" / "files" / "secrets.json"
    assert json.loads(there.read_text())["mqtt"] == {"password": "x"}
    assert there.stat().st_mode & 0o77 == 0
    learnt = json.loads(there.read_text())
    learnt["wlan"]["passwords"]["cafe"] = "z"
    there.write_text(json.dumps(learnt))
    laid(garden, said)
    assert json.loads(there.read_text())["wlan"]["passwords"] == {"attic": "y", "cafe": "z"}


def test_an_index_is_written_into_an_empty_or_its_own_folder_only(garden):
    (garden / "www").mkdir()
    (garden / "www" / "index.html").write_text("hello")
    said = one_line(modcore("index", "www", cwd=garden, status=1))
    assert said == "error: www holds other files; an index takes an empty folder, or one that it has made"
    assert not (garden / "www" / "index.json").exists()


def test_a_password_is_set_over_usb_and_kept_as_a_hash(board, tmp_path):
    modcore("install", "http_auth", "-d", board.port, cwd=tmp_path)
    (board.files / "secrets.json").write_text('{"wlan": {"passwords": {"a": "b"}}}')
    modcore("passwd", "-d", board.port, cwd=tmp_path, MODCORE_PASSWORD="correct horse")
    text = (board.files / "secrets.json").read_text()
    kept = json.loads(text)
    assert kept["wlan"] == {"passwords": {"a": "b"}} and "correct horse" not in text
    entry = kept["http"]["users"]["admin"]
    assert entry["groups"] == ["admin"] and entry["password"].startswith("pbkdf2-sha256")
    modcore("passwd", "admin", "-d", board.port, cwd=tmp_path, MODCORE_PASSWORD="battery staple")
    assert json.loads((board.files / "secrets.json").read_text())["http"]["users"]["admin"] != entry
    said = modcore("passwd", "-d", board.port, cwd=tmp_path, MODCORE_PASSWORD="short", status=1)
    assert "at least 8 characters" in one_line(said)
