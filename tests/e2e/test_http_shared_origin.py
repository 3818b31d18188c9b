"""A browser is not a way in for other sites: names, origins, rules that nobody reads, on both servers."""

import http.server
import json
import subprocess
import sys
import threading

import pytest
from http_servers import ALL, ROOT, SERVERS, WebServer, library, parse, request

from processes import tool

FORM = "Content-Type: application/x-www-form-urlencoded"


@pytest.fixture(scope="module", params=ALL, ids="-".join)
def web(request, tmp_path_factory):
    """A server without users, that is called test, and garden too."""
    server, runtime = request.param
    with WebServer(server, runtime, tmp_path_factory.mktemp("web"), hosts=["garden"]) as web:
        yield web


def status(web, method, path, host, *headers, body=None):
    """The status of a request for the name `host`."""
    raw = request(method, path, headers, body).replace(b"Host: test", b"Host: " + host.encode())
    return parse(web.exchange(raw))[0]


def level(web):
    return json.loads(web.get("/api/pages/level")[2])


def test_only_the_names_of_the_device_are_served(web):
    for host in ("test", "test.local", "garden", "localhost", "127.0.0.1:80", "[::1]", "TEST:81"):
        assert status(web, "GET", "/", host) == 200, host
    for host in ("evil.example", "test.evil.example", "127.0.0.1.evil.example", "mytest"):
        for method, path, body in (
            ("GET", "/", None),
            ("GET", "/api", None),
            ("PUT", "/api/pages/level", b"9"),
        ):
            assert status(web, method, path, host, body=body) == 421, (host, path)
    assert level(web) == 3


def test_a_write_of_another_sites_page_is_refused_without_any_users(web):
    own = "Origin: http://test"
    for origin in ("http://evil.example", "null", "https://test", "http://test:8080"):
        for method, path, header, body in (
            ("PUT", "/api/pages/level", "A: b", b"9"),
            ("POST", "/form", FORM, b"name=x"),
            ("POST", "/upload", "Content-Type: multipart/form-data; boundary=b", b"--b--"),
            ("DELETE", "/inspect", "A: b", None),
        ):
            got = status(web, method, path, "test", header, "Origin: " + origin, body=body)
            assert got == 403, (origin, method, path)
        assert status(web, "GET", "/api/events", "test", "Origin: " + origin) == 403
    assert level(web) == 3
    assert status(web, "PUT", "/api/pages/level", "test", own, body=b"3") == 200
    assert status(web, "POST", "/form", "test", own, FORM, body=b"name=x") == 200


def test_a_header_that_the_server_does_not_act_on_decides_nothing(tmp_path):
    access = {"/api": {"read": "all", "write": ["family"]}}
    users = {"anna": {"password": "x", "groups": ["family"]}}
    for server in SERVERS:
        with WebServer(server, "micropython32", tmp_path / server, access=access, users=users) as web:
            upgrade = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
            assert web.get("/api/pages/level", *upgrade)[0] == 200
            assert web.get("/api/pages/level", "Connection: Upgrade", "Upgrade: websocket")[0] == 401
            assert web.get("/api/pages/level", method="PUT", body=b"4")[0] == 401


def test_every_answer_keeps_other_sites_from_framing_it(web):
    for path in ("/", "/none", "/api", "/stream", "/fail", "/api/pages/level"):
        headers = web.get(path)[1]
        assert headers["x-content-type-options"] == "nosniff", path
        assert "frame-ancestors 'self'" in headers["content-security-policy"], path


