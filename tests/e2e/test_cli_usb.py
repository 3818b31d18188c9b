"""The command `modcore` with a board on USB: install, update, remove, deploy, shell, passwd."""

import json
import os
import re
import select
import time

import pytest
from command_line import modcore
from test_cli import at_terminal, one_line
from test_index import Web, copy_tree

from host import index
from host.cli import app
from host.cli.usb import Usb


@pytest.fixture
def garden(tmp_path):
    """A new project."""
    modcore("new", "garden", cwd=tmp_path)
    return tmp_path / "garden"


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
    (garden / "venv" / "lib").mkdir(parents=True)
    (garden / "venv" / "pyvenv.cfg").write_text("")
    (garden / "venv" / "lib" / "site.py").write_text("")
    report = json.loads(modcore("deploy", "-d", board.port, "--json", cwd=garden))
    assert {"/main.py", "/garden.mpy", "/config.json", "/lib/modcore/kernel.mpy"} <= set(report["written"])
    for_the_pc = ("tests", "pyrightconfig", "venv", "README")
    assert not [path for path in report["written"] if any(word in path for word in for_the_pc)]
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
    lines = Usb.lines

    def until_the_password_is_refused(self, end):
        """As if the patience were over then."""
        for line in lines(self, end):
            yield line
            if "wrong password" in line:
                return

    monkeypatch.setattr(Usb, "lines", until_the_password_is_refused)
    assert app.run(["deploy", "-d", board.port, "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["address"] is None
    assert "not on a network after 60 s: " in told.err and "home: wrong password" in told.err


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
    (garden / "garden.py").write_text("\n\ndef broken(:\n")
    assert "garden.py line 3: SyntaxError" in one_line(
        modcore("deploy", "-d", board.port, cwd=garden, status=1)
    )


def test_shell_is_the_boards_repl(board, tmp_path):
    shell, leader = at_terminal("shell", "-d", board.port, cwd=tmp_path)
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
