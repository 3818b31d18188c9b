"""The program that tests of both web servers talk to; runs on all runtimes: `app.py http_windup settings.json`."""

import gc
import json
import sys

if hasattr(gc, "threshold") and hasattr(
    gc, "mem_free"
):  # as modcore.main does, so that the heap stays in one piece
    gc.threshold((gc.mem_free() + gc.mem_alloc()) // 16)

from modcore import Kernel, Module
from plugins.http import HttpError, Response, Router

web = Router()
gates = Router("/gates")


@web.get("/")
def home(request):
    return "home"


@web.route("/inspect", "GET,POST,PUT,DELETE,PATCH")
def inspect(request):
    return {
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "host": request.headers.get("Host"),
        "x": request.headers.get("X-Test"),
        "cookies": request.cookies,
        "body": len(request.body),
    }


@web.get("/hello/:name")
def hello(request):
    return {"hello": request.params["name"]}


@web.get("/stars/*/and/*")
def stars(request):
    return [request.params[0], request.params[1]]


@web.post("/echo")
def echo(request):
    return Response(request.body, 200, {"X-Type": request.headers.get("Content-Type", "none")})


@web.post("/json")
def takes_json(request):
    return {"got": request.json}


@web.route("/measure", "POST,PUT,PATCH")
def measure(request):
    value = request.form if request.header("content-type") else request.json
    return {"holds": len(value)}


@web.post("/form")
def form(request):
    return {"form": dict(request.form)}


@web.get("/status/:code")
def status(request):
    return "as asked", int(request.params["code"]), {"X-Status": request.params["code"]}


@web.get("/deny")
def deny(request):
    raise HttpError(418, "teapot")


@web.get("/fail")
def fail(request):
    raise ValueError("broken on purpose")


@web.get("/hungry")
def hungry(request):
    return {"size": len(bytearray(1 << 29))}


@web.get("/stream")
def stream(request):
    n = request.query.get("n", "5")
    for i in range(int(n) if n.isdigit() and len(n) < 4 else 0):
        yield "line %d\n" % i
        yield


@web.get("/slow")
def slow(request):
    web.waits = True
    yield "first\n"
    while web.waits:
        yield 20
    yield "second\n"


@web.get("/go-on")
def go_on(request):
    web.waits = False
    return "so be it"


@web.get("/late")
def late(request):
    yield int(request.query.get("ms", 150))
    return {"late": True}


@web.get("/broken-stream")
def broken_stream(request):
    yield "some\n"
    raise ValueError("broken in the middle")


@web.get("/yield/:n")
def yield_what_nobody_can_wait_for(request):
    yield (5.5, object(), {"a": 1}, [1], (1, 2))[int(request.params["n"])]


class Leaving(BaseException):
    """An exception that means something to whoever runs a program."""


ERRORS = (ValueError, OSError, StopIteration, SystemExit, GeneratorExit, Leaving, MemoryError)


class Owner:
    """Takes the connection over, and raises; when: "first", "later" (after a turn) or "end" (in a `finally`)."""

    def __init__(self, error, when):
        self.error = error
        self.when = when

    def upgrade(self, request):
        return [("Upgrade", "websocket"), ("Connection", "Upgrade")]

    def steps(self, conn):
        if self.when == "first":
            raise self.error
        try:
            yield b"x"
            yield 10
            if self.when == "later":
                raise self.error
            while True:
                yield b"y"  # until the client has gone
                yield 20
        finally:
            if self.when == "end":
                raise self.error


@web.get("/takeover/:error/:when")
def takeover(request):
    owner = Owner(ERRORS[int(request.params["error"])], request.params["when"])
    if request.upgrades:
        return owner
    response = Response(b"", 200, type="text/plain")
    response.takeover = owner
    return response


@web.get("/large")
def large(request):
    piece = b"0123456789abcdef" * 64
    for _ in range(int(request.query.get("kb", 64))):
        yield piece


@web.post("/sum", stream=True)
def total(request):
    count = check = 0
    while True:
        piece = yield from request.read(512)
        if not piece:
            return {"bytes": count, "sum": check & 0xFFFFFF}
        count += len(piece)
        check += sum(piece)


@web.get("/count")
def count(request):
    request.session["n"] = request.session.get("n", 0) + 1
    return {"n": request.session["n"]}


@web.get("/token")
def token(request):
    return request.session.token()


@web.get("/who")
def who(request):
    return {"user": request.user and request.user.name}


@web.post("/upload", stream=True)
def upload(request):
    from plugins.http_forms import save_uploads

    form = yield from save_uploads(request, settings["folder"], max_bytes=300000, overwrite=True)
    if not hasattr(form.get("file"), "path"):
        raise HttpError(400, "takes a file")
    return {"path": form["file"].path, "size": form["file"].size, "note": form.get("note")}


@gates.get("/closed")
def closed(request):
    return "behind the gate"


@gates.route("/mixed", "GET,PUT")
def mixed(request):
    return {"mixed": request.method}


@web.get("/memory")
def memory(request):
    kernel.relieve()  # what is loaded for now and then is not counted
    gc.collect()
    for number in range(256):
        chr(number)  # MicroPython keeps each single character for good: all are there before any is counted
    return {"used": gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0, "modules": sorted(sys.modules)}


@web.get("/page")
def page(request):
    return """<!doctype html><html lang=en><meta charset=utf-8><title>Tests</title>
<form method=post action=/form><label>Name <input name=name></label><button>Send</button></form>
<form method=post action=/upload enctype=multipart/form-data>
<label>Note <input name=note></label><label>File <input name=file type=file></label><button>Upload</button></form>
<p id=lamp>unknown</p><p id=echo>silent</p><p id=who></p><button id=on>On</button>
<script>
const show = (id, text) => document.getElementById(id).textContent = text;
const events = new EventSource("/api/events?filter=pages/%2B");
events.addEventListener("pages/lamp", event => show("lamp", event.data));
document.getElementById("on").onclick = () => fetch("/api/pages/lamp", {method: "PUT", body: "true"});
const socket = new WebSocket("ws://" + location.host + "/ws", ["first", "second"]);
socket.onopen = () => socket.send("hällo");
socket.onmessage = event => show("echo", socket.protocol + ": " + event.data);
fetch("/who").then(answer => answer.json()).then(who => show("who", who.user));
</script></html>"""


def add_websockets():
    from plugins.http_websocket import websocket

    @web.get("/ws")
    @websocket(protocols=("second", "first"), max_bytes=70000)
    def ws(ws):
        while ws.open:
            message = yield from ws.receive()
            if message is not None:
                yield from ws.send(message)

    @web.get("/ticks")
    @websocket
    def ticks(ws):
        n = 0
        while ws.open:
            message = yield from ws.receive(50)
            n += 1
            yield from ws.send(message or str(n))

    @gates.get("/ws")
    @websocket
    def gated(ws):
        yield from ws.send("hello " + ws.request.user.name)


class Pages(Module):
    """The pages, and properties for the API."""

    routes = web

    def start(self):
        self.property("lamp", "switch", value=False, set=self.turn)
        self.property("level", "number", value=3, min=0, max=10, set=self.turn)
        self.property("heat", "sensor", value=21.5, unit="C")

    def turn(self, property, value):
        property.value = value


class Gates(Module):
    """Pages that the tests close."""

    routes = gates


settings = json.load(open(sys.argv[2]))
add_websockets()
name = sys.argv[1]
kernel = Kernel(settings["config"])
if name == "http_windup":
    from plugins.http_windup import HttpWindup as Server
else:
    from plugins.http_async import HttpAsync as Server
kernel.add(Server())
kernel.add(Pages())
kernel.add(Gates())
print("ready")
kernel.run()
