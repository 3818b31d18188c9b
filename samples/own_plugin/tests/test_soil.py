"""The plugin measures and warns; runs on CPython and on MicroPython, with a stand-in for the pins."""

import sys

from modcore import Kernel

VOLTS = {34: 1.5, 35: 0.5}


class Pin:
    def __init__(self, number):
        self.number = number


class ADC:
    ATTN_11DB = 3

    def __init__(self, pin, atten):
        self.pin = pin

    def read_uv(self):
        return int(VOLTS[self.pin.number] * 1000000)


class Machine:
    """In place of the module machine."""

    ADC = ADC
    Pin = Pin


def started(**config):
    sys.modules["machine"] = Machine  # type: ignore
    from plugins.soil import Soil

    kernel = Kernel({"name": "test", "soil": dict({"pins": [34, 35]}, **config)})
    kernel.add(Soil())
    kernel.step()
    return kernel


def test_volts_become_per_cent_and_what_is_dry_is_told():
    kernel = started()
    assert kernel.bus.get("soil/34") == 50 and kernel.bus.get("soil/34_dry") is False
    assert kernel.bus.get("soil/35") == 0 and kernel.bus.get("soil/35_dry") is True


def test_a_pot_is_wet_again_above_the_limit_only():
    kernel = started(limit=20)
    for volts, percent, dry in ((0.94, 22, True), (1.02, 26, False), (0.94, 22, False), (0.88, 19, True)):
        VOLTS[35] = volts
        kernel.modules["soil"].look()
        kernel.step()
        assert kernel.bus.get("soil/35") == percent and kernel.bus.get("soil/35_dry") is dry
    VOLTS[35] = 0.5


def test_bounds_the_wrong_way_round_are_refused():
    kernel = started(dry_v=3, log={"level": "critical"})
    assert kernel.modules["soil"].state == "FAILED"
