"""A virtual board with the greenhouse of dashboard_app, for the tests of the dashboard's pages."""

import contextlib
import json
import shutil
from pathlib import Path

import requests
from admin_client import PASSWORD, Administrator
from playwright.sync_api import expect

from host.board import layout
from host.board.board import Board
from processes import eventually

ROOT = Path(__file__).resolve().parent.parent.parent
APP = Path(__file__).resolve().parent / "dashboard_app"


class Greenhouse:
    """The board; `url` is where it is found, `files` its flash.

    with Greenhouse(folder, "http_async") as device:
        device.get("/api/greenhouse/fan")
    """

    def __init__(
        self, folder, server="http_async", runtime="micropython32", config=None, plugins=(), **options
    ):
        """folder: Path for its files. config: keys in place of its own; plugins: further ones."""
        program = folder / "program"
        shutil.copytree(APP, program)
        (program / "main.py").write_text("import modcore\nmodcore.main()\n")
        own = json.loads((program / "config.json").read_text())
        names = [server if name == "http_async" else name for name in own["plugins"]]
        own[server] = own.pop("http_async", {"port": 80})
        own["plugins"] = names + [name for name in plugins if name not in names]
        own.update(config or {})
        (program / "config.json").write_text(json.dumps(own))
        layout.lay_out(folder, program, runtime)
        self.server = server
        self.files = folder / "files"
        options.setdefault("heap", "256K")
        self.board = Board(folder, runtime=runtime, **options)
        self.url = "http://127.0.0.1:{}".format(self.board.expose(80))

    def __enter__(self):
        self.board.start()
        eventually(self.answers, "the device answers")
        return self

    def __exit__(self, *error):
        self.board.stop()
        print("--- printed ---\n" + self.board.text[-6000:])

    def answers(self):
        """Tell whether it does, with all modules."""
        try:
            modules = requests.get(self.url + "/api", timeout=2).json()["modules"]
            if not all(module["state"] == "RUNNING" for module in modules.values()):
                return False
            # Routes come a turn after their module.
            pages = ["/dashboard/"] + (["/api/admin/session"] if "admin" in modules else [])
            return all(requests.get(self.url + page, timeout=5).ok for page in pages)
        except (requests.RequestException, ValueError):
            return False

    def get(self, path):
        """The JSON of a GET."""
        return requests.get(self.url + path, timeout=10).json()

    def has(self, path, value):
        """Wait until a property of the device has a value: the page shows it as soon as it is asked for."""
        eventually(lambda: self.get("/api/" + path) == value, "{} is {!r}".format(path, value))

    def put(self, path, value):
        """Set a property; the answer's status."""
        return requests.put(self.url + "/api/" + path, json=value, timeout=10).status_code

    def open(self, page, place=""):
        """Have a browser's page show a place, and wait until it is live."""
        page.goto(self.url + "/#/" + place)
        expect(page.locator(".link")).to_have_text("Live")
        return page


@contextlib.contextmanager
def administered(folder, server="http_async"):
    """The greenhouse with all plugins that have a page; its administrator, who is set, is `device.admin`."""
    options = {"plugins": ["tz", "admin", "history"], "config": {"tz": {"zone": "UTC0"}}, "heap": "320K"}
    with Greenhouse(folder, server, **options) as device:
        device.admin = Administrator(device)
        yield device


def logged_in(device, window):
    """Yield a page of a window of the browser in which the administrator has logged in, for a whole file."""
    page = window.new_page()
    login(device, page)
    yield page
    page.close()


def watched(page):
    """Lend a page; an uncaught error of a script fails the test."""
    errors = []

    def note(error):
        errors.append(str(error))

    page.on("pageerror", note)
    yield page
    page.remove_listener("pageerror", note)
    assert not errors, "the page's scripts failed: {}".format(errors)


def accessible(page, rules=None):
    """Fail when axe finds something wrong with what the page shows now; rules: those to try, else all."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": rules} if rules else None)
    assert not found.response["violations"], found.generate_report()


def login(device, page):
    """Log in as a person does: by opening what needs it."""
    page.goto(device.url + "/#/users")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("region", name="Tokens for machines")).to_be_visible()


def told(page, text):
    """Wait for a notice."""
    expect(page.locator(".notice").filter(has_text=text).first).to_be_visible()


def row(page, text):
    """The line that begins with a text."""
    return page.locator(".row").filter(has=page.get_by_text(text, exact=True)).first
