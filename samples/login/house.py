"""Pages for users and for a group: http://127.0.0.1:8080/house as anna (tomato) or ben (potato).

The passwords stand in config.json only because this is a sample: they belong into secrets.json.
"""

from modcore import Module
from plugins.http import Router, escape

home = Router()
web = Router("/house")
HEAD = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>House</title>
<style>
:root{color-scheme:light dark;accent-color:#0b7a5c}
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button{font:inherit;padding:.5rem .8rem;margin:.2rem 0;border:1px solid #888;border-radius:.5rem}
input{max-width:90vw;box-sizing:border-box}
button{background:#0b7a5c;color:#fff}
a{color:#0b8f6c}
</style>
"""


@home.get("/")
def door(request):
    return (
        HEAD.replace("%%", "%")
        + "<h1>A house</h1><p>Ring as anna (tomato) or ben (potato): <a href=/house>enter</a>."
    )


@web.get("/")
def house(request):
    return (
        HEAD + "<h1>House</h1>"
        "<p>Welcome, %s.<p><a href=/house/admin>For the group admin</a><p><a href=/logout>Log out</a>"
    ) % escape(request.user.name)


@web.get("/admin")
def admin(request):
    return HEAD + "<h1>Admin</h1><p>Only the group admin reads this."


class House(Module):
    """A lamp that the group admin may switch, and pages."""

    routes = web

    def start(self):
        """One property, closed by the same rules as the pages, and the door, which is open to all."""
        self.publish("$http/routes/door", home, retain=True)
        self.property("lamp", kind="switch", value=False, set=self.turn)

    def stop(self):
        """Take the door back."""
        self.publish("$http/routes/door", None, retain=True)

    def turn(self, lamp, on):
        """Switch the lamp."""
        lamp.value = on
