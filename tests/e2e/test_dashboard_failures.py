"""Words of each button of each page when the device is gone, is busy, wants a login, or has a full disk."""

import json
import re

import pytest
from admin_client import PASSWORD, Administrator
from dashboard_board import Greenhouse, told, watched
from playwright.sync_api import expect

FILE = {"name": "x.bin", "mimeType": "application/octet-stream", "buffer": b"x" * 70000}


def click(name):
    """Step: click a button of the page."""
    return lambda page: page.locator("main").get_by_role("button", name=name, exact=True).last.click()


def press(name):
    """Step: click a button of the dialog."""
    return lambda page: page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()


def fill(label, text, role="textbox"):
    """Step: fill a field of the page."""
    return lambda page: page.locator("main").get_by_role(role, name=label).first.fill(text)


def enter(label, text):
    """Step: fill a field of the dialog."""
    return lambda page: page.get_by_role("dialog").get_by_label(label).fill(text)


def switch(name):
    """Step: turn a switch."""
    return lambda page: page.get_by_role("switch", name=name).click()


def choose(label, value):
    """Step: choose another one from a list; the first choice is one that holds already."""
    return lambda page: page.get_by_label(label, exact=True).select_option(value)


def attach(page):
    """Step: choose a file of this computer."""
    page.locator("input[type=file]").set_input_files(FILE)


def write(page):
    """Step: write into the editor."""
    page.get_by_role("textbox", name="/boot.txt").click()
    page.keyboard.insert_text("more ")


# (the page, [(what, steps; the last one asks the device)]); "+" at its end: it writes to flash.
PAGES = [
    ("", [("a switch", [switch("Slow relay")]), ("a light", [switch("Ceiling")])]),
    ("modules", [("stop", [click("Stop Valves")]), ("restart", [click("Restart Valves")])]),
    ("modules/greenhouse", [("save+", [fill("Warm warm", "33", "spinbutton"), click("Save")])]),
    ("modules/device", [("save+", [fill("Name name", "new name"), click("Save")])]),
    ("plugins", [("off+", [switch("sysinfo")])]),
    (
        "network",
        [
            ("scan", [click("Scan")]),
            (
                "join+",
                [
                    click("Hidden network"),
                    enter("Name of the network", "Cellar"),
                    enter("Password", "long enough"),
                    press("Join"),
                ],
            ),
            ("order", [click("Address and order of Home"), press("Save")]),
            ("forget", [click("Forget Home"), press("Forget")]),
            ("host name+", [fill("Hostname", "other-name"), click("Save")]),
        ],
    ),
    ("time", [("zone", [fill("Time zone", "Europe/Berlin", "combobox"), click("Save")])]),
    (
        "files",
        [
            ("new file", [click("New file"), enter("Name", "fresh.txt"), press("Create")]),
            ("new folder", [click("New folder"), enter("Name", "fresh"), press("Create")]),
            ("upload+", [attach]),
            ("search", [fill("Search in files", "needle", "searchbox"), click("Search")]),
            ("download", [click("Download boot.txt")]),
            ("about", [click("About boot.txt")]),
            ("rename", [click("Rename or move boot.txt"), enter("Path", "/other.txt"), press("Move")]),
            ("delete", [click("Delete boot.txt"), press("Remove")]),
        ],
    ),
    ("files/boot.txt", [("save+", [write, click("Save")])]),
    ("log", [("levels+", [click("Levels"), choose("All modules", "debug")])]),
    (
        "events",
        [("publish", [click("Publish"), enter("Topic", "a/b"), enter("Value", "1"), press("Publish")])],
    ),
    (
        "recorder",
        [
            ("record", [click("Record")]),
            ("play", [click("Play old.trec.txt")]),
            ("delete", [click("Delete old.trec.txt"), press("Remove")]),
        ],
    ),
    (
        "system",
        [
            ("collect", [click("Collect garbage")]),
            ("restart", [click("Restart"), press("Restart modules")]),
            ("reset", [click("Reset"), press("Reset the board")]),
            ("safe mode", [click("Start safely"), press("Safe mode")]),
            ("backup", [click("Download")]),
            ("sealed backup", [click("With secrets"), enter("Password", "for the safe"), press("Download")]),
            ("restore", [attach, press("Restore")]),
        ],
    ),
    (
        "users",
        [
            (
                "add+",
                [click("Add a user"), enter("Name", "eve"), enter("Password", "long enough"), press("Save")],
            ),
            ("change", [click("Change anna"), press("Save")]),
            ("everywhere", [click("Log anna out everywhere"), press("Log out everywhere")]),
            ("remove+", [click("Remove anna"), press("Remove")]),
            ("token+", [click("Add a token"), enter("Name", "robot"), press("Make")]),
            ("log out", [click("Log out")]),
        ],
    ),
    (
        "history",
        [
            ("choose+", [click("Choose"), switch("Rung")]),
            ("CSV", [click("Temperature as CSV")]),
        ],
    ),
]
ANEW = ("files", "recorder")  # pages that show what a button has begun, and are loaded anew for the next one
OPEN = ("a switch", "a light", "zone", "CSV", "log out")  # what takes no login


