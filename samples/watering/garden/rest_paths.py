"""The paths of the REST interface, and who answers each."""

from modcore.lazy import load
from plugins.http import HttpError

from . import Conflict

RARE = True  # called for a request below /watering or /system

# path, method, file, function; a * stands for one element, which the function is given.
_PATHS = (
    ("watering/state", "GET", "player", "state"),
    ("watering/state/info", "GET", "player", "info"),
    ("watering/state/kill", "POST", "player", "kill"),
    ("watering/state/stop", "POST", "player", "stop"),
    ("watering/state/remove/*", "POST", "player", "remove"),
    ("watering/pause/*", "POST", "player", "pause"),
    ("watering/settings", "GET", "settings", "settings"),
    ("watering/settings", "POST", "settings", "set_settings"),
    ("watering/plan", "GET", "plan", "plan"),
    ("watering/valves", "GET", "valves", "valves"),
    ("watering/valves/config", "GET", "valves", "config"),
    ("watering/valves/config", "POST", "valves", "set_config"),
    ("watering/valve/*", "GET", "valves", "valve"),
    ("watering/valve/*/*", "POST", "valves", "turn"),
    ("watering/programs", "GET", "plan", "programs"),
    ("watering/programs", "POST", "plan", "set_programs"),
    ("watering/program/play/*", "POST", "plan", "play"),
    ("watering/scheduled", "GET", "plan", "schedules"),
    ("watering/scheduled", "POST", "plan", "set_schedules"),
    ("watering/scheduled/recalc", "POST", "plan", "recalc"),
    ("watering/flow", "GET", "valves", "flow"),
    ("watering/flow/config", "POST", "valves", "set_flow"),
    ("watering/flow/reset", "POST", "valves", "reset_flow"),
    ("watering/history", "GET", "history", "csv"),
    ("system/info", "GET", "system", "info"),
    ("system/ping", "GET", "system", "ping"),
    ("system/gc", "POST", "system", "collect"),
    ("system/timezone", "GET", "system", "timezone"),
    ("system/timezone", "POST", "system", "set_timezone"),
    ("system/config", "GET", "system", "config"),
    ("system/reboot/config", "GET", "system", "reboot_config"),
    ("system/reboot/config", "POST", "system", "set_reboot_config"),
    ("system/reboot/*", "POST", "system", "reboot"),
    ("system/exit", "POST", "system", "leave"),
    ("system/break", "POST", "system", "interrupt"),
)


def _matching(request):
    """(method, file, function, elements) for each entry that the path of a request matches, the exact ones first."""
    have = request.path.strip("/").split("/")
    found = []
    for path, method, file, function in _PATHS:
        want = path.split("/")
        if len(want) == len(have) and all([w in ("*", h) for w, h in zip(want, have)]):
            entry = (method, file, function, [h for w, h in zip(want, have) if w == "*"])
            if "*" in want:
                found.append(entry)
            else:
                found.insert(0, entry)
    if found and not found[0][3]:  # "reboot/config" is not a type of reboot
        found = [entry for entry in found if not entry[3]]
    return found


def methods(request):
    """The methods that there are for the path of a request."""
    return [entry[0] for entry in _matching(request)]


def answer(kernel, request):
    """Answer a request; HttpError with a JSON object that says what is wrong."""
    if request.method == "OPTIONS":
        return None
    found = _matching(request)
    if not found:
        raise HttpError(404, {"error": "there is nothing at " + request.path})
    method = "GET" if request.method == "HEAD" else request.method
    for entry in found:
        if entry[0] == method:
            function = getattr(load(__name__[: -len("paths")] + entry[1]), entry[2])
            try:
                return function(kernel, request, *entry[3])
            except ValueError as error:  # Refused, too
                raise HttpError(409 if isinstance(error, Conflict) else 400, {"error": str(error)})
            except OSError as error:
                raise HttpError(507, {"error": str(error)})
    allow = sorted(set([entry[0] for entry in found] + ["OPTIONS"]))
    if "GET" in allow:
        allow.insert(1, "HEAD")
    raise HttpError(
        405, {"error": "%s takes %s" % (request.path, " ".join(allow))}, [("Allow", ", ".join(allow))]
    )
