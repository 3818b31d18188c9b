"""The page of a new project shows what its module declares, in a real browser."""

import json
import sys

from test_cli import environment, modcore

from processes import eventually

MODULE = '''from modcore import Module


class Garden(Module):
    """One property of each kind of control."""

    def start(self):
        self.lamp = self.property("lamp", kind="switch", name="Lamp", value=False, set=self.keep)
        self.property("level", kind="number", name="Level", value=3, min=0, max=10, set=self.keep)
        self.property("mode", kind="select", name="Mode", options=["auto", "off"], value="auto", set=self.keep)
        self.property("label", kind="text", name="Label", value="<b>", set=self.keep)
        self.property("reset", kind="button", name="Reset", set=self.reset)
        self.property("heat", kind="sensor", name="Heat", unit="°C", value=21.5)

    def keep(self, property, value):
        property.value = value

    def reset(self, button, value):
        self.lamp.value = False
'''


def test_every_kind_of_property_has_its_control(page, tmp_path, process, free_port):
    modcore("new", "garden", cwd=tmp_path)
    garden = tmp_path / "garden"
    (garden / "garden.py").write_text(MODULE)
    words = ["run", "--http-port", free_port(), "--mqtt-port", free_port()]
    run = process([sys.executable, "-m", "host.cli", *words], cwd=str(garden), env=environment())
    run.wait_for(lambda: (garden / ".device" / "running.json").exists(), "modcore run", 60)
    page.goto(json.loads((garden / ".device" / "running.json").read_text())["http"])

    lamp = page.get_by_label("Lamp")
    lamp.check()
    eventually(lambda: modcore("get", "garden/lamp", cwd=garden) == "true\n", "the lamp")
    modcore("set", "garden/level", "7", cwd=garden)
    eventually(lambda: page.get_by_label("Level").input_value() == "7", "the level")
    page.get_by_label("Mode").select_option("off")
    eventually(lambda: modcore("get", "garden/mode", cwd=garden) == "off\n", "the mode")
    assert page.get_by_label("Label").input_value() == "<b>"
    assert page.get_by_label("Heat").inner_text() == "21.5 °C"
    page.get_by_label("Reset").click()
    eventually(lambda: not lamp.is_checked(), "the lamp again")

    # A value that the property does not take is refused, and the reason shown.
    page.get_by_label("Level").fill("99")
    page.get_by_label("Level").press("Enter")
    eventually(lambda: "takes a number from 0 to 10" in page.get_by_role("alert").inner_text(), "the reason")
    assert modcore("get", "garden/level", cwd=garden) == "7\n"
