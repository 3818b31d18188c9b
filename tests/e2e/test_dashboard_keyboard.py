"""Each page without a mouse, at double size and with more room between letters: WCAG 2.2."""

import pytest
from dashboard_board import administered, watched
from playwright.sync_api import expect

PAGES = ["", *"modules plugins network time files log events routes recorder system users history".split()]
# Notes what gets the focus: its place among all that can have it, whether it is seen, and whether that is marked.
FOLLOW = """() => {
  window.focused = [];
  window.followed = () => {
    const one = document.activeElement;
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    focused.push({at: [...document.querySelectorAll("*")].indexOf(one), name: one.outerHTML.slice(0, 120),
      seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
        && box.right > 0 && box.left < innerWidth,
      marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none"});
  };
  document.activeElement.blur();
  addEventListener("focusin", followed);
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
WIDER = """*{line-height:1.5 !important;letter-spacing:.12em !important;word-spacing:.16em !important}
p{margin-bottom:2em !important}"""


@pytest.fixture(scope="module")
def device(tmp_path_factory):
    """The greenhouse with all plugins that have a page."""
    with administered(tmp_path_factory.mktemp("greenhouse")) as device:
        yield device


@pytest.fixture
def inside(tab):
    """The page, wherever an earlier test has left it."""
    yield from watched(tab)


def show(page, place):
    """Show a place, all of it."""
    page.evaluate("place => location.hash = '#/' + (place || 'home')", place)
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("main .busy")).to_have_count(0)


@pytest.mark.parametrize("place", PAGES)
def test_tab_reaches_all_in_order_and_the_focus_is_seen(inside, place):
    show(inside, place)
    inside.evaluate(FOLLOW)
    for _ in range(20):
        for _ in range(20):
            inside.keyboard.press("Tab")
        if inside.evaluate("new Set(focused.map(one => one.at)).size < focused.length"):
            break  # once around, over the browser's own bar
    else:
        raise AssertionError("Tab comes to no end")
    found = inside.evaluate("(removeEventListener('focusin', followed), focused)")
    for one in found:
        assert one["seen"] and one["marked"], one["name"]
    places = [one["at"] for one in found]
    around = places[: places.index(places[0], 1)]
    first = around.index(min(around))
    assert len(around) > 10 and around[first:] + around[:first] == sorted(set(around)), around


def test_a_dialog_keeps_the_focus_and_gives_it_back(inside):
    show(inside, "files")
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
def test_nothing_is_lost_at_double_size_and_with_more_room(inside, place):
    inside.set_viewport_size({"width": 320, "height": 640})  # 640 pixels at 200 %, 1280 at 400 %
    try:
        show(inside, place)
        for text in ("", WIDER):
            inside.evaluate("document.adoptedStyleSheets = [new CSSStyleSheet()]")
            inside.evaluate("s => document.adoptedStyleSheets[0].replaceSync(s)", text)
            assert inside.evaluate("document.documentElement.scrollWidth") <= 320, inside.evaluate(OUTSIDE)
            assert inside.evaluate(CUT) == [], text
    finally:
        inside.evaluate("document.adoptedStyleSheets = []")
        inside.set_viewport_size({"width": 1280, "height": 720})
