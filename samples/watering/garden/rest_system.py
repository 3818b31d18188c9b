"""REST: the board, its clock and its restarts."""

import gc
import sys
import time

from plugins.http import HttpError

from . import is_set, zone
from .rest_common import ask, body, check_version, fingerprint, versioned

RARE = True  # called for a request below /system

_EPOCH_S = 0 if time.gmtime(0)[0] == 1970 else 946684800


def _memory():
    if hasattr(gc, "mem_free"):
        return {"mem_free": gc.mem_free(), "mem_alloc": gc.mem_alloc()}
    return {"mem_free": None, "mem_alloc": None}


def info(kernel, request):
    """Time, memory, addresses, versions."""
    import modcore

    now = int(time.time())
    here = zone(kernel)
    offset = here.offset(now) if here else 0
    found = {
        "time": now + _EPOCH_S,
        "clock_set": is_set(),
        "timezone_offset": offset,
        "localtime_offset": offset,
        "localtime": list(time.gmtime(now)[:8]),
        "localtime_tz": list(time.gmtime(now + offset)[:8]),
        "unique_id": "",
        "freq": None,
        "modcore_version": modcore.__version__,
        "app": "watering",
        "app_version": "1.0.0",
        "firmware": "%s %s"
        % (sys.implementation.name, ".".join([str(n) for n in sys.implementation.version[:3]])),
        "uptime": kernel.uptime_ms() // 1000,
        "softap": _interface("AP_IF"),
        "wlan": _interface("STA_IF"),
    }
    found.update(_memory())
    try:
        from binascii import hexlify

        import machine

        found["unique_id"] = hexlify(machine.unique_id()).decode()
        found["freq"] = machine.freq()
    except (ImportError, AttributeError):
        pass
    return found


def _interface(name):
    from binascii import hexlify

    about = {"active": False, "mac": "", "ip": []}
    try:
        import network

        interface = network.WLAN(getattr(network, name))
        about["active"] = bool(interface.active())
        about["mac"] = hexlify(interface.config("mac")).decode()
        about["ip"] = list(interface.ifconfig())
    except (ImportError, AttributeError, OSError, ValueError):
        pass
    return about


def ping(kernel, request):
    """The device is there."""
    return {"ping": "pong"}


def collect(kernel, request):
    """Collect garbage."""
    gc.collect()
    return dict(_memory(), time=int(time.time()) + _EPOCH_S)


def timezone(kernel, request=None):
    """The offset from UTC now, and the zone."""
    here = zone(kernel)
    return {
        "timezone_offset": here.offset(int(time.time())) if here else 0,
        "zone": here.text if here else "UTC0",
    }


def set_timezone(kernel, request):
    """Take `{"zone": "CET-1CEST,M3.5.0,M10.5.0/3"}`, or `{"timezone_offset": 7200}` for one without summer time."""
    given = body(request)
    if not isinstance(given, dict) or list(given) not in (["zone"], ["timezone_offset"]):
        raise ValueError("takes an object with zone or timezone_offset")
    text = given.get("zone")
    if text is None:
        offset = given["timezone_offset"] if "timezone_offset" in given else None
        if not isinstance(offset, int) or isinstance(offset, bool) or not -86400 < offset < 86400:
            raise ValueError("timezone_offset takes seconds, not %r" % (offset,))
        hours = "%02d:%02d:%02d" % (abs(offset) // 3600, abs(offset) // 60 % 60, abs(offset) % 60)
        text = "<%s%s>%s%s" % (
            "-" if offset < 0 else "+",
            hours[:2] + hours[3:5],
            "" if offset < 0 else "-",
            hours,
        )
    ask(kernel, "tz/zone/set", text)
    return timezone(kernel)


def config(kernel, request):
    """The configuration as it is saved, without secrets."""
    return {"config": kernel.config}


def reboot_config(kernel, request=None):
    """The daily restart."""
    text = ask(kernel, "restart/settings")["time"]
    return versioned({"reboot": {"active": text is not None, "time": text}}, fingerprint(text))


def set_reboot_config(kernel, request):
    """Take `{"reboot": {"active": true, "time": "03:30"}}`."""
    from .calendar import minute

    check_version(request, fingerprint(ask(kernel, "restart/settings")["time"]))
    given = body(request)
    given = given.get("reboot") if isinstance(given, dict) and list(given) == ["reboot"] else None
    if not isinstance(given, dict) or not isinstance(given.get("active"), bool):
        raise ValueError('takes an object {"reboot": {"active": true, "time": "03:30"}}')
    for key in given:
        if key not in ("active", "time"):
            raise ValueError("reboot: no key %r; have active time" % key)
    text = given.get("time")
    if given["active"] or text is not None:
        if not isinstance(text, str):
            raise ValueError("reboot: time takes text such as 03:30")
        minute(text)
    kernel.reconfigure("restart", {"time": text if given["active"] else None})
    kernel.save()
    return reboot_config(kernel)


def reboot(kernel, request, kind):
    """Restart the board (hard) or all modules (modcore)."""
    if kind not in ("hard", "modcore"):
        raise HttpError(404, {"error": "takes hard or modcore, not %s" % kind})
    ask(kernel, "restart/now", kind)
    return {"reboot": kind}


def leave(kernel, request):
    """End the program in order."""
    ask(kernel, "restart/now", "exit")
    return {"exit": True}


def interrupt(kernel, request):
    """Free the prompt, as Ctrl-C does."""
    ask(kernel, "restart/now", "break")
    return {"break": True}
