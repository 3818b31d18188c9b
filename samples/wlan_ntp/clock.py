"""A clock that knows the time from the network, and says when it does not: http://127.0.0.1:8080/"""

import time

from modcore import Module


class Clock(Module):
    """Local time, as long as `ntp` says that the clock is right."""

    def start(self):
        """Declare what there is to see, and follow the time server's state."""
        self.right = False
        self.time = self.property("time", kind="sensor", name="Time", icon="mdi:clock-outline")
        self.listen("ntp/synced", self.on_synced)
        self.every(1000, self.show)

    def on_synced(self, topic, synced):
        """Begin or end to show the time: an unknown one is better than a wrong one."""
        self.right = synced
        self.show()

    def show(self):
        """Show the time of this second."""
        if not self.right:
            self.time.value = None
            return
        offset = self.kernel.bus.get("tz/offset", 0)
        self.time.value = "{:02}:{:02}:{:02}".format(*time.gmtime(time.time() + offset)[3:6])
