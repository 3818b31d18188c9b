"""Work of the player with its queue: asks the valves for what it wants, and hears what became of it."""

import time

from modcore import Refused
from modcore.ticks import const, ticks_diff, ticks_ms

from . import is_set, queue
from .files import note as write
from .files import read

RARE = True  # called when something happens to what is played

_RETRY_MS = const(10000)  # after the valves have refused, or failed
_BEAT_MS = const(1000)
_SHOW_S = const(10)


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
    if player.current or player.tasks:
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
    if player.config["after_power_cut"] == "drop":
        player.log.warning("the power was away: what ran is dropped")
        queue.clear(player)
        player.changed = True
    elif player.config["continue_s"]:
        queue.hold(player, "clock")  # until it is known how long the power was away


def _age(player):
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


def play(player, program, name, by, tasks):
    """Queue a program: `tasks` is a list of {valve: seconds}. Refused: the queue is full, or it is paused."""
    held = "paused" if "hand" in player.holds else "alarm" if "alarm" in player.holds else None
    if held and by != "hand":
        raise Refused("%s, %s: not started, %s" % (name, by, held))
    try:
        queue.add(player, program, name, by, [{v: s * 1000 for v, s in task.items()} for task in tasks])
    except ValueError as error:
        raise Refused("%s: %s" % (name, error))
    player.changed = True
    act(player)


def answer(player, what, value):
    """Answer a question: what runs and what waits, how it is configured, or what became of a command."""
    if what == "state":
        return {
            "current": player.current,
            "left": left(player),
            "tasks": player.tasks,
            "holds": player.holds,
            "info": info(player),
        }
    if what == "settings":
        return player.config
    if what == "play":
        play(player, value["program"], value["name"], value["by"], value["tasks"])
    elif what == "remove/set":
        _remove(player, value)
    else:
        raise LookupError("player answers no " + what)


def _remove(player, index):
    # Take a waiting task out of the queue. Refused: there is none at `index`, counted from 0.
    if isinstance(index, bool) or not isinstance(index, int) or not queue.remove(player, index):
        raise Refused("player/remove/set takes the number of a waiting task, from 0")
    player.changed = True
    act(player)


def command(player, id, value):
    """Do what the property `id` says: pause, skip or stop."""
    if id == "skip":
        queue.kill(player)
    elif id == "stop":
        queue.clear(player)
        try:  # At once, what is open by hand, too: an event would close what somebody opens before it arrives.
            player.kernel.bus.ask("valves/close")
        except LookupError:  # they do not run, and so they are closed
            pass
    else:
        if value:
            queue.hold(player, "hand")
        else:
            for reason in ("hand", "clock", "valves"):
                queue.release(player, reason)
        player.properties["pause"].value = value
    player.changed = True
    act(player)


# what the bus tells


def hear(player, topic, value):
    """Act on an event."""
    if topic.startswith("$alarm/"):
        _on_alarm(player, topic, value)
    elif topic in _HANDLERS:
        _HANDLERS[topic](player, value)


def _on_play(player, value):
    try:
        play(player, value["program"], value["name"], value["by"], value["tasks"])
    except ValueError as error:
        player.log.warning(error)
        player.fire({"$player/skipped": {"program": value["program"], "by": value["by"], "why": str(error)}})


def _on_drop(player, cause):
    if queue.drop(player, cause):
        player.changed = True
        act(player)


def _on_remove(player, index):
    try:
        _remove(player, index)
    except Refused as error:
        player.log.warning("refused:", error)


def _on_at_once(player, count):
    if count:
        player.at_once = count
        act(player)


def _on_begun(player, value):
    if value["cause"] != "hand" and value["valve"] in player.begun:
        player.begun[value["valve"]] = [ticks_ms(), value["ms"]]


def _on_ended(player, value):
    why = value["why"]
    if value["cause"] == "hand" or value["valve"] not in player.open:
        return
    if why in ("fault", "stop"):
        _wait(player, "a module has failed" if why == "fault" else "the valves were stopped")
    elif why == "direct" and not player.config["resume_after_direct"]:
        queue.hold(player, "hand")
        player.properties["pause"].value = True
    # Who closes a valve by hand does not want the rest of its time.
    _end(player, value["valve"], 0 if why in ("done", "hand") else value["left"])


def _on_refused(player, value):
    valve = value["valve"]
    if valve not in player.open:
        return
    if value["final"]:
        player.log.warning("%s: left out" % value["reason"])
        _end(player, valve, 0)
    else:
        _wait(player, value["reason"])
        _end(player, valve, left_ms(player, valve))


