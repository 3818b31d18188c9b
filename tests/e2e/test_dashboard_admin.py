"""The pages of administration in a real browser: each button with its effect on the device, and its failure shown."""

import io
import json
import re
import tarfile

import pytest
import requests
from admin_client import PASSWORD, Administrator, code_of
from dashboard_board import Greenhouse, accessible, administered, logged_in, login, told, watched
from playwright.sync_api import expect

from processes import eventually

SMALL = "176K"
PAGES = "modules plugins network time files log events routes recorder system users history".split()


@pytest.fixture(scope="module", params=["http_async", "http_windup"])
def device(request, tmp_path_factory):
    """The greenhouse with all plugins that have a page; its administrator's password is set."""
    with administered(tmp_path_factory.mktemp("greenhouse"), request.param) as device:
        yield device


@pytest.fixture(scope="module")
def tab(device, window):
    """A page whose browser has logged in, once for all tests."""
    yield from logged_in(device, window)


@pytest.fixture
def inside(tab):
    """The page of who has logged in, without what an earlier test left there."""
    tab.goto("about:blank")
    yield from watched(tab)


def row(page, text):
    """The line that begins with a text."""
    return page.locator(".row").filter(has=page.get_by_text(text, exact=True)).first


def config(device):
    """The config.json of the device."""
    return json.loads((device.files / "config.json").read_text())


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


def test_modules_are_stopped_started_and_restarted(device, inside):
    device.open(inside, "modules")
    inside.get_by_role("button", name="Stop Valves").click()
    expect(row(inside, "Valves")).to_contain_text("stopped")
    assert requests.get(device.url + "/api/valves/0", timeout=10).status_code == 503
    inside.get_by_role("button", name="Start Valves").click()
    expect(row(inside, "Valves")).to_contain_text("running")
    inside.get_by_role("button", name="Restart Valves").click()
    told(inside, "Valves: running")
    inside.get_by_role("button", name="Stop Administration").click()
    told(inside, "it can be restarted only")


