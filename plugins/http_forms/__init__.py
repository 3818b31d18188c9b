"""Forms for plugins/http: urlencoded and multipart, in memory or as uploads to files."""

__version__ = "1.0.0"


def install(site):
    """Give the requests of a site `request.form`. The servers' modules do this by themselves.

    install(server.site)
    """
    site.form = fields


def fields(request):
    """A list of (name, value) of the request's form, in order, repeated names and all; empty when it has none.

    A file is an object with `name filename type size` and `data` (bytes). HttpError 400: broken, 413: too large
    for memory.

        colours = [value for name, value in fields(request) if name == "colour"]
    """
    from .forms import fields

    return fields(request)


def save_uploads(
    request,
    folder,
    max_bytes=1 << 20,
    max_files=8,
    max_fields=32,
    field_bytes=1024,
    overwrite=False,
    accept=None,
):
    """Write the files of a multipart form into `folder`; a generator that returns the form as a dict.

    A file is an object with `filename type size` and `path`; a name that comes more than once has a list.

    For a route with `stream=True`. max_bytes: of one file. field_bytes: of one plain field.
    accept: a function `accept(filename)` that says whether a file is wanted. All files appear when all have
    come, or none. HttpError 400: malformed, 409: a file is there already and `overwrite` is not set,
    413: a limit, 415: no multipart or not accepted, 507: disk full.

        @web.post("/upload", stream=True)
        def upload(request):
            form = yield from save_uploads(request, "/sd/photos", max_bytes=5000000)
            return {"saved": form["photo"].path}
    """
    from .uploads import save

    return save(request, folder, max_bytes, max_files, max_fields, field_bytes, overwrite, accept)


def safe_name(filename):
    """A plain file name out of what a browser sent: no folders, no control characters, no leading dots.

    safe_name("../../etc/passwd")     # "passwd"
    """
    from .uploads import safe_name

    return safe_name(filename)
