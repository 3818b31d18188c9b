"""JSON in and out: curl -d '[3, 4, 8]' http://127.0.0.1:8080/mean"""

from modcore import Module
from plugins.http import HttpError, Router

web = Router()
PAGE = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>Figures</title>
<style>
:root{color-scheme:light dark;accent-color:#0b7a5c}
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button{font:inherit;padding:.5rem .8rem;margin:.2rem 0;border:1px solid #888;border-radius:.5rem}
input{max-width:90vw;box-sizing:border-box}
button{background:#0b7a5c;color:#fff}
a{color:#0b8f6c}
</style>
<h1>A mean</h1>
<form><p><label>Numbers <input name=numbers value="3, 4, 8"></label> <button>Work it out</button></form>
<p id=answer>
<script>
document.forms[0].onsubmit = async event => {
  event.preventDefault();
  const answer = await fetch("/mean", {method: "POST", body: "[" + event.target.numbers.value + "]"});
  document.getElementById("answer").textContent = await answer.text();
};
</script>"""


@web.get("/")
def page(request):
    return PAGE


@web.post("/mean")
def mean(request):
    numbers = request.json  # broken JSON is answered with 400 before this line
    if not isinstance(numbers, list) or not numbers or not all([_is_number(n) for n in numbers]):
        raise HttpError(400, {"error": "takes a list of numbers", "example": [3, 4, 8]})
    return {"mean": sum(numbers) / len(numbers), "of": len(numbers)}


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class Figures(Module):
    """One calculation."""

    routes = web
