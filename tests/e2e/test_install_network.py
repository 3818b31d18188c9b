"""A running device installs by itself over the network, commanded by HTTP, MQTT and its own REPL."""

import http.server
import json
import re
import threading
import time
import urllib.request

import pytest
from command_line import modcore
from test_cli import one_line
from test_index import Web, copy_tree

from host import index, manifest_generate
from host.board import layout
from host.board.board import Board
from processes import Ports, eventually

LAMP = """from modcore import Module


class Lamp(Module):
    \"\"\"A lamp.\"\"\"

    def start(self):
        \"\"\"Declare it.\"\"\"
        self.property("version", kind="sensor", value="{version}")
        {more}
"""


def add_lamp(tree, version="1.0.0", more="pass", **keys):
    """Write the plugin `lamp` into a source tree."""
    folder = tree / "plugins" / "lamp"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "__init__.py").write_text(LAMP.format(version=version, more=more))
    (folder / "README.md").write_text("# lamp\n")
    found = {
        "name": "lamp",
        "version": version,
        "description": "A lamp for tests of installing",
        "module": "Lamp",
        "requires": [],
        "deps": [],
        "events": {"publishes": ["<id>/#"], "listens": []},
        "config": {},
        "minimum": {"modcore": "1.0.0", "heap": 2048},
    }
    (folder / "plugin.json").write_text(json.dumps(dict(found, **keys)))


ALLOW = ["install", "update", "remove", "search"]


class Device:
    """A virtual board that runs http_async, packages and, where there is a broker, mqtt."""

    def __init__(self, folder, url, ports, broker_port=None, runtime="micropython", heap="256K", allow=ALLOW):
        self.http = "http://127.0.0.1:{}".format(ports())
        self.mqtt = "mqtt://127.0.0.1:{}/modcore/unit".format(broker_port)
        application = folder / "application"
        application.mkdir()
        config = {
            "name": "unit",
            "plugins": ["http_async", "packages"] + ["mqtt"] * bool(broker_port),
            "http_async": {"host": "127.0.0.1", "port": int(self.http.rpartition(":")[2])},
            "mqtt": {"host": "127.0.0.1", "port": broker_port},
            "packages": {
                "index": [url] if isinstance(url, str) else url,
                "trial_s": 1,
                "timeout_s": 2,
                "allow": list(allow),
            },
        }
        (application / "config.json").write_text(json.dumps(config))
        layout.lay_out(folder / "board", application, runtime)
        self.board = Board(folder / "board", runtime=runtime, heap=heap, relay=False)
        self.board.start()
        self.files = self.board.files
        self._ready = "/api/mqtt/connected" if broker_port else "/api/plugins/status"
        self.ready()

    def ready(self):
        """Wait until it answers."""
        eventually(lambda: self.get(self._ready), "the device")

    def get(self, path):
        """The JSON at a path of its web server, or None."""
        try:
            with urllib.request.urlopen(self.http + path, timeout=5) as answer:
                return json.loads(answer.read())
        except OSError:
            return None

    def versions(self):
        """Return what is on its disk: {name: version}."""
        found = {}
        for path in (self.files / "lib" / "plugins").glob("*/plugin.json"):
            found[path.parent.name] = json.loads(path.read_text())["version"]
        return found

    def is_clean(self):
        """Tell whether nothing is left of an installation."""
        return not (self.files / "lib" / "plugins" / ".install").exists()


@pytest.fixture
def tree(tmp_path):
    """A source tree with two libraries and a lamp."""
    tree = copy_tree(tmp_path)
    add_lamp(tree)
    return tree


@pytest.fixture
def web(tmp_path, tree):
    """The index of that tree, served."""
    index.build(tmp_path / "www", tree)
    web = Web(tmp_path / "www")
    web.folder = tmp_path / "www"
    yield web
    web.close()


@pytest.fixture
def device(tmp_path, web, free_port, mosquitto):
    """A device that knows that index."""
    device = Device(tmp_path, web.url, free_port, mosquitto.port)
    yield device
    device.board.stop()
    print("--- printed by the device ---\n" + device.board.text[-4000:])  # shown when the test failed


def test_plugins_come_and_go_over_http(device, web, tree, tmp_path):
    out = modcore("install", "lamp", "-d", device.http, cwd=tmp_path)
    assert out.startswith("installed lamp 1.0.0\n")
    assert device.get("/api/lamp/version") == "1.0.0"
    assert device.is_clean()
    assert json.loads((device.files / "config.json").read_text())["plugins"][-1] == "lamp"
    assert "lamp" in modcore("list", "-d", device.http, cwd=tmp_path)

    add_lamp(tree, "1.1.0")
    index.build(web.folder, tree)
    assert modcore("update", "lamp", "-d", device.http, cwd=tmp_path) == "updated lamp 1.1.0\n"
    assert device.get("/api/lamp/version") == "1.1.0"
    assert modcore("update", "lamp", "-d", device.http, cwd=tmp_path) == "lamp is there already\n"

    assert modcore("remove", "lamp", "-d", device.http, cwd=tmp_path) == "removed lamp\n"
    assert device.get("/api/lamp/version") is None and "lamp" not in device.versions()
    text = one_line(modcore("install", "ghost", "-d", device.http, cwd=tmp_path, status=1))
    assert "'ghost' is in no registry; have fiber, http, lamp" in text


