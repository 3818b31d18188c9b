"""REST: what runs, what waits, pause."""

from plugins.http import HttpError

from . import playing
from .rest_common import module, number, truth

RARE = True  # called for a request below /watering


def state(kernel, request=None):
    """Answer what runs and what waits; times are seconds by the id of the valve."""
    player = module(kernel, "player")
    left = playing.left(player)
    bus = kernel.bus
    open_now = {id: bus.get("valves/" + id) is True for id in bus.get("$valves/ids", ())}
    return {
        "current": {valve: (ms + 999) // 1000 for valve, ms in left.items()},
        "curstates": open_now,
        "curtasks": {valve: {"diff": (ms + 999) // 1000} for valve, ms in left.items()},
        "running": player.properties["running"].value,
        "cause": player.current["cause"] if player.current else "",
        "next": [_task(task) for task in player.tasks],
        "scheduled": _today(kernel),
        "state": True,
        "scheduler_pause": bool(player.holds),
        "paused": "hand" in player.holds,
        "info_text": playing.info(player),
    }


def _task(task):
    left = {valve: (ms + 999) // 1000 for valve, ms in task["left"].items()}
    return {"program": task["program"], "name": task["name"], "cause": task["cause"], "valves": left}


def _today(kernel):
    from .rest_plan import starts

    return list(starts(kernel, 1))


def info(kernel, request):
    """Say why nothing runs although something would."""
    return {"info_text": playing.info(module(kernel, "player"))}


def kill(kernel, request):
    """End the running task."""
    playing.command(module(kernel, "player"), "skip", None)
    return state(kernel)


def stop(kernel, request):
    """End all."""
    playing.command(module(kernel, "player"), "stop", None)
    return state(kernel)


def remove(kernel, request, place):
    """Take a waiting task out of the queue."""
    if not playing.remove(module(kernel, "player"), number(place, "task")):
        raise HttpError(404, {"error": "no task %s waits" % place})
    return state(kernel)


def pause(kernel, request, on):
    """Pause or go on."""
    on = truth(on)
    module(kernel, "player").properties["pause"].command(on)
    return {"state": on}
