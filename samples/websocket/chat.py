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
body{font:1rem/1.5 sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button,textarea{font:inherit;padding:.4rem;max-width:90vw;box-sizing:border-box}
</style>
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
