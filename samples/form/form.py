"""A form in a page: http://127.0.0.1:8080/"""

from modcore import Module
from plugins.http import Router, escape

web = Router()
PAGE = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>Form</title>
<style>
body{font:1rem/1.5 sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button,textarea{font:inherit;padding:.4rem;max-width:90vw;box-sizing:border-box}
</style>
<form method=post action=/order>
<p><label>Name <input name=name required maxlength=40></label>
<p><label>Seeds <select name=seeds><option>Basil<option>Chives<option>Dill</select></label>
<p><label><input type=checkbox name=gift value=yes> a gift</label>
<p><button>Order</button>
</form>"""


@web.get("/")
def page(request):
    return PAGE


@web.post("/order")
def order(request):
    form = request.form
    name = form.get("name", "").strip()
    if not name:
        return "Who are you? <a href=/>Back</a>", 400
    gift = ", wrapped" if form.get("gift") == "yes" else ""
    return "<p>%s for %s%s. <a href=/>Another</a>" % (
        escape(form.get("seeds", "Nothing")),
        escape(name),
        gift,
    )


class Form(Module):
    """A page with a form, and what it sends."""

    routes = web