def _end(player, valve, left):
    queue.ended(player, valve, left)
    player.begun.pop(valve, None)
    player.changed = True
    act(player)


def _on_direct(player, direct):
    (queue.hold if direct else queue.release)(player, "direct")
    act(player)


def _on_alarm(player, topic, reason):
    (player.alarms.add if reason else player.alarms.discard)(topic)
    (queue.hold if player.alarms else queue.release)(player, "alarm")
    player.changed = True
    act(player)


def _on_valves(player, state):
    if state == "RUNNING":
        queue.release(player, "off")
    else:
        queue.hold(player, "off")
        for valve in list(player.open):  # their last words got lost
            queue.ended(player, valve, left_ms(player, valve))
            player.begun.pop(valve, None)
    act(player)


_HANDLERS = {
    "$player/play": _on_play,
    "$player/drop": _on_drop,
    "player/remove/set": _on_remove,
    "$valves/at_once": _on_at_once,
    "$valves/begun": _on_begun,
    "$valves/ended": _on_ended,
    "$valves/refused": _on_refused,
    "$valves/direct": _on_direct,
    "$state/valves": _on_valves,
}


def _wait(player, reason):
    # Try again later what the valves did not take.
    player.reason = reason
    queue.hold(player, "valves")
    if not player.retry:
        player.retry = player.after(_RETRY_MS, _try_again, player)


def _try_again(player):
    player.retry = None
    player.reason = ""
    queue.release(player, "valves")
    act(player)


# acting


def act(player):
    """Ask the valves for what the queue wants."""
    unwanted = queue.unwanted(player)
    if unwanted:
        player.fire({"$valves/close": [unwanted, "pause" if player.holds else "end"]})
    wanted = queue.wanted(player)
    if wanted:
        cause = "%s/%s" % (player.current["program"], player.current["cause"])
        for valve, ms in wanted:
            queue.opened(player, valve)
            player.begun[valve] = [None, ms]
        # Noted before it opens: after a power cut no valve gets more than its time.
        note(player, player.config["save_s"] * 1000)
        for valve, ms in wanted:
            player.fire({"$valves/run": [valve, ms, cause]})
    _show(player)
    if not player.pulse and _is_busy(player):
        player.pulse = player.every(_BEAT_MS, player.beat)


def _is_busy(player):
    return bool(player.current or player.changed or player.holds)


def left_ms(player, valve):
    """Milliseconds that a valve which was asked for has left."""
    since, ms = player.begun[valve]
    return ms if since is None else max(0, ms - ticks_diff(ticks_ms(), since))


def left(player):
    """Milliseconds that each valve of the current task has left, as {valve: ms}."""
    if not player.current:
        return {}
    return {v: left_ms(player, v) if v in player.begun else ms for v, ms in player.current["left"].items()}


def info(player):
    """Say why nothing runs although something would, or an empty text."""
    for hold, text in (
        ("alarm", "alarm: see flow"),
        ("hand", "paused"),
        ("direct", "waits for a valve that is open by hand"),
        ("clock", "waits for the clock, then goes on"),
        ("off", "the valves do not run"),
        ("valves", player.reason),
    ):
        if hold in player.holds:
            return text
    return ""


def _show(player):
    current = player.current
    seconds = queue.duration_s(
        [{v: (ms + 999) // 1000 for v, ms in left(player).items()}], 100, player.at_once
    )
    for id, value in (
        ("running", current["name"] if current else ""),
        ("info", info(player)),
        ("left", seconds),
    ):
        property = player.properties[id]
        # What changes every second is told less often.
        if property.value != value and (
            id != "left" or not (value and property.value) or player.beats % _SHOW_S == 0
        ):
            property.value = value


def beat(player):
    """Called each second while there is something to do."""
    player.beats += 1
    ahead_ms = player.config["save_s"] * 1000
    if "clock" in player.holds and is_set():
        _age(player)
    elif player.changed or player.open and ticks_diff(ticks_ms(), player.noted) > ahead_ms - _BEAT_MS:
        note(player, ahead_ms)
    if player.current:
        _show(player)
    if not _is_busy(player):
        player.pulse.cancel()
        player.pulse = None


def note(player, ahead_ms):
    """Note in the file what there is; of what is open as if `ahead_ms` more had gone by."""
    player.changed = False
    player.noted = ticks_ms()
    kept = queue.saved(player)
    if kept["current"]:
        rest = left(player)
        for valve in player.begun:
            if valve in rest:
                rest[valve] = max(0, rest[valve] - ahead_ms)
        kept["current"] = dict(kept["current"], left=rest)
    kept["at"] = int(time.time()) if is_set() else None
    write(player, kept, compare=False)
