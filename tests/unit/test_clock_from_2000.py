"""A board whose clock begins at 0 in the year 2000 and jumps by decades: every plugin lives through it."""

# heap: 1024K
# timeout: 120

import device

device.time.epoch_s = 946684800  # before anything reads what year 0 is

from device import Device, time  # noqa: E402

import plugins.safemode.record as record  # noqa: E402
from modcore import Module  # noqa: E402
from plugins.control import Control  # noqa: E402
from plugins.deepsleep import Deepsleep  # noqa: E402
from plugins.gpio import Gpio  # noqa: E402
from plugins.log import Log  # noqa: E402
from plugins.log.ring import Reader  # noqa: E402
from plugins.safemode import Safemode  # noqa: E402
from plugins.sdcard import Sdcard  # noqa: E402
from plugins.sensors import Sensors  # noqa: E402
from plugins.softap import Softap  # noqa: E402
from plugins.sysinfo import Sysinfo  # noqa: E402
from plugins.timers import Timers  # noqa: E402
from plugins.tz import Tz, seconds  # noqa: E402
from plugins.watchdog import Watchdog  # noqa: E402
from plugins.webrepl import Webrepl  # noqa: E402
from plugins.wlan import Wlan  # noqa: E402
from support import new_folder, remove  # noqa: E402

BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"
MODULES = (
    Log,
    Wlan,
    Softap,
    Tz,
    Timers,
    Sysinfo,
    Watchdog,
    Deepsleep,
    Gpio,
    Control,
    Webrepl,
    Sensors,
    Sdcard,
    Safemode,
)


class Diary(Module):
    """Keeps what the alarm and the interval say."""

    alarms = []
    beats = 0

    def start(self):
        self.listen("timers/morning/fired", lambda topic, value: Diary.alarms.append(value))
        self.listen("timers/beat/fired", self.on_beat)

    def on_beat(self, topic, value):
        Diary.beats += 1


class Board:
    """A board with all of them, on power-up."""

    def __init__(self):
        self.folder = new_folder()
        record.PATH = self.folder + "/safemode.json"
        Diary.alarms, Diary.beats = [], 0
        self.d = Device(
            lambda: [kind() for kind in MODULES] + [Diary()],
            {
                "log": {"level": "info", "memory": 8192},
                "tz": {"zone": BERLIN},
                "timers": {
                    "file": self.folder + "/timers.json",
                    "intervals": {"beat": {"every": "1 min"}},
                    "alarms": {"morning": {"time": "06:30"}},
                },
                "wlan": {"networks": ["Home"], "check_s": 5},
                "softap": {"portal": False},
                "sysinfo": {"largest": False},
                "sdcard": {"check_s": 0},
                "sensors": {"devices": {"board": {"driver": "relays", "pins": [25]}}},
                "gpio": {"pins": {"lamp": {"pin": 4, "max_on_ms": 1000}}},
                "deepsleep": {"command": True},
                "watchdog": {"timeout_ms": 60000, "deadline_ms": 50000},
            },
            clock=False,
            secrets={"webrepl": {"password": "hunter22"}},
        )
        self.d.kernel.path = self.folder + "/config.json"
        self.d.world.wifi.add("Home", "", -50)

    def set_clock(self, *date):
        """Set the clock, as ntp does, to a date in UTC."""
        self.d.world.clock.jump(seconds(*date) - time.time())
        self.d.kernel.bus.publish("ntp/step", 0)
        self.d.run()

    def healthy(self):
        """All modules run, none has failed, the board has not restarted."""
        d = self.d
        states = [(id, module.state) for id, module in d.kernel.modules.items() if module.state != "RUNNING"]
        assert not states and d.boots == ["power"], (states, d.boots)
        for id in d.kernel.modules:
            assert d.get("$error/" + id) is None, d.get("$error/" + id)

    def lines(self):
        """The lines of the log."""
        reader = Reader(self.d.kernel.modules["log"].ring)
        found = []
        while True:
            line = reader.next()
            if line is None:
                return found
            found.append(line.decode())

    def close(self):
        """Remove its files."""
        self.d.cut()
        remove(self.folder)


def test_before_the_clock_is_set_everything_runs_and_nothing_that_needs_the_time_happens():
    b = Board()
    assert 0 <= time.time() < 5 and time.gmtime(0)[0] == 2000
    b.d.run(600000)
    b.d.world.clock.jump(6 * 3600 - 900)  # to what would be a quarter past six, which nobody has set
    b.d.run(1800000)
    b.healthy()
    assert Diary.alarms == [] and b.d.get("timers/next") is None and Diary.beats == 40
    assert b.d.get("tz/time") is None and b.d.get("tz/zone") == BERLIN
    assert b.d.get("wlan/connected") and b.d.get("webrepl/on")
    assert all([line[0] == "+" for line in b.lines()])
    b.d.send("gpio/lamp/set", True)
    b.d.run(2000)
    assert b.d.get("gpio/lamp") is False
    b.close()


def test_the_jump_by_decades_brings_the_time_and_no_alarm_of_the_past():
    b = Board()
    b.d.run(600000)
    beats = Diary.beats
    b.set_clock(2026, 5, 1, 4, 29, 30)
    b.d.run(20000)
    b.healthy()
    assert b.d.get("tz/name") == "CEST" and b.d.get("tz/time")[:16] == "2026-05-01 06:29"
    assert Diary.alarms == [] and b.d.get("timers/next") == "2026-05-01T04:30:00Z"
    assert Diary.beats <= beats + 1  # the jump is not time that has passed
    b.d.run(20000)
    assert Diary.alarms == ["2026-05-01 06:30:00"]
    b.d.kernel.log.info("now")
    b.d.run()
    assert b.lines()[-1] == "2026-05-01T04:30:10Z info kernel: now"
    b.set_clock(2026, 5, 2, 4, 29, 55)
    b.d.run(10000)
    assert Diary.alarms == ["2026-05-01 06:30:00", "2026-05-02 06:30:00"]
    b.healthy()
    b.close()


def test_a_clock_that_is_lost_again_does_no_harm():
    b = Board()
    b.d.run(60000)
    b.set_clock(2026, 5, 1, 5)
    b.d.run(60000)
    b.set_clock(2000, 1, 1)
    b.d.run(3600000)
    b.healthy()
    b.set_clock(2026, 5, 3, 5)
    b.d.run(60000)
    b.healthy()
    before = list(Diary.alarms)
    b.set_clock(2026, 5, 4, 4, 29, 55)
    b.d.run(10000)
    assert Diary.alarms == before + ["2026-05-04 06:30:00"]
    b.close()


def test_a_crash_before_the_clock_is_known_is_counted_and_forgotten_in_time():
    b = Board()
    b.d.run(30000)
    import machine

    from plugins.safemode.boot import count_start

    cause = machine.reset_cause
    machine.reset_cause = lambda: machine.WDT_RESET
    try:
        for _ in range(record.CRASHES - 1):
            assert count_start() is False
        assert count_start() is True
    finally:
        machine.reset_cause = cause
    assert record.read()["clock"] == 0  # nobody knows when that was
    b.close()
