"""Home in a real browser: every kind of property, live, and honest about refusals and a device out of reach."""

import gzip
import json
import re
from pathlib import Path

import pytest
import requests
from dashboard_board import Greenhouse, accessible, watched
from playwright.sync_api import expect

WWW = Path(__file__).resolve().parent.parent.parent / "plugins" / "dashboard" / "www"


@pytest.fixture(scope="module", params=["http_async", "http_windup"])
def device(request, tmp_path_factory):
    """The greenhouse, on each server."""
    with Greenhouse(tmp_path_factory.mktemp("greenhouse"), request.param) as device:
        yield device


@pytest.fixture(scope="module")
def tab(device, window):
    """A page that shows the device; only the first test waits until it is loaded."""
    page = device.open(window.new_page())
    yield page
    page.close()


@pytest.fixture
def home(device, tab):
    """Home, with the greenhouse as it was."""
    for path, value in (
        ("fan", False),
        ("target", 18),
        ("lamp", 40),
        ("mode", "auto"),
        ("label", "Tomatoes"),
        ("slow", False),
    ):
        assert device.put("greenhouse/" + path, value) == 200
    yield from watched(device.open(tab))


def widget(page, name):
    """The line of a property."""
    return page.locator(".widget").filter(has=page.locator(".label > span").get_by_text(name, exact=True))


def test_a_card_stands_for_each_module_with_what_it_is_called(home):
    expect(home).to_have_title("Home · greenhouse")
    card = home.get_by_role("region", name="Greenhouse")
    assert card.locator(".label > span").all_inner_texts()[:5] == [
        "Temperature",
        "Humidity",
        "Door",
        "Leak",
        "Fan",
    ]
    expect(widget(home, "Temperature").locator(".value")).to_have_text("21.4°C")
    expect(widget(home, "Door").locator(".badge")).to_have_text("closed")
    expect(widget(home, "Leak").locator(".badge")).to_have_text("wet")
    expect(home.get_by_role("region", name="Valves").get_by_role("switch")).to_have_count(3)


def test_a_switch_switches_by_mouse_and_keyboard(device, home):
    fan = home.get_by_role("switch", name="Fan")
    fan.click()
    expect(fan).to_be_checked()
    device.has("greenhouse/fan", True)
    fan.focus()
    home.keyboard.press("Space")
    expect(fan).not_to_be_checked()
    device.has("greenhouse/fan", False)


def test_a_slider_sets_a_number(device, home):
    slider = home.get_by_role("slider", name="Heat to")
    slider.focus()
    home.keyboard.press("ArrowRight")
    expect(widget(home, "Heat to").locator("output")).to_have_text("18.5 °C")
    expect(slider).to_have_value("18.5")
    device.has("greenhouse/target", 18.5)


def test_a_light_has_a_slider_and_a_switch(device, home):
    light = widget(home, "Grow light")
    light.get_by_role("switch").click()
    expect(light.locator("output")).to_have_text("0 %")
    device.has("greenhouse/lamp", 0)
    light.get_by_role("slider").focus()
    home.keyboard.press("End")
    expect(light.get_by_role("switch")).to_be_checked()
    expect(light.locator("output")).to_have_text("100 %")


def test_a_choice_a_text_and_a_button_act(device, home):
    widget(home, "Mode").get_by_role("combobox").select_option("winter")
    expect(widget(home, "Mode").get_by_role("combobox")).to_have_value("winter")
    device.has("greenhouse/mode", "winter")
    field = home.get_by_label("Sign")
    field.fill("Gurken & Äpfel")
    widget(home, "Sign").get_by_role("button", name="Send").click()
    expect(widget(home, "Sign").get_by_role("button", name="Send")).to_have_count(0)
    device.has("greenhouse/label", "Gurken & Äpfel")
    rung = device.get("/api/greenhouse/rung")
    home.get_by_role("button", name="Ring the bell").click()
    expect(widget(home, "Rung").locator(".value")).to_have_text("%dtimes" % (rung + 1))


