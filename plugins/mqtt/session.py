"""The session: messages that wait for the broker, in order."""

from . import packets


class Session:
    """A bounded store of messages, sent in order; those of QoS 1 stay in it until they are acknowledged.

    A message of QoS 0 is taken for arrived when the broker answers a ping that was sent after it; those for which
    there was none when the connection ended are counted in `lost`. What is special to QoS 1 stands in delivery.py.

    link: a Link, into whose `out` packets are written. limit: how many messages wait at most.
    keep_oldest: a full store refuses the new message; else it gives up the oldest.
    """

    lost = 0  # messages that found no room, or are not known to have arrived
    ping_sent = False  # and not answered yet
    number = 0  # the last packet identifier that was given
    in_flight = 0  # how many at the beginning of the store were sent over this connection
    unproven = 0  # messages of QoS 0 sent after the last ping
    pinged = 0  # those sent before it, as long as it is not answered

    def __init__(self, link, limit, keep_oldest=False):
        self.link = link
        self.limit = limit
        self.keep_oldest = keep_oldest
        self.store = []  # (topic, payload, whether it is retained, QoS)
        self.numbers = []  # packet identifiers of the first ones, which were sent with QoS 1 and not acknowledged
        self.filters = {}  # filter -> QoS: what the broker was asked for over this connection
        self.asked = {}  # packet identifier -> filter, of subscriptions that are not confirmed

    def put(self, topic, payload, retain=False, qos=0):
        """Take in a message; topic: bytes, payload: bytes, or a generator of writing.py."""
        if len(self.store) >= self.limit:
            from .delivery import give_up

            self.lost += 1
            if self.keep_oldest:
                return
            give_up(self)
        self.store.append((topic, payload, retain, qos))

    def send_next(self):
        """Write the next message of the store; whether there was one that may go."""
        if self.in_flight == len(self.store):
            return False
        topic, payload, retain, qos = self.store[self.in_flight]
        if not isinstance(payload, (bytes, bytearray)):
            from .writing import prepare

            prepare(self)
            return True
        if qos:
            from .delivery import send

            return send(self, topic, payload, retain)
        self.store.pop(self.in_flight)
        self.write(topic, payload, retain)
        return True

    def write(self, topic, payload, retain):
        """Write a message of QoS 0."""
        packets.publish(self.link.out, topic, payload, retain)
        if not retain:  # what is retained is told anew after each connection
            self.unproven += 1
            if not self.ping_sent:
                self.ping()

    def ping(self):
        """Ask the broker for a sign of life; it comes after all that was sent before has arrived."""
        self.link.out.extend(packets.PINGREQ)
        self.ping_sent = True
        self.pinged, self.unproven = self.unproven, 0

    def ping_answered(self):
        """The broker has answered, and so has got all that was sent before the ping."""
        self.ping_sent = False
        self.pinged = 0
        if self.unproven:
            self.ping()