def test_a_small_board_installs_while_web_and_mqtt_are_served(tmp_path, web, free_port, mosquitto):
    device = Device(tmp_path, web.url, free_port, mosquitto.port, "micropython32", "160K")
    try:
        assert modcore("install", "http", "-d", device.http, cwd=tmp_path) == "http is there already\n"
        assert modcore("install", "fiber", "-d", device.http, cwd=tmp_path) == "installed fiber 1.0.0\n"
        assert modcore("install", "lamp", "-d", device.mqtt, cwd=tmp_path) == "installed lamp 1.0.0\n"
        assert device.get("/api/lamp/version") == "1.0.0"
    finally:
        device.board.stop()
        print("--- printed by the device ---\n" + device.board.text[-4000:])  # shown when the test failed


def test_an_index_is_found_by_its_name(tmp_path, web, free_port):
    """The board's own network has a name server, which the plugin `dns` asks without blocking."""
    application = tmp_path / "application"
    application.mkdir()
    config = {
        "name": "unit",
        "plugins": ["http_async", "packages"],
        "packages": {"index": ["http://index.example:8000"], "trial_s": 1, "allow": ["install"]},
    }
    (application / "config.json").write_text(json.dumps(config))
    layout.lay_out(tmp_path / "board", application, "micropython")
    board = Board(tmp_path / "board", runtime="micropython", heap="256K")
    board.name("index.example", "127.0.0.1", int(web.url.rpartition(":")[2]))
    url = "http://127.0.0.1:{}".format(board.expose(80))
    with board:
        eventually(lambda: answers(url), "the device")
        assert modcore("install", "lamp", "-d", url, cwd=tmp_path) == "installed lamp 1.0.0\n"


def answers(url):
    """Tell whether a web server answers at `url`."""
    try:
        urllib.request.urlopen(url + "/api", timeout=2).close()
        return True
    except OSError:
        return False


def test_a_device_that_takes_no_command_says_what_to_do(tmp_path, web, free_port):
    device = Device(tmp_path, web.url, free_port, allow=())
    try:
        text = one_line(modcore("install", "lamp", "-d", device.http, cwd=tmp_path, status=1))
        assert 'takes no install from outside; say {"packages": {"allow": ["install"]}}' in text
        assert "lamp" not in device.versions()
    finally:
        device.board.stop()


def test_plugins_come_over_mqtt(device, tmp_path):
    assert modcore("install", "lamp", "-d", device.mqtt, "--json", cwd=tmp_path) == '{"lamp": "1.0.0"}\n'
    assert modcore("get", "lamp/version", "-d", device.mqtt, cwd=tmp_path) == "1.0.0\n"


def test_a_version_that_does_not_start_is_put_back_while_the_device_runs_on(device, web, tree, tmp_path):
    modcore("install", "lamp", "-d", device.http, cwd=tmp_path)
    add_lamp(tree, "2.0.0", "raise OSError('no bulb')")
    index.build(web.folder, tree)
    text = one_line(modcore("update", "lamp", "-d", device.http, cwd=tmp_path, status=1))
    assert "lamp does not run: OSError: no bulb" in text
    eventually(lambda: device.get("/api/lamp/version") == "1.0.0", "the former version")
    assert device.versions()["lamp"] == "1.0.0" and device.is_clean()


def test_a_power_cut_in_the_first_minute_costs_nothing(device, web, tree, tmp_path):
    modcore("install", "lamp", "-d", device.http, cwd=tmp_path)
    add_lamp(tree, "1.1.0")
    index.build(web.folder, tree)
    modcore("update", "lamp", "-d", device.http, "--no-wait", cwd=tmp_path)
    device.board.power_cut()
    device.board.start()
    device.ready()
    eventually(device.is_clean, "the end of the trial")
    assert device.get("/api/lamp/version") == "1.1.0"


def test_the_repl_installs_too(device, web, tmp_path):
    device.board.interrupt()
    code = "import plugins.packages as p; print(sorted(p.available()), p.install('lamp', '{}'))".format(
        web.url
    )
    out = device.board.exec(code)
    assert "['fiber', 'http', 'lamp'] {'lamp': '1.0.0'}" in out and "100 %" in out
    assert 'lamp runs when config.json names it: {"plugins": ["lamp"]}' in out
    assert device.versions()["lamp"] == "1.0.0"


