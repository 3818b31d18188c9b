"""What modules add to a web server: `$http/routes/<id>`, `$http/filters/<id>`, `$http/pages/<id>`."""

RARE = True  # when a module starts or stops


def change(server, topic, value):
    """Put what a module adds in the place of what it had there; None: take it away."""
    site = server.site
    kind = topic.split("/")[1]
    if kind == "routes":
        try:
            site.mount(topic, value)
        except TypeError as error:
            server.log.error(error)
        return
    if kind not in ("filters", "pages"):
        return
    for old in server.added.pop(topic, ()):
        if kind == "filters":
            site.filters.remove(old)
        else:
            site.pages.pop(old, None)
    if value:
        server.added[topic] = list(value)  # of pages the statuses
        if kind == "filters":
            site.filters.extend(value)
        else:
            site.pages.update(value)
