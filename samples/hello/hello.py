"""A page that greets: curl http://127.0.0.1:8080/hello/world"""

from modcore import Module
from plugins.http import Router

web = Router()


@web.get("/")
def home(request):
    return "<h1>Hello</h1><p>Try <a href='/hello/world'>/hello/world</a>."


@web.get("/hello/:name")
def hello(request):
    return {"hello": request.params["name"]}


class Hello(Module):
    """Its routes are all it has."""

    routes = web
