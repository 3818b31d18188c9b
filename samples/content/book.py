"""A content generator of one's own: a book that has any number of pages, http://127.0.0.1:8080/page/1"""

from modcore import Module

HEAD = """<!doctype html><html lang=en><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>Book</title>
<style>
:root{color-scheme:light dark;accent-color:#0b7a5c}
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:1rem auto;padding:0 1rem}
input,select,button{font:inherit;padding:.5rem .8rem;margin:.2rem 0;border:1px solid #888;border-radius:.5rem}
input{max-width:90vw;box-sizing:border-box}
button{background:#0b7a5c;color:#fff}
a{color:#0b8f6c}
</style>
"""


class Book:
    """Answers what begins with /page/ and leaves the rest to others; a router is such an object too."""

    def find(self, request):
        """The answer to a request, or None when it is for somebody else."""
        if request.path == "/":
            return HEAD + "<h1>A book without end</h1><p><a href=/page/1>Open the book</a>"
        if not request.path.startswith("/page/"):
            return None
        number = request.path[6:]
        if not number.isdigit() or request.method not in ("GET", "HEAD"):
            return None
        number = int(number)
        return HEAD + "<h1>Page %d</h1><p><a href=/page/%d>Turn over</a>" % (number, number + 1)

    def methods(self, request):
        """The methods for the path of a request; none where it is not this book's."""
        return ["GET", "HEAD"] if request.path[:6] == "/page/" and request.path[6:].isdigit() else []


class Library(Module):
    """Brings the book to every web server."""

    routes = Book()
