"""The first minute of new versions: what does not come to run is put back by itself."""

from modcore import Module, plugins

from .reload import disable, enable, put_in, running, take_out, users

_TRIAL_S = 60


class Trial(Module):
    """Watches the plugins of a journal, then keeps the new versions or puts the former ones back.

    journal: of the exchange. fresh: it was made in this run, so that the old code is still loaded. They have
    the seconds `trial_s` of the configuration's section `packages`. Leaves the kernel when it has decided,
    with `plugins/accepted` or `plugins/failed` on the bus.

        kernel.add(Trial(journal, True))
    """

    def __init__(self, journal, fresh=False):
        Module.__init__(self, "install_trial")
        self._journal = journal
        self._fresh = fresh
        self._watched = []

    def plugins(self):
        """The names of the plugins that are on trial."""
        return sorted(self._journal.data["plugins"])

    def start(self):
        """Load what is new and wait for the end of the minute."""
        data = self._journal.data
        if data["state"] == "back":  # given up at boot, before anything was loaded
            self._tell_failure(data.get("reason", "it failed in its first minute"))
            return
        names = users(list(data["plugins"]))
        self._watched = [name for name in names if name in self.kernel.config.get("plugins", ())]
        if self._fresh:
            self._watched = take_out(self.kernel, names)
        self._enable(data)
        failed = put_in(self.kernel, self._watched)
        for name in sorted(failed):
            self._roll_back("%s: %s" % (name, failed[name]))
            return
        section = self.kernel.config.get("packages")
        trial_s = section.get("trial_s") if isinstance(section, dict) else None
        if not isinstance(trial_s, (int, float)) or trial_s < 0:
            trial_s = _TRIAL_S
        self.after(int(trial_s * 1000), self.judge)

    def _enable(self, data):
        listed = list(data["enable"])
        for name in data["enable"]:
            listed += [added for added in enable(self.kernel, name) if added not in listed]
        self._watched += [name for name in listed if name not in self._watched]
        if listed != data["enable"]:
            data["enable"] = listed  # what is to be taken out of the configuration again
            self._journal.save()

    def judge(self):
        """Decide: keep what runs, put back what does not."""
        for name in self._watched:
            modules = running(self.kernel, name)
            if not modules and plugins.manifest(name).get("module"):
                return self._roll_back("%s is gone" % name)
            for module in modules:
                if module.state != "RUNNING":
                    reason = self.kernel.bus.get("$error/" + module.id, "it is " + module.state)
                    return self._roll_back("%s does not run: %s" % (module.id, reason))
        self._journal.accept()
        versions = {name: pair[1] for name, pair in self._journal.data["plugins"].items()}
        self.log.info("new versions work:", versions)
        self._publish("plugins/accepted", versions)
        self._leave()

    def _roll_back(self, reason):
        data = self._journal.data
        data["reason"] = reason
        names = users(list(data["plugins"]))
        had = take_out(self.kernel, names)
        had += [name for name in self._watched if name not in had]
        self._journal.back()
        disable(self.kernel, data["enable"])
        here = [name for name in had if name not in data["enable"] and data["plugins"].get(name, "x")[0]]
        for name, why in put_in(self.kernel, here).items():
            self.log.error("%s: %s" % (name, why))
        self._tell_failure(reason)

    def _tell_failure(self, reason):
        data = self._journal.data
        disable(self.kernel, data["enable"])
        for name, (old, new) in data["plugins"].items():
            self.log.error("%s %s is taken back: %s" % (name, new, reason))
            self._publish("plugins/failed", {"name": name, "version": new, "kept": old, "reason": reason})
        self._leave()

    def _publish(self, topic, value):
        try:
            self.publish(topic, value)
        except Exception:  # the bus is full: the log has it, too
            pass

    def _leave(self):
        # Not from inside its own start.
        self.after(0, self.kernel.remove, self.id)
