"""The page of a new project shows what its module declares, in a real browser."""

import json
import sys

from command_line import environment, modcore
from playwright.sync_api import expect

from processes import eventually

MODULE = '''from modcore import Module


class Garden(Module):
    """A lamp and a limit."""

    def start(self):
        self.property("lamp", kind="switch", name="Lamp", value=False, set=self.keep)
        self.property("level", kind="number", name="Level", value=3, min=0, max=10, set=self.keep)

    def keep(self, property, value):
        property.value = value
'''


def test_what_a_module_declares_is_on_the_page_of_a_new_project(page, tmp_path, process, free_port):
    modcore("new", "garden", cwd=tmp_path)
    garden = tmp_path / "garden"
    (garden / "garden.py").write_text(MODULE)
    words = ["run", "--http-port", free_port(), "--mqtt-port", free_port()]
    run = process([sys.executable, "-m", "host.cli", *words], cwd=str(garden), env=environment())
    run.wait_for(lambda: "ready http://" in run.output, "modcore run")
    page.goto(json.loads((garden / ".device" / "running.json").read_text())["http"])

    page.get_by_role("switch", name="Lamp").click()
    eventually(lambda: modcore("get", "garden/lamp", cwd=garden) == "true\n", "the lamp")
    modcore("set", "garden/level", "7", cwd=garden)
    level = page.locator(".widget").filter(has=page.get_by_text("Level", exact=True)).locator("output")
    expect(level).to_have_text("7")
