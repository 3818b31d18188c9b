"""A module of one's own: configuration, properties, a timer, a command, a page: http://127.0.0.1:8080/"""

from modcore import Module
from plugins.http import Router

web = Router()
PAGE = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>Thermostat</title>
<style>
:root{color-scheme:light dark;accent-color:#0b7a5c}
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button{font:inherit;padding:.5rem .8rem;margin:.2rem 0;border:1px solid #888;border-radius:.5rem}
input{max-width:90vw;box-sizing:border-box}
button{background:#0b7a5c;color:#fff}
a{color:#0b8f6c}
</style>
<h1>Thermostat</h1>
<p><b id=room>?</b> °C, heating <b id=heating>?</b>
<p><label>Target <input id=target type=number min=5 max=30 step=0.5></label>
<script>
const events = new EventSource("/api/events?filter=thermostat/%23"), target = document.getElementById("target");
const show = id => event => { document.getElementById(id).textContent = JSON.parse(event.data); };
events.addEventListener("thermostat/room", show("room"));
events.addEventListener("thermostat/heating", show("heating"));
events.addEventListener("thermostat/target", event => { target.value = JSON.parse(event.data); });
target.onchange = () => fetch("/api/thermostat/target", {method: "PUT", body: target.value});
</script>"""


@web.get("/")
def page(request):
    return PAGE


class Thermostat(Module):
    """Heats a room, which cools down by itself; `target` in degrees, `step_s` between two looks."""

    defaults = {"target": 20, "step_s": 10}
    routes = web

    def start(self):
        """Declare what others see and may set, and begin to look."""
        target = self.config["target"]
        self.room = self.property("room", kind="sensor", name="Room", value=18, unit="°C")
        self.heating = self.property("heating", kind="binary_sensor", name="Heating", value=False)
        self.target = self.property(
            "target", kind="number", name="Target", value=target, min=5, max=30, step=0.5, set=self.aim
        )
        self.every(self.config["step_s"] * 1000, self.look)

    def aim(self, property, degrees):
        """Take another target, from a page, from MQTT, from anywhere."""
        property.value = degrees
        self.look()

    def look(self):
        """Heat or let cool, a tenth of a degree a time."""
        self.heating.value = self.room.value < self.target.value
        self.room.value = round(self.room.value + (0.1 if self.heating.value else -0.1), 1)
