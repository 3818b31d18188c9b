"""passwd: the password of an administrator, or of another user, set over USB; the device keeps a hash of it."""

import getpass
import os
import re
import sys

from . import link
from .show import Fail, emit

_LEAST = 8
_STORE = """
from modcore.json_files import load, save
_s = load({path!r})
_u = _s.setdefault('http', {{}}).setdefault('users', {{}})
_e = _u.get({name!r}, {{}})
_e['password'] = {hash!r}
_e['groups'] = {groups!r} or _e.get('groups', ['admin'])
_u[{name!r}] = _e
save({path!r}, _s)
"""


def passwd(name, device, groups, as_json):
    """Ask for a password and store its hash on the board; groups: of the user, those it has, or admin, without any."""
    from plugins.http_auth.hashpw import password

    from .usb import Usb

    if not re.fullmatch(r"[A-Za-z0-9._@-]{1,32}", name):
        raise Fail("{!r} is not a user's name: up to 32 letters, figures and . _ @ -".format(name))
    port = link.port(device)
    entry = password(_read())
    with Usb(port) as usb:
        state = usb.survey()
        if not state["modcore"]:
            raise Fail("{}: no modcore is there; `modcore deploy` brings a project to it".format(port))
        root = state["lib"][: -len("/lib")].rstrip("/")
        usb.exec(_STORE.format(path=root + "/secrets.json", name=name, hash=entry, groups=list(groups)))
    emit(
        {"user": name},
        as_json,
        text="{} has a new password; it counts from the start that follows now".format(name),
    )


def _read():
    text = os.environ.get("MODCORE_PASSWORD")
    if text is None and sys.stdin.isatty():
        text = getpass.getpass("new password: ")
        if text != getpass.getpass("again: "):
            raise Fail("the two are not the same; nothing was changed")
    elif text is None:
        text = sys.stdin.readline().rstrip("\r\n")
    if len(text) < _LEAST:
        raise Fail("a password has at least {} characters; nothing was changed".format(_LEAST))
    return text
