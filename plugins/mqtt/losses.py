"""How many messages were lost, or had no business here: as properties, once there are some."""

RARE = True  # while everything goes well there is nothing to show


def show(bridge):
    """Bring the figures up to date."""
    _show(bridge, "lost", bridge.session.lost, "Lost messages", "%d messages lost")
    _show(bridge, "rejected", bridge.rejected, "Rejected messages", "%d messages had no business here")


def _show(bridge, id, number, name, text):
    if not number:
        return
    shown = bridge.properties.get(id)
    if not shown:
        shown = bridge.property(
            id, "sensor", 0, name=name, state_class="total_increasing", entity_category="diagnostic"
        )
    if shown.value != number:
        bridge.log.warning(text % (number - shown.value))
        shown.value = number
        bridge.tell(shown.topic, number)
