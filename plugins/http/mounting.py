"""Contents that come and go while a Site serves."""

RARE = True  # when a module starts or stops


def mount(site, key, content):
    """What Site.mount does; see there."""
    if content is not None and not hasattr(content, "find"):
        raise TypeError("%s: takes a Router, or another object with find(request); not %r" % (key, content))
    if key in site._mounted:
        site.contents.remove(site._mounted.pop(key))
    if content is not None:
        site._mounted[key] = content
        site.contents.insert(0, content)