def test_a_refused_value_shows_the_reason_beside_it(device, home):
    field = home.get_by_label("Area code")
    field.fill("4713")
    field.press("Enter")
    alert = widget(home, "Area code").get_by_role("alert")
    expect(alert).to_contain_text("only even codes are known here")
    assert device.get("/api/greenhouse/code") % 2 == 1
    alert.get_by_role("button", name="Close").click()
    expect(alert).to_have_count(0)


def test_a_value_on_its_way_looks_different(device, home):
    relay = home.get_by_role("switch", name="Slow relay")
    relay.click()
    expect(relay).to_have_attribute("aria-busy", "true")
    expect(relay).to_be_checked()
    expect(relay).to_have_attribute("aria-busy", "false")
    device.has("greenhouse/slow", True)


def test_a_light_has_brightness_colour_white_and_effects(device, home):
    light = widget(home, "Ceiling")
    light.get_by_role("slider", name="Ceiling Brightness").focus()
    home.keyboard.press("Home")
    device.has("rooms/lamp", lamp(device, brightness=0))
    light.locator("input[type=color]").fill("#ff0000")
    device.has("rooms/lamp", lamp(device, color=[255, 0, 0]))
    light.get_by_role("slider", name="Ceiling White").focus()
    home.keyboard.press("End")
    device.has("rooms/lamp", lamp(device, temperature=6500))
    light.get_by_role("combobox", name="Ceiling Effect").select_option("rainbow")
    device.has("rooms/lamp", lamp(device, effect="rainbow"))
    light.get_by_role("switch", name="Ceiling", exact=True).click()
    device.has("rooms/lamp", lamp(device, on=False))
    assert device.put("rooms/lamp", {"color": [0, 128, 255], "on": True}) == 200
    expect(light.locator("input[type=color]")).to_have_value("#0080ff")
    expect(light.get_by_role("switch", name="Ceiling", exact=True)).to_be_checked()


def lamp(device, **fields):
    """The value that the lamp has, but for some fields."""
    return dict(device.get("/api/rooms/lamp"), **fields)


def test_a_blind_moves_and_says_why_it_does_not(device, home):
    blind = widget(home, "Blind")
    blind.get_by_role("button", name="Close").click()
    expect(blind.locator(".badge")).to_have_text("Closed")
    device.has("rooms/blind", {"state": "closed", "position": 0, "tilt": 40})
    blind.get_by_role("slider", name="Blind Tilt").focus()
    home.keyboard.press("End")
    expect(blind.get_by_role("alert")).to_contain_text("nothing to tilt")
    expect(blind.get_by_role("slider", name="Blind Tilt")).to_have_value("40")
    blind.get_by_role("button", name="Open").click()
    expect(blind.get_by_role("slider", name="Blind Position")).to_have_value("100")
    blind.get_by_role("button", name="Stop").click()
    expect(blind.locator(".badge")).to_have_text("Stopped")


def test_a_fan_and_a_heating_are_set_field_by_field(device, home):
    fan = widget(home, "Ventilator")
    fan.get_by_role("switch", name="Ventilator", exact=True).click()
    fan.get_by_role("switch", name="Ventilator Oscillating").click()
    fan.get_by_role("combobox", name="Ventilator Preset").select_option("breeze")
    fan.get_by_role("combobox", name="Ventilator Direction").select_option("reverse")
    wanted = {"on": True, "speed": 30, "oscillating": True, "direction": "reverse", "preset": "breeze"}
    device.has("rooms/fan", wanted)
    heating = widget(home, "Heating")
    expect(heating.locator(".label")).to_contain_text("19.4 °C · 47 % · Heating")
    heating.get_by_role("button", name="More").click()
    expect(heating.locator("output")).to_have_text("21 °C")
    heating.get_by_role("combobox", name="Heating Mode").select_option("off")
    expect(heating.locator(".label")).to_contain_text("Off")
    assert device.get("/api/rooms/heating")["target"] == 21
    assert device.put("rooms/heating", {"mode": "heat", "target": 20.5}) == 200
    assert device.put("rooms/fan", {"on": False}) == 200


