"""Whether a request that changes something was meant by the user: same origin, or the session's token."""


def same_origin(request, origins=()):
    """Whether `Origin` names this server or one of `origins`; None when the request has no such header.

    Source: RFC 6454 section 7.
    """
    origin = request.header("origin")
    if origin is None:
        return None
    origin = origin.lower()
    if origin in origins:
        return True
    scheme, _, host = origin.partition("://")
    here = request.authority or request.header("host") or ""
    if scheme != ("https" if request.secure else "http"):
        return False
    return _plain(host, scheme) == _plain(here.lower(), scheme)


def meant(request, session, origins=()):
    """Whether a request that carries `session` is of the same origin, or has the session's token.

    The token stands in a header `X-CSRF-Token` or in a form field `csrf_token`.
    """
    if same_origin(request, origins):
        return True
    token = request.header("x-csrf-token")
    if token is None and "x-www-form-urlencoded" in (request.header("content-type") or "").lower():
        if request.size >= 0 and request.size <= request.site.body_bytes:
            token = request.form.get("csrf_token")
    return token is not None and session.owns(token)


def _plain(host, scheme):
    default = ":443" if scheme == "https" else ":80"
    return host[: -len(default)] if host.endswith(default) else host
