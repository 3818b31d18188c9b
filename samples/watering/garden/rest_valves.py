"""REST: valves and the flow meter."""

from modcore import Refused
from plugins.http import HttpError

from .checks import whole
from .files import list_of
from .rest_common import (
    ask,
    body,
    changes,
    check_version,
    fingerprint,
    has_body,
    number,
    reconfigure,
    truth,
    versioned,
)  # fmt: skip

RARE = True  # called for a request below /watering


def valves(kernel, request):
    """All valves in their order."""
    return ask(kernel, "valves/list")


def valve(kernel, request, id):
    """One valve, by its id."""
    return {"valve": _find(kernel, id), "port": int(id)}


def _find(kernel, id):
    id = number(id, "valve")
    for about in valves(kernel, None):
        if about["id"] == id:
            return about
    raise HttpError(404, {"error": "there is no valve %s" % id})


def turn(kernel, request, id, on):
    """Open a valve for the seconds in the body, or for the configured time; or close it."""
    on = truth(on)
    about = _find(kernel, id)
    if about["disabled"]:
        raise HttpError(409, {"error": "valve %s is disabled" % id})
    seconds = None
    if has_body(request):
        given = body(request)
        if not isinstance(given, dict) or list(given) not in ([], ["seconds"]):
            raise ValueError('takes an object such as {"seconds": 300}')
        seconds = given.get("seconds")
        if given and not whole(seconds, 1, 86400):
            raise ValueError("seconds takes a number from 1 to 86400")
    try:
        if on and seconds:
            ask(kernel, "valves/run/set", {str(about["id"]): seconds})
        else:
            ask(kernel, "valves/%d/set" % about["id"], on)
    except Refused as error:  # an alarm, or too many are open
        raise HttpError(409, {"error": str(error)})
    return _find(kernel, id)


_CONFIG = ("valves", "max_s", "direct_s", "at_once", "active_low", "master", "lead_s", "lag_s")


def config(kernel, request):
    """The configuration of the valves."""
    now = _config(kernel)
    return versioned(now, fingerprint(now))


def _config(kernel):
    found = ask(kernel, "valves/settings")
    return {key: found[key] for key in _CONFIG}


def set_config(kernel, request):
    """Take another configuration: all valves close, then it counts."""
    from .checks import valves as check

    now = _config(kernel)
    given = changes(request, now, _CONFIG)
    for key in given:
        if key not in _CONFIG:
            raise ValueError("no key %r; have %s" % (key, " ".join(_CONFIG)))
    if "valves" in given:
        _give_ids(given["valves"], now["valves"], list_of(kernel, "programs"))
    _check_types(given, now)
    wanted = dict(now)
    wanted.update(given)
    check(wanted)
    reconfigure(kernel, "valves", given, {key: now[key] for key in given})
    return config(kernel, request)


def _check_types(given, now):
    for key, value in given.items():
        want = bool if key == "active_low" else list if key == "valves" else int
        if key == "master" and value is None:
            continue
        if not isinstance(value, want) or want is int and isinstance(value, bool):
            raise ValueError("%s does not take %r" % (key, value))


def _give_ids(found, before, programs):
    """Give an id to each valve without one: that of the valve on its pin before, or one that nobody knows.

    A program may still know one that was removed: its seconds are not for a new valve elsewhere.
    """
    if not isinstance(found, list) or not all([isinstance(valve, dict) for valve in found]):
        raise ValueError("valves takes a list of objects")
    used = [valve.get("id") for valve in found] + [valve["id"] for valve in before]
    used += [int(valve) for program in programs for task in program["tasks"] for valve in task]
    pins = {valve.get("pin"): valve["id"] for valve in before if valve.get("pin")}
    for valve in found:
        if "id" not in valve:
            id = pins.get(valve.get("pin")) if isinstance(valve.get("pin"), int) else None
            if id is None or id in [other.get("id") for other in found]:
                free = [n for n in range(255) if n not in used]
                if not free:
                    raise ValueError("valves: no id is free")
                id = free[0]
            valve["id"] = id
            used.append(id)


_FLOW = ("pin", "ratio", "window_ms", "max", "max_s", "none_s", "leak_l", "settle_s")


def flow(kernel, request=None):
    """Answer what flows; the first nine names are those of the reference, a window of time_out times time_base ms."""
    settings = ask(kernel, "flow/settings")
    values = {id: kernel.bus.get("flow/" + id) for id in ("rate", "today", "total", "alarm")}
    rate = values["rate"] or 0
    litres = rate * settings["window_ms"] / 60000
    shown = {
        "pin": settings["pin"],
        "total": round((values["total"] or 0) / settings["ratio"]),
        "total_liter": values["total"],
        "current": round(litres / settings["ratio"]),
        "current_liter": float("%.3f" % litres),
        "max": settings["max"],
        "liter_ratio": settings["ratio"],
        "time_out": 1,
        "time_base": settings["window_ms"],
        "rate": rate,
        "today_liter": values["today"],
        "alarm": values["alarm"],
    }
    for key in ("max_s", "none_s", "leak_l", "settle_s"):
        shown[key] = settings[key]
    return versioned({"flow": shown}, fingerprint(_flow(kernel)))


def _flow(kernel):
    settings = ask(kernel, "flow/settings")
    return {key: settings[key] for key in _FLOW}


def set_flow(kernel, request):
    """Take other settings of the meter; they count at once."""
    from .checks import flow as check

    now = _flow(kernel)
    check_version(request, fingerprint(now))
    given = body(request)
    if not isinstance(given, dict) or list(given) != ["flow"] or not isinstance(given["flow"], dict):
        raise ValueError('takes an object {"flow": {...}}')
    given = dict(given["flow"])
    times = given.pop("time_out", 1)  # the reference's window is this times time_base
    if not whole(times, 1, 60):
        raise ValueError("flow: time_out takes a whole number from 1 to 60, not %r" % (times,))
    section = {}
    for key, value in given.items():
        key = {"liter_ratio": "ratio", "time_base": "window_ms"}.get(key, key)
        if key not in _FLOW:
            have = "liter_ratio time_base time_out " + " ".join(_FLOW)
            raise ValueError("flow: no key %r; have %s" % (key, have))
        if key == "max" and value == -1:
            value = 0  # the reference's word for off
        _check_flow(key, value)
        section[key] = value
    if times > 1:
        section["window_ms"] = section.get("window_ms", now["window_ms"]) * times
    check(dict(now, **section))
    reconfigure(kernel, "flow", section, {key: now[key] for key in section})
    return flow(kernel)


def _check_flow(key, value):
    if key == "pin" and value is None:
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1000000:
        raise ValueError("flow: %s takes a number, not %r" % (key, value))
    if key in ("pin", "window_ms") and not isinstance(value, int) or key == "pin" and not 0 < value < 256:
        raise ValueError("flow: %s takes a whole number, not %r" % (key, value))


def reset_flow(kernel, request):
    """A person has looked after the alarm."""
    ask(kernel, "flow/reset/set")
    return flow(kernel)