def test_a_lock_and_an_alarm_take_orders_and_refuse_some(device, home):
    door = widget(home, "Front door")
    alarm = widget(home, "Alarm")
    alarm.get_by_role("button", name="Away").click()
    expect(alarm.locator(".badge")).to_have_text("Armed, away")
    door.get_by_role("button", name="Unlock").click()
    expect(door.get_by_role("alert")).to_contain_text("the alarm is armed")
    alarm.get_by_role("button", name="Disarm").click()
    expect(alarm.locator(".badge")).to_have_text("Disarmed")
    door.get_by_role("button", name="Unlock").click()
    expect(door.locator(".badge")).to_have_text("Unlocked")
    expect(door.get_by_role("alert")).to_have_count(0)
    device.has("rooms/door", "unlocked")
    door.get_by_role("button", name="Lock", exact=True).click()
    expect(door.locator(".badge")).to_have_text("Locked")


def test_an_event_is_seen_when_it_happens(device, home):
    bell = widget(home, "Doorbell")
    expect(bell.locator(".value")).to_have_text("–")
    assert device.put("rooms/ring", None) == 200
    expect(bell.locator(".value")).to_have_text("Short")
    expect(bell.locator("small")).to_have_text(re.compile(r"\d+:\d\d"))


def test_dates_and_times_have_fields_of_their_kind(device, home):
    for name, id, value in (
        ("Away until", "holiday", "2027-01-06"),
        ("Wake up", "wake", "07:15"),
        ("Service", "next", "2027-04-01T08:30"),
    ):
        home.get_by_label(name).fill(value)
        widget(home, name).get_by_role("button", name="Send").click()
        device.has("rooms/" + id, value)
        expect(home.get_by_label(name)).to_have_value(value)


def test_what_cannot_be_set_is_shown_only(home):
    lamp = widget(home, "Street lamp")
    expect(lamp.get_by_role("switch")).to_be_disabled()
    expect(lamp.get_by_role("slider")).to_have_count(0)


