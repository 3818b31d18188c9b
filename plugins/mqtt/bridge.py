"""The bridge between the bus and a broker: which topics leave and which come in."""

from select import POLLIN, POLLOUT

from modcore import Module
from modcore.ticks import const, ticks_add, ticks_diff, ticks_ms

from . import packets

_CONNECT_MS = const(10000)  # an attempt takes so long at most
_IDLE_MS = const(60000)
_PACKETS = const(12)  # taken in one turn: the bus must have room for the commands in them
_WRITE_MS = const(
    16
)  # for writing in one turn: a message takes about 2 ms on a slow board, and timers wait meanwhile
_AHEAD = const(256)  # bytes that may wait for the socket before more is written
TOLD = object()  # in the place of a value that the broker has got


class Mqtt(Module):
    """The bridge between the bus and an MQTT broker; plugin.json describes its configuration.

    A topic of the bus is `<base>/<topic>` on the broker, retained where the bus retains it; commands come in on
    `<base>/<topic>/set`. Source: MQTT 3.1.1.

        kernel = Kernel({"name": "garden", "mqtt": {"host": "192.168.1.5"}})
        kernel.add(Mqtt())

    prefix: what all topics of the device begin with, "modcore/garden/". connected: the broker has accepted the
    device. former: what `prefix` was before the device was renamed, or None. retained: whether the message that a
    handler is called with was kept by the broker.
    """

    defaults = {
        "host": None,
        "port": 0,
        "user": "",
        "password": "",
        "client_id": "",
        "base": "",
        "keepalive_s": 30,
        "tls": None,
        "qos": 0,
        "persistent": None,
        "queue": 16,
        "keep": "newest",
        "max_packet": 2048,
        "export": None,
        "import": None,
        "neighbours": None,
        "forget_s": 90,
        "trial_s": 60,
    }

    prefix = ""
    connected = False
    former = None
    commanded = None  # what it is subscribed to in place of the commands that modules listen to
    checked = None  # the topic that was published last, and so is one
    parsed = None  # a large payload that is read in slices: see large.py
    link = None
    handlers = []  # (filter, handler, QoS) of what was subscribed to; replaced, never changed
    stream = None  # the socket
    attempt = None  # the attempt to connect that is under way, a generator
    since_ms = None  # uptime at which the broker was last reached
    proven = None  # the sections of config.json and secrets.json with which that was, or that can be; a tuple

    def start(self):
        """Begin to connect; the device does not wait for it. ValueError: what is wrong in the configuration."""
        from .startup import begin

        begin(self)
        del begin  # the name alone would keep its file in memory
        self.listen("#", self.on_event)
        # After the listening, so that it stays here: to a broker it is `<base>/status`.
        self.property("connected", "binary_sensor", False, name="MQTT broker")

    def stop(self):
        """Tell the broker what is left to tell, that the device is offline, and good-bye."""
        from .ending import say_goodbye

        say_goodbye(self)

    def publish(self, topic, value=None, retain=False, qos=0):
        """Send `value` to any topic of the broker; it waits when the broker is away.

        value: bytes or str as they are, anything else as JSON. qos: 0, or 1: it is sent again until the broker
        acknowledges it. When `queue` messages wait one is given up and counted. ValueError: no broker takes
        such a topic.

            kernel.modules["mqtt"].publish("house/bell", "ding", qos=1)
        """
        if topic != self.checked:
            from modcore.topics import check

            check(topic)
            self.checked = topic
        value = packets.encode(value)
        session = self.session
        if (
            qos
            or session.store
            or self.changed
            or not self.connected
            or len(self.link.out) > _AHEAD
            or not isinstance(value, bytes)
        ):
            session.put(topic.encode(), value, retain, qos)
        else:
            session.write(topic.encode(), value, retain)

    def subscribe(self, filter, handler, qos=0):
        """Call `handler(topic, payload)` for each message that `filter` matches, anywhere on the broker.

        topic: a str; payload: bytes. Whoever subscribes unsubscribes, too, when he stops. ValueError: it is
        not a filter.

            kernel.modules["mqtt"].subscribe("house/+/motion", self.on_motion)
        """
        from .subscriptions import add

        add(self, filter, handler, qos)

    def unsubscribe(self, filter, handler):
        """Take back `subscribe(filter, handler)`; one that is not there is not an error."""
        from .subscriptions import remove

        remove(self, filter, handler)

    @property
    def idle(self):
        """True if the broker has taken all that there was to send: the moment for more that can wait."""
        return self.connected and not (self.link.out or self.session.store or self.changed)

    def wake(self, *_):
        """There is something to read or room to write; the bridge looks after it in its turn."""
        self.ready = True

    def on_event(self, topic, value):
        """Note an event of the bus; it goes out at the end of the turn."""
        if topic.endswith("/set") or self.exports and not self.exports(topic):
            return  # a command, whoever sent it, is for this device
        if topic in self.told or self.kernel.bus.get(topic) is not None:
            self.tell(topic, value)
            if value and topic == "wlan/connected" and not self.connected:
                self.pause_s = 1
                self.due = ticks_ms()
            return
        try:
            self.session.put((self.prefix + topic).encode(), packets.encode(value), False, self.config["qos"])
        except Exception:  # whatever stands in the value
            self.session.lost += 1

    def tell(self, topic, value):
        """Have the broker told the state of `topic`; when its turn comes it is the last one that counts."""
        if self.told.get(topic, TOLD) is TOLD:
            self.changed.append(topic)
        self.told[topic] = value

    def on_oversize(self, size):
        """A packet of so many bytes begins, more than the device takes."""
        from .large import refuse

        refuse(self, self.link, size)

    def loop(self):
        """Exchange what there is with the broker; the kernel calls it in every turn."""
        link = self.link
        try:
            return self._turn(link)
        except (OSError, ValueError, MemoryError) as error:
            if link is self.link and self.state == "RUNNING":  # else a command has begun anew, or ended it
                self.reserve = None
                if isinstance(error, MemoryError):
                    link.stream = (
                        None  # half a packet may wait there: nothing more goes out over this connection
                    )
                    self.kernel.relieve()
                from .ending import fail

                fail(self, error)
            return 0

    def _turn(self, link):
        if self.ready:
            self.ready = False
            if self.attempt:
                try:
                    next(self.attempt)
                except StopIteration:
                    self.attempt = None
            elif self.connected:
                self._receive(link)
                if link is not self.link:
                    return 0
        left_ms = ticks_diff(self.due, ticks_ms())
        if left_ms <= 0:
            self.due = ticks_add(ticks_ms(), self._act())
            return 0
        if self.ready or self.connected and self._send(link):
            return 0
        return left_ms

    def _act(self):
        """Do what is due: ping, give up, or connect; the ms until the next time."""
        if self.session.lost or self.rejected:
            from .delivery import show

            show(self)
        if self.connected:
            if not self.heard:
                raise OSError("silent for %d s" % (self.config["keepalive_s"] // 2))
            self.heard = False
            session = self.session
            if session.ping_sent or session.asked or session.numbers:
                from . import delivery

                delivery.check(session)
            if not session.ping_sent:
                session.ping()
            if not self.swept:
                from .leftovers import look_when_due

                look_when_due(self)
            return self.config["keepalive_s"] * 500
        if self.attempt:
            raise OSError("no answer in time")
        if self.earlier is None:  # in a turn of its own, for which memory can be made
            from .leftovers import remember

            remember(self)
            return 0
        if not self.brokers:
            return _IDLE_MS
        from .connection import connect

        self.reserve = None
        self.attempt = connect(self)
        self.ready = True
        return _CONNECT_MS

    def _receive(self, link):
        for _ in range(_PACKETS):
            if not link.receive():
                self.ready = link.more
                return
            self.heard = True
            if not self._accept(link, link.buffer[0]):
                break  # the bus is full: the packet stays where it is
            if link is not self.link:
                return
            link.forget()
        self.ready = True

    def _accept(self, link, kind):
        """Take the packet that the link holds; False: there is no room for it yet. ValueError: it is malformed."""
        if kind == packets.PINGRESP:
            self.session.ping_answered()
        elif kind & 0xF0 == packets.PUBLISH:
            from .commands import receive

            return receive(self, link)
        else:
            from .delivery import take

            take(self, kind, link.buffer[link.start : link.size])
        return True

    def _send(self, link):
        """Write what there is to tell; whether there is more that could go at once."""
        if self.changes != self.kernel.bus.changes:
            from .subscriptions import update

            update(self)
        more = False
        if link.flush():
            begin = ticks_ms()
            while len(link.out) <= _AHEAD and ticks_diff(ticks_ms(), begin) < _WRITE_MS:
                more = self.write_next() if self.changed else self.session.send_next()
                if not more:
                    break
            link.flush()
        flags = POLLIN | POLLOUT if link.out else POLLIN
        if flags != self.watched:
            self.watched = flags
            self.watch(self.stream, flags, self.wake)
        return more and not link.out

    def write_next(self):
        """Write the next message, state before events; whether there was one."""
        if not self.changed:
            return self.session.send_next()
        topic = self.changed[0]
        value = self.told[topic]
        try:
            payload = b"" if value is None else packets.encode(value)
            if not isinstance(payload, (bytes, bytearray)):
                from .writing import advance

                self.told[topic] = payload
                payload = advance(payload)
                if payload is None:
                    return True
            packets.publish(self.link.out, (self.prefix + topic).encode(), payload, True)
        except MemoryError:  # half of it may be written: the next connection tells it
            raise
        except Exception:  # whatever stands in the value
            self.session.lost += 1
        self.changed.pop(0)
        if value is None:
            del self.told[topic]
        else:
            self.told[topic] = TOLD
        return True
