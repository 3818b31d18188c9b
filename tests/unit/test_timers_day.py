"""A day of a device: networks lost, zones changed, clocks set, sleep; the heap stays where it was."""

# heap: 448K
# timeout: 180

import gc

from device import Device

from modcore import Module
from plugins.deepsleep import Deepsleep
from plugins.gpio import Gpio
from plugins.log import Log
from plugins.sysinfo import Sysinfo
from plugins.timers import Timers
from plugins.tz import Tz, seconds
from plugins.watchdog import Watchdog
from plugins.wlan import Wlan
from support import MICROPYTHON, new_folder, remove

BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"
HOUR_MS = 3600000


class Diary(Module):
    """Writes down what happened, over all restarts."""

    alarms = []
    joined = 0
    presses = 0

    def start(self):
        self.listen("timers/+/fired", self.on_alarm)
        self.listen("wlan/connected", self.on_network)
        self.listen("gpio/button/event", self.on_button)

    def on_alarm(self, topic, value):
        if topic != "timers/beat/fired":
            Diary.alarms.append((topic[7:-6], value))

    def on_network(self, topic, connected):
        Diary.joined += 1 if connected else 0

    def on_button(self, topic, event):
        Diary.presses += event == "press"


def make():
    return [Log(), Tz(), Timers(), Wlan(), Gpio(), Sysinfo(), Watchdog(), Deepsleep(), Diary()]


def heap():
    gc.collect()
    gc.collect()
    return gc.mem_alloc() if MICROPYTHON else 0


def test_a_day_in_which_everything_happens():
    folder = new_folder()
    d = Device(
        make,
        {
            "log": {"level": "critical", "file": folder + "/log.txt", "levels": {"wlan": "error"}},
            "tz": {"zone": BERLIN},
            "sysinfo": {"interval_s": 1800},  # measuring the heap is what takes time here
            "wlan": {"networks": ["Home"], "check_s": 10, "retry_max_s": 60},
            "watchdog": {"timeout_ms": 60000, "deadline_ms": 20000},
            "deepsleep": {"allow": ["sleep"]},
            "gpio": {
                "pins": {
                    "button": {"mode": "in", "pin": 0, "on_click": "gpio/lamp/toggle"},
                    "lamp": {"pin": 4},
                    "water": {"mode": "counter", "pin": 14, "period_ms": 60000},
                }
            },
            "timers": {
                "file": folder + "/timers.json",
                "intervals": {"beat": {"every": "1 min"}},
                "alarms": {
                    "night": {"time": "02:30"},
                    "morning": {"time": "06:30"},
                    "utc": {"time": "23:59:30", "utc": True},
                    "weekend": {"time": "12:00", "days": "sat-sun"},
                },
            },
        },
    )
    d.kernel.path = folder + "/config.json"
    d.world.clock.jump(seconds(2026, 3, 28, 11, 30) - d.world.clock.utc())
    d.world.wifi.add("Home", "", -50)
    before = None
    sizes = []
    for hour in range(26):
        d.run(HOUR_MS // 2)
        d.kernel.path = folder + "/config.json"
        d.world.wifi.down("Home")
        d.run(HOUR_MS // 12)
        d.world.wifi.up("Home")
        if hour % 5 == 0:
            d.world.clock.jump(40 if hour % 2 else -40)
        if hour in (9, 11):
            d.send("$tz/zone", "JST-9" if hour == 9 else BERLIN)
        if hour in (3, 14, 20):
            d.send("deepsleep/sleep/set", 1500)
        d.world.pins.drive(0, 1)
        d.run(200)
        d.world.pins.drive(0, 0)
        d.world.pins.pulse(14, 50, 100)
        d.run(5 * HOUR_MS // 12)
        sizes.append(heap())
    # Within the day it goes up and down by 3 KB: what counts is how low it comes.
    before, after = min(sizes[7:13]), min(sizes[-6:])  # by hour 7 all has happened once
    assert d.boots == ["power"] + ["deepsleep"] * 3, d.boots
    assert sorted(Diary.alarms) == [
        ("morning", "2026-03-29 06:30:00"),
        ("night", "2026-03-29 02:30:00"),  # when the zone was that of Tokyo
        ("utc", "2026-03-28 23:59:30"),
        ("weekend", "2026-03-29 12:00:00"),
    ]
    assert Diary.joined >= 26 and Diary.presses == 26
    assert d.kernel.modules["watchdog"].state == "RUNNING" and d.get("watchdog/misses") == 0
    assert after - before < 2048, (before, after)
    remove(folder)
