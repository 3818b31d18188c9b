"""A counter for each visitor: http://127.0.0.1:8080/"""

from modcore import Module
from plugins.http import Router, redirect

web = Router()
HEAD = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>Counter</title>
<style>
:root{color-scheme:light dark;accent-color:#0b7a5c}
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button{font:inherit;padding:.5rem .8rem;margin:.2rem 0;border:1px solid #888;border-radius:.5rem}
input{max-width:90vw;box-sizing:border-box}
button{background:#0b7a5c;color:#fff}
a{color:#0b8f6c}
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
