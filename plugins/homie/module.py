"""The module: a connection of its own to the broker of `mqtt`, for its own last will, as Homie wants one."""

from modcore.ticks import const, ticks_ms
from plugins.mqtt import Mqtt
from plugins.mqtt.packets import PUBLISH

_SETTLE_MS = const(500)  # after a property came or went, until all is described anew: they come in groups


class Homie(Mqtt):
    """Shows the properties as `homie/5/<device>/<module>/<property>`, described in `$description`.

    Broker, user, TLS and filters are those of the module `mqtt`.

        from plugins.mqtt import Mqtt

        kernel.add(Mqtt())
        kernel.add(Homie())

    Source: the Homie convention 5.0, https://homieiot.github.io/specification/
    """

    requires = ("mqtt",)
    defaults = {"domain": "homie", "device_id": "", "client_id": "", "forget_s": 90}

    will = ("$state", b"lost")
    parting = b"disconnected"
    pending = None  # a timer, until all is described anew
    steps = None  # a generator: the device is being described
    version = 0  # of the description

    def start(self):
        """Begin to connect; the device does not wait for it."""
        from .startup import begin

        begin(self)

    def stop(self):
        """Tell the broker that the device leaves in order."""
        from plugins.mqtt.ending import say_goodbye

        self.pending = None
        say_goodbye(self, "$state", self.parting)

    def greet(self, out):
        """Tell a broker that has accepted the device what it is."""
        from .announcing import announce

        announce(self, out)

    def on_event(self, topic, value):
        """Note the new value of a property."""
        if topic in self.shown:
            from .announcing import tell

            tell(self, topic, value)
        elif value and topic == "wlan/connected" and not self.connected:
            self.pause_s = 1
            self.due = ticks_ms()

    def on_describe(self, topic, meta):
        """Describe the device anew when a property has come, changed or gone."""
        if not self.pending:
            self.pending = self.after(_SETTLE_MS, self.on_settled)

    def on_settled(self):
        """Describe the device anew, or find out what there is to show."""
        from .announcing import announce

        self.pending = None
        if self.connected:
            announce(self, self.link.out)

    def on_restart(self, topic, reason):
        """The device ends: say whether it only sleeps."""
        if reason == "deepsleep":
            self.parting = b"sleeping"

    def on_bridge(self, topic, connected):
        """The bridge whose settings these are has started again: with other ones?"""
        if self.kernel.modules["mqtt"].config is not self.source:
            self.after(0, self.kernel.reconfigure, self.id)

    def on_former(self, topic, prefix):
        """The device had another name before: clear what the broker still has of that."""
        from .former import clear

        clear(self, prefix)

    def _accept(self, link, kind):
        if kind & 0xF0 != PUBLISH:
            return Mqtt._accept(self, link, kind)
        from plugins.mqtt.commands import receive

        from .commands import deliver

        return receive(self, link, deliver)
