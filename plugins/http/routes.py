"""What a Router is asked now and then about its routes."""


def get(router, name):
    """The method `name` of a router; AttributeError: it has none."""
    if name == "routes":
        return lambda: routes(router)
    if name == "streams":
        return lambda request: router.find(request) in router.stream
    if name == "methods":
        return lambda request: known(router, request)
    if name == "stream":
        return ()
    raise AttributeError(name)


def routes(router):
    """A list of (path, methods with commas), sorted."""
    found = [(path, table) for path, table in router.map.items()]
    found += [("/".join(entry[1]), entry[2]) for entry in router.match]
    return sorted([(path, ",".join(sorted(table))) for path, table in found])


def known(router, request):
    """The methods of the routes that the path of a request fits."""
    names = set()
    for table in list(router.map.values()) + [entry[2] for entry in router.match]:
        names.update(table)
    method = request.method
    found = []
    for name in names:
        request.method = name
        if router.find(request) is not None:
            found.append(name)
    request.method = method
    return found
