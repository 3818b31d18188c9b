"""Clock: looks at the time every second and lets alarms go off, once each."""

import time

from .alarm import Utc

_YEAR_2024_S = 1704067200 if time.gmtime(0)[0] == 1970 else 757382400
_BEAT_MS = 1000


def save(path, kept):
    """Write what is remembered of the alarms, {id: [spec, day]}. OSError: it can't be written."""
    from modcore.json_files import save as write

    write(path, kept)


class Clock:
    """The alarms of a Timers module. Alarms with an id are remembered over restarts in the file `path`.

    missed_s: one that was due while the device was off goes off when it is not later than this.
    """

    def __init__(self, module, path, missed_s):
        self._module = module
        self._path = path
        self._missed_s = missed_s
        self._alarms = []
        self._started_ms = module.kernel.uptime_ms()
        self._born = None  # when the module started, once the clock is known
        self._seen = 0
        self._due = None
        self._zone = None
        self._utc = Utc()
        self._kept = {}  # id -> [spec, day]
        if path:
            from modcore.json_files import load

            self._kept = load(path)
        self._changed = False
        module.after(0, self.beat)
        module.every(_BEAT_MS, self.beat)

    def add(self, alarm):
        """Take in an alarm: with attributes `id` (or None), `owner_lives()` and `goes_off(moment)`."""
        self._alarms.append(alarm)
        self._due = 0
        if self._born is not None:
            self._recall(alarm, int(time.time()))
            self.beat()

    def renew(self, alarm):
        """Take in an alarm for which all up to now is over."""
        self._kept.pop(alarm.id, None)
        alarm.day = None
        if self._born is not None:
            alarm.begin(int(time.time()), self.zone())
            self._changed = True
        self.add(alarm)

    def drop(self, alarm):
        """Forget an alarm; one that is not there is not an error."""
        if alarm in self._alarms:
            self._alarms.remove(alarm)
            self._due = 0

    def next(self):
        """Return when the next alarm is due, in s of `time.time()`; None when there is none."""
        times = [alarm.at for alarm in self._alarms if alarm.at is not None and alarm.owner_lives()]
        return min(times) if times else None

    def zone(self):
        """The zone of the plugin tz, or UTC."""
        return getattr(self._module.kernel.modules.get("tz"), "zone", None) or self._utc

    def beat(self):
        """Look at the clock."""
        now = int(time.time())
        if now < _YEAR_2024_S:
            return  # not set yet
        zone = self.zone()
        for alarm in self._alarms:
            if not alarm.owner_lives():
                self._due = 0
        if self._due is not None and now >= self._due or now < self._seen or zone is not self._zone:
            self._check(now, zone)
        self._seen = now

    def _check(self, now, zone):
        if self._born is None:
            self._born = now - (self._module.kernel.uptime_ms() - self._started_ms) // 1000
        self._zone = zone
        due = []
        alive = []
        for alarm in self._alarms:
            if not alarm.owner_lives():
                continue
            alive.append(alarm)
            self._recall(alarm, self._born)
            before = alarm.day
            moment = alarm.take(now, zone)
            self._changed = self._changed or alarm.day != before
            if moment is not None:
                if moment < self._born and now - moment > self._missed_s:
                    self._module.log.warning("alarm %s was missed while the device was off" % alarm.id)
                else:
                    due.append((alarm, moment))
            alarm.plan(now, zone)
        self._alarms = alive
        self._due = self.next()
        # Noted before it goes off: a crash because of it does not bring it again.
        self._keep()
        for alarm, moment in due:
            alarm.goes_off(moment)
        self._module.show_next(self._due)

    def _recall(self, alarm, since):
        if alarm.day is not None:
            return
        kept = self._kept.get(alarm.id)
        if kept and kept[0] == alarm.spec():
            alarm.day = kept[1]
        else:
            # New, or another time than it had: what was before is over, but not what came while the clock was not set.
            alarm.begin(since, self.zone())
            self._changed = True

    def _keep(self):
        if not self._changed or not self._path:
            return
        self._changed = False
        kept = {}
        for alarm in self._alarms:
            if alarm.id:
                kept[alarm.id] = [alarm.spec(), alarm.day]
        if kept == self._kept:
            return
        try:
            save(self._path, kept)
            self._kept = kept
        except OSError as error:
            self._module.log.error("alarms not noted:", error)
