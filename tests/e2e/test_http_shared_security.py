"""Sessions, users, access rules and TLS on both servers, on all runtimes."""

import json
import ssl
import subprocess
import time

import pytest
import requests
from http_servers import ALL, WebServer, request

from processes import tool

HASH_MS = 20
USERS = {"anna": {"password": "secret", "groups": ["family"]}, "bob": {"password": "guest"}}
ACCESS = {
    "/gates/closed": ["family"],
    "/gates/ws": ["family"],
    "/api": {"read": "users", "write": ["family"]},
}
TOKENS = {
    "grafana": {"token": "0123456789abcdef", "groups": ["family"]},
    "probe": {"token": "fedcba9876543210"},
}
GRAFANA = {"Authorization": "Bearer 0123456789abcdef"}
PROBE = {"Authorization": "Bearer fedcba9876543210"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """(certificate, key) of a server on this machine, in files."""
    folder = tmp_path_factory.mktemp("tls")
    command = [
        "openssl",
        *"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=127.0.0.1".split(),
        *"-addext subjectAltName=IP:127.0.0.1".split(),
        *("-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")),
    ]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return str(folder / "certificate.pem"), str(folder / "key.pem")


@pytest.fixture(scope="module", params=ALL, ids="-".join)
def web(request, tmp_path_factory):
    """A server with users and closed gates."""
    server, runtime = request.param
    options = {
        "users": USERS,
        "tokens": TOKENS,
        "access": ACCESS,
        "login": {"hash_ms": HASH_MS, "attempts": 4},
    }
    with WebServer(server, runtime, tmp_path_factory.mktemp("web"), **options) as web:
        yield web


@pytest.fixture(params=ALL, ids="-".join)
def secure(request, tmp_path, certificate):
    """A server that speaks TLS."""
    server, runtime = request.param
    heap = {"micropython32": "256K", "micropython": "512K"}.get(runtime)
    names = dict(zip(("certificate", "key"), certificate))
    with WebServer(
        server, runtime, tmp_path / "web", heap=heap, users=USERS, login={"hash_ms": HASH_MS}, **names
    ) as web:
        yield web


def log_in(web, name="anna", password="secret", **options):
    """A session of `requests` that is logged in, and the answer to the login."""
    session = requests.Session()
    form = {"name": name, "password": password}
    options.setdefault("headers", {"Origin": web.url})
    answer = session.post(web.url + "/login", data=form, allow_redirects=False, timeout=20, **options)
    return session, answer


def test_a_session_lasts_from_request_to_request(web):
    with requests.Session() as session:
        assert [session.get(web.url + "/count", timeout=10).json()["n"] for _ in range(3)] == [1, 2, 3]
    assert requests.get(web.url + "/count", timeout=10).json()["n"] == 1


def test_who_logs_in_is_known_until_logout(web):
    session, answer = log_in(web)
    assert answer.status_code == 303 and "HttpOnly" in answer.headers["set-cookie"]
    assert session.get(web.url + "/who", timeout=10).json() == {"user": "anna"}
    assert session.get(web.url + "/gates/closed", timeout=10).text == "behind the gate"
    answer = session.post(web.url + "/logout", headers={"Origin": web.url}, allow_redirects=False, timeout=10)
    assert answer.status_code == 303
    assert session.get(web.url + "/who", timeout=10).json() == {"user": None}


def test_the_same_rule_for_pages_api_events_and_websockets(web):
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    def statuses(headers):
        found = [
            requests.get(web.url + path, headers=headers, timeout=10, stream=True).status_code
            for path in ("/gates/closed", "/api", "/api/pages/heat", "/api/events")
        ]
        found.append(
            requests.put(web.url + "/api/pages/level", data="4", headers=headers, timeout=10).status_code
        )
        try:
            with connect(web.url.replace("http", "ws") + "/gates/ws", additional_headers=headers) as ws:
                found.append(ws.recv(10))
        except InvalidStatus as refused:
            found.append(refused.response.status_code)
        return found

    assert statuses({}) == [401] * 6
    assert statuses(PROBE) == [403, 200, 200, 200, 403, 403]
    assert statuses(GRAFANA) == [200] * 5 + ["hello grafana"]
    assert statuses({"Authorization": "Bearer wrong"}) == [401] * 6


