"""The page Network in a real browser, and what the captive portal leads to: against the radio of the virtual board."""

import json

import httpx
import pytest
from admin_client import PASSWORD
from dashboard_board import accessible
from playwright.sync_api import expect

from processes import eventually

PACE = {"join": 20, "dhcp": 20, "search": 30, "refuse": 30, "lose": 20, "retry": 50}
WLAN = {"networks": [], "retry_s": 0.2, "retry_max_s": 1, "poll_ms": 50, "check_s": 0.1}


@pytest.fixture(params=["http_async"])
def new(device, request):
    """A new device, whose access point is open; the browser is in it."""
    plugins = ["wlan", "softap", request.param, "dashboard", "admin"]
    board = device(
        config={
            "name": "new one",
            "plugins": plugins,
            "wlan": WLAN,
            # The relay's address: who comes from there is a guest.
            "softap": {"address": "127.0.0.1", "after_s": 0.5, "linger_s": 2, "dns_port": 0},
        },
        heap="320K",
    )
    board.call(board.world.wifi.pace.update, PACE)
    board.wifi.add("Home & Garden", "geheim-42", -45, channel=3)
    board.wifi.add("Cafe", "", -60, channel=11)
    board.wifi.add("Cellar", "hidden-away", -70, hidden=True)
    eventually(lambda: _status(board.url + "/api/admin/session") == 200, "the device")
    return board


def test_a_phone_sets_a_new_device_up_on_the_dashboard(new, page):
    for host, path in (("captive.apple.com", "/hotspot-detect.html"), ("news.example", "/today")):
        answer = httpx.get(new.url + path, headers={"Host": host})
        assert (answer.status_code, answer.headers["Location"]) == (
            302,
            "http://127.0.0.1/dashboard/#/network",
        )
    assert httpx.post(new.url + "/setup", data={"ssid": "Cafe"}).status_code == 404
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(new.url + "/setup")
    assert page.url.endswith("/dashboard/#/network")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Code")).to_have_count(0)  # who is near needs none
    dialog.get_by_label("New password").fill(PASSWORD)
    dialog.get_by_label("Once more").fill(PASSWORD)
    dialog.get_by_role("button", name="Set password").click()
    page.get_by_role("button", name="Scan").click()
    home = row(page, "Home & Garden")
    expect(home.get_by_role("img", name="Signal 4 of 4, -45 dBm")).to_be_visible()
    expect(home).to_contain_text("secured · channel 3")
    expect(row(page, "Cafe")).to_contain_text("open · channel 11")
    accessible(page)
    home.get_by_role("button", name="Join").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password").fill("short")
    expect(dialog.get_by_role("button", name="Join")).to_be_disabled()
    dialog.get_by_label("Password").fill("geheim-42")
    dialog.get_by_label("Name of this device").fill("a/b")
    dialog.get_by_role("button", name="Join").click()
    expect(dialog.get_by_role("alert").last).to_contain_text("name: takes 1 to 32 characters")
    dialog.get_by_label("Name of this device").fill("Shed")
    dialog.get_by_role("button", name="Join").click()
    # Said before the link changes, and what became of it.
    expect(dialog.get_by_role("link", name="http://shed.local/")).to_be_visible()
    accessible(page)
    expect(dialog.get_by_role("heading")).to_have_text("The device is in Home & Garden")
    assert json.loads((new.files / "config.json").read_text())["name"] == "Shed"
    assert "geheim" not in (new.files / "config.json").read_text()
    assert "geheim-42" in (new.files / "secrets.json").read_text()
    eventually(lambda: not new.world.wifi.ap.active, "the access point is closed")
    assert httpx.get(new.url + "/setup").status_code == 404
    assert new.world.wifi._hostname == "shed"


def test_networks_are_joined_ordered_fixed_and_forgotten(new, page):
    claim(new, page)
    page.get_by_role("button", name="Scan").click()
    join(page, "Home & Garden", "not the one")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Home & Garden: wrong password")
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    join(page, "Home & Garden", "geheim-42")
    joined(page, "Home & Garden")
    page.get_by_role("button", name="Hidden network").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name of the network").fill("Cellar")
    dialog.get_by_label("Password").fill("hidden-away")
    dialog.get_by_role("button", name="Join").click()
    joined(page, "Cellar")
    networks = saved(new)["networks"]
    assert networks == ["Home & Garden", {"ssid": "Cellar", "hidden": True}]
    # Back to one whose password it knows.
    page.get_by_role("button", name="Scan").click()
    join(page, "Home & Garden", "")
    joined(page, "Home & Garden")
    page.get_by_role("button", name="Address and order of Cellar").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Try this network first").check()
    dialog.get_by_label("Fixed address").check()
    for label, value in (
        ("Address", "192.168.1.77"),
        ("Gateway", "192.168.1.1"),
        ("Name server", "192.168.1.1"),
    ):
        dialog.get_by_label(label, exact=True).fill(value)
    dialog.get_by_role("button", name="Save").click()
    eventually(lambda: saved(new)["networks"][0] != "Home & Garden", "the order is saved")
    fixed = ["192.168.1.77", "255.255.255.0", "192.168.1.1", "192.168.1.1"]
    assert saved(new)["networks"] == [
        {"ssid": "Cellar", "hidden": True, "ifconfig": fixed},
        "Home & Garden",
    ]
    page.get_by_role("button", name="Forget Home & Garden").click()
    page.get_by_role("dialog").get_by_role("button", name="Forget").click()
    expect(page.locator(".notice").filter(has_text="Home & Garden is forgotten.")).to_be_visible()
    eventually(lambda: [one["ssid"] for one in saved(new)["networks"]] == ["Cellar"], "it is forgotten")
    assert "geheim" not in (new.files / "secrets.json").read_text()
    eventually(lambda: new.world.wifi.sta.static, "the fixed address is in use")
    page.get_by_label("Hostname").fill("tool-shed")
    page.get_by_role("button", name="Save", exact=True).last.click()
    eventually(lambda: new.world.wifi._hostname == "tool-shed", "the host name is in use")


def claim(new, page):
    """Set the administrator's password on the access point, and show the page."""
    page.goto(new.url + "/dashboard/#/network")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("New password").fill(PASSWORD)
    dialog.get_by_label("Once more").fill(PASSWORD)
    dialog.get_by_role("button", name="Set password").click()
    expect(page.get_by_role("region", name="In reach")).to_be_visible()


def row(page, ssid):
    """The line of a network in reach."""
    region = page.get_by_role("region", name="In reach")
    return region.locator(".row").filter(has=page.get_by_text(ssid)).first


def join(page, ssid, password):
    """Join a network that was found."""
    row(page, ssid).get_by_role("button", name="Join").click()
    dialog = page.get_by_role("dialog")
    if password:
        dialog.get_by_label("Password").fill(password)
    dialog.get_by_role("button", name="Join").click()


def joined(page, ssid):
    """Wait until the device has told that it is in a network."""
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("The device is in " + ssid, timeout=30000)
    dialog.get_by_role("button", name="Close").click()


def saved(new):
    """The section wlan of the device's configuration."""
    return json.loads((new.files / "config.json").read_text())["wlan"]


def _status(url):
    try:
        return httpx.get(url, timeout=2).status_code
    except httpx.TransportError:
        return None
