"""System: the board, its memory and its storage; collected, restarted, reset."""

import gc
import os
import sys

from plugins.http import HttpError

from .dispatch import body, refuse_method

RARE = True  # only while somebody administers the device

_ACTIONS = ("collect", "restart", "reset", "safemode")


def answer(admin, request, names):
    """`/system`: GET facts and figures (`?memory` the heap alone), POST {"action": "collect"} and others."""
    if request.method in ("GET", "HEAD"):
        if "memory" in request.query:
            return memory()
        return _facts(admin.kernel)
    if request.method != "POST":
        return refuse_method("GET", "POST")
    action = body(request, "action")["action"]
    if action not in _ACTIONS:
        raise HttpError(400, {"error": "action: takes one of " + ", ".join(_ACTIONS)})
    if action == "collect":
        gc.collect()
        return memory()
    admin.log.warning("command:", action)
    if action == "restart":
        admin.later(admin.kernel.reconfigure)
    else:
        _reset(admin, action)
    return {"action": action, "later": True}, 202


def memory():
    """{"free", "used", "largest"} in bytes; on CPython {"objects"}."""
    if not hasattr(gc, "mem_free"):
        return {"objects": len(gc.get_objects())}
    found = {"free": gc.mem_free(), "used": gc.mem_alloc()}
    try:
        from plugins.sysinfo.heap import largest_block

        found["largest"] = largest_block()
    except ImportError:
        pass
    return found


def _facts(kernel):
    import modcore

    version = ".".join([str(part) for part in sys.implementation.version[:3]])
    found = {
        "name": kernel.name,
        "board": sys.implementation._machine if hasattr(sys.implementation, "_machine") else sys.platform,
        "versions": {"modcore": modcore.__version__, sys.implementation.name: version},
        "uptime_s": kernel.uptime_ms() // 1000,
        "memory": memory(),
        "storage": _storage(),
        "safemode": kernel.bus.get("safemode/active"),
        "temperature": kernel.bus.get("sysinfo/temperature"),
        "reset_cause": kernel.bus.get("sysinfo/reset_cause"),
        "id": kernel.bus.get("sysinfo/id"),
        "late": None,
    }
    late = {}
    for id in kernel.modules:
        ms = kernel.bus.get("$late/" + id)
        if ms is not None:
            late[id] = ms
    found["late"] = late
    return found


def _storage():
    try:
        found = os.statvfs("/")
    except (OSError, AttributeError):
        return None
    return {"free": found[0] * found[3], "total": found[1] * found[2]}


def _reset(admin, action):
    kernel = admin.kernel
    try:
        import machine  # noqa: F401
    except ImportError:
        raise HttpError(501, {"error": "nothing here can be reset"})
    if action == "safemode":
        try:
            from plugins.safemode import record
        except ImportError:
            raise HttpError(501, {"error": "the plugin safemode is not there"})
        record.save({"ages": [0] * record.CRASHES, "active": True})
    admin.later(_reset_now, kernel, action)


def _reset_now(kernel, reason):
    try:
        from plugins.control.restart import reset
    except ImportError:
        import machine

        bus = kernel.bus
        bus.deliver()
        bus.publish("$restart", reason)
        bus.deliver()
        kernel.end()
        machine.reset()
    else:
        reset(kernel, reason)
