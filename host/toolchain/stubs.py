"""Type stubs of what only a board has: `machine`, `network`, `esp32`, and MicroPython's own `time`."""

from . import cache, venv
from .cache import say

# Of the maintained stubs those of the board that the samples are for; they bring micropython-stdlib-stubs.
REQUIREMENT = "micropython-esp32-stubs>=1.25,<2"


def ready():
    """Tell whether the stubs are there."""
    return cache.read_stamp("stubs").get("requirement") == REQUIREMENT


def make():
    """Make the folder stubs/ of the cache: not in the environment, where they would hide CPython's own modules."""
    if not venv.ready("python"):
        venv.make("python")
    say("stubs", "installing {}".format(REQUIREMENT))
    with cache.staged("stubs") as stage:
        venv.pip(
            "install", "--no-input", "--disable-pip-version-check", "--quiet", "--target", stage, REQUIREMENT
        )
    cache.write_stamp("stubs", requirement=REQUIREMENT)
    say("stubs", "ready")
