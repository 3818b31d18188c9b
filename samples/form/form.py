"""A form in a page: http://127.0.0.1:8080/"""

from modcore import Module
from plugins.http import Router, escape

web = Router()
HEAD = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>Form</title>
<style>
:root{color-scheme:light dark;accent-color:#0b7a5c}
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button{font:inherit;padding:.5rem .8rem;margin:.2rem 0;border:1px solid #888;border-radius:.5rem}
input{max-width:90vw;box-sizing:border-box}
button{background:#0b7a5c;color:#fff}
a{color:#0b8f6c}
</style>
<h1>Seeds by post</h1>
"""
FORM = """<form method=post action=/order>
<p><label>Name <input name=name required maxlength=40></label>
<p><label>Seeds <select name=seeds><option>Basil<option>Chives<option>Dill</select></label>
<p><label><input type=checkbox name=gift value=yes> a gift</label>
<p><button>Order</button>
</form>"""


@web.get("/")
def page(request):
    return HEAD + FORM


@web.post("/order")
def order(request):
    form = request.form
    name = form.get("name", "").strip()
    if not name:
        return HEAD + "<p>Who are you? <a href=/>Back</a>", 400
    gift = ", wrapped" if form.get("gift") == "yes" else ""
    return HEAD + "<p>%s for %s%s. <a href=/>Another</a>" % (
        escape(form.get("seeds", "Nothing")),
        escape(name),
        gift,
    )


class Form(Module):
    """A page with a form, and what it sends."""

    routes = web
