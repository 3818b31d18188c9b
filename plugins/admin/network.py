"""Network: looked around, joined and forgotten by an administrator, whatever the plugin wlan takes from others."""

from modcore import Refused
from plugins.http import HttpError

from .dispatch import body, refuse_method

RARE = True  # only while somebody administers the device

_ACTIONS = ("scan", "join", "forget", "restart")


def answer(admin, request, names):
    """`/network`: GET where the device is, POST {"action": "join", "value": {"ssid", "password"}} and others.

    The link changes when the answer is on its way. HttpError 400: it can't be, 404: there is no wlan, 507: not saved.
    """
    wlan = admin.kernel.modules.get("wlan")
    if wlan is None or wlan.state != "RUNNING":
        raise HttpError(404, {"error": "the plugin wlan does not run"})
    if request.method in ("GET", "HEAD"):
        return {"host": wlan.hostname, "name": admin.kernel.name}
    if request.method != "POST":
        return refuse_method("GET", "POST")
    given = body(request, "action")
    action = given["action"]
    if action not in _ACTIONS:
        raise HttpError(400, {"error": "action: takes one of " + ", ".join(_ACTIONS)})
    if action == "scan":
        if wlan.radio is None:
            raise HttpError(400, {"error": "this board has no radio"})
        admin.later(wlan.do, action)  # it stands still for two seconds
        return {"action": action, "later": True}, 202
    name = given.get("name")
    if name is not None:
        _rename(admin, name)
    try:
        wlan.do(action, given.get("value"))
    except Refused as error:
        reason = str(error).partition(": ")[2]
        raise HttpError(507 if "not saved" in reason else 400, {"error": reason})
    if name is not None:
        admin.later(admin.kernel.reconfigure, "wlan")  # the radio takes the name when it is switched on
    return {"action": action, "later": True, "host": _host(wlan, name)}, 202


def _host(wlan, name):
    from plugins.wlan.networks import host_name

    return host_name(wlan.config["hostname"] or name or wlan.kernel.name)


def _rename(admin, name):
    from .saving import change

    change(admin, "device", {"values": {"name": name}})
