"""A real Chromium logs in, submits forms, uploads a file, follows events and a WebSocket, on both servers."""

import json

import pytest
from http_servers import SERVERS, WebServer
from playwright.sync_api import expect

USERS = {"anna": {"password": "secret", "groups": ["family"]}}
ACCESS = {"/page": ["family"], "/api": ["family"], "/upload": ["family"]}
ALL = [(server, runtime) for server in SERVERS for runtime in ("cpython", "micropython32")]


@pytest.fixture(scope="module", params=ALL, ids="-".join)
def web(request, tmp_path_factory):
    """A server that lets only anna see the page."""
    server, runtime = request.param
    options = {"users": USERS, "access": ACCESS, "login": {"hash_ms": 20}}
    heap = "192K" if runtime == "micropython32" else None  # login and uploads, one after the other
    with WebServer(server, runtime, tmp_path_factory.mktemp("web"), heap=heap, **options) as web:
        yield web


def log_in(page, web):
    """Go to the page, by way of the login."""
    page.goto(web.url + "/page?from=test")
    assert page.title() == "Log in"
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill("secret")
    page.get_by_role("button").click()
    expect(page).to_have_url(web.url + "/page?from=test")


def test_login_leads_to_the_page_and_logout_away(page, web):
    page.goto(web.url + "/page")
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_have_text("Name or password is wrong.")
    log_in(page, web)
    expect(page.locator("#who")).to_have_text("anna")
    page.goto(web.url + "/logout")
    page.get_by_role("button").click()
    page.wait_for_url(web.url + "/login")
    page.goto(web.url + "/page")
    assert page.title() == "Log in"


def test_events_and_a_websocket_are_followed(page, web):
    log_in(page, web)
    expect(page.locator("#lamp")).to_have_text("false")
    expect(page.locator("#echo")).to_have_text("second: hällo")
    page.locator("#on").click()
    expect(page.locator("#lamp")).to_have_text("true")
    page.evaluate("fetch('/api/pages/lamp', {method: 'PUT', body: 'false'})")
    expect(page.locator("#lamp")).to_have_text("false")
    page.evaluate("socket.send('x'.repeat(3000))")
    expect(page.locator("#echo")).to_have_text("second: " + "x" * 3000)


def test_a_form_is_submitted(page, web):
    log_in(page, web)
    page.get_by_label("Name").fill("Änne & Söhne")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(web.url + "/form")
    assert json.loads(page.inner_text("body")) == {"form": {"name": "Änne & Söhne"}}


def test_a_file_is_uploaded(page, web):
    content = bytes(range(256)) * 300
    log_in(page, web)
    page.get_by_label("Note").fill("with ümlaut")
    page.get_by_label("File").set_input_files(
        {"name": '../my photo".jpg', "mimeType": "image/jpeg", "buffer": content}
    )
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url(web.url + "/upload")
    answer = json.loads(page.inner_text("body"))
    assert answer["size"] == len(content) and answer["note"] == "with ümlaut"
    assert (web.folder / "my photo.jpg").read_bytes() == content


def test_another_sites_page_can_neither_write_nor_listen(page, web):
    log_in(page, web)
    other = web.url.replace("127.0.0.1", "localhost")
    page.goto(other + "/hello/x")  # another site to the browser, with a page that tries its luck
    status = page.evaluate(
        "url => fetch(url, {method: 'POST', body: 'name=x', credentials: 'include', mode: 'no-cors',"
        " headers: {'Content-Type': 'application/x-www-form-urlencoded'}}).then(answer => answer.type)",
        web.url + "/form",
    )
    assert status == "opaque"
    closed = page.evaluate(
        "url => new Promise(done => { const socket = new WebSocket(url);"
        " socket.onopen = () => done('open'); socket.onerror = () => done('refused'); })",
        web.url.replace("http", "ws") + "/ws",
    )
    assert closed == "refused"
