"""Routes of a Router with parameters: `/user/:id`, `/led/*/*`."""

RARE = True  # only where there are such routes


def find(router, request):
    """The handler for a request whose path fits a pattern, with `request.params` and `request.route` set, or None."""
    elements = request.split()
    if not elements[-1] and len(elements) > 2:
        elements.pop()
    for _, pattern, table in router._patterns:
        if len(pattern) == len(elements):
            handler = router._of(table, request.method)
            if handler:
                params = _fit(pattern, elements)
                if params is not None:
                    request.params = params
                    request.route = "/".join(pattern)
                    return handler
    return None


def _fit(pattern, elements):
    """The parameters of a path that fits a pattern, else None."""
    params = {}
    stars = 0
    for want, have in zip(pattern, elements):
        if want == "*":
            params[stars] = have
            stars += 1
        elif want[:1] == ":":
            params[want[1:]] = have
        elif want != have:
            return None
    return params
