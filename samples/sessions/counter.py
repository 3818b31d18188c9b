"""A counter for each visitor: http://127.0.0.1:8080/"""

from modcore import Module
from plugins.http import Router, redirect

web = Router()


@web.get("/")
def count(request):
    visits = request.session["visits"] = request.session.get("visits", 0) + 1
    return (
        "<!doctype html><meta name=viewport content='width=device-width'><title>Counter</title>"
        "<p>Your visit number %d.<form method=post action=/forget>"
        "<input type=hidden name=csrf_token value=%s><button>Forget me</button></form>"
    ) % (visits, request.session.token())


@web.post("/forget")
def forget(request):
    request.session.end()
    return redirect("/")


class Counter(Module):
    """What it counts is in the session, in the device's memory."""

    routes = web
