"""Common parts of the REST interface's answers."""

from binascii import hexlify
from hashlib import sha256
from json import dumps

from plugins.http import HttpError

RARE = True  # called for a request below /watering or /system


def ask(kernel, topic, value=None):
    """Ask the module that owns a topic. HttpError 503: it does not run. ValueError: it refuses, and why."""
    try:
        return kernel.bus.ask(topic, value)
    except LookupError as error:
        raise HttpError(503, {"error": str(error)}, [("Retry-After", "2")])


def body(request):
    """The JSON value of a request's body. HttpError 400, and why."""
    try:
        return _whole(request.json)
    except HttpError as error:
        raise HttpError(error.status, error.text if isinstance(error.text, dict) else {"error": error.text})


def _whole(value):
    """A JSON value in which a number without a fraction is an int, as in JSON Schema."""
    if isinstance(value, float):
        return int(value) if value == int(value) and abs(value) < 1e15 else value
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    return value


def has_body(request):
    """Tell whether a request came with a body."""
    return request.size != 0


def versioned(value, version):
    """A value with its version as an ETag."""
    return value, 200, [("ETag", '"%s"' % version)]


def fingerprint(settings):
    """A version (str) of settings, which have none of their own."""
    return hexlify(sha256(dumps(settings).encode()).digest()[:6]).decode()


def check_version(request, version):
    """HttpError 409: somebody else has saved since the sender of a request has read it, as If-Match tells."""
    wanted = request.header("if-match")
    # A list of versions, RFC 9110 section 13.1.1.
    known = ("*", '"%s"' % version)
    if wanted is not None and not [1 for one in wanted.split(",") if one.strip() in known]:
        text = "somebody else has saved in the meantime; load it anew"
        raise HttpError(409, {"error": text, "version": version}, [("ETag", '"%s"' % version)])


def changes(request, now, names):
    """Return the body of a request that changes settings: an object with some of `names`, whose values are `now`.

    HttpError 409: they are not those that its sender has read. ValueError: the body is something else.
    """
    check_version(request, fingerprint(now))
    given = body(request)
    if not isinstance(given, dict) or not given:
        raise ValueError("takes an object with some of " + " ".join(names))
    return given


def reconfigure(kernel, id, section, before):
    """Give a module another configuration; one that it can't start with is taken back. HttpError 409: why."""
    if not kernel.reconfigure(id, section):
        reason = str(kernel.bus.get("$error/" + id))
        kernel.reconfigure(id, before)
        raise HttpError(409, {"error": reason})
    kernel.save()


def number(text, what):
    """The number that an element of the path is. HttpError 404: it is none."""
    if not text.isdigit() or len(text) > 9:
        raise HttpError(404, {"error": "there is no %s %s" % (what, text)})
    return int(text)


def truth(text):
    """True or False of an element of the path. HttpError 404: it is neither."""
    if text.lower() not in ("true", "false"):
        raise HttpError(404, {"error": "takes true or false, not %s" % text})
    return text.lower() == "true"
