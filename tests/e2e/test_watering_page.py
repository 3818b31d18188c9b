"""The garden's pages in a real browser: what runs, by hand, edited lists, two people at once, on a phone too."""

import json

import plain_http
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from test_run import Garden

from processes import eventually

PAGES = {
    "watering": {"en": "Watering", "de": "Bewässerung"},
    "programs": {"en": "Programs", "de": "Programme"},
    "schedules": {"en": "Schedules", "de": "Zeitpläne"},
    "runs": {"en": "Runs", "de": "Läufe"},
    "garden": {"en": "Garden settings", "de": "Garten einrichten"},
}


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """A `make run` for all tests of this file."""
    from processes import Ports, Process

    folder = tmp_path_factory.mktemp("page")
    ports = Ports()
    process = Process(folder / "run.log")

    def start(command, **options):
        process.spawn(command, **options)
        return process

    garden = Garden(start, folder / "garden", (ports(), ports()))
    garden.ready()
    yield garden
    process.stop(15)


def get(garden, path):
    """Return the JSON at a path of the device."""
    return plain_http.get(garden.url + path.lstrip("/"), timeout=20).json()


def post(garden, path, body=None, **headers):
    """POST and return the answer."""
    return plain_http.post(
        garden.url + path.lstrip("/"), json={} if body is None else body, headers=headers, timeout=20
    )


@pytest.fixture
def watering(garden, page):
    """The first page, with nothing running."""
    post(garden, "/watering/state/stop")
    for id in range(7):
        post(garden, "/watering/valve/%d/false" % id)
    page.goto(garden.url)
    expect(page.get_by_role("heading", name="Watering", level=1)).to_be_visible()
    return page


def test_a_valve_is_opened_by_hand_for_some_minutes_and_closed(garden, watering):
    watering.get_by_role("radio", name="5").check()
    watering.get_by_role("button", name="Open Lawn").click()
    closes = watering.get_by_role("button", name="Close Lawn")
    expect(closes).to_be_visible()
    assert garden.board("pin", "4") == "1\n"
    assert 290 <= get(garden, "/watering/valve/0")["valve"]["left"] <= 300
    expect(watering.get_by_text("by hand, 4:")).to_be_visible()
    closes.press("Enter")
    expect(watering.get_by_role("button", name="Open Lawn")).to_be_visible()
    assert garden.board("pin", "4") == "0\n"
    expect(watering.get_by_role("button", name="Open Pots")).to_be_disabled()


def test_a_program_runs_with_a_count_down_is_paused_and_stopped(garden, watering):
    watering.goto(garden.url + "#/programs")
    watering.get_by_role("button", name="Play Lawn and hedge").click()
    watering.goto(garden.url + "#/watering")
    expect(watering.locator(".g-time").first).to_contain_text("14:")
    watering.get_by_role("button", name="Pause").click()
    expect(watering.get_by_role("button", name="Go on")).to_be_visible()
    assert garden.board("pin", "4") == "0\n"
    watering.get_by_role("button", name="Go on").click()
    eventually(lambda: garden.board("pin", "4") == "1\n")
    watering.get_by_role("button", name="Stop all").click()
    expect(watering.get_by_text("Nothing runs.")).to_be_visible()
    assert garden.board("pin", "4") == "0\n"


def test_a_program_is_edited_and_two_people_are_told_of_each_other(garden, watering):
    watering.goto(garden.url + "#/programs")
    first = watering.get_by_label("Name", exact=True).first
    first.fill("Front lawn")
    watering.get_by_role("button", name="Save").click()
    expect(watering.get_by_role("button", name="Save")).to_have_count(0)
    assert get(garden, "/watering/programs")[0]["name"] == "Front lawn"
    first.fill("My lawn")
    theirs = get(garden, "/watering/programs")
    theirs[0]["name"] = "Their lawn"
    assert post(garden, "/watering/programs", theirs).status_code == 200
    watering.get_by_role("button", name="Save").click()
    expect(watering.get_by_text("Somebody else has saved")).to_be_visible()
    assert get(garden, "/watering/programs")[0]["name"] == "Their lawn", "nothing is overwritten unasked"
    expect(first).to_have_value("My lawn")
    watering.get_by_role("button", name="Load theirs").click()
    expect(first).to_have_value("Their lawn")


