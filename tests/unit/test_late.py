"""A hook that holds up all others is named; `$late/<module>` keeps the longest time."""

from modcore import Kernel, Module
from modcore.winding import wind

QUIET = {"log": {"level": "critical"}}


class Slow(Module):
    """Takes `start_ms` milliseconds at its start."""

    start_ms = 0

    def start(self):
        wind(self.start_ms)


def _late(kernel, id):
    kernel.step()
    return kernel.bus.get("$late/" + id, 0)


def test_a_start_that_takes_long_is_named_with_more_patience_at_boot():
    for ms, told in ((900, False), (3500, True)):
        kernel = Kernel(QUIET)
        slow = Slow("slow")
        slow.start_ms = ms
        kernel.add(slow)
        kernel.step()
        assert (_late(kernel, "slow") >= ms) is told
    kernel = Kernel(QUIET)
    slow = kernel.add(Slow("slow"))
    kernel.step()
    kernel.step()
    slow.start_ms = 900
    kernel.reconfigure("slow")
    assert _late(kernel, "slow") >= 900
