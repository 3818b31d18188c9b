"""Topics have one owner: finds two plugins that claim the same one."""


def overlap(one, other):
    """Tell whether some topic matches both filters: MQTT 3.1.1 section 4.7.

    overlap("wlan/+", "wlan/connected")     # True
    """
    return _overlap(one.split("/"), other.split("/"), True)


def _overlap(one, other, first):
    if one and other:
        if first and (one[0][:1] == "$") != (other[0][:1] == "$"):
            return False  # a wildcard at the beginning matches no topic with $
        if "#" in (one[0], other[0]):
            return True
        if one[0] == other[0] or "+" in (one[0], other[0]):
            return _overlap(one[1:], other[1:], False)
        return False
    return not one and not other or (one or other) == ["#"]


def conflicts(packages):
    """The lines that name each topic that two of `packages` ({name: Package}) claim.

    A plugin that is built on another one, by `requires`, may speak on its topics.
    """
    found = []
    names = sorted(packages)
    for i, name in enumerate(names):
        for other in names[i + 1 :]:
            if other in _needs(name, packages) or name in _needs(other, packages):
                continue
            for filter in claims(packages[name]):
                for theirs in claims(packages[other]):
                    if overlap(filter, theirs):
                        found.append(
                            "{} claims {}, which {} claims as {}".format(name, filter, other, theirs)
                        )
    return found


def claims(package):
    """The filters of the topics that a Package claims, with its module's id put in.

    Commands (`…/set`) may come from anybody: they belong to whom they are for.
    """
    filters = [f for f in package.manifest["events"]["publishes"] if not f.endswith("/set")]
    return [filter.replace("<id>", module_id(package)) for filter in filters]


def module_id(package):
    """The id that the plugin's module has unless it is given another one."""
    name = package.manifest["module"]
    if not name:
        return package.name
    out = ""
    for i, c in enumerate(name):
        if c.isupper() and i and not name[i - 1].isupper():
            out += "_"
        out += c.lower()
    return out


def _needs(name, packages):
    found = set()
    todo = [name]
    while todo:
        for need in packages[todo.pop()].manifest["requires"]:
            if need in packages and need not in found:
                found.add(need)
                todo.append(need)
    return found
