"""Delivery with QoS 1: what was sent is kept until the broker acknowledges it, and sent again after a new connection.

After a new connection what was not acknowledged goes first, in the old order and marked as sent before (MQTT 3.1.1
section 4.4). Each function takes a Session.
"""

from . import packets

RARE = True  # many devices never send with QoS 1

_IN_FLIGHT = 8  # messages that wait for their acknowledgement at the same time, at most


def send(session, message):
    """Write a message of QoS 1, the next one of the store; False: too many wait for their acknowledgement."""
    if session.in_flight == _IN_FLIGHT:
        return False
    again = message.number > 0
    if not again:
        message.number = next_number(session)
    packets.publish(session.link.out, message.topic, message.payload, message.retain, message.number, again)
    session.in_flight += 1
    return True


def acknowledged(session, number):
    """The broker has got the message with this packet identifier."""
    for message in session.store[: session.in_flight]:
        if message.number == number:
            session.store.remove(message)
            session.in_flight -= 1


def give_up(session):
    """Make room in a full store: the oldest message goes, but rather one that is not under way already."""
    if session.in_flight == len(session.store):
        session.in_flight -= 1
        session.store.pop(0)
    else:
        session.store.pop(session.in_flight)


def end(session):
    """The connection has ended: count what is not known to have arrived; what was not acknowledged is sent again."""
    session.lost += session.pinged + session.unproven
    session.pinged = session.unproven = session.in_flight = 0
    session.ping_sent = False
    session.filters = {}
    session.asked.clear()


def next_number(session):
    """A packet identifier that is not in use."""
    used = [message.number for message in session.store]
    while True:
        session.number = session.number % 65535 + 1
        if session.number not in used and session.number not in session.asked:
            return session.number
