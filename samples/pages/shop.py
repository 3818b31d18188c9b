"""A template, a redirect and a page of one's own for what is not there: http://127.0.0.1:8080/"""

from modcore import Module
from plugins.http import Router, escape, redirect
from plugins.http_template import Template

web = Router()
shop = Template("www/shop.html")
SEEDS = [("Basil", 120), ("Chives & dill", 90), ("Sunflower", 0)]
LOST = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>Lost</title>
<style>
:root{color-scheme:light dark;accent-color:#0b7a5c}
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button{font:inherit;padding:.5rem .8rem;margin:.2rem 0;border:1px solid #888;border-radius:.5rem}
input{max-width:90vw;box-sizing:border-box}
button{background:#0b7a5c;color:#fff}
a{color:#0b8f6c}
</style>
<h1>Lost</h1>
<p>There is nothing at %s. <a href=/>Back to the seeds</a>"""


@web.get("/")
def page(request):
    return shop.render(seeds=SEEDS)


@web.get("/old")
def old(request):
    return redirect("/")


def lost(request, text):
    """Show everybody the same who asks for what is not there."""
    return LOST % escape(request.path)


class Shop(Module):
    """Pages, and the one for status 404; both come and go with the module."""

    routes = web
    pages = {404: lost}
