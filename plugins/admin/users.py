"""Users, tokens and sessions: listed, added, changed, removed."""

from plugins.http import HttpError

from .access import GROUP, entries
from .accounts import apply, hashed, store, wrong_name, wrong_password
from .dispatch import body, refuse_method

RARE = True  # only while somebody administers the device


def answer(admin, request, names):
    """`/users`, `/users/<name>`, `/users/<name>/sessions`, `/tokens/<name>`."""
    kind, names = names[0], names[1:]
    if not names or names == [""]:
        if request.method not in ("GET", "HEAD"):
            refuse_method("GET")
        return _list(admin, request)
    name = names[0]
    if len(names) == 2 and names[1] == "sessions" and kind == "users":
        if request.method != "DELETE":
            refuse_method("DELETE")
        request.site.sessions.end_user(name)
        return None
    if len(names) > 1:
        raise HttpError(404, {"error": "no such page"})
    if request.method == "PUT":
        return _put_user(admin, request, name) if kind == "users" else _put_token(admin, request, name)
    if request.method == "DELETE":
        return _delete(admin, request, kind, name)
    return refuse_method("PUT", "DELETE")


def _list(admin, request):
    kernel = admin.kernel
    users = entries(kernel)
    tokens = entries(kernel, "tokens")
    active = {}
    sessions = request.site.sessions
    for session in sessions.all() if hasattr(sessions, "all") else ():
        active[session.user] = active.get(session.user, 0) + 1
    return {
        "me": request.user.name,
        "users": [
            {"name": name, "groups": list(users[name].get("groups", ())), "sessions": active.get(name, 0)}
            for name in sorted(users)
        ],
        "tokens": [{"name": name, "groups": list(tokens[name].get("groups", ()))} for name in sorted(tokens)],
    }


def _groups(given):
    groups = given.get("groups", [])
    if not isinstance(groups, list) or any([wrong_name(group) for group in groups]):
        raise HttpError(400, {"error": "groups: takes a list of words"})
    return groups


def _put_user(admin, request, name):
    given = body(request)
    kernel = admin.kernel
    old = entries(kernel).get(name)
    trouble = wrong_name(name)
    if "password" in given or old is None:
        trouble = trouble or wrong_password(given.get("password"))
    if trouble:
        raise HttpError(400, {"error": trouble})
    groups = _groups(given) if "groups" in given or old is None else list(old.get("groups", ()))
    if old and GROUP in old.get("groups", ()) and GROUP not in groups:
        _not_the_last(kernel, name)
    if "password" in given:
        kept = yield from hashed(given["password"])
    else:
        kept = old["password"]
    store(kernel, "users", name, {"password": kept, "groups": groups})
    apply(admin, request.site)
    if "password" in given and old is not None and name != request.user.name:
        request.site.sessions.end_user(name)
    admin.log.warning("user", name, "changed" if old else "added")
    return {"name": name, "groups": groups}


def _put_token(admin, request, name):
    from binascii import hexlify
    from hashlib import sha256
    from os import urandom

    given = body(request)
    trouble = wrong_name(name)
    if trouble:
        raise HttpError(400, {"error": trouble})
    groups = _groups(given)
    token = str(hexlify(urandom(16)), "ascii")
    digest = "sha256:" + str(hexlify(sha256(token.encode()).digest()), "ascii")
    store(admin.kernel, "tokens", name, {"token": digest, "groups": groups})
    apply(admin, request.site)
    admin.log.warning("token", name, "made")
    return {"name": name, "token": token}


def _delete(admin, request, kind, name):
    kernel = admin.kernel
    found = entries(kernel, kind)
    if name not in found:
        raise HttpError(404, {"error": "no %s %s" % (kind[:-1], name)})
    if kind == "users" and GROUP in found[name].get("groups", ()):
        _not_the_last(kernel, name)
    store(kernel, kind, name, None)
    if kind == "users":
        request.site.sessions.end_user(name)
    apply(admin, request.site)
    admin.log.warning(kind[:-1], name, "removed")
    return None


def _not_the_last(kernel, name):
    others = entries(kernel)
    if not [one for one in others if one != name and GROUP in others[one].get("groups", ())]:
        raise HttpError(409, {"error": "%s is the last administrator" % name})
