"""Watched sockets, whose poll object is exchanged when memory has run out half way through a registration."""

import select
import socket
import time
from select import POLLIN, POLLOUT

from datagrams import LOCAL, bind

import modcore.sockets as file
from modcore import Kernel
from modcore.sockets import Sockets
from support import MICROPYTHON, raises


class Line:
    """A socket that sends to itself."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setblocking(False)
        self.port = bind(self.sock)

    def send(self):
        self.sock.sendto(b"a", socket.getaddrinfo(LOCAL, self.port)[0][-1])


class Poller:
    """The watched sockets of a kernel, with a handler that notes what it is told."""

    def __init__(self):
        self.sockets = Sockets(Kernel())
        self.told = []

    def watch(self, sock, flags):
        self.sockets.watch(sock, flags, lambda *event: self.told.append(event), None)


def ready(poller, ms=0):
    poller.told.clear()
    poller.sockets.dispatch(ms)
    return list(poller.told)


def test_a_socket_is_told_when_it_is_ready_for_what_was_asked():
    poller, line = Poller(), Line()
    poller.watch(line.sock, POLLIN)
    assert ready(poller) == []
    line.send()
    assert [item[1] for item in ready(poller, 1000)] == [POLLIN]
    assert ready(poller)[0][0] is line.sock
    poller.watch(line.sock, POLLOUT)  # that alone, from now on
    assert [item[1] for item in ready(poller)] == [POLLOUT]
    assert len(poller.sockets.entries) == 1
    line.sock.close()


def test_what_is_no_longer_watched_is_not_told():
    poller, one, two = Poller(), Line(), Line()
    for line in (one, two):
        poller.watch(line.sock, POLLOUT)
    assert len(ready(poller)) == 2
    poller.sockets.unwatch(one.sock)
    poller.sockets.unwatch(one.sock)  # it is not watched: no error
    assert [item[0] is two.sock for item in ready(poller)] == [True]
    poller.sockets.unwatch(two.sock)
    assert ready(poller) == []
    one.sock.close()
    two.sock.close()


def test_a_socket_that_was_closed_before_holds_nothing_up():
    poller, one, two = Poller(), Line(), Line()
    poller.watch(one.sock, POLLOUT)
    poller.watch(two.sock, POLLOUT)
    one.sock.close()
    assert [item[0] for item in ready(poller) if item[1] == POLLOUT and item[0] is two.sock]
    poller.sockets.unwatch(two.sock)
    two.sock.close()


class NoMemory:
    """Stands in for `select` with a poll object that finds no memory, as a full heap gives one."""

    POLLIN, POLLOUT = POLLIN, POLLOUT

    def __init__(self, at):
        self.at = at
        self.made = 0

    def poll(self):
        self.made += 1
        if self.at == "making":
            raise MemoryError
        found = select.poll()
        return Broken(found) if self.at == "registering" else found


class Broken:
    """A poll object without memory for another entry."""

    def __init__(self, poll):
        self.unregister = poll.unregister
        self.register = poll.register
        self.poll = poll.poll
        self.ipoll = getattr(poll, "ipoll", poll.poll)

    def no_more(self, *args):
        raise MemoryError


def test_a_poll_object_in_which_a_registration_ended_half_way_is_never_used_again():
    stand_in = NoMemory("registering")
    file.select = stand_in
    try:
        poller, one, two = Poller(), Line(), Line()
        poller.watch(one.sock, POLLOUT)
        assert len(ready(poller)) == 1 and stand_in.made == 1
        poller.sockets._poll.register = poller.sockets._poll.no_more
        assert raises(MemoryError, poller.watch, two.sock, POLLOUT) is not None
        found = ready(poller)  # by another one, with what was registered
        assert len(found) == 1 and found[0][0] is one.sock and stand_in.made == 2
        poller.watch(two.sock, POLLOUT)
        assert len(ready(poller)) == 2 and stand_in.made == 2
        one.sock.close()
        two.sock.close()
    finally:
        file.select = select


def test_without_memory_for_a_poll_object_nothing_is_ready_and_time_passes():
    stand_in = NoMemory("making")
    file.select = stand_in
    try:
        poller, line = Poller(), Line()
        raises(MemoryError, poller.watch, line.sock, POLLOUT)
        begin = time.time()
        assert ready(poller, 30) == [] and time.time() - begin > (0.02 if not MICROPYTHON else 0)
        stand_in.at = None
        assert ready(poller) == []
        poller.watch(line.sock, POLLOUT)  # there is memory again
        assert len(ready(poller)) == 1
        line.sock.close()
    finally:
        file.select = select


class NotASocket:
    def fileno(self):
        return "none"


def test_what_is_not_a_socket_is_refused_at_once_and_crashes_nothing():
    for first in (True, False):
        poller, line = Poller(), Line()
        if not first:
            poller.watch(line.sock, POLLOUT)
        for wrong in (NotASocket(), "a", None):
            try:
                poller.watch(wrong, POLLOUT)
                raise AssertionError(wrong)
            except (TypeError, AttributeError, OSError):
                pass
            assert len(ready(poller)) == (0 if first else 1)
        line.sock.close()
