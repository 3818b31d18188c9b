"""`make docs`: one site from README, docs/ and the READMEs of plugins and samples; and the catalogue of plugins."""

import functools
import http.server
import threading

import pytest

from host import catalogue, site
from host.manifest import read_all
from host.tree import ROOT


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder of a site that was built without a complaint: every link and anchor leads somewhere."""
    target = tmp_path_factory.mktemp("docs") / "site"
    assert site.build(target) == []
    return target


def test_every_page_is_there_and_asks_for_nothing_elsewhere(built, browser):
    for name in site.sources():
        assert (built / (name + ".html")).is_file(), name
    assert "README.html" not in [path.name for path in built.rglob("*.html")]
    page = browser.new_page(viewport={"width": 390, "height": 800})
    elsewhere = []
    page.on("request", lambda request: request.url.startswith("file:") or elsewhere.append(request.url))
    for name in ("index", "plugins/mqtt", "first-board"):
        page.goto((built / (name + ".html")).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
    assert not elsewhere
    page.close()


@pytest.mark.parametrize("way", ["folder", "server"])
def test_the_search_finds_a_word_without_a_network(built, browser, way):
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(built))
    handler.log_message = lambda *args: None
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(
        built.as_uri() + "/faq.html"
        if way == "folder"
        else "http://127.0.0.1:%d/faq.html" % server.server_port
    )
    page.locator(".md-search__input").first.click()
    page.keyboard.type("homeassistant")
    page.locator(".md-search-result__link", has_text="homeassistant").first.wait_for()
    page.close()
    server.shutdown()
    server.server_close()


def test_a_link_that_leads_nowhere_is_named(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text("# A\n\n[b](docs/b.md) [gone](docs/gone.md) [code](setup.py)\n")
    (tmp_path / "docs" / "b.md").write_text("# B\n\n[a](../README.md#no-such-part)\n")
    (tmp_path / "setup.py").write_text("")
    assert site.build(tmp_path / "site", tmp_path) == ["README.md: docs/gone.md is not there"]
    (tmp_path / "docs" / "gone.md").write_text("# Gone\n")
    (line,) = [line for line in site.build(tmp_path / "site", tmp_path) if "no-such-part" in line]
    assert "b.md" in line and not (tmp_path / "site").exists()


def test_the_catalogue_has_every_plugin_once():
    """`make generate` brings it up to date."""
    text = (ROOT / catalogue.PAGE).read_text(encoding="utf-8")
    for name in read_all(ROOT):
        assert text.count("| [`{}`](".format(name)) == 1, name
    assert text == catalogue.page()
