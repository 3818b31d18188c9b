"""An alarm whose note is being written when the power goes: it comes once, never twice."""

# heap: 384K
# timeout: 120

from device import Device
from flash import Disk, PowerCut

import plugins.timers.clock as clock
from modcore import Module
from modcore.json_files import save
from plugins.timers import Timers
from plugins.tz import seconds


def save_or_die(path, kept):
    """As modcore's `save`; whatever can't be written is a power cut here."""
    try:
        save(path, kept)
    except OSError:
        raise PowerCut


class Recorder(Module):
    found = []

    def start(self):
        self.listen("timers/a/fired", lambda topic, value: Recorder.found.append(value))


def life(disk, start, ms):
    """A device that starts at the second `start` of the day and lives for `ms`, or until the power goes."""
    config = {"timers": {"alarms": {"a": {"time": "06:30"}}, "file": disk.root + "/timers.json"}}

    def live():
        d = Device(lambda: [Timers(), Recorder()], config)
        d.world.clock.jump(seconds(2026, 5, 1) + start - d.world.clock.utc())
        try:
            d.run(ms)
        except PowerCut:
            d.cut()

    return live


def test_power_lost_at_any_write_around_the_alarm():
    half_past_six = 6 * 3600 + 1800
    clock.save = save_or_die
    disk = Disk()
    try:
        disk.run(life(disk, half_past_six - 3600, 5000))
        disk.keep()
        Recorder.found = []
        writes = disk.run(life(disk, half_past_six - 2, 5000))
        assert Recorder.found == ["2026-05-01 06:30:00"] and writes > 0
        lost = 0
        for cut in range(writes):
            disk.restore()
            Recorder.found = []
            disk.run(life(disk, half_past_six - 2, 5000), cut)
            disk.run(life(disk, half_past_six + 20, 5000))
            assert len(Recorder.found) <= 1
            lost += not Recorder.found
        # At most where the note was whole already and the power went before the alarm.
        assert lost <= 1
    finally:
        clock.save = save
        disk.close()