@pytest.fixture(scope="module")
def device(tmp_path_factory):
    """The greenhouse with all pages, in a network, with a user and some files."""
    config = {"tz": {"zone": "UTC0"}, "wlan": {"networks": ["Home"]}, "softap": {"mode": "off"}}
    plugins = ["wlan", "tz", "admin", "history", "safemode"]
    folder = tmp_path_factory.mktemp("greenhouse")
    with Greenhouse(folder, plugins=plugins, config=config, heap="448K", relay=False) as device:
        device.admin = Administrator(device)
        device.admin.put("/api/admin/users/anna", {"password": "long enough", "groups": []})
        put_files(device)
        yield device


def put_files(device):
    """Have the files there that buttons are about: a page asks a busy device again, and then they may go."""
    (device.files / "boot.txt").write_text("first line\n")
    (device.files / "recordings").mkdir(exist_ok=True)
    recording = ["!- " + json.dumps({"module": "greenhouse", "at": [0]}), "> greenhouse/fan/set true"]
    (device.files / "recordings" / "old.trec.txt").write_text("\n".join(recording))


@pytest.fixture(scope="module")
def administrator(device, window):
    """A window of the browser in which an administrator has logged in."""
    answer = window.request.post(
        device.url + "/api/admin/session",
        data={"name": "admin", "password": PASSWORD},
        headers={"Origin": device.url},
    )
    assert answer.ok, answer.text()
    return window


@pytest.fixture(scope="module")
def tab(administrator):
    """A page of an administrator, who leaves unsaved changes; loaded once, which is most of what a place costs."""
    page = administrator.new_page()
    page.set_viewport_size({"width": 1100, "height": 900})
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    page.close()


@pytest.fixture
def page(tab):
    """The page of the administrator."""
    yield from watched(tab)


def try_all(device, page, place, buttons, failing, check):
    """Do the last step of each button while `failing(page)` holds, and see what the page says."""
    put_files(device)
    show(device, page, place)
    for what, steps in buttons:
        if place.split("/")[0] in ANEW and what != buttons[0][0]:
            put_files(device)
            show(device, page, place)
            wait_for_files(device, page, place)
        expect(page.locator("main .busy")).to_have_count(0)
        for step in steps[:-1]:
            step(page)
        expect(page.locator("dialog .busy")).to_have_count(0)
        mend = failing(page)
        try:
            steps[-1](page)
            check(page, what)
        finally:
            mend()
        clear(page)


def show(device, page, place):
    """Show a place anew: not what was there before."""
    device.open(page, "routes")
    expect(page.locator("main h1")).to_have_text("Routes")
    device.open(page, place)
    expect(page.locator("main h1").filter(has_text="Routes")).to_have_count(0)


