"""The login and logout pages: a Router with `/login` and `/logout`."""

from . import HttpError, Router
from .html import escape
from .origin import same_origin
from .response import Response, redirect

_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>%s</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><style>
body{font:1rem sans-serif;margin:3rem auto;max-width:20rem;padding:0 1rem}
input,button{font:inherit;width:100%%;margin:.3rem 0 1rem;padding:.5rem;box-sizing:border-box}
[role=alert]{color:#b00020}</style></head><body><h1>%s</h1>%s</body></html>"""
_FORM = """%s<form method="post" action="%s"><input type="hidden" name="next" value="%s">
<label>Name<input name="name" autocomplete="username" autocapitalize="none" required autofocus></label>
<label>Password<input name="password" type="password" autocomplete="current-password" required></label>
<button>Log in</button></form>"""
_OUT = """<p>Logged in as <b>%s</b>.</p><form method="post" action="%s"><button>Log out</button></form>"""
_WRONG = "Name or password is wrong."


class Login:
    """The pages under `path` (login) and `out` (logout); `router` is what the site takes in.

    A form or JSON with `name` and `password` is taken; a browser is sent on to `next`, a program gets JSON.
    """

    def __init__(self, path="/login", out="/logout", origins=()):
        self.path = path
        self.out = out
        self.origins = origins
        self.router = router = Router()
        router.add(path, self.page)
        router.add(path, self.enter, "POST")
        router.add(out, self.leave_page)
        router.add(out, self.leave, "POST")

    def page(self, request):
        """GET: the form."""
        return self._page(_next(request.query.get("next")))

    def enter(self, request):
        """POST: check name and password; a generator, for the hashing takes its time."""
        if same_origin(request, self.origins) is False:
            raise HttpError(403, "log in from this device's own page")
        kind = (request.header("content-type") or "").lower()
        json = kind.startswith("application/json")
        given = request.json if json else request.form
        name = given.get("name") if isinstance(given, dict) else None
        password = given.get("password") if isinstance(given, dict) else None
        if not isinstance(name, str) or not isinstance(password, str):
            raise HttpError(400, "takes name and password")
        try:
            user = yield from request.site.users.verify(name, password)
        except HttpError as error:
            if json:
                raise
            response = self._page(
                _next(given.get("next")), "Too many attempts, try again later.", error.args[0]
            )
            for header in error.args[2]:
                response.add(*header)
            return response
        if user is None:
            if json:
                return {"error": _WRONG}, 401
            return self._page(_next(given.get("next")), _WRONG, 401)
        session = request.session
        session.user = user.name
        session.renew()  # against an id that somebody else planted
        if json:
            return {"user": user.name, "groups": list(user.groups)}
        return redirect(_next(given.get("next")), 303)

    def leave_page(self, request):
        """GET: a button, for a link alone may be followed by anything."""
        if request.user is None:
            return redirect(self.path, 303)
        return _html("Log out", _OUT % (escape(request.user.name), escape(self.out)))

    def leave(self, request):
        """POST: end the session."""
        request.session.end()
        return redirect(self.path, 303)

    def _page(self, next, problem="", status=200):
        alert = '<p role="alert">%s</p>' % problem if problem else ""
        return _html("Log in", _FORM % (alert, escape(self.path), escape(next)), status)


def _html(title, content, status=200):
    return Response(_PAGE % (title, title, content), status, [("Cache-Control", "no-store")])


def _next(path):
    """Where to go after the login: a path on this server, whatever somebody put into the link."""
    if not path or path[0] != "/" or path[1:2] in ("/", "\\") or min(path) < " ":
        return "/"
    return path
