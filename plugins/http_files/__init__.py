"""Files for plugins/http: `Static`, the files of a folder, and `send_file`, one file as an answer."""

__version__ = "1.0.0"


def send_file(request, path, max_age_s=0, type=None, download=None):
    """The answer that sends a file, with conditions, ranges and a `.gz` beside it. HttpError 404: no file.

    max_age_s: how long a client may keep it without asking. type: its Content-Type, if not what its name says.
    download: the name under which a browser saves it. Source: RFC 9110 sections 13 and 14.

        return send_file(request, "/data/log.csv", download="log.csv")
    """
    from .folder import send_file

    return send_file(request, path, max_age_s, type, download)


class Static:
    """Serves the files below `folder` under the path `prefix`; a content of a Site.

    index: the file that stands for a folder. max_age_s: how long a client may keep a file without asking.
    sandbox: for files that strangers have uploaded: a page among them runs no script in the device's name.

        site.contents.append(Static("/www", "/", max_age_s=3600))
    """

    def __init__(self, folder, prefix="/", index="index.html", max_age_s=0, sandbox=False):
        self.folder = folder.rstrip("/") or "/"
        self.prefix = prefix.rstrip("/")
        self.index = index
        self.max_age_s = max_age_s
        self.sandbox = sandbox

    def find(self, request):
        """The answer to a request, or None when there is no such file."""
        from .folder import find

        return find(self, request)

    def methods(self, request):
        """The methods for the path of a request."""
        from .folder import methods

        return methods(self, request)
