"""What a request says, decoded when it is first asked for: query, cookies, JSON, forms, who it comes from."""

from .errors import HttpError

RARE = True  # only requests that are looked into


def decoded(request, name):
    """What `request.<name>` is; made once."""
    known = request._decoded
    if known is None:
        known = request._decoded = {}
    if name not in known:
        known[name] = _decode(request, name)
    return known[name]


def _decode(request, name):
    if name == "query":
        return dict(decoded(request, "pairs"))
    if name == "pairs":
        from .query import pairs

        return pairs(request.url.partition(b"?")[2])
    if name == "elements":
        return _elements(request.url.partition(b"?")[0])
    if name == "headers":
        from .mapping import Headers

        return Headers(request)
    if name == "cookies":
        from .cookies import read

        return read(request.header("cookie", ""))
    if name == "json":
        return _json(request)
    if name == "form":
        return _form(request)
    if name == "user":
        return request.site.user and request.site.user(request)
    return _by_plugin(request, "session", "http_auth")


def _elements(path):
    from .query import unquote

    while b"//" in path:
        path = path.replace(b"//", b"/")
    return [unquote(part) for part in path.split(b"/")]


def _json(request):
    loads = request.site.loads
    if loads is None:
        from .json_strict import loads
    try:
        return loads(request.body, request.site.json_depth)
    except ValueError as error:
        raise HttpError(400, "body: takes JSON: %s" % error)


def _form(request):
    kind = request.header("content-type", "").split(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        from .query import pairs

        return dict(pairs(request.body))
    return dict(_by_plugin(request, "form", "http_forms")) if kind == "multipart/form-data" else {}


def _by_plugin(request, name, plugin):
    """What the function `site.<name>` gives, which a plugin brings. HttpError 501: the plugin is not there."""
    site = request.site
    if getattr(site, name) is None:
        if not site.plugin:
            raise HttpError(501, "takes the plugin " + plugin)
        site.plugin(plugin).install(site)
    return getattr(site, name)(request)
