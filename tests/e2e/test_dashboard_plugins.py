"""The page Plugins in a real browser, against an index that is served: found, installed, updated, put back, removed."""

import re

import pytest
from admin_client import Administrator
from dashboard_board import Greenhouse, login, told
from playwright.sync_api import expect
from test_index import Web, copy_tree
from test_install_network import add_lamp

from host import index
from processes import eventually


@pytest.fixture(params=["http_windup"])
def shop(request, tmp_path):
    """The greenhouse with the installer, and an index that offers a lamp."""
    tree = copy_tree(tmp_path)
    add_lamp(tree)
    index.build(tmp_path / "www", tree)
    web = Web(tmp_path / "www")
    config = {"packages": {"index": [web.url], "trial_s": 1, "timeout_s": 30}}
    with Greenhouse(
        tmp_path / "device", request.param, plugins=["admin", "packages"], config=config, heap="384K"
    ) as device:
        device.admin = Administrator(device)
        device.web = web

        def offer(version, **more):
            add_lamp(tree, version, **more)
            index.build(tmp_path / "www", tree)

        device.offer = offer
        yield device
    web.close()


def test_a_plugin_is_found_installed_updated_put_back_and_removed(shop, page):
    login(shop, page)
    shop.open(page, "plugins")
    search(page, "lamp")
    found = page.get_by_role("region", name="Found").locator(".row").filter(has_text="A lamp for tests")
    expect(found).to_contain_text("2 KB of memory")
    shop.web.going.clear()
    found.get_by_role("button", name="Install").click()
    progress = page.get_by_role("progressbar", name="Progress")
    expect(progress).to_have_attribute("aria-valuenow", re.compile(r"^[1-9]\d?$"))
    shop.web.going.set()
    told(page, "lamp is in place")
    expect(progress).to_have_count(0)
    told(page, "lamp 1.0.0 runs and is accepted")
    shop.has("lamp/version", "1.0.0")
    expect(row(page)).to_contain_text("1.0.0")
    shop.offer("1.1.0")
    search(page, "lamp")
    expect(row(page).locator(".badge")).to_have_text("1.1.0")
    row(page).get_by_role("button", name="Update lamp").click()
    told(page, "lamp 1.1.0 runs and is accepted")
    shop.has("lamp/version", "1.1.0")
    # One that does not come to run is put back by itself.
    shop.offer("1.2.0", more="raise ValueError('no bulb')")
    row(page).get_by_role("button", name="Update lamp").click()
    told(page, "It is 1.1.0 again")
    expect(row(page)).to_contain_text("1.1.0")
    eventually(lambda: shop.get("/api/lamp/version") == "1.1.0", "the old one runs")
    # Nobody serves the index any more.
    shop.web.close()
    row(page).get_by_role("button", name="Update lamp").click()
    expect(page.locator(".notice.bad").filter(has_text="lamp:")).to_be_visible(timeout=20000)
    row(page).get_by_role("button", name="Remove lamp").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    told(page, "lamp is removed")
    expect(row(page)).to_have_count(0)
    assert not (shop.files / "lib" / "plugins" / "lamp").exists()


def search(page, text):
    """Search, and wait for what is found."""
    page.get_by_role("searchbox").fill(text)
    page.get_by_role("button", name="Search").click()


def row(page):
    """The line of the lamp among what is installed."""
    return page.locator(".row").filter(has=page.locator("#plugin-lamp"))
