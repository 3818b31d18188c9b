"""Pages for users and for a group: http://127.0.0.1:8080/house as anna (tomato) or ben (potato).

The passwords stand in config.json only because this is a sample: they belong into secrets.json.
"""

from modcore import Module
from plugins.http import Router, escape

web = Router("/house")


@web.get("/")
def house(request):
    return (
        "<!doctype html><meta name=viewport content='width=device-width'><title>House</title>"
        "<p>Welcome, %s.<p><a href=/house/admin>For the group admin</a><p><a href=/logout>Log out</a>"
    ) % escape(request.user.name)


@web.get("/admin")
def admin(request):
    return "Only the group admin reads this."


class House(Module):
    """A lamp that the group admin may switch, and pages."""

    routes = web

    def start(self):
        """One property, behind the same rule as the pages."""
        self.property("lamp", kind="switch", value=False, set=self.turn)

    def turn(self, lamp, on):
        """Switch the lamp."""
        lamp.value = on
