"""The resolver against DNS servers of the test's own on this machine, good and bad ones."""

import socket
import sys
import time

from datagrams import LOCAL, Peer

import plugins.dns.resolver
from modcore import Kernel, Module
from plugins.dns import Resolver, answer
from support import raises, until


class Owner(Module):
    """A module to own the resolver."""


def device(reply):
    """A kernel, a resolver in it, and the server that it asks, whose answers are `reply(message)`."""
    kernel = Kernel({})
    owner = kernel.add(Owner())
    server = kernel.add(Peer(reply))
    kernel.step()
    plugins.dns.resolver._PORT = server.port
    plugins.dns.resolver._TIMEOUT_MS = 60
    return kernel, Resolver(owner, [LOCAL]), server


def ask(kernel, resolver, host="pool.ntp.org"):
    """Return what the resolver finds."""
    found = []
    resolver.find(host, found.append)
    until(kernel, lambda: found)
    return found[0]


def good(last):
    """A server's reply: 10.0.0.`last`."""
    return lambda message: [answer(message, bytes((10, 0, 0, last)), 300)]


def test_an_address_is_found_and_kept():
    kernel, resolver, server = device(good(1))
    assert ask(kernel, resolver) == ["10.0.0.1"]
    assert ask(kernel, resolver) == ["10.0.0.1"]
    assert server.count == 1
    assert ask(kernel, resolver, "time.example") == ["10.0.0.1"]
    assert server.count == 2


def test_an_address_in_figures_is_nobodys_question():
    kernel, resolver, server = device(good(1))
    found = []
    resolver.find("192.168.7.7", found.append)
    assert found == [["192.168.7.7"]]
    assert server.count == 0


def test_a_name_that_is_not_there_has_no_addresses():
    kernel, resolver, server = device(lambda message: [message[:2] + b"\x81\x83" + message[4:]])
    assert ask(kernel, resolver) == []


def test_a_silent_server_is_asked_twice_and_nothing_waits_for_it():
    kernel, resolver, server = device(lambda message: [])
    ticks = []
    timer = kernel.modules["owner"].every(10, lambda: ticks.append(1))
    assert ask(kernel, resolver) == []
    assert server.count == 2
    assert len(ticks) >= 5
    timer.cancel()


def test_a_server_that_fails_is_asked_again():
    replies = [b"\x81\x82", b"\x81\x85"]
    kernel, resolver, server = device(lambda message: [message[:2] + replies.pop(0) + message[4:]])
    assert ask(kernel, resolver) == []
    assert server.count == 2


def test_answers_to_other_questions_are_passed_over():
    def confused(message):
        right = answer(message, b"\x0a\0\0\5")
        return [b"rubbish", bytes([right[0] ^ 1]) + right[1:], right.replace(b"pool", b"fool"), right]

    kernel, resolver, server = device(confused)
    assert ask(kernel, resolver) == ["10.0.0.5"]


def test_what_was_found_long_ago_helps_while_no_server_answers():
    alive = [True]
    kernel, resolver, server = device(lambda message: good(9)(message) if alive[0] else [])
    assert ask(kernel, resolver) == ["10.0.0.9"]
    alive[0] = False
    kernel.uptime_ms = lambda: 7200000
    assert ask(kernel, resolver) == ["10.0.0.9"]
    assert server.count == 3


def test_a_new_search_ends_the_one_before():
    kernel, resolver, server = device(good(3))
    first, second = [], []
    resolver.find("a.example", first.append)
    resolver.find("b.example", second.append)
    until(kernel, lambda: second)
    assert first == []


def test_a_server_out_of_reach_gives_no_addresses():
    kernel, resolver, server = device(good(1))
    # Connected elsewhere its port stays taken, and packets of others are turned away.
    server.sock.connect(socket.getaddrinfo(LOCAL, 9)[0][-1])
    assert ask(kernel, resolver) == []
    assert server.count == 0


def test_a_name_that_no_host_can_have_is_refused():
    kernel, resolver, server = device(good(1))
    raises(ValueError, resolver.find, "a..b", None)


def test_a_name_in_local_is_asked_for_in_the_local_network_and_nothing_waits_for_it():
    kernel, resolver, server = device(lambda message: good(7)(message) if server.count == 2 else [])
    plugins.dns.resolver._MULTICAST = (LOCAL, server.port)
    resolver._servers = ["127.0.0.9"]  # the network's own: nobody is there
    ticks = []
    timer = kernel.modules["owner"].every(10, lambda: ticks.append(1))
    assert ask(kernel, resolver, "broker.local") == ["10.0.0.7"]
    assert server.count == 2 and ticks
    timer.cancel()


def test_who_answers_by_multicast_may_say_that_he_alone_has_the_name():
    def alone(message):
        out = bytearray(answer(message, bytes((10, 0, 0, 8)), 300))
        out[len(message) + 4] |= 0x80
        return [bytes(out)]

    kernel, resolver, server = device(alone)
    plugins.dns.resolver._MULTICAST = (LOCAL, server.port)
    assert ask(kernel, resolver, "broker.local") == ["10.0.0.8"]


def test_a_name_in_local_that_nobody_has_is_asked_of_the_networks_server_too():
    silent = Peer(lambda message: [], "silent")
    kernel, resolver, server = device(good(6))
    kernel.add(silent)
    kernel.step()
    plugins.dns.resolver._MULTICAST = (LOCAL, silent.port)
    assert ask(kernel, resolver, "broker.local") == ["10.0.0.6"]
    assert silent.count == 2


class Slow:
    """Stands for `socket` where the name server of the system takes its time."""

    asked = 0

    def getaddrinfo(self, host, port):
        self.asked += 1
        time.sleep(0.2)
        return socket.getaddrinfo("127.0.0.1", port)


def test_where_nobody_names_a_server_the_system_is_asked_without_waiting():
    kernel, resolver, server = device(good(1))
    resolver._servers = None
    named, plugins.dns.resolver.servers_of_network = plugins.dns.resolver.servers_of_network, lambda: []
    slow = sys.modules["socket"] = Slow()  # plugins/dns/system.py is rare, and may be loaded more than once
    sys.modules.pop("plugins.dns.system", None)
    found = []
    resolver.find("pool.ntp.org", found.append)
    turns = 0
    while not found:
        kernel.step()
        turns += 1
    assert turns > 3 and found == [["127.0.0.1"]] and slow.asked == 1
    resolver.find("other.example", found.append)
    resolver.cancel()
    until(kernel, lambda: slow.asked == 2)
    plugins.dns.resolver.servers_of_network = named
    sys.modules["socket"] = socket
    sys.modules.pop("plugins.dns.system", None)
    assert len(found) == 1 and server.count == 0