def test_a_write_of_another_sites_page_is_refused(web):
    session, _ = log_in(web)
    url = web.url + "/api/pages/level"
    assert session.put(url, data="5", headers={"Origin": web.url}, timeout=10).status_code == 200
    assert (
        session.put(url, data="6", headers={"Origin": "http://evil.example"}, timeout=10).status_code == 403
    )
    assert session.put(url, data="6", timeout=10).status_code == 403
    token = session.get(web.url + "/token", timeout=10).text
    assert session.put(url, data="7", headers={"X-CSRF-Token": token}, timeout=10).status_code == 200


def test_wrong_passwords_are_all_alike_and_lock_the_name_in_the_end(web):
    answers = [log_in(web, name, "wrong")[1] for name in ("bob", "nobody")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].text == answers[1].text and "set-cookie" not in answers[0].headers
    codes = [log_in(web, "bob", "wrong")[1].status_code for _ in range(5)]
    assert codes[:3] == [401, 401, 401] and codes[3:] == [429, 429]
    assert log_in(web, "bob", "guest")[1].status_code == 429
    assert log_in(web)[1].status_code == 303


@pytest.mark.parametrize("server,runtime", ALL)
def test_the_hashing_of_passwords_holds_up_nobody(tmp_path, server, runtime):
    with (
        WebServer(server, runtime, tmp_path / "web", users=USERS, login={"hash_ms": 3000}) as web,
        web.connect(60) as sock,
    ):
        kind = "Content-Type: application/x-www-form-urlencoded"
        sock.sendall(request("POST", "/login", [kind], b"name=stranger&password=x"))
        for _ in range(5):
            assert web.get("/")[2] == b"home"
        sock.setblocking(False)
        with pytest.raises(BlockingIOError):
            sock.recv(1)


def test_tls_with_a_certificate_from_files(secure, certificate):
    assert requests.get(secure.url + "/hello/tls", verify=certificate[0], timeout=30).json() == {
        "hello": "tls"
    }
    large = requests.get(secure.url + "/large?kb=100", verify=certificate[0], timeout=60)
    assert large.content == b"0123456789abcdef" * 64 * 100
    body = bytes(range(256)) * 40
    answer = requests.post(secure.url + "/sum", data=body, verify=certificate[0], timeout=60)
    assert answer.json() == {"bytes": len(body), "sum": sum(body) & 0xFFFFFF}
    out = subprocess.run(
        [tool("curl"), "-sS", "--cacert", certificate[0], secure.url + "/", secure.url + "/hello/curl"],
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    assert out == b'home{"hello": "curl"}'


def test_cookies_over_tls_stay_with_tls(secure, certificate):
    answer = log_in(secure, verify=certificate[0])[1]
    assert answer.status_code == 303 and "; Secure" in answer.headers["set-cookie"]


def test_what_is_no_tls_does_no_harm(secure, certificate):
    for junk in (request("GET", "/"), b"\x16\x03\x01\x00\x05junk!", b"\x00" * 100):
        with secure.connect() as sock:
            sock.sendall(junk)
            time.sleep(0.05)
    with secure.connect():  # says nothing
        assert requests.get(secure.url + "/", verify=certificate[0], timeout=30).text == "home"


def test_websockets_over_tls(secure, certificate):
    from websockets.sync.client import connect

    context = ssl.create_default_context(cafile=certificate[0])
    with connect(secure.url.replace("https", "wss") + "/ws", ssl=context, open_timeout=30) as ws:
        ws.send("safe")
        assert ws.recv(10) == "safe"


def test_a_wrong_certificate_is_named(tmp_path):
    (tmp_path / "empty").write_text("")
    for certificate, reason in (
        ("missing.pem", "can't read"),
        (str(tmp_path / "empty"), "are not a certificate"),
    ):
        web = WebServer(
            "http_windup", "cpython", tmp_path / "web", certificate=certificate, key=str(tmp_path / "empty")
        )
        web.spawn_only()
        try:
            web.wait_for(lambda: reason in web.output, reason)  # noqa: B023
        finally:
            web.stop()


def test_a_configuration_that_is_wrong_is_named(tmp_path):
    for config, reason in (
        ({"access": {"/api": "everybody"}}, "takes all, users, none"),
        ({"limits": {"conections": 3}}, "conections"),
        ({"sessions": {"limit": 0}}, "limit and idle_s take 1 or more"),
    ):
        web = WebServer("http_windup", "cpython", tmp_path / "web", **config)
        web.spawn_only()
        try:
            web.wait_for(lambda: reason in web.output, json.dumps(config))  # noqa: B023
        finally:
            web.stop()
