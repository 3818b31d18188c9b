"""Files for plugins/http: `Static`, the files of a folder, and `send_file`, one file as an answer."""

from .static import Static as Static

__version__ = "1.0.0"


def send_file(request, path, max_age_s=0, type=None, download=None):
    """The answer that sends a file, with conditions, ranges and a `.gz` beside it. HttpError 404: no file.

    max_age_s: how long a client may keep it without asking. type: its Content-Type, if not what its name says.
    download: the name under which a browser saves it. Source: RFC 9110 sections 13 and 14.

        return send_file(request, "/data/log.csv", download="log.csv")
    """
    from .folder import send_file

    return send_file(request, path, max_age_s, type, download)
