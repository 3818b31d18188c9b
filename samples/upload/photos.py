"""Files from a browser, streamed to flash: http://127.0.0.1:8080/ or curl -F photo=@file http://127.0.0.1:8080/"""

import os

from modcore import Module
from plugins.http import HttpError, Router, escape
from plugins.http_files import Static
from plugins.http_forms import save_uploads

web = Router()
FOLDER = "pictures"  # not named as the module: a board would take the folder for it
PAGE = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>Photos</title>
<style>
:root{color-scheme:light dark;accent-color:#0b7a5c}
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button{font:inherit;padding:.5rem .8rem;margin:.2rem 0;border:1px solid #888;border-radius:.5rem}
input{max-width:90vw;box-sizing:border-box}
button{background:#0b7a5c;color:#fff}
a{color:#0b8f6c}
</style>
<h1>Photos</h1>
<form method=post enctype=multipart/form-data><input type=file name=photo required><button>Send</button></form>
<ul>%s</ul>"""


@web.get("/")
def page(request):
    names = [escape(name) for name in sorted(os.listdir(FOLDER))]
    return PAGE % "".join(["<li><a href='/photos/%s'>%s</a>" % (name, name) for name in names])


@web.post("/", stream=True)
def take(request):
    form = yield from save_uploads(request, FOLDER, max_bytes=500000, overwrite=True)
    photo = form.get("photo")
    if photo is None or not hasattr(photo, "path"):  # nothing, or a plain field
        raise HttpError(400, "takes a file in the field photo")
    return {"saved": photo.path, "bytes": photo.size}, 201


class Photos(Module):
    """Keeps what is sent in a folder."""

    routes = web

    def start(self):
        """Make the folder when it is not there, and have its files served: nothing outside it is."""
        try:
            os.mkdir(FOLDER)
        except OSError:
            pass
        self.publish("$http/routes/photo_files", Static(FOLDER, "/photos", sandbox=True), retain=True)

    def stop(self):
        """Take the files back."""
        self.publish("$http/routes/photo_files", None, retain=True)
