"""The pages of administration in a real browser: each button with its effect on the device, and its failure shown."""

import io
import json
import re
import tarfile

import pytest
import requests
from admin_client import PASSWORD, Administrator
from dashboard_board import administered, login, row, told
from playwright.sync_api import expect

from processes import eventually


@pytest.fixture(scope="module", params=["http_async", "http_windup"])
def device(request, tmp_path_factory):
    """The greenhouse with all plugins that have a page; its administrator's password is set."""
    with administered(tmp_path_factory.mktemp("greenhouse"), request.param) as device:
        yield device


def config(device):
    """The config.json of the device."""
    return json.loads((device.files / "config.json").read_text())


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
    device.open(inside, "modules")
    inside.get_by_role("button", name="Traceback of greenhouse").click()
    expect(inside.get_by_role("dialog").locator("pre")).to_contain_text("ValueError: warm: takes 60 or less")
    inside.get_by_role("dialog").get_by_role("button", name="Close").click()
    inside.get_by_role("button", name="Settings of Greenhouse").click()
    inside.get_by_role("button", name="Undo the last save").click()
    told(inside, "runs with it")
    assert "greenhouse" not in config(device)
    inside.get_by_label("Warm warm").fill("31")
    inside.get_by_role("button", name="Save", exact=True).click()
    eventually(lambda: config(device).get("greenhouse") == {"warm": 31})
    inside.get_by_role("button", name="Back to the default").click()
    inside.get_by_role("button", name="Keep").click()
    expect(inside.get_by_role("button", name="Save", exact=True)).to_be_disabled()
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
    inside.get_by_role("button", name="As here: UTC").click()
    device.has("tz/zone", "UTC0")
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
    device.admin.put("/api/admin/users/eve", {"password": "12345678", "groups": []})
    device.admin.delete("/api/admin/users/eve")
    with inside.expect_download() as download:
        inside.get_by_role("button", name="Download").click()
    assert download.value.path().read_text().count("user eve added") == 1
    inside.get_by_role("button", name="Go on").click()
    expect(inside.get_by_role("log").get_by_text("user eve added")).to_have_count(2)
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
    inside.get_by_role("button", name="Pause").click()
    inside.get_by_role("button", name="Publish").click()
    dialog.get_by_label("Topic").fill("greenhouse/note")
    dialog.get_by_label("Value").fill("7")
    dialog.get_by_label("Retain").check()
    dialog.get_by_role("button", name="Publish").click()
    told(inside, "Published: greenhouse/note")
    expect(inside.get_by_role("log")).not_to_contain_text("greenhouse/note")
    inside.get_by_role("button", name="Go on").click()
    inside.get_by_label("Filter of topics").fill("greenhouse/note")  # it is retained, and so comes again
    inside.get_by_role("button", name="Watch").click()
    expect(inside.get_by_role("log")).to_contain_text("greenhouse/note")
    device.admin.post("/api/admin/events", {"topic": "greenhouse/note", "value": None, "retain": True})
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


def test_modules_and_the_board_are_restarted(device, inside):
    device.open(inside, "system")
    for button, sure, gone in (("Restart", "Restart modules", False), ("Reset", "Reset the board", True)):
        assert device.put("valves/0", True) == 200
        inside.get_by_role("button", name=button, exact=True).click()
        inside.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        assert device.get("/api/valves/0")
        inside.get_by_role("button", name=button, exact=True).click()
        inside.get_by_role("dialog").get_by_role("button", name=sure).click()
        told(inside, "It begins in a moment")
        eventually(lambda: closed(device), "the valve is closed")
        assert (device.board.text.count("Ctrl-C stops it") > 1) == gone
        inside.reload()  # sessions end with the web server
        dialog = inside.get_by_role("dialog")
        dialog.get_by_label("Password").fill(PASSWORD)
        dialog.get_by_role("button", name="Log in").click()
        expect(dialog).to_have_count(0)
    device.admin.login()


def closed(device):
    """Tell whether the device runs, and its first valve is closed."""
    try:
        return device.answers() and not device.get("/api/valves/0")
    except requests.RequestException:  # it has just gone
        return False


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
    inside.get_by_role("button", name="Change anna").click()
    dialog = inside.get_by_role("dialog")
    dialog.get_by_label("Groups").fill("garden")
    dialog.get_by_label("New password").fill("even longer")
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(row(inside, "anna")).to_contain_text(re.compile("anna ?garden"))
    anna = Administrator(device, claim=False)
    assert [anna.login("anna", one).status_code for one in ("long enough", "even longer")] == [403, 200]
    inside.get_by_role("button", name="Log anna out everywhere").click()
    inside.get_by_role("dialog").get_by_role("button", name="Log out everywhere").click()
    told(inside, "anna is logged out everywhere")
    assert anna.get("/api/admin/session").json()["user"] is None
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
    inside.get_by_role("button", name="Delete fan on").click()
    inside.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(inside.get_by_text("No recordings.")).to_be_visible()
    assert not path.exists()


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
    for span in ("Hour", "Week", "Month", "Day"):
        inside.get_by_role("button", name=span, exact=True).click()
        expect(inside.get_by_role("button", name=span, exact=True)).to_have_attribute("aria-pressed", "true")
    # Zoomed by dragging over it; twice a click shows all again.
    plot = inside.locator(".u-over").first
    box = plot.bounding_box()
    inside.mouse.move(box["x"] + 20, box["y"] + 40)
    inside.mouse.down()
    inside.mouse.move(box["x"] + 120, box["y"] + 40, steps=4)
    expect(inside.locator(".u-select").first).not_to_have_css("width", "0px")
    inside.mouse.up()
    plot.dblclick()
    with inside.expect_download() as download:
        inside.get_by_role("button", name="Temperature as CSV").click()
    assert download.value.path().read_text().startswith("time,mean,least,most")


def test_who_logs_out_is_asked_for_a_login_again(device, inside):
    device.open(inside, "users")
    inside.get_by_role("button", name="Log out", exact=True).click()
    expect(inside.get_by_role("switch", name="Fan")).to_be_visible()
    assert inside.evaluate("fetch('/api/admin/system').then(answer => answer.status)") == 401
    login(device, inside)
