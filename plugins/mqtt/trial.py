"""A change of the configuration that loses the broker is undone: it may have come by way of that broker."""

RARE = True  # only when the configuration changes


def settle(bridge):
    """Check the configuration with which the bridge starts, and go back to the last good one when it can't be.

    ValueError: what is wrong in it, and there was none before.
    """
    from .settings import verify

    bridge.trial_end_ms = None
    changed = bridge.proven is not None and bridge.kernel.config.get(bridge.id) != bridge.proven
    try:
        verify(bridge.config)
    except ValueError as error:
        if not changed:
            raise
        _restore(bridge, error)
        bridge.config = _merged(bridge)
        return
    if changed and bridge.config["trial_s"]:
        bridge.trial_end_ms = bridge.kernel.uptime_ms() + bridge.config["trial_s"] * 1000


def undo(bridge):
    """Go back to the last configuration with which the broker was reached."""
    _restore(bridge, "no broker for %d s" % bridge.config["trial_s"])
    bridge.kernel.reconfigure(bridge.id)


def _restore(bridge, reason):
    kernel = bridge.kernel
    kernel.config[bridge.id] = bridge.proven
    bridge.trial_end_ms = None
    bridge.log.error("the last change of the configuration is undone:", reason)
    kernel.bus.publish("%s/undone" % bridge.id, str(reason), False, bridge)
    from .leftovers import has_file

    if has_file(kernel):
        try:
            kernel.save()
        except OSError as error:
            bridge.log.error("the configuration can't be saved:", error)


def _merged(bridge):
    from modcore.config import merge

    section = merge(bridge.defaults, bridge.kernel.config.get(bridge.id, {}))
    return merge(section, bridge.kernel.secrets.get(bridge.id, {}))
