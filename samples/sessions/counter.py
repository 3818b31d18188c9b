"""A counter for each visitor: http://127.0.0.1:8080/"""

from modcore import Module
from plugins.http import Router, redirect

web = Router()
HEAD = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>Counter</title>
<style>
body{font:1rem/1.5 sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button,textarea{font:inherit;padding:.4rem;max-width:90vw;box-sizing:border-box}
</style>
"""


@web.get("/")
def count(request):
    visits = request.session["visits"] = request.session.get("visits", 0) + 1
    return (
        HEAD + "<h1>Welcome</h1>"
        "<p>Your visit number %d.<form method=post action=/forget>"
        "<input type=hidden name=csrf_token value=%s><button>Forget me</button></form>"
    ) % (visits, request.session.token())


@web.post("/forget")
def forget(request):
    request.session.end()
    return redirect("/")


class Counter(Module):
    """A counter in the session, in the device's memory."""

    routes = web
