"""The file manager's page in a real browser: each button, with its effect on the device and what that refuses."""

import base64
import re

import pytest
from admin_client import Administrator
from dashboard_board import Greenhouse, told
from playwright.sync_api import expect

from processes import eventually

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module", params=["http_async", "http_windup"])
def device(request, tmp_path_factory):
    """The greenhouse with its administration."""
    with Greenhouse(tmp_path_factory.mktemp("greenhouse"), request.param, plugins=["admin"]) as device:
        device.admin = Administrator(device)
        yield device


def test_files_are_made_edited_renamed_and_deleted(device, inside):
    device.open(inside, "files")
    inside.get_by_role("button", name="New folder").click()
    inside.get_by_role("dialog").get_by_label("Name").fill("pages")
    inside.get_by_role("dialog").get_by_role("button", name="Create").click()
    inside.get_by_role("link", name="pages").click()
    inside.get_by_role("button", name="New file").click()
    inside.get_by_role("dialog").get_by_label("Name").fill("hello.py")
    inside.get_by_role("dialog").get_by_role("button", name="Create").click()
    editor = inside.get_by_role("textbox", name="/pages/hello.py")
    editor.click()
    inside.keyboard.insert_text("def f(:\n")
    inside.keyboard.press("Control+s")
    expect(inside.get_by_role("alert")).to_contain_text("hello.py, line 1")
    inside.get_by_role("button", name="Save all the same").click()
    told(inside, "Saved: /pages/hello.py")
    assert (device.files / "pages" / "hello.py").read_text().startswith("def f(:")
    editor.click()
    inside.keyboard.press("Control+a")
    inside.keyboard.type("x = 1  # one\n")
    expect(editor.locator(".token.comment")).to_have_text("# one")
    inside.keyboard.press("Control+s")
    told(inside, "Saved: /pages/hello.py")
    path = device.files / "pages" / "hello.py"
    # The notice may still be the one of the first time.
    eventually(lambda: path.read_text().strip() == "x = 1  # one", "what was typed is on the device")
    # Somebody else saves it meanwhile.
    device.admin.ask("PUT", "/api/files/pages/hello.py", data=b"y = 2\n")
    editor.click()
    inside.keyboard.press("End")
    inside.keyboard.insert_text("# more")
    inside.keyboard.press("Control+s")
    dialog = inside.get_by_role("dialog")
    expect(dialog).to_contain_text("has changed meanwhile")
    dialog.get_by_role("button", name="Cancel").click()
    assert path.read_text() == "y = 2\n"
    inside.keyboard.press("Control+s")
    inside.get_by_role("dialog").get_by_role("button", name="Replace it").click()
    eventually(lambda: "more" in path.read_text())
    inside.get_by_role("button", name="Go to line").click()
    inside.get_by_role("dialog").get_by_label("Line").fill("2")
    inside.get_by_role("dialog").get_by_role("button", name="Go").click()
    assert inside.evaluate("getSelection().toString()") == path.read_text().split("\n")[1]
    inside.get_by_role("searchbox", name="Find").fill("ONE")
    inside.get_by_role("button", name="Next").click()
    assert inside.evaluate("getSelection().toString()") == "one"
    inside.get_by_role("searchbox", name="Find").fill("nowhere")
    inside.get_by_role("button", name="Next").click()
    told(inside, "is not in this file")
    inside.get_by_role("button", name="Back").click()
    inside.get_by_role("button", name="About hello.py").click()
    expect(inside.get_by_role("dialog")).to_contain_text("SHA-256")
    inside.get_by_role("dialog").get_by_role("button", name="Close").click()
    inside.get_by_role("button", name="Rename or move hello.py").click()
    inside.get_by_role("dialog").get_by_label("Path").fill("/pages/good.txt")
    inside.get_by_role("dialog").get_by_role("button", name="Move").click()
    expect(inside.get_by_role("link", name="good.txt")).to_be_visible()
    inside.get_by_label("Search in files").fill("MORE")
    inside.get_by_role("button", name="Search").click()
    expect(inside.get_by_role("link", name="/pages/good.txt")).to_be_visible()
    inside.get_by_role("button", name="Delete good.txt").click()
    inside.get_by_role("dialog").get_by_role("button", name="Remove").click()
    told(inside, "good.txt is deleted")
    assert not (device.files / "pages" / "good.txt").exists()
    inside.get_by_role("link", name="One folder up").click()
    expect(inside.get_by_role("link", name="main.py")).to_be_visible()
    inside.get_by_role("button", name="Delete pages").click()
    inside.get_by_role("dialog").get_by_role("button", name="Remove").click()
    told(inside, "pages is deleted")
    assert not (device.files / "pages").exists()


