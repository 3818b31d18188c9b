"""Downloads over https, on CPython and MicroPython: with a server that is trusted, and one that is not."""

import http.server
import os
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import trustme

from host.toolchain import cache_folder
from processes import tool

ROOT = Path(__file__).resolve().parent.parent.parent
CODE = """
import sys
from plugins.packages.installer import Download
from plugins.packages.rules import InstallError

got = bytearray()
naps = 0
try:
    for ms in Download(5000, {authorities!r}).get({url!r}, got.extend):
        naps += 1
    print("got", len(got), "ok" if bytes(got) == b"0123456789" * 5000 else "other", "naps", naps > 3)
except InstallError as error:
    print("refused", error)
"""


@pytest.fixture(scope="module")
def authority():
    """Somebody who makes certificates."""
    return trustme.CA()


@pytest.fixture
def url(authority, tmp_path):
    """A file of 50,000 bytes on an https server."""
    (tmp_path / "data").write_bytes(b"0123456789" * 5000)

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(tmp_path))

        def log_message(self, *args):
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield "https://localhost:{}/data".format(server.server_port)
    server.shutdown()
    server.server_close()


def fetch(runtime, url, authorities):
    """Return what the download says on an interpreter."""
    library = Path(cache_folder()) / "lib"
    paths = ":".join([str(ROOT), ".frozen", str(library / "micropython")])
    done = subprocess.run(
        [
            sys.executable if runtime == "cpython" else tool(runtime),
            "-c",
            CODE.format(url=url, authorities=authorities),
        ],
        env=dict(os.environ, MICROPYPATH=paths, PYTHONPATH=str(ROOT)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    return done.stdout


@pytest.mark.parametrize("runtime", ["cpython", "micropython"])
def test_a_file_comes_over_https(runtime, url):
    assert fetch(runtime, url, "any") == "got 50000 ok naps True\n"
    assert "https takes packages.authorities" in fetch(runtime, url, None)


@pytest.mark.parametrize("runtime", ["cpython", "micropython"])
def test_a_server_is_held_against_the_authorities_that_are_named(runtime, url, authority, tmp_path):
    good, bad = tmp_path / "good.pem", tmp_path / "bad.pem"
    authority.cert_pem.write_to_path(str(good))
    trustme.CA().cert_pem.write_to_path(str(bad))
    assert fetch(runtime, url, str(good)) == "got 50000 ok naps True\n"
    assert fetch(runtime, url, str(bad)).startswith("refused https://localhost")
