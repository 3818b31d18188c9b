"""What happens when something goes wrong. Loaded for that, then unloaded."""

import os
from errno import errorcode

from modcore.kernel import ticks_add, ticks_ms

from . import load


def report(bridge, error):
    """Give up the connection, or the attempt to get one, and plan the next."""
    if bridge.state != "RUNNING":
        return  # stopped by what came in
    if bridge.opening:
        bridge.addr = None
    load("session").close(bridge)
    bridge._dirty.clear()
    delay_s = bridge.sleep
    bridge.sleep = min(2 * delay_s, 60)
    # Up to a quarter less, so that the devices of a house don't come all at once when the broker is back.
    bridge.due = ticks_add(ticks_ms(), delay_s * (1000 - os.urandom(1)[0]))
    bridge.properties["connected"].value = False
    reason = error.args[-1] if error.args else type(error).__name__
    if isinstance(reason, int):
        reason = errorcode.get(reason, "error %d" % reason)
    bridge.log.warning("%s: %s; next try in %d s" % (bridge.config["host"], reason, delay_s))


def over(bridge):
    """Say that there is a connection again."""
    bridge.log.info("connected to", bridge.config["host"])


def tell(bridge):
    """Show how many messages the broker did not get, when that has changed."""
    if "lost" not in bridge.properties:
        bridge.property("lost", "sensor", 0, name="Lost messages")
    shown = bridge.properties["lost"]
    if shown.value != bridge.overflows:
        bridge.log.warning("%d messages lost: too many waited" % (bridge.overflows - shown.value))
        shown.value = bridge.overflows
        bridge.event(shown.topic, bridge.overflows)
