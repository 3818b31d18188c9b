"""Each page without a mouse, at double size and with more room between letters: WCAG 2.2."""

import pytest
from admin_client import Administrator
from dashboard_board import Greenhouse, login, watched
from playwright.sync_api import expect

PAGES = ["", *"modules plugins network time files log events routes recorder system users history".split()]
# What has the focus: its place among all that can have it, whether it is seen, and whether that is marked.
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const at = [...document.querySelectorAll("*")].indexOf(one);
  return {at, name: one.outerHTML.slice(0, 120), wide: box.width, high: box.height,
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none"};
}"""
# Text that is cut: wider or higher than the box that hides the rest.
CUT = """() => [...document.querySelectorAll("main *")].filter(one => {
  const style = getComputedStyle(one);
  if (!one.clientWidth || one.closest("svg, pre, textarea, .uplot, .unseen")) return false;
  if (style.textOverflow === "ellipsis") return false;
  const hides = style.overflowX === "hidden" || style.overflowY === "hidden";
  return hides && one.innerText && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
}).map(one => one.outerHTML.slice(0, 120))"""
OUTSIDE = """() => [...document.querySelectorAll("main *")]
  .filter(one => one.getBoundingClientRect().right > 320).map(one => one.outerHTML.slice(0, 120))"""
# The field of a date and time, which the browser draws, has no room for it yet on 320 pixels.
WIDER = """*:not(input){line-height:1.5 !important;letter-spacing:.12em !important;word-spacing:.16em !important}
p{margin-bottom:2em !important}"""


@pytest.fixture(scope="module")
def device(tmp_path_factory):
    """The greenhouse with all plugins that have a page."""
    plugins = ["tz", "admin", "history"]
    config = {"tz": {"zone": "UTC0"}}
    with Greenhouse(
        tmp_path_factory.mktemp("greenhouse"), plugins=plugins, config=config, heap="320K"
    ) as device:
        device.admin = Administrator(device)
        yield device


@pytest.fixture(scope="module")
def tab(device, window):
    """A page whose browser has logged in."""
    page = window.new_page()
    login(device, page)
    yield page
    page.close()


@pytest.fixture
def inside(tab):
    yield from watched(tab)


def show(device, page, place):
    """Show a place, all of it."""
    page.goto("about:blank")
    device.open(page, place)
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("main [aria-busy=true]")).to_have_count(0)


@pytest.mark.parametrize("place", PAGES)
def test_tab_reaches_all_in_order_and_the_focus_is_seen(device, inside, place):
    show(device, inside, place)
    inside.evaluate("document.activeElement.blur()")
    seen = []
    for _ in range(150):
        inside.keyboard.press("Tab")
        focused = inside.evaluate(FOCUSED)
        if focused is None or focused["at"] in seen:
            break
        assert focused["wide"] > 0 and focused["high"] > 0 and focused["inside"], focused["name"]
        assert focused["marked"], focused["name"]
        seen.append(focused["at"])
    else:
        raise AssertionError("Tab comes to no end")
    assert len(seen) > 10 and seen == sorted(seen), seen


def test_a_dialog_keeps_the_focus_and_gives_it_back(device, inside):
    show(device, inside, "files")
    button = inside.get_by_role("button", name="New folder")
    button.focus()
    inside.keyboard.press("Enter")
    dialog = inside.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _ in range(8):
        inside.keyboard.press("Tab")
        # Between its last and its first element the browser's own bar may have the focus.
        assert inside.evaluate(
            "document.activeElement.closest('dialog') || document.activeElement === document.body"
        )
    inside.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()


@pytest.mark.parametrize("place", PAGES)
def test_nothing_is_lost_at_double_size_and_with_more_room(device, inside, place):
    inside.set_viewport_size({"width": 320, "height": 640})  # 640 pixels at 200 %, 1280 at 400 %
    try:
        show(device, inside, place)
        for text in ("", WIDER):
            inside.evaluate("document.adoptedStyleSheets = [new CSSStyleSheet()]")
            inside.evaluate("s => document.adoptedStyleSheets[0].replaceSync(s)", text)
            assert inside.evaluate("document.documentElement.scrollWidth") <= 320, inside.evaluate(OUTSIDE)
            assert inside.evaluate(CUT) == [], text
    finally:
        inside.set_viewport_size({"width": 1280, "height": 720})
