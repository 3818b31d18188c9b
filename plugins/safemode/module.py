"""Safemode: lets crashes be forgotten in time, says that the device is in safe mode, and ends it by command."""

from modcore import Module
from modcore.lazy import load
from modcore.timer import ANSWER_MS

from . import record

# When crashes grow older in the file: few writes, and at the end none are left.
_MARKS_S = (60, 150, 300, 600)
_LATER_MS = 30000  # the network has been up so long
_TRIAL_MS = 60000


class Safemode(Module):
    """`safemode/active`, `safemode/crashes`; in safe mode the button `safemode/leave` and a page.

    The counting is done at boot, see boot.py.
    """

    defaults = {"later": ["mqtt"], "button": False}

    def start(self):
        """Say how it is."""
        self._record = found = record.read()
        self._passed_s = 0
        active = bool(found.get("active"))
        crashes = found.get("ages", [])
        self.property("active", kind="binary_sensor", value=active, device_class="problem", name="Safe mode")
        self.property("crashes", kind="sensor", value=len(crashes), name="Crashes of late")
        self.listen("$restart", self._on_restart)
        if crashes:
            for mark in _MARKS_S:
                self.after(mark * 1000, self._grow_older, mark)
        if active:
            self._begin()
        elif self.config["button"]:
            from .entering import offer

            offer(self)

    def _begin(self):
        self.log.critical("safe mode: what the configuration names is not started; safemode/leave ends it")
        self.property("leave", kind="button", set=self._press, name="Leave safe mode")
        if [id for id in self.kernel.modules if id[:5] == "http_"]:
            from .page import router

            self.routes = router(self)
        plugins = self.kernel.config.get("plugins", ())
        self._later = [name for name in self.config["later"] if name in plugins]
        if self._later and not self._record.get("later"):
            self.listen("wlan/connected", self._on_network)

    def leave(self):
        """Forget the crashes and reset the board, a little later."""
        self._record = {}
        self._save()
        self.after(ANSWER_MS, self._reset)

    def _press(self, property, value):
        self.leave()

    def _reset(self, reason="safe mode is left"):
        from plugins.control.restart import reset

        try:
            reset(self.kernel, reason)
        except ImportError:
            self.log.error("nothing here can be reset")

    def _on_restart(self, topic, reason):
        # A reset that is meant looks like a crash on many boards.
        if reason != "deepsleep":
            self._record["planned"] = reason
            self._save()

    def _grow_older(self, mark):
        if record.age(self._record, mark - self._passed_s) or self._record.get("active"):
            self._save()
        else:
            self._record = {}
            self._save()
        self._passed_s = mark
        left = len(self._record.get("ages", ()))
        if self.properties["crashes"].value != left:
            self.properties["crashes"].value = left

    def _save(self):
        try:
            record.save(self._record)
        except OSError as error:
            self.log.error("crashes not noted:", error)

    # what comes later: the bridge to the broker, which tells of safe mode

    def _on_network(self, topic, connected):
        if connected and self._later:
            self.after(_LATER_MS, self._add, self._later)
            self._later = ()

    def _add(self, names):
        from modcore.manifests import manifest

        # If that is what crashes the device, the next safe mode does without.
        self._record["later"] = 1
        self._save()
        for name in names:
            try:
                word = manifest(name)["module"]
                self.kernel.add(getattr(load("plugins." + name), word)())
            except (ImportError, ValueError, AttributeError, KeyError) as error:
                self.log.warning("%s: %s" % (name, error))
        self.after(_TRIAL_MS, self._works)

    def _works(self):
        self._record["later"] = 0
        self._save()
