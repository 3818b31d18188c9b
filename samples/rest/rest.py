"""Paths with parameters, methods and the query: a list of plants, kept in memory.

curl -X POST -d '{"name": "Basil"}' http://127.0.0.1:8080/plants
curl http://127.0.0.1:8080/plants/0
curl 'http://127.0.0.1:8080/plants?limit=5'
curl http://127.0.0.1:8080/led/green/on
curl -X DELETE http://127.0.0.1:8080/plants/0
"""

from modcore import Module
from plugins.http import HttpError, Router

home = Router()
web = Router("/plants")
leds = Router(
    "/led", routes=[["/*/*", lambda request: {"led": request.params[0], "to": request.params[1]}, "GET,PUT"]]
)


PAGE = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>Plants</title>
<style>
:root{color-scheme:light dark;accent-color:#0b7a5c}
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button{font:inherit;padding:.5rem .8rem;margin:.2rem 0;border:1px solid #888;border-radius:.5rem}
input{max-width:90vw;box-sizing:border-box}
button{background:#0b7a5c;color:#fff}
a{color:#0b8f6c}
</style>
<h1>Plants</h1>
<ul id=plants></ul>
<form><label>Name <input name=name required></label> <button>Add</button></form>
<script>
const list = document.getElementById("plants");
async function show() {
  list.replaceChildren();
  for (const plant of await (await fetch("/plants")).json()) {
    const item = list.appendChild(document.createElement("li"));
    item.textContent = plant.name + " ";
    const button = item.appendChild(document.createElement("button"));
    button.textContent = "Remove";
    button.onclick = () => fetch("/plants/" + plant.id, {method: "DELETE"}).then(show);
  }
}
document.forms[0].onsubmit = event => {
  event.preventDefault();
  const body = JSON.stringify({name: event.target.name.value});
  fetch("/plants", {method: "POST", body}).then(show);
  event.target.reset();
};
show();
</script>"""


@home.get("/")
def page(request):
    return PAGE


def plant_of(request):
    """The number of the plant in the path, or 404."""
    id = request.params["id"]
    if not id.isdigit() or int(id) not in plants:
        raise HttpError(404, {"error": "no plant %s" % id})
    return int(id)


@web.get("/")
def all_plants(request):
    limit = request.query.get("limit", "100")
    if not limit.isdigit():
        raise HttpError(400, {"error": "limit takes a number"})
    return [dict(plants[id], id=id) for id in sorted(plants)[: int(limit)]]


@web.post("/")
def add(request):
    plant = request.json
    if not isinstance(plant, dict) or not isinstance(plant.get("name"), str):
        raise HttpError(400, {"error": "takes an object with a name"})
    if len(plants) >= 100:
        raise HttpError(409, {"error": "there is room for 100 plants"})
    id = max(plants) + 1 if plants else 0
    plants[id] = {"name": plant["name"]}
    return {"id": id}, 201, {"Location": "/plants/%d" % id}


@web.get("/:id")
def one(request):
    return plants[plant_of(request)]


@web.delete("/:id")
def remove(request):
    del plants[plant_of(request)]


plants = {}


class Rest(Module):
    """Plants by their number."""

    routes = web

    def start(self):
        """The other routers are published by hand, as the kernel does with `routes`."""
        self.publish("$http/routes/leds", leds, retain=True)
        self.publish("$http/routes/home", home, retain=True)

    def stop(self):
        """And taken back by hand."""
        self.publish("$http/routes/leds", None, retain=True)
        self.publish("$http/routes/home", None, retain=True)
