"""A filter of one's own around every request: curl -i http://127.0.0.1:8080/hello/world"""

from modcore import Module
from modcore.ticks import ticks_diff, ticks_ms
from plugins.http import HttpError


class Filter:
    """Tells in a header how long an answer took, and refuses what calls itself a bot."""

    def before(self, request):
        """Called before the answer is looked for; what it returns would be the answer."""
        request.begun = ticks_ms()
        if "bot" in (request.headers.get("User-Agent") or "").lower():
            raise HttpError(403, "no bots")

    def after(self, request, response):
        """Called with the answer."""
        response.set("X-Milliseconds", str(ticks_diff(ticks_ms(), request.begun)))


class Stopwatch(Module):
    """Brings the filter to whichever web server runs."""

    filters = [Filter()]
