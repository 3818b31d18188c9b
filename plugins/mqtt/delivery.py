"""Delivery with QoS 1: what was sent is kept until the broker acknowledges it, and sent again after a new connection.

After a new connection what was not acknowledged goes first, in the old order and marked as sent before (MQTT 3.1.1
section 4.4). Each function takes a Session.
"""

from modcore.ticks import const, ticks_diff, ticks_ms

from . import packets

RARE = True  # many devices never send with QoS 1

_PUBACK = const(0x40)
_SUBACK = const(0x90)
_UNSUBACK = const(0xB0)
_REFUSED = const(0x80)
_AGAIN_MS = const(10000)  # before a subscription that was refused is asked for again
_ANSWER_MS = const(
    20000
)  # which a broker may take for an acknowledgement: a cluster looks for a leader meanwhile
_IN_FLIGHT = const(8)  # messages that wait for their acknowledgement at the same time, at most


def send(session, topic, payload, retain):
    """Write the next message of the store, which is of QoS 1; False: too many wait for their acknowledgement."""
    index = session.in_flight
    if index == _IN_FLIGHT:
        return False
    again = index < len(session.numbers)
    if not again:
        from .subscriptions import next_number

        session.numbers.append(next_number(session))
    packets.publish(session.link.out, topic, payload, retain, session.numbers[index], again)
    session.in_flight += 1
    return True


def take(bridge, kind, content):
    """Take an answer; kind: its first byte, content: what follows the fixed header. ValueError: it is none."""
    if len(content) < 2 or kind not in (_PUBACK, _SUBACK, _UNSUBACK):
        raise ValueError("malformed packet")
    number = content[0] << 8 | content[1]
    if kind == _PUBACK:
        return acknowledged(bridge.session, number)
    filter = bridge.session.asked.pop(number, None)
    if filter and content[-1] & _REFUSED:
        _is_refused(bridge, filter)
    elif filter:  # the device can be commanded: what is configured is good
        from modcore.config import sections

        bridge.proven = sections(bridge)
        if bridge.trial_end_ms is not None:
            from modcore.trial import end

            bridge.trial_end_ms = None
            end(bridge)


def _is_refused(bridge, filter):
    # It may be for now only: a cluster that looks for another leader refuses, too.
    session = bridge.session
    session.filters.pop(filter, None)
    known = getattr(session, "refused", [])
    if filter not in known:
        bridge.log.warning("the broker refuses the subscription to", filter)
        session.refused = known + [filter]
    bridge.after(_AGAIN_MS, _ask_again, bridge)


def _ask_again(bridge):
    bridge.changes = None
    bridge.wake()
    from .startup import undo

    undo(bridge)


def check(session):
    """Raise OSError when the broker, though it says this and that, has owed an answer for too long."""
    if session.ping_sent == 2:
        raise OSError("no answer to a ping")
    if session.ping_sent:
        session.ping_sent = 2  # seen once
    owed = sorted(session.asked)[:1] + session.numbers[: min(1, session.in_flight)]
    if owed != getattr(session, "owed", None):
        session.owed = owed
        session.owed_ms = ticks_ms()
    elif owed and ticks_diff(ticks_ms(), session.owed_ms) >= _ANSWER_MS:
        raise OSError("no acknowledgement for %d s" % (_ANSWER_MS // 1000))


def acknowledged(session, number):
    """The broker has got the message with this packet identifier."""
    if number in session.numbers[: session.in_flight]:
        _remove(session, session.numbers.index(number))


def give_up(session):
    """Make room in a full store: the oldest message goes, but rather one that is not under way already."""
    _remove(session, session.in_flight if session.in_flight < len(session.store) else 0)


def _remove(session, index):
    session.store.pop(index)
    if index < len(session.numbers):
        session.numbers.pop(index)
    if index < session.in_flight:
        session.in_flight -= 1


def end(session):
    """The connection has ended: count what is not known to have arrived; what was not acknowledged is sent again."""
    session.lost += session.pinged + session.unproven
    session.pinged = session.unproven = session.in_flight = 0
    session.ping_sent = False
    session.owed = None
    session.filters = {}
    session.asked.clear()


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
        if bridge.commanded is None and (not bridge.exports or bridge.exports(shown.topic)):
            bridge.tell(shown.topic, number)
