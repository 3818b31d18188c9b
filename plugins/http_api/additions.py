"""What modules add to a web server: `$http/routes/<id>`, `$http/filters/<id>`, `$http/pages/<id>`."""

RARE = True  # when a module starts or stops


def change(server, topic, value):
    """Put what a module adds in the place of what it had there; None: take it away."""
    kind = topic.split("/")[1]
    if kind == "routes":
        try:
            server.site.mount(topic, value)
        except TypeError as error:
            server.log.error(error)
    elif kind == "filters":
        _change_filters(server, topic, value)
    elif kind == "pages":
        _change_pages(server, topic, value)


def _change_filters(server, topic, filters):
    for old in server.added.pop(topic, ()):
        server.site.filters.remove(old)
    if filters:
        server.added[topic] = list(filters)
        server.site.filters.extend(filters)


def _change_pages(server, topic, pages):
    for status in server.added.pop(topic, ()):
        server.site.pages.pop(status, None)
    if pages:
        server.added[topic] = list(pages)
        server.site.pages.update(pages)
