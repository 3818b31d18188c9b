"""Server-sent events of a property: curl -N 'http://127.0.0.1:8080/api/events?filter=clock/%23' or the page."""

from modcore import Module
from plugins.http import Router

web = Router()
PAGE = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>Clock</title>
<style>
:root{color-scheme:light dark;accent-color:#0b7a5c}
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button{font:inherit;padding:.5rem .8rem;margin:.2rem 0;border:1px solid #888;border-radius:.5rem}
input{max-width:90vw;box-sizing:border-box}
button{background:#0b7a5c;color:#fff}
a{color:#0b8f6c}
</style>
<h1>Clock</h1>
<p>Running for <b id=s>?</b> s</p>
<script>
new EventSource("/api/events?filter=clock/%23").addEventListener("clock/seconds", e => {
  document.getElementById("s").textContent = JSON.parse(e.data); });
</script>"""


@web.get("/")
def page(request):
    return PAGE


class Clock(Module):
    """Counts the seconds; whoever listens gets each of them."""

    routes = web

    def start(self):
        """Declare the property; everything else is the server's."""
        self.seconds = self.property("seconds", kind="sensor", unit="s", value=0)
        self.every(1000, self.tick)

    def tick(self):
        """Another second."""
        self.seconds.value += 1
