"""Fibers that hand things over: two cooks, one waiter and a counter with room for three plates."""

from plugins.fiber import Channel, FiberModule
from plugins.http import Router

web = Router()
PAGE = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>Kitchen</title>
<style>
:root{color-scheme:light dark;accent-color:#0b7a5c}
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button{font:inherit;padding:.5rem .8rem;margin:.2rem 0;border:1px solid #888;border-radius:.5rem}
input{max-width:90vw;box-sizing:border-box}
button{background:#0b7a5c;color:#fff}
a{color:#0b8f6c}
</style>
<h1>Kitchen</h1>
<p><b id=plates>?</b> plates have been served.
<script>
new EventSource("/api/events?filter=kitchen/%23").addEventListener("kitchen/plates", event => {
  document.getElementById("plates").textContent = JSON.parse(event.data); });
</script>"""


@web.get("/")
def page(request):
    return PAGE


class Kitchen(FiberModule):
    """Runs its fibers in the kernel's loop, without asyncio; the page follows what they do."""

    routes = web

    def start(self):
        """Start all of them."""
        self.plates = self.property("plates", kind="sensor", value=0)
        counter = Channel(3)
        self.spawn(self.cook(counter, "soup", 300))
        self.spawn(self.cook(counter, "salad", 200))
        self.spawn(self.serve(counter))

    def cook(self, counter, dish, ms):
        """Cook for ever; wait while the counter is full."""
        while True:
            yield ms
            yield counter.put(dish)

    def serve(self, counter):
        """Serve whatever stands on the counter."""
        while True:
            dish = yield counter.get()
            self.plates.value += 1
            self.log.info("served", dish, "plate number", self.plates.value)
            yield 150
