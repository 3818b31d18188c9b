"""A chat over WebSockets: open http://127.0.0.1:8080/ in two windows."""

from modcore import Module
from plugins.http import Router
from plugins.http_websocket import websocket

web = Router()
guests = []
PAGE = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>Chat</title>
<style>
:root{color-scheme:light dark;accent-color:#0b7a5c}
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button{font:inherit;padding:.5rem .8rem;margin:.2rem 0;border:1px solid #888;border-radius:.5rem}
input{max-width:90vw;box-sizing:border-box}
button{background:#0b7a5c;color:#fff}
a{color:#0b8f6c}
</style>
<h1>Chat</h1>
<form><input autofocus aria-label=Message><button>Say</button></form><div id=said></div>
<script>
const ws = new WebSocket(`ws://${location.host}/chat`), field = document.querySelector("input");
ws.onmessage = e => { const line = document.createElement("p"); line.textContent = e.data;
  document.getElementById("said").prepend(line); };
ws.onclose = () => document.querySelector("button").disabled = true;
document.forms[0].onsubmit = e => { e.preventDefault(); ws.send(field.value); field.value = ""; };
</script>"""


@web.get("/")
def page(request):
    return PAGE


@web.get("/chat")
@websocket(max_bytes=500)
def chat(ws):
    guests.append(ws)
    try:
        while ws.open:
            message = yield from ws.receive()
            if isinstance(message, str) and message:
                for guest in guests:
                    guest.post(message)
    finally:
        guests.remove(ws)


class Chat(Module):
    """Pass on to all what one says."""

    routes = web