CONFIGURATIONS = [
    {"http_async": {"users": {"anna": {"password": "x"}}}},
    {"http_windup": {"access": {"/": "users"}}},
    {"htp": {"tokens": {"a": {"token": "b"}}}},
]


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("wrong", CONFIGURATIONS, ids=lambda wrong: next(iter(wrong)))
def test_rules_that_nobody_reads_open_nothing(tmp_path, server, wrong):
    program = tmp_path / "program.py"
    program.write_text(
        "import json, sys\n"
        "from modcore import Kernel, Module\n"
        "from plugins.http import Router\n"
        "config = json.load(open(sys.argv[2]))\n"
        "for name, section in config['server'].get('wrong', {}).items():\n"
        "    config['config'].setdefault(name, {}).update(section)\n"
        "config['config']['http'].pop('wrong', None)\n"
        "web = Router('', [['/', lambda request: 'open']])\n"
        "class Pages(Module):\n"
        "    routes = web\n"
        "kernel = Kernel(config['config'])\n"
        "if sys.argv[1] == 'http_async':\n"
        "    from plugins.http_async import HttpAsync as Server\n"
        "else:\n"
        "    from plugins.http_windup import HttpWindup as Server\n"
        "kernel.add(Server())\n"
        "kernel.add(Pages())\n"
        "kernel.run()\n"
    )
    with WebServer(server, "micropython32", tmp_path / "run", app=program, wrong=wrong) as web:
        web.wait_for(lambda: "every request is answered 503" in web.output, "the reason")
        for path in ("/", "/api", "/none"):
            assert web.get(path)[0] == 503, path
        assert next(iter(wrong)) in web.output


STANDALONE = """
import asyncio

from plugins.http import Router
from plugins.http_async import Server

web = Router("", [["/ping", lambda request: "pong"], ["/json", lambda request: {"got": request.json}, "POST"]])
server = Server(contents=[web])
asyncio.run(server.run("127.0.0.1", PORT))
"""
FIBERS = """
from plugins.http import Router
from plugins.http_windup import Server

web = Router("", [["/ping", lambda request: "pong"], ["/json", lambda request: {"got": request.json}, "POST"]])
Server(contents=[web]).run("127.0.0.1", PORT)
"""


@pytest.mark.parametrize("program", [STANDALONE, FIBERS], ids=["http_async", "http_windup"])
@pytest.mark.parametrize("runtime", ["cpython", "micropython32"])
def test_a_server_runs_where_modcore_is_not_installed(tmp_path, runtime, program):
    import shutil

    source = ROOT if runtime == "cpython" else library()
    for name in ("http", "http_async", "http_windup", "fiber"):
        shutil.copytree(source / "plugins" / name, tmp_path / "lib" / "plugins" / name)
    web = WebServer("http_async", runtime, tmp_path / "run")
    (tmp_path / "program.py").write_text(program.replace("PORT", str(web.port)))
    environment = {"PYTHONPATH": str(tmp_path / "lib"), "MICROPYPATH": "{}:.frozen".format(tmp_path / "lib")}
    command = [sys.executable] if runtime == "cpython" else [str(tool(runtime))]
    process = subprocess.Popen([*command, str(tmp_path / "program.py")], env=environment, cwd=str(tmp_path))
    try:
        from processes import eventually, listening

        eventually(lambda: listening(web.port), "the server listens")
        assert web.get("/ping")[2] == b"pong"
        assert web.get("/json", method="POST", body=b'{"a": [1, 2]}')[2] == b'{"got": {"a": [1, 2]}}'
        assert web.get("/json", method="POST", body=b"[1 2]")[0] == 400
    finally:
        process.kill()
        process.wait()