def test_what_others_do_is_seen_at_once(device, home, browser):
    other = device.open(browser.new_context().new_page())
    home.get_by_role("switch", name="Lawn").click()
    expect(other.get_by_role("switch", name="Lawn")).to_be_checked()
    expect(widget(other, "Lawn")).to_contain_text("open")
    other.get_by_role("switch", name="Lawn").click()
    expect(home.get_by_role("switch", name="Lawn")).not_to_be_checked()
    other.context.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "device", ["http_async"], indirect=True, scope="module"
)  # the page is the same on both
def test_axe_finds_nothing_and_it_fits(device, browser, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page = device.open(context.new_page())
    expect(page.get_by_role("switch", name="Fan")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    accessible(page)
    context.close()


def test_it_speaks_german_to_who_reads_german(device, browser):
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(device.url + "/")
    expect(page).to_have_title("Übersicht · greenhouse")
    expect(widget(page, "Leak").locator(".badge")).to_have_text("nass")
    expect(widget(page, "Temperature").locator(".value")).to_have_text("21,4°C")
    assert page.locator("html").get_attribute("lang") == "de"
    # So does the device, as far as the page knows its texts.
    for name, value, reason in (
        ("Sign", "x" * 21, "erwartet Text aus 0 bis 20 Zeichen, nicht "),
        ("Area code", "7", "only even codes are known here"),
    ):
        page.get_by_label(name).fill(value)
        page.get_by_label(name).press("Enter")
        expect(widget(page, name).get_by_role("alert").locator("span")).to_contain_text(reason)
    context.close()


def test_each_text_of_the_device_that_has_a_german_one_is_one_that_it_says():
    said = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("modcore", "plugins")
        for kind in ("*.py", "plugin.json")
        for path in (WWW.parents[2] / folder).rglob(kind)
    )
    said = re.sub(r'"\n\s+"', "", said.replace('\\"', '"').replace("\\\\", "\\"))
    texts = json.loads((WWW.parent / "src" / "text" / "de.json").read_text(encoding="utf-8"))
    keys = [key for key in texts if key[0] == "~"]
    assert len(keys) > 50
    for key in keys:
        places = [int(place) for place in re.findall(r"\{(\d)\}", texts[key])]
        assert places == list(range(1, len(places) + 1)) and len(places) <= key.count("*"), key
        for part in key[1:].split("*"):
            assert part.strip() in said or part.replace("takes ", "").strip() in said, key


def test_a_third_language_is_a_copy_of_a_file(device):
    www = device.files / "lib" / "plugins" / "dashboard" / "www"
    english = gzip.decompress((www / "index.en.html.gz").read_bytes())
    (www / "index.fr.html.gz").write_bytes(gzip.compress(english.replace(b'lang="en"', b'lang="fr"')))
    for accepted, language in (
        ("fr-CH, de;q=0.9", "fr"),
        ("it, de;q=0.5, fr;q=0.2", "de"),
        ("it", "en"),
        ("fr;q=0, en;q=0.1", "en"),
        ("", "en"),
    ):
        answer = requests.get(device.url + "/", headers={"Accept-Language": accepted}, timeout=10)
        assert 'lang="{}"'.format(language) in answer.text, accepted
    (www / "index.fr.html.gz").unlink()


def test_the_first_view_is_small_and_comes_from_the_device_alone(device, browser):
    context = browser.new_context()
    page = context.new_page()
    asked = []
    page.on("request", lambda request: request.url.startswith("data:") or asked.append(request))
    device.open(page)
    # Whatever is there: a light with colours, a lock, a blind.
    expect(widget(page, "Ceiling").locator("input[type=color]")).to_be_visible()
    assert all(request.url.startswith(device.url + "/") for request in asked)
    assert len(asked) <= 5, [request.url for request in asked]
    # The stream of events has no end.
    sizes = [request.sizes()["responseBodySize"] for request in asked if "/api" not in request.url]
    assert sum(sizes) <= 30000, sizes
    assert sum(file.stat().st_size for file in WWW.iterdir()) <= 110 * 1024
    context.close()


def test_files_are_kept_for_a_year_and_the_policy_is_strict(device):
    answer = requests.get(device.url + "/", timeout=10)
    assert answer.status_code == 200, answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    name = answer.text.partition('src="')[2].partition('"')[0]
    script = requests.get(device.url + name, timeout=10)
    assert script.headers["cache-control"] == "max-age=31536000, immutable"
    assert script.headers["content-encoding"] == "gzip" and "html" in script.text
    plain = requests.get(device.url + "/", headers={"Accept-Encoding": "identity"}, timeout=10)
    assert "content-encoding" not in plain.headers and plain.text == answer.text
    assert plain.headers["vary"] == "Accept-Encoding, Accept-Language"
    assert requests.get(device.url + "/dashboard/nosuch.js", timeout=10).status_code == 404
    for path in ("/", "/dashboard", "/dashboard/", "/dashboard/manifest.webmanifest", name):
        refused = requests.post(device.url + path, timeout=10)
        assert refused.status_code == 405 and refused.headers["allow"] == "GET, HEAD, OPTIONS", path
    assert requests.post(device.url + "/dashboard/nosuch.js", timeout=10).status_code == 404
    assert requests.get(device.url + "/dashboard/..%2fplugin.json", timeout=10).status_code == 404
    found = requests.get(device.url + "/dashboard/manifest.webmanifest", timeout=10).json()
    assert found["name"] == "greenhouse"
    icon = requests.get(device.url + found["icons"][0]["src"], timeout=10)
    assert icon.headers["content-type"] == "image/svg+xml"


def test_a_device_out_of_reach_is_told_at_once_and_found_again(device, home):
    home.get_by_role("switch", name="Beds").click()
    expect(home.get_by_role("switch", name="Beds")).to_be_checked()
    device.board.power_cut()
    expect(home.locator(".link")).to_have_text("Out of reach", timeout=60000)
    expect(home.get_by_role("alert")).to_contain_text("greenhouse is out of reach")
    assert home.locator(".stale").get_attribute("inert") is not None
    device.board.start()
    expect(home.locator(".link")).to_have_text("Live", timeout=60000)
    expect(home.get_by_role("switch", name="Beds")).not_to_be_checked()
    expect(home.get_by_role("alert")).to_have_count(0)