def test_settings_are_edited_and_two_people_are_told_of_each_other(garden, watering):
    watering.goto(garden.url + "#/garden")
    noted = watering.get_by_label("Noted every, s")
    noted.fill("30")
    noted.press("Tab")
    watering.get_by_role("button", name="Save").click()
    expect(watering.get_by_role("button", name="Save")).to_have_count(0)
    assert get(garden, "/watering/settings")["player"]["save_s"] == 30
    noted.fill("40")
    noted.press("Tab")
    assert post(garden, "/watering/settings", {"rain": {"dry_h": 5}}).status_code == 200
    watering.get_by_role("button", name="Save").click()
    expect(watering.get_by_text("Somebody else has saved")).to_be_visible()
    assert get(garden, "/watering/settings")["player"]["save_s"] == 30, "nothing is overwritten unasked"
    watering.get_by_role("button", name="Load theirs").click()
    expect(noted).to_have_value("30")
    expect(watering.get_by_label("Schedules wait after rain, h")).to_have_value("5")
    window = watering.get_by_label("Counted every, ms")
    window.fill("500")
    window.press("Tab")
    watering.get_by_role("button", name="Save").click()
    expect(watering.get_by_role("button", name="Save")).to_have_count(0)
    assert get(garden, "/watering/flow")["flow"]["time_base"] == 500
    # What is refused for another reason says that one.
    watering.get_by_role("group", name="Lawn").get_by_label("Pin").fill("27")
    watering.get_by_label("At most open at once").press("Tab")
    watering.get_by_role("button", name="Save").click()
    expect(watering.get_by_text("pin 27 is there twice").first).to_be_visible()
    watering.get_by_role("button", name="Undo").click()


def test_a_schedule_is_added_and_shown_among_the_next_days(garden, watering):
    watering.goto(garden.url + "#/schedules")
    watering.get_by_role("button", name="Add", exact=True).click()
    watering.get_by_label("Name", exact=True).last.fill("At noon")
    watering.get_by_label("Start time 1").last.fill("12:00")
    watering.get_by_role("button", name="Save").click()
    expect(watering.get_by_role("button", name="Save")).to_have_count(0)
    assert get(garden, "/watering/scheduled")[-1]["times"] == ["12:00"]
    watering.goto(garden.url + "#/watering")
    expect(watering.get_by_text("At noon").first).to_be_visible()


def test_unsaved_changes_are_not_lost_silently(garden, watering):
    watering.goto(garden.url + "#/programs")
    first = watering.get_by_label("Name", exact=True).first
    first.fill("Half done")
    with watering.expect_event("dialog") as asked:
        watering.once("dialog", lambda dialog: dialog.dismiss())
        watering.evaluate("location.hash = '#/watering'")
    assert "not saved" in asked.value.message
    expect(first).to_have_value("Half done")
    unload = "dispatchEvent(new Event('beforeunload', {cancelable: true}))"
    assert watering.evaluate(unload) is False, "to close or reload the page asks, too"
    watering.get_by_role("button", name="Undo").click()
    expect(watering.get_by_role("button", name="Undo")).to_have_count(0)
    assert watering.evaluate(unload) is True


@pytest.mark.parametrize(("width", "scheme", "language"), [(390, "dark", "de"), (1280, "light", "en")])
def test_every_page_fits_and_axe_finds_nothing(garden, browser, width, scheme, language):
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, locale=language
    )
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for name in PAGES:
        page.goto(garden.url + "#/" + name)
        expect(page.locator(".link.live")).to_be_visible()
        expect(page.get_by_role("heading", name=PAGES[name][language], level=1)).to_be_visible()
        expect(page.locator(".busy, .trouble")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        found = Axe().run(page)
        rules = ["{}: {}".format(v["id"], v["nodes"][0]["html"][:120]) for v in found.response["violations"]]
        assert not rules, (name, rules)
    assert errors == []
    assert all(url.startswith((garden.url, "data:", "blob:")) for url in asked), (
        "nothing comes from elsewhere"
    )
    context.close()


def test_the_pages_are_small():
    import gzip
    from pathlib import Path

    folder = Path(__file__).resolve().parent.parent.parent / "samples" / "watering" / "www" / "garden"
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in folder.iterdir()) <= 25 * 1024
    assert json.loads((folder.parent.parent / "config.json").read_text())["dashboard"]["first"] == "watering"
