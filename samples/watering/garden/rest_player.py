"""REST: what runs, what waits, pause."""

from json import dumps

from modcore import Refused
from plugins.http import HttpError

from .rest_common import ask, number, truth
from .rest_plan import pieces, starts

RARE = True  # called for a request below /watering


def state(kernel, request=None):
    """Answer what runs and what waits; times are seconds by the id of the valve."""
    player = ask(kernel, "player/state")
    current, left, holds = player["current"], player["left"], player["holds"]
    bus = kernel.bus
    open_now = {id: bus.get("valves/" + id) is True for id in bus.get("$valves/ids", ())}
    found = {
        "current": {valve: (ms + 999) // 1000 for valve, ms in left.items()},
        "curstates": open_now,
        "curtasks": {valve: {"diff": (ms + 999) // 1000} for valve, ms in left.items()},
        "running": current["name"] if current else "",
        "cause": current["cause"] if current else "",
        "next": [_task(task) for task in player["tasks"]],
        "state": True,
        "scheduler_pause": bool(holds),
        "paused": "hand" in holds,
        "info_text": player["info"],
    }
    return pieces(dumps(found)[:-1] + ', "scheduled": ', starts(kernel, 1), "}")


def _task(task):
    left = {valve: (ms + 999) // 1000 for valve, ms in task["left"].items()}
    return {"program": task["program"], "name": task["name"], "cause": task["cause"], "valves": left}


def info(kernel, request):
    """Say why nothing runs although something would."""
    return {"info_text": ask(kernel, "player/state")["info"]}


def kill(kernel, request):
    """End the running task."""
    ask(kernel, "player/skip/set")
    return state(kernel)


def stop(kernel, request):
    """End all."""
    ask(kernel, "player/stop/set")
    return state(kernel)


def remove(kernel, request, place):
    """Take a waiting task out of the queue."""
    try:
        ask(kernel, "player/remove/set", number(place, "task"))
    except Refused:
        raise HttpError(404, {"error": "no task %s waits" % place})
    return state(kernel)


def pause(kernel, request, on):
    """Pause or go on."""
    on = truth(on)
    ask(kernel, "player/pause/set", on)
    return {"state": on}