def wait_for_files(device, page, place):
    """Wait until the page lists the files; a device that was busy just then is asked again."""
    listed = page.get_by_role("button", name=re.compile("^(Download boot|Play old)"))
    refused = page.locator("main .trouble, .notice.bad")
    expect(listed.or_(refused).first).to_be_visible(timeout=60000)
    while not listed.count():
        show(device, page, place)
        expect(listed.or_(refused).first).to_be_visible(timeout=60000)


def tells(page, text):
    """Wait until the page says that something failed."""
    told = page.locator(".notice.bad, .trouble, .wrong:not(:empty)").filter(has_text=text)
    expect(told.first).to_be_visible(timeout=60000)


def clear(page):
    """Close dialogs and notices."""
    quiet = 0
    while quiet < 2:  # what failed may still open a dialog after its notice
        quiet += 1
        if page.get_by_role("dialog").count():
            page.keyboard.press("Escape")
            quiet = 0
        elif page.locator(".notice").count():
            page.locator(".notice button").first.click(force=True)
            quiet = 0
        page.wait_for_timeout(50)
    expect(page.locator(".link")).to_have_text("Live", timeout=60000)


# First: what a device deletes later makes room on a full disk.
@pytest.mark.parametrize(
    "place, buttons",
    [
        (place, [one for one in buttons if one[0][-1] == "+"])
        for place, buttons in PAGES
        if "+" in str(buttons)
    ],
)
def test_a_full_disk_is_told_and_leaves_all_as_it_was(device, page, place, buttons):
    def full(page):
        device.board.fill_disk(0)
        return lambda: device.board.fill_disk(1 << 30)

    def check(page, what):
        tells(page, re.compile("not saved|no room left"))
        assert kept(device) == before, what

    put_files(device)
    before = kept(device)
    try_all(device, page, place, buttons, full, check)


def kept(device):
    """Return the text of the files that the device writes."""
    return [(device.files / name).read_text() for name in ("config.json", "secrets.json", "boot.txt")]


@pytest.mark.parametrize("place, buttons", PAGES, ids=[place or "home" for place, _ in PAGES])
def test_a_device_that_is_gone_is_told(device, page, place, buttons):
    def gone(page):
        page.route("**/api/**", lambda route: route.abort("connectionreset"))
        return lambda: page.unroute("**/api/**")

    try_all(device, page, place, buttons, gone, lambda page, what: tells(page, "does not answer"))


@pytest.mark.parametrize("place, buttons", PAGES, ids=[place or "home" for place, _ in PAGES])
def test_a_device_that_is_busy_is_told(device, page, place, buttons):
    def busy(page):
        answer = {"status": 503, "headers": {"Retry-After": "1"}, "body": ""}  # as for one too many
        page.route("**/api/**", lambda route: route.fulfill(**answer))
        return lambda: page.unroute("**/api/**")

    try_all(device, page, place, buttons, busy, lambda page, what: tells(page, "busy"))


@pytest.mark.parametrize("place, buttons", PAGES, ids=[place or "home" for place, _ in PAGES])
def test_a_session_that_has_ended_asks_for_a_login(device, page, place, buttons):
    def logged_out(page):
        cookies = page.context.cookies()
        page.context.clear_cookies()
        return lambda: page.context.add_cookies(cookies)

    def check(page, what):
        login = page.get_by_role("dialog").last
        expect(login.get_by_role("heading")).to_have_text("Log in")
        login.get_by_role("button", name="Cancel").click()
        tells(page, "A login is needed")

    try_all(device, page, place, [button for button in buttons if button[0] not in OPEN], logged_out, check)


def test_a_password_of_a_network_is_added(device, page):
    show(device, page, "modules/wlan")
    page.get_by_label("Name", exact=True).fill("Attic")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Attic", exact=True).fill("long enough")
    click("Save")(page)
    told(page, "starts again in a moment")
    assert (
        json.loads((device.files / "secrets.json").read_text())["wlan"]["passwords"]["Attic"] == "long enough"
    )