def test_a_third_party_has_a_repository_and_a_registry_of_its_own(tmp_path, free_port):
    """Its folder, made by `modcore new` and served as it is, is a registry; what it requires comes from ours."""
    modcore("new", "bell", "--plugin", cwd=tmp_path)
    theirs = tmp_path / "bell"
    manifest = theirs / "plugins" / "bell" / "plugin.json"
    manifest.write_text(manifest.read_text().replace('"requires": []', '"requires": ["fiber"]'))
    modcore("check", "--write", cwd=theirs)
    index.build(tmp_path / "www", our_tree(tmp_path))
    ours, other = Web(tmp_path / "www"), Web(theirs)
    device = Device(tmp_path, [ours.url, other.url + "/registry.json"], free_port)
    try:
        out = modcore("install", "bell", "-d", device.http, cwd=tmp_path)
        assert out.startswith("installed bell 0.1.0\ninstalled fiber 1.0.0\n")
        assert device.get("/api/bell/count") == 0
        assert (device.files / "lib/plugins/bell/__init__.py").is_file()
        assert (device.files / "lib/plugins/fiber/__init__.mpy").is_file()
    finally:
        device.board.stop()
        ours.close()
        other.close()


def our_tree(tmp_path):
    """A source tree with what this project offers."""
    tree = copy_tree(tmp_path)
    manifest_generate.write(tree)
    return tree


class BadServer:
    """Answers every request in one wrong way."""

    def __init__(self, folder, spoil):
        class Handler(http.server.SimpleHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def __init__(self, *args):
                super().__init__(*args, directory=str(folder))

            def do_GET(self):
                if not spoil(self):
                    super().do_GET()

            def log_message(self, *args):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:{}".format(self._server.server_port)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def send(handler, status, body, length=None):
    """Answer with a status and a body, and its length or another one."""
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.end_headers()
    handler.wfile.write(body)
    handler.close_connection = True
    return True


def silent(handler):
    """Say nothing for longer than the device waits."""
    time.sleep(4)
    handler.close_connection = True
    return True


SPOILS = {
    "404": (lambda h: send(h, 404, b"no"), "the server answers 404"),
    "500": (lambda h: send(h, 500, b"no"), "the server answers 500"),
    "nothing": (silent, "the server is silent for 2 s"),
    "html": (lambda h: send(h, 200, b"<!DOCTYPE html><p>Welcome"), "<!DOCTYPE"),
    "half": (lambda h: send(h, 200, b'{"v": 1, "plu', 5000), "ended after 13 of 5000 bytes"),
}


@pytest.fixture(scope="module")
def misled(tmp_path_factory):
    """A device whose index is on a server that does what `.spoil(handler)` says."""
    folder = tmp_path_factory.mktemp("misled")
    tree = copy_tree(folder)
    add_lamp(tree)
    index.build(folder / "www", tree)
    server = BadServer(folder / "www", lambda handler: device.spoil(handler))
    device = Device(folder, server.url, Ports())
    yield device
    device.board.stop()
    print("--- printed by the device ---\n" + device.board.text[-4000:])  # shown when the test failed
    server.close()


@pytest.mark.parametrize("what", sorted(SPOILS))
@pytest.mark.parametrize("where", ["registry", "file"])
def test_servers_that_do_wrong(what, where, misled, tmp_path):
    spoil, words = SPOILS[what]
    pattern = r"/registry\.json$" if where == "registry" else r"/file/"
    misled.spoil = lambda handler: re.search(pattern, handler.path) and spoil(handler)
    before = misled.versions()
    text = one_line(modcore("install", "lamp", "-d", misled.http, cwd=tmp_path, status=1))
    if where == "file" and what == "html":
        words = "bytes, the registry says"
    if where == "file" and what == "half":
        words = "5000 bytes, takes"
    assert words in text
    assert misled.versions() == before and misled.is_clean()
    assert misled.get("/api/plugins/status").startswith("failed: ")


def test_a_slow_download_holds_nothing_up(tmp_path, web, free_port):
    def drip(handler):
        if "/file/" not in handler.path:
            return False
        body = (web.folder / handler.path.strip("/")).read_bytes()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        for i in range(0, len(body), 100):
            handler.wfile.write(body[i : i + 100])
            handler.wfile.flush()
            time.sleep(0.05)
        return True

    server = BadServer(web.folder, drip)
    device = Device(tmp_path, server.url, free_port)
    try:
        modcore("set", "plugins/install", "http", "-d", device.http, cwd=tmp_path)
        modcore("set", "plugins/install", "fiber", "-d", device.http, cwd=tmp_path)
        answers = 0
        while "loading" not in (device.get("/api/plugins/status") or ""):
            time.sleep(0.01)
        # The web server of the same loop answers all the while.
        while "loading" in (device.get("/api/plugins/status") or "loading"):
            answers += 1
            time.sleep(0.01)
        assert answers > 20
    finally:
        device.board.stop()
        server.close()
