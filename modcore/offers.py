"""What modules have for the web servers, whichever runs."""

RARE = True  # needed when such a module starts or stops


def offer(module, running):
    """Publish the routes, filters and pages of `module`, or take them back."""
    for name in ("routes", "filters", "pages"):
        offered = getattr(module, name)
        if offered is not None:
            topic = "$http/%s/%s" % (name, module.id)
            module.kernel.bus.publish(topic, offered if running else None, True, module)