def test_a_file_is_uploaded_with_progress_and_downloaded(device, inside):
    device.open(inside, "files")
    content = bytes(range(256)) * 500
    link = inside.context.new_cdp_session(inside)
    link.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 60000}
    link.send("Network.emulateNetworkConditions", slow)
    with inside.expect_file_chooser() as chooser:
        inside.get_by_role("button", name="Upload").click()
    chooser.value.set_files(
        {"name": "up load.bin", "mimeType": "application/octet-stream", "buffer": content}
    )
    progress = inside.get_by_role("progressbar", name="up load.bin")
    expect(progress).to_have_attribute("aria-valuenow", re.compile(r"^[1-9]\d?$"))
    link.send("Network.emulateNetworkConditions", dict(slow, uploadThroughput=-1))
    told(inside, "up load.bin is uploaded")
    expect(progress).to_have_count(0)
    assert (device.files / "up load.bin").read_bytes() == content
    with inside.expect_download() as download:
        inside.get_by_role("button", name="Download up load.bin").click()
    assert download.value.path().read_bytes() == content


def test_two_tabs_that_edit_one_file_do_not_overwrite_each_other(device, inside):
    (device.files / "both.txt").write_text("one")
    (device.files / "dot.png").write_bytes(PNG)
    other = inside.context.new_page()
    for page in (inside, other):
        device.open(page, "files/both.txt")
        page.get_by_role("textbox", name="/both.txt").click()
        page.keyboard.press("End")
    for page, text in ((inside, " two"), (other, " three")):
        page.bring_to_front()
        page.keyboard.insert_text(text)
        page.get_by_role("button", name="Save", exact=True).click()
        if page is inside:
            told(page, "Saved: /both.txt")
    dialog = other.get_by_role("dialog")
    expect(dialog).to_contain_text("has changed meanwhile")
    assert (device.files / "both.txt").read_text() == "one two"
    dialog.get_by_role("button", name="Replace it").click()
    told(other, "Saved: /both.txt")
    assert (device.files / "both.txt").read_text() == "one three"
    other.close()
    inside.get_by_role("button", name="Back").click()
    inside.get_by_role("button", name="dot.png", exact=True).click()
    expect(inside.get_by_role("dialog").get_by_role("img", name="dot.png")).to_be_visible()
    assert inside.get_by_role("img", name="dot.png").evaluate("one => one.naturalWidth") == 1
    inside.get_by_role("dialog").get_by_role("button", name="Close").click()


def test_files_are_uploaded_by_drag_and_drop(device, inside):
    device.open(inside, "files")
    expect(inside.get_by_role("link", name="main.py")).to_be_visible()
    dropped = inside.evaluate_handle(
        """() => {
          const found = new DataTransfer();
          for (const name of ["one.txt", "two.txt"]) found.items.add(new File([name], name));
          return found;
        }"""
    )
    inside.dispatch_event(".drop", "drop", {"dataTransfer": dropped})
    for name in ("one.txt", "two.txt"):
        expect(inside.get_by_role("link", name=name)).to_be_visible()
        assert (device.files / name).read_text() == name


def test_deleting_what_the_device_runs_asks_twice(device, inside):
    device.open(inside, "files")
    inside.get_by_role("button", name="Delete main.py").click()
    inside.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(inside.get_by_role("dialog")).to_contain_text("The device runs this")
    inside.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert (device.files / "main.py").exists()
