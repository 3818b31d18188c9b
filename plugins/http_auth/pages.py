"""The login and logout pages."""

from plugins.http import HttpError, Response, escape, redirect

RARE = True  # a browser logs in now and then

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


def login_page(login, request):
    """GET /login: the form."""
    return _form(login, _next(request.query.get("next")))


def enter(login, request):
    """POST /login: check name and password; a generator, for the hashing takes its time."""
    kind = (request.header("content-type") or "").lower()
    json = kind.startswith("application/json")
    given = request.json if json else request.form
    name = given.get("name") if isinstance(given, dict) else None
    password = given.get("password") if isinstance(given, dict) else None
    if not isinstance(name, str) or not isinstance(password, str):
        raise HttpError(400, "takes name and password")
    from plugins.http.crowd import address

    try:
        user = yield from request.site.users.verify(name, password, address(request.peer))
    except HttpError as error:
        if json:
            raise
        response = _form(login, _next(given.get("next")), "Too many attempts, try again later.", error.status)
        for header in error.headers:
            response.add(*header)
        return response
    if user is None:
        if json:
            return {"error": _WRONG}, 401
        return _form(login, _next(given.get("next")), _WRONG, 401)
    session = request.session
    session.user = user.name
    session.renew()  # against an id that somebody else planted
    if json:
        return {"user": user.name, "groups": list(user.groups)}
    return redirect(_next(given.get("next")), 303)


def logout_page(login, request):
    """GET /logout: a button, for a link alone may be followed by anything."""
    if request.user is None:
        return redirect(login.path, 303)
    return _html("Log out", _OUT % (escape(request.user.name), escape(login.out)))


def _form(login, next, problem="", status=200):
    alert = '<p role="alert">%s</p>' % problem if problem else ""
    return _html("Log in", _FORM % (alert, escape(login.path), escape(next)), status)


def _html(title, content, status=200):
    return Response(_PAGE % (title, title, content), status, [("Cache-Control", "no-store")])


def _next(path):
    """Return where to go after the login: a path on this server, whatever somebody put into the link."""
    if not path or path[0] != "/" or path[1:2] in ("/", "\\") or min(path) < " " or "\x7f" in path:
        return "/"
    return path
