"""A page that greets: curl http://127.0.0.1:8080/hello/world"""

from modcore import Module
from plugins.http import Router

web = Router()


PAGE = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>Hello</title>
<style>
body{font:1rem/1.5 sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button,textarea{font:inherit;padding:.4rem;max-width:90vw;box-sizing:border-box}
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
