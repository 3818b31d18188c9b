"""The order in which modules start: each after those that it requires."""

RARE = True  # needed when all start or end


def start_order(modules):
    """Return the modules in the order of their start, and a list of (module, reason) that can't start.

    modules: dict of id -> module.
    """
    order = []
    broken = {}  # id -> (module, reason)

    def visit(module, trail):
        if module in order or module.id in broken:
            return
        if module in trail:
            cycle = trail[trail.index(module) :]
            reason = "requires: cycle " + " -> ".join([m.id for m in cycle + [module]])
            for m in cycle:
                broken[m.id] = (m, reason)
            return
        for id in module.requires:
            if id in modules:
                visit(modules[id], trail + [module])
                if id not in broken:
                    continue
                reason = "requires: %r can't start" % id
            else:
                reason = "requires: %r not found; have %s" % (id, ", ".join(sorted(modules)))
            if module.id not in broken:
                broken[module.id] = (module, reason)
        if module.id not in broken:
            order.append(module)

    for module in modules.values():
        visit(module, [])
    return order, list(broken.values())
