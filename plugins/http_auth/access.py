"""Access rules, who may do what: one rule for pages, API, events and WebSockets, by path."""

from plugins.http import HttpError, redirect, writes

_WORDS = ("all", "users", "none")


class Access:
    """A filter that answers 401, 403 or with the way to the login page before anything else is asked.

    rules: path -> who; a rule is for the path and all below it, the longest path that fits counts.
    who: "all", "users" (whoever is logged in), "none", a list of groups, "read" (all may read, nobody may
    write), or {"read": who, "write": who}. login: path of the login page, or None.

        site.filters.append(Access({"/api": {"read": "all", "write": ["family"]}}))
    """

    def __init__(self, rules, login=None):
        self.login = login
        self._rules = []
        for path, who in rules.items():
            if not path.startswith("/"):
                raise ValueError("access %r: a path begins with /" % path)
            if who == "read":
                who = {"read": "all", "write": "none"}
            elif not isinstance(who, dict):
                who = {"read": who, "write": who}
            elif not who or set(who) - {"read", "write"}:  # a slip must not open anything
                raise ValueError(
                    "access %s: takes read and write, not %s" % (path, ", ".join(sorted(who)) or "{}")
                )
            read = who.get("read", "all")
            self._rules.append(
                (path.rstrip("/").lower() + "/", _who(path, read), _who(path, who.get("write", read)))
            )
        self._rules.sort(key=lambda rule: -len(rule[0]))

    def before(self, request):
        """None: the request may pass."""
        # A file system may not care about case: a rule does not either.
        path = request.path.lower().rstrip("/") + "/"
        for root, read, write in self._rules:
            if path.startswith(root):
                return self._check(request, write if writes(request) else read)
        return None

    def _check(self, request, who):
        if who == "all":
            return None
        user = request.user
        if user is not None and (who == "users" or who != "none" and user.is_in(who)):
            return None
        if self.login and request.path.rstrip("/") == self.login:
            return None
        return refuse(request, self.login)


def refuse(request, login=None):
    """The answer to one who may not: 403 to who is logged in, else the login page for a browser, or 401."""
    if request.user is not None:
        raise HttpError(403, "not allowed")
    if login and not writes(request) and "text/html" in (request.header("accept") or ""):
        return redirect(login + "?next=" + _quote(str(request.url, "ascii")), 303)
    raise HttpError(401, "log in or give a token", [("WWW-Authenticate", 'Bearer realm="device"')])


def needs(*groups):
    """Decorator for one handler: only for users in one of `groups`; without groups for any user.

    @web.get("/pump")
    @needs("admin")
    def pump(request): ...
    """

    def decorate(handler):
        def guarded(request):
            user = request.user
            if user is None or groups and not user.is_in(groups):
                return refuse(request, request.site.login)
            return handler(request)

        return guarded

    return decorate


def _quote(path):
    """A path with its query, fit to be the value of one query parameter."""
    return path.replace("%", "%25").replace("&", "%26").replace("+", "%2B").replace("#", "%23")


def _who(path, who):
    if isinstance(who, str):
        if who not in _WORDS:
            raise ValueError("access %s: %r; takes %s, or a list of groups" % (path, who, ", ".join(_WORDS)))
        return who
    if not isinstance(who, (list, tuple)) or not all([isinstance(group, str) for group in who]):
        raise ValueError("access %s: %r; takes %s, or a list of groups" % (path, who, ", ".join(_WORDS)))
    return tuple(who)
