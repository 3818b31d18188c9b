"""The end of a connection, or of an attempt to get one: why it came, how long to wait, and what is lost by it."""

import os
from errno import ECONNRESET, errorcode

from modcore.ticks import const, sleep_ms, ticks_add, ticks_ms

from . import packets
from .delivery import end

RARE = True  # once for each connection

_LONGEST_S = const(48)  # and up to a quarter more: a minute
_NAPS = const(4)  # before the device leaves without the broker's answer: timers are late by no more than that
_NAP_MS = const(10)
_HEALTHY_MS = const(60000)
_SHORT_MS = const(10000)
_CLASHES = const(3)  # short connections in a row, after which two devices are taken to have one client id


def fail(bridge, error):
    """Give up the connection, or the attempt to get one, and plan the next one.

    The pause doubles with each round of attempts that failed, from 1 s to a minute; after a minute of health it is
    short again. Up to a quarter is added at random, so that the devices of a house do not come all at once. An attempt
    for which there was no memory says nothing of the broker and makes no pause longer.
    """
    host = bridge.brokers[0][0]
    said = reason(error)
    if (
        bridge.attempt
        and bridge.link.stream
        and error.args
        and (error.args[0] == ECONNRESET or said[:3] in ("clo", "EOF"))
    ):
        said += " before it answered: is there TLS at one end only?"
    short = isinstance(error, MemoryError)  # of memory, which is not the broker's doing
    if bridge.connected:
        lasted_ms = bridge.kernel.uptime_ms() - bridge.since_ms
        if lasted_ms >= _HEALTHY_MS:
            bridge.pause_s = 1
        bridge.short = bridge.short + 1 if lasted_ms < _SHORT_MS and not short else 0
        if bridge.short >= _CLASHES:
            from .presence import clash

            clash(bridge)
    elif not short:
        if bridge.failures and bridge.failures % len(bridge.brokers) == 0:
            bridge.pause_s = min(2 * bridge.pause_s, _LONGEST_S)
        bridge.failures += 1
        bridge.short = 0  # the broker itself is not there
        bridge.address = None
        bridge.brokers.append(bridge.brokers.pop(0))  # the next one's turn
    disconnect(bridge)
    wait_ms = bridge.pause_s * (1000 + os.urandom(1)[0] * 250 // 255)
    bridge.due = ticks_add(ticks_ms(), wait_ms)
    bridge.properties["connected"].value = False
    bridge.log.warning("%s: %s; next try in %d s" % (host, said, wait_ms // 1000))
    if bridge.trial_end_ms is not None:
        from .startup import undo

        undo(bridge)


def reason(error):
    """Return what an exception says, in one line."""
    text = error.args[-1] if error.args else type(error).__name__
    if isinstance(text, int):
        text = errorcode.get(text, "error %d" % text)
    return " ".join(str(text).split())


def disconnect(bridge):
    """Let go of the connection or the attempt to get one; what was not acknowledged will be sent again."""
    if bridge.attempt:
        bridge.attempt.close()
        bridge.attempt = None
    if bridge.stream:
        bridge.unwatch(bridge.stream)
        bridge.stream.close()
        bridge.stream = None
    if bridge.connected:
        bridge.connected = False
        end(bridge.session)


def _wait_for_end(stream):
    # The broker closes the connection. What lay unread would reset it, and take the good-bye with it.
    buffer = bytearray(64)
    for _ in range(_NAPS):
        count = stream.readinto(buffer)
        if count == 0:
            return
        if count is None:
            sleep_ms(_NAP_MS)


def say_goodbye(bridge, topic="status", payload=b"offline"):
    """Send what is left as far as the socket takes it, then that the device leaves, and disconnect in order."""
    link = bridge.link
    if bridge.connected:
        try:
            while link.flush() and bridge.write_next():
                pass
            packets.publish(link.out, (bridge.prefix + topic).encode(), payload, True)
            link.out.extend(b"\xe0\x00")  # DISCONNECT
            if link.flush():
                _wait_for_end(bridge.stream)
        except Exception:
            pass  # the last will says it
    disconnect(bridge)