# What the page of a name that has moved to the device may try: it is same-origin there.
REBOUND = (
    "fetch('/api').then(a => String(a.status), e => 'failed')",
    "fetch('/api/pages/level', {method: 'POST', body: '9'}).then(a => String(a.status), e => 'failed')",
    "fetch('/upload', {method: 'POST', body: new FormData()}).then(a => String(a.status), e => 'failed')",
    "new Promise(done => { const s = new EventSource('/api/events'); s.onerror = () => (s.close(), done('failed')); "
    "s.onopen = () => done('open'); })",
    "new Promise(done => { const s = new WebSocket('ws://' + location.host + '/ws'); s.onerror = () => done('failed');"
    " s.onopen = () => done('open'); })",
    "new Promise(done => { const f = document.createElement('iframe'); f.onload = () => "
    "done(f.contentDocument && f.contentDocument.body.textContent.includes('lamp') ? 'read' : 'failed'); "
    "f.src = '/page'; document.body.append(f); })",
)
# What a page of another site may try; it is given the device's address.
FOREIGN = (
    "at => fetch('http://' + at + '/api/pages/level', {method: 'POST', mode: 'no-cors', body: '9'})"
    ".then(a => a.type, e => 'failed')",
    "at => { const f = new FormData(); f.append('file', new Blob(['x']), 'evil.html'); return fetch('http://' + at + "
    "'/upload', {method: 'POST', mode: 'no-cors', body: f}).then(a => a.type, e => 'failed') }",
    "at => (navigator.sendBeacon('http://' + at + '/api/pages/level', '9'), 'sent')",
    "at => new Promise(done => { const s = new WebSocket('ws://' + at + '/ws'); s.onerror = () => done('failed'); "
    "s.onopen = () => done('open'); })",
    "at => new Promise(done => { const s = new EventSource('http://' + at + '/api/events'); s.onerror = () => "
    "(s.close(), done('failed')); s.onopen = () => done('open'); })",
    "at => new Promise(done => { const f = document.createElement('form'); f.method = 'post'; f.target = 'frame'; "
    "f.enctype = 'text/plain'; f.action = 'http://' + at + '/api/pages/level'; "
    "const i = document.createElement('iframe'); i.name = 'frame'; "
    "i.onload = () => done('sent'); document.body.append(i, f); f.submit(); })",
)


@pytest.mark.parametrize("server", SERVERS)
def test_a_name_that_moves_to_the_device_opens_nothing(tmp_path, server, browser):
    """DNS rebinding: the page of evil.test, whose name comes to mean the device, is same-origin to the browser."""
    with WebServer(server, "micropython32", tmp_path / "web") as web:
        page = tmp_path / "www"
        page.mkdir()
        (page / "index.html").write_text("<title>evil</title>")

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *arguments):
                super().__init__(*arguments, directory=str(page))

            def log_message(self, *arguments):
                pass

        attacker = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=attacker.serve_forever, daemon=True).start()
        chromium = browser.browser_type.launch(
            executable_path=tool("chromium"),
            args=["--no-sandbox", "--host-resolver-rules=MAP evil.test 127.0.0.1"],
        )
        try:
            tab = chromium.new_page()
            tab.goto("http://evil.test:{}/".format(attacker.server_port))
            write = "url => fetch(url, {method: 'PUT', body: '9', mode: 'no-cors'}).then(a => a.type, e => 'failed')"
            tab.evaluate(write, "http://evil.test:{}/api/pages/level".format(web.port))
            tab.evaluate(write.replace("PUT", "POST"), "http://127.0.0.1:{}/api/pages/level".format(web.port))
            # The name has moved: now the device itself is asked under it, and the page is of the same origin.
            answer = tab.goto("http://evil.test:{}/".format(web.port))
            assert answer.status == 421
            got = tab.evaluate("fetch('/api/pages/level', {method: 'PUT', body: '9'}).then(a => a.status)")
            assert got == 421
            # No other way in, and nothing to read either.
            for attempt in REBOUND:
                assert tab.evaluate(attempt) in ("421", "failed"), attempt
            assert level(web) == 3
            # From where it came from, whatever a page can send without asking.
            tab.goto("http://evil.test:{}/".format(attacker.server_port))
            for attempt in FOREIGN:
                got = tab.evaluate(attempt, "127.0.0.1:{}".format(web.port))
                assert got in ("opaque", "failed", "sent"), attempt
            assert level(web) == 3
            assert web.get("/memory")[0] == 200
        finally:
            chromium.close()
            attacker.shutdown()
            attacker.server_close()
