"""A page that greets: curl http://127.0.0.1:8080/hello/world"""

from modcore import Module
from plugins.http import Router

web = Router()


PAGE = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>Hello</title>
<style>
:root{color-scheme:light dark;accent-color:#0b7a5c}
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button{font:inherit;padding:.5rem .8rem;margin:.2rem 0;border:1px solid #888;border-radius:.5rem}
input{max-width:90vw;box-sizing:border-box}
button{background:#0b7a5c;color:#fff}
a{color:#0b8f6c}
</style>
<h1>Hello</h1>
<p>Try <a href=/hello/world>/hello/world</a>."""


@web.get("/")
def home(request):
    return PAGE


@web.get("/hello/:name")
def hello(request):
    return {"hello": request.params["name"]}


class Hello(Module):
    """Its routes are all it has."""

    routes = web
