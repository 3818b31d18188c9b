"""Every sample runs on the virtual board, in a small board's heap, and does what its first lines say."""

import gzip
import http.client
import json
import re
import ssl
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect

from host.board import layout, project_settings
from processes import eventually

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


class Client:
    """Asks a device; keeps cookies."""

    def __init__(self, url, context=None):
        self.url = url
        handlers = [urllib.request.HTTPCookieProcessor(), _NoRedirect()]
        if context:
            handlers.append(urllib.request.HTTPSHandler(context=context))
        self._opener = urllib.request.build_opener(*handlers)

    def __call__(self, path, data=None, method=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            answer = self._opener.open(request, timeout=20)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            data = answer.read()
            if answer.headers["Content-Encoding"] == "gzip":  # as the dashboard lies on flash
                data = gzip.decompress(data)
            answer.text = data.decode()
        return answer


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


@pytest.fixture
def sample(device):
    def start(name, **options):
        config = json.loads((SAMPLES / name / "config.json").read_text())
        server = config.get("http") or {}
        board = device("samples/" + name, heap="128K", port=server.get("port", 80), **options)
        client = Client(board.url)
        eventually(lambda: _answers(client), "the web server answers")
        return client

    return start


def _answers(client):
    try:
        client("/")
        return True
    except (OSError, http.client.HTTPException):  # a page may be cut off while the boot has taken all memory
        return False


def test_every_sample_is_tested_and_listed():
    readme = (SAMPLES / "README.md").read_text()
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_samples*.py"))
    for folder in [path for path in SAMPLES.iterdir() if path.is_dir()]:
        assert "| [`{0}`]({0}/README.md) |".format(folder.name) in readme
        assert folder.name == "watering" or folder.name in tests


def test_hello(sample):
    get = sample("hello")
    assert json.loads(get("/hello/world").text) == {"hello": "world"}


def test_rest(sample):
    get = sample("rest")
    made = get("/plants", b'{"name": "Basil"}')
    assert made.status == 201 and made.headers["Location"] == "/plants/0"
    assert json.loads(get("/plants/0").text) == {"name": "Basil"}
    assert json.loads(get("/plants?limit=5").text) == [{"name": "Basil", "id": 0}]
    assert json.loads(get("/led/green/on").text) == {"led": "green", "to": "on"}
    assert get("/plants?limit=x").status == 400
    assert get("/plants", b"[1]").status == 400
    assert get("/plants/0", method="DELETE").status == 204
    assert get("/plants/0").status == 404
    assert get("/plants/0", method="PATCH").status == 405


def test_form(sample):
    get = sample("form")
    assert "<form" in get("/").text
    answer = get("/order", b"name=%3CAnna%3E&seeds=Dill&gift=yes")
    assert "Dill for &lt;Anna&gt;, wrapped" in answer.text
    assert get("/order", b"name=+").status == 400


def test_json(sample):
    get = sample("json")
    assert json.loads(get("/mean", b"[3, 4, 8]").text) == {"mean": 5, "of": 3}
    for bad in (b"[3, 4", b"[]", b'{"a": 1}', b'["x"]', b"[true]"):
        assert get("/mean", bad).status == 400


def test_static(sample):
    get = sample("static")
    assert "A site out of files" in get("/").text
    assert "In a folder" in get("/pages/").text
    style = get("/style.css")
    assert style.headers["Content-Type"].startswith("text/css")
    assert get("/style.css", If_None_Match=style.headers["ETag"]).status == 304
    assert get("/none").status == 404
    assert get("/api").status == 404


def test_sessions(sample):
    get = sample("sessions")
    before = int(re.search(r"number (\d+)", get("/").text).group(1))
    page = get("/").text
    assert "number {}".format(before + 1) in page
    assert "number 1" in Client(get.url)("/").text
    token = re.search(r"name=csrf_token value=([^>\s]+)", page).group(1)
    assert get("/forget", b"").status == 403
    assert get("/forget", ("csrf_token=" + token).encode()).status in (302, 303)
    assert "number 1" in get("/").text


def test_login(sample):
    get = sample("login")
    assert get("/house", Accept="text/html").headers["Location"].startswith("/login")
    assert get("/api").status in (401, 302, 303)
    token = dict(Origin=get.url)
    assert get("/login", b"name=ben&password=wrong", **token).status in (401, 403)
    assert get("/login", b"name=ben&password=potato", **token).status in (302, 303)
    assert "Welcome, ben" in get("/house").text
    assert get("/house/admin").status == 403
    assert get("/api/house/lamp", b"true", "PUT", **token).status == 403
    anna = Client(get.url)
    assert anna("/login", b"name=anna&password=tomato", **token).status in (302, 303)
    assert "Only the group" in anna("/house/admin").text
    assert anna("/api/house/lamp", b"true", "PUT", **token).status == 200


def test_filter(sample):
    get = sample("filter")
    answer = get("/hello/world")
    assert answer.headers["X-Milliseconds"].isdigit()
    assert get("/hello/world", User_Agent="somebot/1.0").status == 403


def test_content(sample):
    get = sample("content")
    assert "Page 7" in get("/page/7").text
    assert get("/page/x").status == 404
    assert json.loads(get("/api").text)["name"] == "content"


def test_stream(sample):
    get = sample("stream")
    assert get("/countdown/2").text == "2\n1\nlift-off\n"


def test_upload(sample):
    get = sample("upload")
    photo = bytes(range(256)) * 400
    body = (
        b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.bin"\r\n\r\n'
        + photo
        + b"\r\n--x--\r\n"
    )
    answer = get("/", body, Content_Type="multipart/form-data; boundary=x")
    assert answer.status == 201 and json.loads(answer.text)["bytes"] == len(photo)
    with urllib.request.urlopen(get.url + "/photos/a.bin", timeout=20) as found:
        assert found.read() == photo
    assert "a.bin" in get("/").text
    assert get("/photos/..%2fconfig.json").status in (400, 404)
    other = body.replace(b'name="photo"', b'name="other"')
    assert get("/", other, Content_Type="multipart/form-data; boundary=x").status == 400


def test_websocket(sample):
    from websockets.sync.client import connect

    get = sample("websocket")
    url = get.url.replace("http", "ws") + "/chat"
    with connect(url) as one, connect(url) as two:
        one.send("hello")
        assert one.recv(10) == "hello"
        assert two.recv(10) == "hello"


def test_events(sample):
    get = sample("events")
    with urllib.request.urlopen(get.url + "/api/events?filter=clock/%23", timeout=20) as stream:
        seen = []
        while len(seen) < 3:
            line = stream.readline().decode()
            if line.startswith("data:"):
                seen.append(int(line[5:]))
    assert seen == [seen[0], seen[0] + 1, seen[0] + 2]


def test_tls(device):
    board = device("samples/tls", heap="256K", port=443)
    context = ssl.create_default_context(cafile=str(SAMPLES / "tls" / "certificate.pem"))
    get = Client(board.url.replace("http:", "https:"), context)
    eventually(lambda: _answers(get), "the web server answers")
    assert json.loads(get("/secure").text) == {"secure": True} and "Safe" in get("/").text


def test_channels(device):
    board = device("samples/channels", heap="128K")
    eventually(lambda: "plate number 3" in board.text, "plates are served")


def test_pages(sample):
    get = sample("pages")
    page = get("/").text
    assert "<li>Basil: 120 cents</li>" in page and "Chives &amp; dill" in page and "Sunflower: a gift" in page
    assert get("/old").headers["Location"] == "/"
    lost = get("/nowhere%3Cb%3E")
    assert lost.status == 404 and "nothing at /nowhere&lt;b&gt;" in lost.text


def test_custom_module(sample):
    get = sample("custom_module")
    assert get("/api/thermostat/target", b"5", "PUT").status == 200
    eventually(lambda: json.loads(get("/api/thermostat/room").text) < 18, "the room cools down")
    assert get("/api/thermostat/target", b"99", "PUT").status == 400
    assert json.loads(get("/api/thermostat/heating").text) is False


SERVED = sorted(
    folder.name
    for folder in SAMPLES.iterdir()
    if folder.is_dir()
    and folder.name not in ("watering", "tls")
    and "http_" in (folder / "config.json").read_text()
)
HEAPS = {"gpio_timers": "192K", "wlan_ntp": "160K", "home_assistant": "192K"}


@pytest.mark.parametrize("server", ["http_async", "http_windup"])
@pytest.mark.parametrize("name", SERVED)
def test_every_sample_shows_something_on_both_servers(device, name, server):
    """Swapping the server is one word in `plugins`; and what ran once runs again."""
    config = json.loads((SAMPLES / name / "config.json").read_text())
    plugins = [server if each in ("http_async", "http_windup") else each for each in config["plugins"]]
    board = device("samples/" + name, {"plugins": plugins}, heap=HEAPS.get(name, "128K"))
    for ssid, password in project_settings.networks(config, {}):
        board.wifi.add(ssid, password)
    client = Client(board.url)
    eventually(lambda: _answers(client), "the web server answers")
    answer = client("/")
    assert answer.status == 200 and "width=device-width" in answer.text and "<title>" in answer.text
    if server == "http_windup":
        board.power_cut()
        layout.lay_out(board.folder, board.folder / "program", "micropython32")
        board.start()
        eventually(lambda: _answers(client), "the web server answers again")
        assert client("/").status == 200


# in a real browser


def _hello(page):
    page.get_by_role("link").click()
    assert json.loads(page.inner_text("body")) == {"hello": "world"}


def _rest(page):
    page.evaluate("fetch('/plants', {method: 'POST', body: JSON.stringify({name: 'Basil'})})")
    page.goto(page.url + "plants/0")
    assert json.loads(page.inner_text("body")) == {"name": "Basil"}


def _form(page):
    page.get_by_label("Name").fill("Änne <b>")
    page.get_by_label("Seeds").select_option("Dill")
    page.get_by_label("a gift").check()
    page.get_by_role("button").click()
    page.wait_for_url("**/order")
    assert "Dill for Änne <b>, wrapped" in page.inner_text("body")


def _json(page):
    answer = "fetch('/mean', {method: 'POST', body: '[3, 4, 8]'}).then(answer => answer.json())"
    assert page.evaluate(answer) == {"mean": 5, "of": 3}


def _static(page):
    assert page.title() == "Static site"
    assert page.evaluate("document.styleSheets[0].cssRules.length") > 0
    page.get_by_role("link").click()
    expect(page.locator("body")).to_contain_text("In a folder")


def _sessions(page):
    before = int(re.search(r"number (\d+)", page.inner_text("body")).group(1))
    page.reload()
    assert "number {}.".format(before + 1) in page.inner_text("body")
    page.get_by_role("button").click()
    expect(page.locator("body")).to_contain_text("number 1.")


def _login(page):
    page.goto(page.url + "house")
    page.get_by_label("Name").fill("ben")
    page.get_by_label("Password").fill("potato")
    page.get_by_role("button").click()
    expect(page.locator("body")).to_contain_text("Welcome, ben")
    page.get_by_text("For the group admin").click()
    expect(page.locator("body")).to_contain_text("not allowed")
    page.go_back()
    page.get_by_text("Log out").click()
    page.get_by_role("button").click()
    expect(page.get_by_label("Password")).to_be_visible()


def _filter(page):
    assert page.reload().header_value("X-Milliseconds").isdigit()


def _content(page):
    page.get_by_text("Open the book").click()
    page.get_by_text("Turn over").click()
    expect(page.locator("body")).to_contain_text("Page 2")


def _stream(page):
    page.goto(page.url + "countdown/1")
    expect(page.locator("body")).to_contain_text("lift-off")


def _upload(page):
    content = bytes(range(256)) * 300
    page.locator("input").set_input_files(
        {"name": "my photo.bin", "mimeType": "image/jpeg", "buffer": content}
    )
    page.get_by_role("button", name="Send").click()
    expect(page.locator("body")).to_contain_text(str(len(content)))
    page.goto(page.url)
    with page.expect_download() as download:
        page.get_by_text("my photo.bin").click()
    assert Path(download.value.path()).read_bytes() == content


def _websocket(page):
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_label("Message").fill("good <i>morning")
    page.get_by_role("button").click()
    for one in (page, other):
        expect(one.locator("#said p")).to_have_text("good <i>morning")


def _events(page):
    expect(page.locator("#s")).to_have_text(re.compile("[1-9]"))


@pytest.mark.parametrize(
    "name",
    "hello rest form json static sessions login filter content stream upload websocket events".split(),
)
def test_it_works_in_a_browser(sample, page, name):
    get = sample(name)
    page.goto(get.url + "/")
    globals()["_" + name](page)


def test_tls_works_in_a_browser(device, browser):
    board = device("samples/tls", heap="256K", port=443)
    url = board.url.replace("http:", "https:")
    eventually(lambda: _answers(Client(url, ssl._create_unverified_context())), "the web server answers")
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    page.goto(url)
    page.get_by_role("link").click()
    assert json.loads(page.inner_text("body")) == {"secure": True}
    context.close()
