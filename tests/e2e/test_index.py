"""The package index works with MicroPython's own mip and with mpremote's, served by any web server."""

import functools
import http.server
import json
import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from host import index, manifest
from host.manifest import ManifestError
from host.toolchain import cache_folder
from processes import tool

ROOT = Path(__file__).resolve().parent.parent.parent


class Web:
    """A plain web server for a folder; .url, and .paths that were asked for.

    going: an Event; while it is cleared, files of plugins come half.
    """

    def __init__(self, folder):
        paths = self.paths = []
        going = self.going = threading.Event()
        going.set()

        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *args):
                paths.append(self.path)

            def copyfile(self, source, out):
                data = source.read()
                out.write(data[: len(data) // 2])
                if self.path.startswith("/file/"):
                    going.wait()
                out.write(data[len(data) // 2 :])

        handler = functools.partial(Handler, directory=str(folder))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = "http://127.0.0.1:{}".format(self._server.server_port)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self.going.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A folder with the index of this project, served."""
    folder = tmp_path_factory.mktemp("index")
    index.build(folder, ROOT)
    web = Web(folder)
    web.folder = folder
    yield web
    web.close()


RUNTIMES = pytest.mark.parametrize("runtime", ["micropython", "micropython32"])


def micropython(code, lib, runtime="micropython"):
    """Run code on MicroPython whose sys.path has the folder `lib`; returns what it prints."""
    ssl = Path(cache_folder()) / "lib" / "micropython"
    done = subprocess.run(
        [tool(runtime), "-c", code],
        env=dict(os.environ, MICROPYPATH="{}:.frozen:{}".format(lib, ssl)),
        cwd=str(lib),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture
def lib(tmp_path):
    """An empty folder lib/, as on a new board."""
    folder = tmp_path / "lib"
    folder.mkdir()
    return folder


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@RUNTIMES
def test_mip_installs_modcore_as_bytecode(served, lib, runtime):
    micropython("import mip; mip.install('modcore', index='{}')".format(served.url), lib, runtime)
    assert "modcore/kernel.mpy" in names(lib)
    assert not [name for name in names(lib) if name.endswith(".py")]
    assert "1.0" in micropython("import modcore; modcore.Kernel(); print(modcore.__version__)", lib, runtime)


@RUNTIMES
def test_mip_installs_modcore_as_source(served, lib, runtime):
    micropython("import mip; mip.install('modcore', index='{}', mpy=False)".format(served.url), lib, runtime)
    assert (lib / "modcore/kernel.py").read_bytes() == (ROOT / "modcore/kernel.py").read_bytes()
    micropython("import modcore; modcore.Kernel()", lib, runtime)


@RUNTIMES
def test_mip_installs_a_plugin_with_all_that_it_requires(served, lib, runtime):
    out = micropython("import mip; mip.install('mqtt', index='{}')".format(served.url), lib, runtime)
    assert "Done" in out
    have = names(lib)
    assert {"plugins/mqtt/plugin.json", "plugins/mqtt/__init__.mpy", "plugins/dns/__init__.mpy"} <= have
    micropython(
        "from plugins.mqtt import Mqtt; from modcore import Kernel, plugins as p; Kernel().add(Mqtt())\n"
        "print(p.installed()['mqtt']['version'])",
        lib,
        runtime,
    )


@RUNTIMES
def test_mip_installs_a_plugin_from_its_folder(served, lib, runtime):
    url = served.url + "/plugins/http_async/"
    micropython("import mip; mip.install('{}', index='{}')".format(url, served.url), lib, runtime)
    assert {"plugins/http_async/__init__.py", "plugins/http/__init__.mpy", "modcore/__init__.mpy"} <= names(
        lib
    )
    micropython("from plugins.http_async import HttpAsync", lib, runtime)


def test_mip_installs_a_plugin_from_its_folder_without_the_index_where_that_knows_its_address(tmp_path, lib):
    web = Web(tmp_path / "www")
    index.build(tmp_path / "www", ROOT, url=web.url)
    micropython("import mip; mip.install('{}/plugins/mqtt/package.json')".format(web.url), lib)
    web.close()
    assert {"plugins/mqtt/__init__.py", "plugins/dns/__init__.py", "modcore/__init__.py"} <= names(lib)
    micropython("from plugins.mqtt import Mqtt", lib)


def test_every_plugin_installs_and_every_file_is_what_it_was(served, lib):
    plugins = manifest.read_all(ROOT)
    code = "import mip\nfor name in {!r}: mip.install(name, index={!r}, mpy=False)".format(
        sorted(plugins), served.url
    )
    micropython(code, lib)
    for package in plugins.values():
        for path, file in package.files().items():
            assert (lib / path).read_bytes() == file.read_bytes(), path
    have = {path for package in plugins.values() for path in package.files()}
    assert {name for name in names(lib) if name.startswith("plugins/")} == have


@pytest.fixture(params=["micropython", "micropython32"])
def board(tmp_path, request):
    """A virtual board without any file, and the name of its serial port."""
    from host.board.board import Board

    with Board(tmp_path / "board", runtime=request.param, relay=False) as board:
        board.port = board.open_usb()
        yield board


def mpremote(board, *words):
    """Run mpremote on the board; returns what it prints."""
    done = subprocess.run(
        [tool("mpremote"), "connect", board.port, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_mpremote_installs_from_the_index(served, board):
    out = mpremote(board, "mip", "install", "--index", served.url, "--target", "/lib", "fiber")
    assert "Done" in out
    assert "1.0" in mpremote(board, "exec", "import plugins.fiber, modcore; print(modcore.__version__)")


def test_mpremote_installs_a_plugin_from_its_folder_in_a_source_tree(served, board):
    """The package.json that stands beside the code has relative URLs, which mip knows from 0.4 on."""
    web = Web(ROOT)
    url = web.url + "/plugins/fiber/package.json"
    mpremote(board, "mip", "install", "--index", served.url, "--target", "/lib", url)
    assert "plugin.json" in mpremote(board, "fs", "ls", ":/lib/plugins/fiber")
    mpremote(board, "mip", "install", "--target", "/lib", str(ROOT / "modcore" / "package.json"))
    mpremote(board, "exec", "import plugins.fiber")
    web.close()


def test_an_index_keeps_the_versions_that_it_had(tmp_path, lib):
    tree = copy_tree(tmp_path)
    index.build(tmp_path / "www", tree)
    change(tree, "fiber", version="1.1.0", line="# newer\n")
    index.build(tmp_path / "www", tree)
    listed = json.loads((tmp_path / "www/index.json").read_text())
    fiber = [found for found in listed["packages"] if found["name"] == "fiber"][0]
    assert fiber["version"] == "1.1.0" and fiber["versions"] == {
        "py": ["1.0.0", "1.1.0"],
        "6": ["1.0.0", "1.1.0"],
    }
    web = Web(tmp_path / "www")
    install = "import mip; mip.install('fiber', index='{}', version={!r}, mpy=False)"
    micropython(install.format(web.url, "1.0.0"), lib)
    assert "# newer" not in (lib / "plugins/fiber/__init__.py").read_text()
    micropython(install.format(web.url, None), lib)
    assert "# newer" in (lib / "plugins/fiber/__init__.py").read_text()
    web.close()


def test_building_again_changes_nothing(tmp_path):
    tree = copy_tree(tmp_path)
    index.build(tmp_path / "www", tree)
    before = {path: path.read_bytes() for path in (tmp_path / "www").rglob("*") if path.is_file()}
    index.build(tmp_path / "www", tree)
    assert {path: path.read_bytes() for path in (tmp_path / "www").rglob("*") if path.is_file()} == before


def test_one_version_is_never_two_different_things(tmp_path):
    tree = copy_tree(tmp_path)
    index.build(tmp_path / "www", tree)
    change(tree, "fiber", line="# other\n")
    with pytest.raises(ManifestError, match="fiber 1.0.0 is in .* with other files; raise its version"):
        index.build(tmp_path / "www", tree)
    index.build(tmp_path / "www", tree, replace=True)


def test_a_library_named_like_a_plugin_is_refused(tmp_path):
    tree = copy_tree(tmp_path)
    change(tree, "fiber", deps=[["http", "latest"]])
    with pytest.raises(ManifestError, match="'http' is the name of a plugin"):
        index.build(tmp_path / "www", tree)


def copy_tree(tmp_path):
    """A source tree of modcore with two plugins, to be changed."""
    tree = tmp_path / "tree"
    for name in ("modcore", "plugins/fiber", "plugins/http"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("fiber", "http"):
        change(tree, name, version="1.0.0")
    return tree


def change(tree, name, line="", **keys):
    """Change a plugin's manifest, and add a line to its code."""
    path = tree / "plugins" / name / "plugin.json"
    found = json.loads(path.read_text())
    found.update(keys)
    path.write_text(json.dumps(found))
    with open(tree / "plugins" / name / "__init__.py", "a") as stream:
        stream.write(line)
