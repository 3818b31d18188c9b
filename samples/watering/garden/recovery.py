"""How the player begins: its properties, and what a power cut or a restart has left."""

import time

from modcore.ticks import const, ticks_ms

from . import queue
from .files import read
from .playing import act

RARE = True  # called at the start

_TELL_MS = const(1000)  # by then those who listen have started, too


def begin(player):
    """Set up a module Player, declare its properties, listen, and restore what was noted."""
    queue.begin(player, limit=player.config["queue"])
    player.begun = {}  # valve -> [tick since when it is open, or None; ms to go then]
    player.alarms = set()
    player.retry = None  # a timer
    player.reason = ""  # why the valves refused
    player.changed = False  # since it was noted
    player.noted = ticks_ms()
    player.beats = 0
    player.pulse = None
    declare = player.property
    command = player.command
    declare("pause", kind="switch", name="Pause", icon="mdi:pause", value=False, set=command)
    declare("skip", kind="button", name="Next task", set=command)
    declare("stop", kind="button", name="Stop watering", set=command)
    declare("running", kind="sensor", name="Running", value="")
    declare("left", kind="sensor", name="Remaining", value=0, unit="s", device_class="duration")
    declare("info", kind="sensor", name="Information", value="")
    _restore(player)
    hear = player.hear
    for filter in ("$valves/+", "$state/valves", "$alarm/+", "$player/+", "player/remove/set"):
        player.listen(filter, hear)
    player.after(0, act, player)


def _restore(player):
    path = player.config["file"]
    kept = read(player)
    lived = player.lived
    player.lived = True
    player.noted_at = kept.get("at")
    try:
        queue.restore(player, kept)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        player.log.error("%s holds something else: %s" % (path, error))
        queue.begin(player, limit=player.config["queue"])
        return
    player.properties["pause"].value = "hand" in player.holds
    if lived or not (player.current or player.tasks):
        return
    _tell_cut(player, kept)
    if player.config["after_power_cut"] == "drop":
        player.log.warning("the power was away: what ran is dropped")
        queue.clear(player)
        player.changed = True
    elif player.config["continue_s"]:
        queue.hold(player, "clock")  # until it is known how long the power was away


def _tell_cut(player, kept):
    current = kept.get("current")
    for valve, ms in (kept.get("open") or {}).items():
        left = current["left"].get(valve, 0) if current else 0
        cause = "%s/%s" % (current["program"], current["cause"]) if current else "hand"
        report = {"valve": valve, "cause": cause, "why": "power", "ran": ms - left, "left": left}
        player.after(_TELL_MS, player.fire, {"$valves/ended": report})


def age(player):
    """The clock is set: go on, unless the power was away for too long."""
    away_s = int(time.time()) - player.noted_at if player.noted_at is not None else None
    queue.release(player, "clock")
    if away_s is None or not 0 <= away_s <= player.config["continue_s"]:
        player.log.warning("the power was away for too long: what ran is dropped")
        queue.clear(player)
    else:
        player.log.info("the power was away for %d s: going on" % away_s)
    player.changed = True
    act(player)