def test_settings_show_what_is_wrong_beside_the_field_and_undo(device, inside):
    device.open(inside, "modules/greenhouse")
    field = inside.get_by_label("Warm warm")
    field.fill("99")
    inside.get_by_role("button", name="Save", exact=True).click()
    expect(inside.get_by_role("alert").filter(has_text="60 or less")).to_be_visible()
    assert config(device)["greenhouse"]["warm"] == 99
    inside.get_by_role("button", name="Undo the last save").click()
    told(inside, "runs with it")
    assert "greenhouse" not in config(device)
    inside.get_by_label("Warm warm").fill("31")
    inside.get_by_role("button", name="Save", exact=True).click()
    eventually(lambda: config(device).get("greenhouse") == {"warm": 31})
    inside.get_by_role("button", name="Back to the default").click()
    inside.get_by_role("button", name="Save", exact=True).click()
    eventually(lambda: "greenhouse" not in config(device))
    expect(inside.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    device.open(inside, "modules/valves")
    inside.get_by_label("Pins pins").fill("[1, ")
    inside.get_by_role("button", name="Save", exact=True).click()
    expect(inside.get_by_role("alert")).to_have_text("Takes JSON.")
    inside.get_by_role("button", name="Discard changes").click()
    expect(inside.get_by_role("button", name="Save", exact=True)).to_be_disabled()


def test_a_secret_is_written_and_never_shown(device, inside):
    device.open(inside, "modules/greenhouse")
    inside.get_by_label("Password password").fill("hush-hush")
    inside.get_by_role("button", name="Save", exact=True).click()
    eventually(lambda: "hush-hush" in (device.files / "secrets.json").read_text())
    expect(inside.get_by_text("A value is set")).to_be_visible()
    assert "hush-hush" not in inside.content()
    inside.get_by_role("button", name="Forget password").click()
    inside.get_by_role("dialog").get_by_role("button", name="Forget").click()
    inside.get_by_role("button", name="Save", exact=True).click()
    eventually(lambda: "hush-hush" not in (device.files / "secrets.json").read_text())


def test_leaving_unsaved_changes_is_asked_about(device, inside):
    device.open(inside, "modules/greenhouse")
    inside.get_by_label("Warm warm").fill("33")
    for answer in ("dismiss", "accept"):
        with inside.expect_event("dialog"):  # the next one only: a dialog may come after the click
            inside.once("dialog", lambda dialog, answer=answer: getattr(dialog, answer)())
            inside.get_by_role("link", name="Home").first.click()
        if answer == "dismiss":
            expect(inside.get_by_label("Warm warm")).to_have_value("33")
    expect(inside.get_by_role("switch", name="Fan")).to_be_visible()


def test_a_plugin_is_switched_off_and_on(device, inside):
    device.open(inside, "plugins")
    inside.get_by_role("switch", name="sysinfo").click()
    told(inside, "sysinfo no longer starts")
    expect(inside.get_by_role("switch", name="sysinfo")).not_to_be_checked()
    assert "sysinfo" not in config(device)["plugins"]
    inside.get_by_role("switch", name="sysinfo").click()
    told(inside, "sysinfo starts with the next start")
    assert "sysinfo" in config(device)["plugins"]


def test_the_zone_is_chosen_by_name(device, inside):
    device.open(inside, "time")
    inside.get_by_role("combobox", name="Time zone").fill("Europe/Berlin")
    inside.get_by_role("button", name="Save", exact=True).first.click()
    told(inside, "Europe/Berlin")
    device.has("tz/zone", "CET-1CEST,M3.5.0,M10.5.0/3")
    expect(row(inside, "Next change of summer time").locator(".value")).to_contain_text(
        re.compile(r"(Mar|Oct) \d+, 20")
    )
    inside.get_by_role("combobox", name="Time zone").fill("nonsense")
    inside.get_by_role("button", name="Save", exact=True).first.click()
    told(inside, "Time zone:")


def test_the_log_is_live_and_filtered(device, inside):
    device.open(inside, "log")
    expect(inside.get_by_role("log")).to_contain_text("administrator admin is set")
    device.admin.put("/api/admin/users/eve", {"password": "12345678", "groups": []})
    expect(inside.get_by_role("log")).to_contain_text("user eve added")
    device.admin.delete("/api/admin/users/eve")
    inside.get_by_label("Search").fill("nothing like this")
    expect(inside.get_by_text("No lines.")).to_be_visible()
    inside.get_by_label("Search").fill("")
    inside.get_by_label("From level").select_option("critical")
    expect(inside.get_by_text("No lines.")).to_be_visible()
    inside.get_by_label("From level").select_option("debug")
    inside.get_by_role("button", name="Pause").click()
    with inside.expect_download() as download:
        inside.get_by_role("button", name="Download").click()
    assert "administrator" in download.value.path().read_text()
    inside.get_by_role("button", name="Levels").click()
    inside.get_by_role("dialog").get_by_label("All modules").select_option("debug")
    eventually(lambda: config(device).get("log", {}).get("level") == "debug")
    inside.get_by_role("dialog").get_by_label("Valves").select_option("error")
    eventually(lambda: config(device)["log"].get("levels") == {"valves": "error"})
    inside.get_by_role("dialog").get_by_label("All modules").select_option("info")
    inside.get_by_role("dialog").get_by_label("Valves").select_option("")
    eventually(lambda: not config(device)["log"].get("levels") and config(device)["log"]["level"] == "info")


def test_events_are_watched_and_published(device, inside):
    device.open(inside, "events")
    inside.get_by_label("Filter of topics").fill("greenhouse/#")
    inside.get_by_role("button", name="Watch").click()
    inside.get_by_role("button", name="Publish").click()
    dialog = inside.get_by_role("dialog")
    dialog.get_by_label("Topic").fill("greenhouse/fan/set")
    dialog.get_by_label("Value").fill("tru")
    dialog.get_by_role("button", name="Publish").click()
    expect(dialog.get_by_role("alert")).to_have_text("Takes JSON.")
    dialog.get_by_label("Value").fill("true")
    dialog.get_by_role("button", name="Publish").click()
    expect(inside.get_by_role("log")).to_contain_text("greenhouse/fan/set")
    device.has("greenhouse/fan", True)
    inside.get_by_role("button", name="Clear").click()
    expect(inside.get_by_role("log")).to_have_count(0)


def test_routes_say_who_answers_and_who_may(device, inside):
    device.open(inside, "routes")
    inside.get_by_label("Search").fill("users/:name")
    expect(inside.get_by_role("row").filter(has_text="/api/admin/users/:name").first).to_contain_text("admin")


def test_the_system_page_collects_and_restarts_modules(device, inside):
    device.open(inside, "system")
    inside.get_by_role("button", name="Collect garbage").click()
    told(inside, "Collected")
    expect(inside.get_by_role("img", name="Memory")).to_be_visible()
    with inside.expect_download() as download:
        inside.get_by_role("button", name="Download").click()
    names = tarfile.open(download.value.path()).getnames()
    assert "config.json" in names and "main.py" in names


def test_a_sealed_backup_is_restored(device, inside, tmp_path):
    device.open(inside, "system")
    (device.files / "note.txt").write_text("before")
    inside.get_by_role("button", name="With secrets").click()
    dialog = inside.get_by_role("dialog")
    dialog.get_by_label("Password").fill("for the safe")
    with inside.expect_download() as download:
        dialog.get_by_role("button", name="Download").click()
    content = download.value.path().read_bytes()
    assert "secrets.json.sealed" in tarfile.open(fileobj=io.BytesIO(content)).getnames()
    (device.files / "note.txt").write_text("after")
    for password, text in (
        ("not this one", "not that of the backup"),
        ("for the safe", "files are restored"),
    ):
        with inside.expect_file_chooser() as chooser:
            inside.get_by_role("button", name="Restore").click()
        chooser.value.set_files({"name": "b.tar", "mimeType": "application/x-tar", "buffer": content})
        dialog = inside.get_by_role("dialog")
        dialog.get_by_label("Password of the secrets").fill(password)
        dialog.get_by_role("button", name="Restore").click()
        expect(dialog).to_contain_text(text)
        dialog.get_by_role("button", name=re.compile("Cancel|Later")).click()
    assert (device.files / "note.txt").read_text() == "before"


def test_users_and_tokens_are_added_and_removed(device, inside):
    device.open(inside, "users")
    inside.get_by_role("button", name="Add a user").click()
    dialog = inside.get_by_role("dialog")
    dialog.get_by_label("Name").fill("anna")
    dialog.get_by_label("Groups").fill("family, garden")
    dialog.get_by_label("Password").fill("short")
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("at least 8")
    dialog.get_by_label("Password").fill("long enough")
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(row(inside, "anna")).to_contain_text("family, garden")
    assert Administrator(device, claim=False).login("anna", "long enough").status_code == 200
    inside.get_by_role("button", name="Add a token").click()
    dialog = inside.get_by_role("dialog")
    dialog.get_by_label("Name").fill("robot")
    dialog.get_by_label("Groups").fill("admin")
    dialog.get_by_role("button", name="Make").click()
    token = dialog.locator("pre").inner_text()
    headers = {"Authorization": "Bearer " + token}
    assert requests.get(device.url + "/api/admin/system", headers=headers, timeout=10).status_code == 200
    dialog.get_by_role("button", name="Close").click()
    for name in ("robot", "anna"):
        inside.get_by_role("button", name="Remove " + name).click()
        inside.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
        expect(inside.locator(".row").filter(has=inside.get_by_text(name, exact=True))).to_have_count(0)
    assert requests.get(device.url + "/api/admin/system", headers=headers, timeout=10).status_code == 401
    inside.get_by_role("button", name="Remove admin").click()
    inside.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    expect(inside.get_by_role("dialog").get_by_role("alert")).to_contain_text("last administrator")


def test_a_recording_is_played_again_and_compared(device, inside):
    device.put("greenhouse/fan", False)
    device.open(inside, "recorder")
    inside.get_by_label("Module").select_option("greenhouse")
    inside.get_by_role("button", name="Record").first.click()
    inside.wait_for_timeout(800)  # what is retained comes first, and is not part of it
    device.admin.post("/api/admin/events", {"topic": "greenhouse/fan/set", "value": True})
    expect(inside.locator("pre").first).to_contain_text("< greenhouse/fan true")
    inside.get_by_role("button", name="Stop").click()
    inside.get_by_label("Name").fill("fan on")
    inside.get_by_role("button", name="Save", exact=True).click()
    told(inside, "fan on is kept")
    assert "> greenhouse/fan/set true" in (device.files / "recordings" / "fan on.trec.txt").read_text()
    inside.get_by_role("button", name="Play fan on").click()
    expect(inside.get_by_text("as before")).to_be_visible()
    path = device.files / "recordings" / "fan on.trec.txt"
    path.write_text(path.read_text().replace("< greenhouse/fan true", "< greenhouse/fan false"))
    inside.get_by_role("button", name="Play fan on").click()
    expect(inside.get_by_text("differs")).to_be_visible()
    expect(inside.locator(".diff .less")).to_have_text(re.compile("fan false"))


def test_a_chart_of_what_was_measured_is_drawn(device, inside):
    device.open(inside, "history")
    inside.get_by_role("button", name="Choose").click()
    dialog = inside.get_by_role("dialog")
    dialog.get_by_role("switch", name="Rung").click()
    expect(dialog.get_by_role("switch", name="Rung")).to_be_checked()
    dialog.get_by_role("button", name="Close").click()
    expect(inside.get_by_role("region", name="Rung")).to_be_visible()
    eventually(lambda: device.get("/api/history/greenhouse/temperature")["rows"], "a minute has passed", 90)
    inside.reload()
    expect(inside.get_by_role("img", name=re.compile("Temperature: 21.4 to 21.4"))).to_be_visible()
    with inside.expect_download() as download:
        inside.get_by_role("button", name="Temperature as CSV").click()
    assert download.value.path().read_text().startswith("time,mean,least,most")


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


def test_a_page_tells_that_the_device_is_gone_and_comes_back(device, inside):
    device.open(inside, "modules")
    expect(row(inside, "Valves")).to_be_visible()
    device.board.power_cut()
    inside.get_by_role("button", name="Restart Valves").click()
    expect(inside.locator(".notice").filter(has_text="The device does not answer")).to_be_visible(
        timeout=60000
    )
    device.board.start()
    eventually(device.answers, "the device is back")
    expect(inside.locator(".link")).to_have_text("Live", timeout=60000)
