"""The administration as a whole in a real browser: who gets in, what is seen of it, what it survives."""

import json

import pytest
from admin_client import PASSWORD, Administrator, code_of
from dashboard_board import Greenhouse, accessible, administered, login, row, told
from playwright.sync_api import expect

from processes import eventually

SMALL = "176K"
PAGES = "modules plugins network time files log events routes recorder system users history".split()


@pytest.fixture(scope="module", params=["http_async", "http_windup"])
def device(request, tmp_path_factory):
    """The greenhouse with all plugins that have a page; its administrator's password is set."""
    with administered(tmp_path_factory.mktemp("greenhouse"), request.param) as device:
        yield device


def test_the_first_visit_sets_the_password_with_the_code(page, tmp_path, device):
    with Greenhouse(tmp_path / "new", device.server, plugins=["admin"]) as new:
        page.goto(new.url + "/#/system")
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Code").fill("1111-1111")
        dialog.get_by_label("New password").fill(PASSWORD)
        dialog.get_by_label("Once more").fill(PASSWORD + "x")
        expect(dialog.get_by_role("alert").filter(has_text="differ")).to_be_visible()
        expect(dialog.get_by_role("button", name="Set password")).to_be_disabled()
        dialog.get_by_label("Once more").fill(PASSWORD)
        dialog.get_by_role("button", name="Set password").click()
        expect(dialog.get_by_role("alert").filter(has_text="code is wrong")).to_be_visible()
        dialog.get_by_label("Code").fill(code_of(new))
        accessible(page)
        dialog.get_by_role("button", name="Set password").click()
        expect(page.get_by_role("region", name="Memory")).to_be_visible()
        assert "pbkdf2" in (new.files / "secrets.json").read_text()


@pytest.mark.parametrize("heap, plugins", [("144K", []), (SMALL, ["sysinfo", "log", "tz", "history"])])
def test_each_page_opens_in_the_smallest_heap_that_is_promised(page, tmp_path, device, heap, plugins):
    config = {"plugins": [device.server, *plugins, "dashboard", "admin"], "modules": ["valves.Valves"]}
    with Greenhouse(tmp_path / "small", device.server, config=config, heap=heap) as small:
        Administrator(small)
        login(small, page)
        for name in [*PAGES, "modules/valves", "files/main.py"]:
            if name not in ("log", "history") or plugins:
                small.open(page, name)
                expect(page.locator("main .busy")).to_have_count(0)
                expect(page.locator(".trouble, .notice.bad")).to_have_count(0)
        assert "MemoryError" not in small.board.text


def test_a_wrong_password_is_told_and_the_right_one_opens(device, page):
    page.goto(device.url + "/#/modules")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password").fill("wrong horse")
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog.get_by_role("alert")).to_have_text("name or password is wrong")
    dialog.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(row(page, "Greenhouse")).to_contain_text("running")


