"""HTTPS: curl -k https://127.0.0.1:8080/

The certificate is signed by itself and its key is public: make your own with
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=mydevice \
  -keyout key.pem -out certificate.pem
"""

from modcore import Module
from plugins.http import Router

web = Router()
PAGE = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>Safe</title>
<style>
:root{color-scheme:light dark;accent-color:#0b7a5c}
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button{font:inherit;padding:.5rem .8rem;margin:.2rem 0;border:1px solid #888;border-radius:.5rem}
input{max-width:90vw;box-sizing:border-box}
button{background:#0b7a5c;color:#fff}
a{color:#0b8f6c}
</style>
<h1>Safe</h1>
<p>What you read here nobody else in the Wi-Fi can read. As JSON: <a href=/secure>/secure</a>."""


@web.get("/")
def home(request):
    return PAGE


@web.get("/secure")
def secure(request):
    return {"secure": request.secure}


class Safe(Module):
    """Tells whether nobody reads along."""

    routes = web
