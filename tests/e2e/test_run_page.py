"""The page of the garden in a real browser: live, on phones too, and honest when the device is gone."""

import re

import pytest
from playwright.sync_api import expect
from test_run import Garden, Listener

from processes import Process, eventually


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """A `make run` for all tests of this file."""
    from processes import Ports

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


@pytest.fixture
def valves(garden, page):
    """The page with all valves closed."""
    for i in range(7):
        garden.put("/valves/%d" % i, "false")
    page.goto(garden.url)
    expect(page.get_by_role("status")).to_have_text("Live")
    return page


def test_it_lists_the_valves(valves):
    expect(valves).to_have_title("garden")
    switches = valves.get_by_role("switch")
    expect(switches).to_have_count(8)
    for switch in switches.all():
        expect(switch).not_to_be_checked()
    expect(valves.get_by_role("switch", name="Lawn")).to_be_enabled()
    # Disabled in the configuration.
    expect(valves.get_by_role("switch", name="Pots")).to_be_disabled()
    expect(valves.locator("li", has_text="Pots")).to_contain_text("disabled")


def test_a_switch_opens_the_valve(garden, valves):
    lawn = valves.get_by_role("switch", name="Lawn")
    lawn.click()
    expect(lawn).to_be_checked()
    expect(valves.locator("li", has_text="Lawn")).to_contain_text("open")
    assert garden.get("/valves/0") is True
    assert garden.board("pin", "4") == "1\n"
    # By keyboard as well.
    lawn.focus()
    valves.keyboard.press("Space")
    expect(lawn).not_to_be_checked()
    assert garden.get("/valves/0") is False


def test_what_others_do_is_seen_at_once(garden, valves):
    listener = Listener(garden.mqtt)
    listener.send("valves/1/set", "true")
    expect(valves.get_by_role("switch", name="Beds")).to_be_checked()
    listener.send("valves/1/set", "false")
    expect(valves.get_by_role("switch", name="Beds")).not_to_be_checked()
    listener.close()


def test_two_pages_show_the_same(garden, valves, browser):
    other = browser.new_context().new_page()
    other.goto(garden.url)
    valves.get_by_role("switch", name="Hedge").click()
    expect(other.get_by_role("switch", name="Hedge")).to_be_checked()
    other.context.close()


def test_a_lost_device_is_told_and_found_again(garden, valves):
    garden.board("power", "cut")
    garden.board("power", "on")
    # The valves are closed after a power cut, and the page is right about it by itself.
    valves.get_by_role("switch", name="Roses")
    expect(valves.get_by_role("status")).to_have_text("Live", timeout=30000)
    garden.board("power", "cut")
    eventually(lambda: '"on": false' in garden.board("state"))
    with valves.expect_request(re.compile("/api$"), timeout=45000):
        pass
    expect(valves.get_by_role("status")).to_have_text(re.compile("lost"))
    expect(valves.get_by_role("switch", name="Lawn")).to_be_disabled()
    garden.board("power", "on")
    expect(valves.get_by_role("status")).to_have_text("Live", timeout=45000)
    expect(valves.get_by_role("switch", name="Lawn")).to_be_enabled()


def test_it_fits_a_phone(garden, browser):
    context = browser.new_context(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(garden.url)
    expect(page.get_by_role("switch")).to_have_count(8)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for switch in page.get_by_role("switch").all():
        box = switch.bounding_box()
        assert box["height"] >= 44 and box["width"] >= 44
    page.get_by_role("switch", name="Herbs").tap()
    expect(page.get_by_role("switch", name="Herbs")).to_be_checked()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_colours_can_be_read(garden, browser, scheme):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(garden.url)
    expect(page.get_by_role("status")).to_have_text("Live")
    for selector in ("h1", "#link", "li b", "li small"):
        assert page.evaluate(CONTRAST, selector) >= 4.5, selector
    context.close()


# WCAG 2.1 contrast of an element's text on the nearest background behind it.
CONTRAST = """selector => {
  let element = document.querySelector(selector);
  const colour = text => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const front = colour(getComputedStyle(element).color);
  let back = "rgba(0, 0, 0, 0)";
  for (; element && back === "rgba(0, 0, 0, 0)"; element = element.parentElement)
    back = getComputedStyle(element).backgroundColor;
  const light = rgb => {
    const [r, g, b] = rgb.map(c => c / 255).map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [a, b] = [light(front), light(colour(back))].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}"""


def test_nothing_comes_from_elsewhere(garden, browser):
    context = browser.new_context()
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(garden.url)
    expect(page.get_by_role("status")).to_have_text("Live")
    assert all(url.startswith((garden.url, "data:")) for url in asked)
    context.close()