# Colours differ by the scheme and the rest by the width: each is tried in full once.
@pytest.mark.parametrize(
    "width, scheme, rules",
    [
        (390, "dark", None),
        (1280, "light", None),
        (390, "light", ["color-contrast"]),
        (1280, "dark", ["color-contrast"]),
    ],
)
@pytest.mark.parametrize(
    "device", ["http_async"], indirect=True, scope="module"
)  # the pages are the same on both
def test_axe_finds_nothing_on_any_page(device, browser, width, scheme, rules):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(60000)
    login(device, page)
    for name in [*PAGES, "modules/valves", "modules/http", "files/main.py"]:
        page.goto(device.url + "/#/" + name)
        expect(page.locator("main h1")).to_be_visible()
        expect(page.locator("main .busy")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        accessible(page, rules)
    context.close()


# What a page of another site may try: every area, by every method that changes something.
FOREIGN = [
    ("POST", "/api/admin/claim"),
    ("POST", "/api/admin/session"),
    ("DELETE", "/api/admin/session"),
    ("POST", "/api/admin/modules/valves"),
    ("PUT", "/api/admin/settings/greenhouse"),
    ("POST", "/api/admin/settings/greenhouse"),
    ("POST", "/api/admin/plugins/sysinfo"),
    ("POST", "/api/admin/network"),
    ("PUT", "/api/admin/log/levels"),
    ("POST", "/api/admin/events"),
    ("POST", "/api/admin/system"),
    ("POST", "/api/admin/backup"),
    ("PUT", "/api/admin/backup"),
    ("PUT", "/api/admin/users/eve"),
    ("DELETE", "/api/admin/users/admin"),
    ("DELETE", "/api/admin/users/admin/sessions"),
    ("PUT", "/api/admin/tokens/eve"),
    ("DELETE", "/api/admin/tokens/eve"),
    ("PUT", "/api/files/x.txt"),
    ("PATCH", "/api/files/main.py"),
    ("DELETE", "/api/files/main.py?sure=1"),
    ("PUT", "/api/history/greenhouse/rung"),
    ("PUT", "/api/greenhouse/fan"),
]
READ = "session modules settings plugins network log events routes system backup users".split()
_TRY = """async ([url, method, path]) => {
  const bodies = {files: "x", claim: '{"code": "1", "password": "another one"}'};
  const options = {method, credentials: "include"};
  if (method !== "GET") options.body = bodies[path.split("/")[2]] || "{}";
  const found = [];
  for (const mode of ["cors", "no-cors"]) {
    try {
      const answer = await fetch(url + path, {...options, mode});
      found.push(answer.type === "opaque" ? "unread" : "read " + answer.status);
    } catch (error) { found.push("refused"); }
  }
  return found;
}"""


def test_a_foreign_page_gets_nothing_done(device, inside, browser):
    # The same browser, and so the same cookies, on a page of another origin.
    device.open(inside)
    other = inside.context.new_page()
    other.goto(device.url.replace("127.0.0.1", "localhost") + "/")
    values = [device.get("/api/greenhouse/" + name) for name in ("fan", "target")]
    before = {name: (device.files / name).read_bytes() for name in ("config.json", "secrets.json", "main.py")}
    reads = [("GET", "/api/admin/" + area) for area in READ] + [("GET", "/api/files/config.json")]
    for method, path in FOREIGN + reads:
        found = other.evaluate(_TRY, [device.url, method, path])
        assert not [one for one in found if one.startswith("read")], (method, path, found)
    # A form needs no script and asks nobody.
    other.evaluate(
        """url => {
          const form = document.createElement("form");
          form.action = url + "/api/admin/system";
          form.method = "post";
          form.enctype = "text/plain";
          const field = document.createElement("input");
          field.name = '{"action": "reset", "x": "';
          field.value = '"}';
          form.append(field);
          document.body.append(form);
          form.target = "_blank";
          form.submit();
        }""",
        device.url,
    )
    assert not (device.files / "x.txt").exists()
    assert before == {name: (device.files / name).read_bytes() for name in before}
    assert values == [device.get("/api/greenhouse/" + name) for name in ("fan", "target")]
    # Whoever is logged in still is.
    assert inside.evaluate("fetch('/api/admin/system').then(answer => answer.status)") == 200


def test_a_form_that_was_open_while_the_device_restarted_is_saved_after_a_login(device, inside):
    device.open(inside, "modules/greenhouse")
    inside.get_by_label("Warm warm").fill("32")
    device.board.power_cut()
    expect(inside.locator(".link")).to_have_text("Out of reach")
    inside.get_by_role("button", name="Save", exact=True).click()
    told(inside, "Not saved: The device does not answer")
    device.board.start()
    eventually(device.answers, "the device is back")
    dialog = inside.get_by_role("dialog")  # sessions end with the device
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog).to_have_count(0)
    expect(inside.get_by_label("Warm warm")).to_have_value("32")
    inside.get_by_role("button", name="Save", exact=True).click()
    told(inside, "runs with it")
    assert json.loads((device.files / "config.json").read_text())["greenhouse"] == {"warm": 32}


def test_a_browser_without_network_says_so_and_goes_on_when_it_is_back(device, inside):
    device.open(inside, "modules")
    inside.context.set_offline(True)
    try:
        inside.get_by_role("button", name="Restart Valves").click()
        told(inside, "The device does not answer")
    finally:
        inside.context.set_offline(False)
    inside.get_by_role("button", name="Restart Valves").click()
    told(inside, "Valves: running")


def test_what_the_device_says_is_german_for_who_reads_german(device, browser):
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(device.url + "/#/modules/device")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Passwort").fill("falsches Pferd")
    dialog.get_by_role("button", name="Anmelden").click()
    expect(dialog.get_by_role("alert")).to_have_text("Name oder Passwort ist falsch")
    dialog.get_by_label("Passwort").fill(PASSWORD)
    dialog.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_text("Name des Geräts, auch im Netzwerk")).to_be_visible()
    page.get_by_label("Name name").fill("a/b")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("alert").last).to_contain_text("erwartet 1 bis 32 Zeichen")
    context.close()
