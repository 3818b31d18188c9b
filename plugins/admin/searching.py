"""Search in files: which lines hold a text."""

from plugins.http import HttpError, Response
from plugins.http.connection import dumps

from .paths import children, is_folder, is_secret, shown, size_of

RARE = True  # only while somebody administers the device

_MOST = 200  # hits
_LARGEST = 65536  # bytes of a file that is looked into
_TEXT = (
    ".py",
    ".json",
    ".js",
    ".css",
    ".html",
    ".htm",
    ".md",
    ".txt",
    ".csv",
    ".xml",
    ".svg",
    ".toml",
    ".ini",
)


def search(path, wanted):
    """The hits below a folder, as {"hits": [{"path", "line", "text"}]}; a generator."""
    if not wanted or len(wanted) > 100:
        raise HttpError(400, {"error": "search: takes 1 to 100 characters"})
    return _hits(path.rstrip("/"), wanted.lower())


def _hits(path, wanted):
    yield Response(b"", 200, [("Cache-Control", "no-store")], "application/json")
    text = '{"hits": ['
    count = 0
    for file in _files(path):
        for number, line in _lines(file, wanted):
            yield text + dumps({"path": shown(file), "line": number, "text": line})
            text = ", "
            count += 1
            if count >= _MOST:
                yield "]}"
                return
        yield None
    yield "]}" if text == ", " else text + "]}"


def _files(path):
    for name in children(path):
        inside = path + "/" + name
        if is_folder(inside):
            yield from _files(inside)
        elif any([name.lower().endswith(ending) for ending in _TEXT]) and not is_secret(name):
            if size_of(inside) <= _LARGEST:
                yield inside


def _lines(path, wanted):
    number = 0
    try:
        with open(path) as file:
            for line in file:
                number += 1
                if wanted in line.lower():
                    yield number, line.strip()[:160]
    except (OSError, ValueError):  # gone, or not UTF-8
        return
