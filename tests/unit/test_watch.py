"""Sockets that modules watch: one handler each, the last one counts, and a fault in it is the module's."""

import socket
from select import POLLIN, POLLOUT

from datagrams import LOCAL, bind

from modcore import Kernel, Module
from support import raises, steps, until


class Watcher(Module):
    def start(self):
        self.heard = []
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setblocking(False)
        self.port = bind(self.sock)
        self.watch(self.sock, POLLIN, self.on_first)

    def stop(self):
        self.sock.close()

    def on_first(self, sock, events):
        self.heard.append(("first", sock.recv(100), events))

    def on_second(self, sock, events):
        self.heard.append(("second", sock.recv(100), events))

    def send(self, data):
        self.sock.sendto(data, socket.getaddrinfo(LOCAL, self.port)[0][-1])


def watching():
    kernel = Kernel()
    one = kernel.add(Watcher())
    kernel.start()
    kernel.step()
    return kernel, one


def test_a_handler_gets_the_socket_and_what_it_is_ready_for():
    kernel, one = watching()
    one.send(b"a")
    until(kernel, lambda: one.heard)
    assert one.heard == [("first", b"a", POLLIN)]
    kernel.move(one, "STOPPED")


def test_a_module_that_watches_what_is_not_a_socket_fails_alone():
    class Mistaken(Module):
        def start(self):
            self.watch("no socket", POLLIN, print)

    for mistaken_first in (True, False):
        kernel = Kernel({"log": {"level": "critical"}})
        modules = [Watcher(), Mistaken()]
        for module in modules[::-1] if mistaken_first else modules:
            kernel.add(module)
        kernel.step()
        one = kernel.modules["watcher"]
        one.send(b"a")
        until(kernel, lambda one=one: one.heard)
        assert kernel.modules["mistaken"].state == "FAILED" and one.state == "RUNNING"
        kernel.move(one, "STOPPED")


def test_who_watches_again_replaces_the_handler():
    kernel, one = watching()
    one.watch(one.sock, POLLIN, one.on_second)
    one.send(b"a")
    until(kernel, lambda: one.heard)
    assert one.heard == [("second", b"a", POLLIN)]
    kernel.move(one, "STOPPED")


def test_who_watches_for_something_else_watches_for_that_alone():
    kernel, one = watching()
    ready = []
    one.watch(one.sock, POLLOUT, lambda sock, events: ready.append(events))
    one.send(b"a")
    until(kernel, lambda: ready)
    assert ready[0] == POLLOUT and not one.heard
    one.unwatch(one.sock)
    count = len(ready)
    steps(kernel)
    assert len(ready) == count and not one.heard
    one.unwatch(one.sock)  # a second time is not an error
    kernel.move(one, "STOPPED")


def test_a_handler_that_raises_fails_its_module_alone():
    kernel, one = watching()
    one.watch(one.sock, POLLIN, lambda sock, events: sock.no_such_thing)
    one.send(b"a")
    until(kernel, lambda: kernel.bus.get("$error/watcher"))
    assert one.state != "RUNNING"
    assert "no_such_thing" in kernel.bus.get("$error/watcher")
    assert not kernel.sockets().entries


def test_what_is_not_a_function_is_refused_by_name():
    kernel, one = watching()
    error = raises(TypeError, one.watch, one.sock, POLLIN, "on_first")
    assert "watcher: watch: 'on_first': takes a function" in str(error)
    kernel.move(one, "STOPPED")
