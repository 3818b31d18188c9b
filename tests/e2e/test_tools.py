"""The tools that the other end-to-end tests stand on work."""

import subprocess

import pytest

from host import toolchain
from processes import listening, tool


def test_every_part_of_the_toolchain_is_there():
    assert toolchain.ensure() == {}


def test_mosquitto_carries_a_message_between_its_own_clients(mosquitto, process):
    subscriber = process([tool("mosquitto_sub"), "-p", mosquitto.port, "-t", "a/#", "-C", "1", "-v"])
    # The broker says so: what mosquitto_sub prints stays in its buffer until it ends.
    mosquitto.wait_for(lambda: "Sending SUBACK" in mosquitto.output, "subscription")
    subprocess.run([tool("mosquitto_pub"), "-p", str(mosquitto.port), "-t", "a/b", "-m", "c"], check=True)
    assert subscriber.process.wait(10) == 0
    assert "a/b c" in subscriber.output


def test_mosquitto_goes_away_and_comes_back(mosquitto):
    mosquitto.stop()
    assert not listening(mosquitto.port)
    mosquitto.start()
    assert listening(mosquitto.port)


def test_the_browser_runs_scripts_and_shows_text(page, tmp_path):
    page.set_content("<p id=a></p><script>a.textContent = [6 * 7, 'öß'].join(' ')</script>")
    assert page.inner_text("#a") == "42 öß"
    # An empty white picture would pack to less: the fonts are there.
    assert len(page.screenshot(path=tmp_path / "page.png")) > 2500


VALVE = """
from modcore import Module


class Valve(Module):
    def start(self):
        self.property("open", kind="switch", value=self.config["open"])
        self.after(10, self.tell)

    def tell(self):
        print("open is", self.kernel.bus.get("valve/open"), "on", self.kernel.name)
"""


@pytest.mark.parametrize("runtime", ["micropython32", "micropython", "cpython"])
def test_a_device_boots_a_program_with_its_configuration(device, runtime):
    config = {"name": "shed", "modules": ["valve"], "valve": {"open": True}}
    board = device(config=config, files={"valve.py": VALVE}, runtime=runtime)
    board.wait_for("open is True on shed")
