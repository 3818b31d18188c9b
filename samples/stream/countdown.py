"""An answer that a fiber sends piece by piece: curl -N http://127.0.0.1:8080/countdown/5"""

from modcore import Module
from plugins.http import Router

web = Router()
PAGE = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>Countdown</title>
<style>
:root{color-scheme:light dark;accent-color:#0b7a5c}
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button{font:inherit;padding:.5rem .8rem;margin:.2rem 0;border:1px solid #888;border-radius:.5rem}
input{max-width:90vw;box-sizing:border-box}
button{background:#0b7a5c;color:#fff}
a{color:#0b8f6c}
</style>
<h1>Countdown</h1>
<button>Start</button>
<pre></pre>
<script>
document.querySelector("button").onclick = async () => {
  const out = document.querySelector("pre");
  out.textContent = "";
  const reader = (await fetch("/countdown/5")).body.pipeThrough(new TextDecoderStream()).getReader();
  for (let piece; !(piece = await reader.read()).done; ) out.textContent += piece.value;
};
</script>"""


@web.get("/")
def page(request):
    return PAGE


@web.get("/countdown/:from")
def countdown(request):
    n = request.params["from"]
    n = min(int(n), 60) if n.isdigit() else 10
    while n:
        yield "%d\n" % n
        yield 1000  # ms; others are served meanwhile
        n -= 1
    yield "lift-off\n"


class Countdown(Module):
    """A handler that is a generator runs in the fiber of its connection."""

    routes = web
