"""The commands of Softap: mode, password."""

from modcore.property import Refused
from modcore.saver import not_saved, save_soon
from modcore.secrets import keep_secret
from modcore.timer import ANSWER_MS
from plugins.wlan.networks import wrong

from .setup import MODES, lock

RARE = True  # needed for commands


def do(softap, command, value):
    """Do what `command` asks for. Refused: it can't be, and why."""
    if command == "mode":
        _set_mode(softap, value)
    elif command == "password":
        _set_password(softap, value)
    else:
        raise Refused("%s/%s: no such command" % (softap.id, command))


def _set_mode(softap, mode):
    if mode not in MODES:
        raise Refused("%s/mode takes one of %s" % (softap.id, ", ".join(MODES)))
    kernel = softap.kernel
    if softap.config["mode"] != mode:
        softap.config["mode"] = mode
        kernel.config.setdefault(softap.id, {})["mode"] = mode
        softap.properties["mode"].value = mode
        # The answer still goes out over the access point that may be closed.
        softap.after(ANSWER_MS, softap.decide)
        save_soon(kernel, softap.id + "/mode")


def _set_password(softap, password):
    """Take another password; an empty one takes it away, and without one it opens no more."""
    reason = wrong(softap.ssid, password)
    if reason:
        raise Refused("%s/password: %s" % (softap.id, reason))
    softap.config["password"] = password
    trouble = None
    try:
        keep_secret(softap.kernel, softap.id, "password", password or None)
    except OSError as error:
        trouble = error
    softap.locked = lock(softap)
    softap.after(ANSWER_MS, softap.reopen)
    if trouble:
        raise not_saved(softap.id + "/password", trouble)
