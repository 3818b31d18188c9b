"""A module's fibers run in the kernel's loop, sleep in its poll and end with the module."""

import socket

from modcore import Kernel
from modcore.ticks import sleep_ms, ticks_diff, ticks_ms
from plugins.fiber import Channel, FiberModule, Gate


class Worker(FiberModule):
    """Counts in one fiber, passes the count to another."""

    def start(self):
        self.seen = []
        self.cleaned = 0
        self.channel = Channel(1)
        self.spawn(self.count(), "count")
        self.spawn(self.collect(), "collect")

    def count(self):
        n = 0
        while True:
            yield self.channel.put(n)
            n += 1
            yield 2

    def collect(self):
        try:
            while True:
                self.seen.append((yield self.channel.get()))
        finally:
            self.cleaned += 1


def turn_until(kernel, condition):
    """Run `kernel` by steps until `condition()`; the number of steps."""
    start = ticks_ms()
    steps = 0
    while not condition():
        ms = kernel.step()
        steps += 1
        sleep_ms(min(ms, 5))
        assert ticks_diff(ticks_ms(), start) < 30000
    return steps


def test_fibers_run_with_the_module_and_are_killed_with_it():
    kernel = Kernel({})
    worker = kernel.add(Worker())
    turn_until(kernel, lambda: len(getattr(worker, "seen", ())) > 5)
    assert worker.seen[:5] == [0, 1, 2, 3, 4]
    kernel.move("worker", "STOPPED")
    assert worker.cleaned == 1 and worker.fibers.fibers == []
    kernel.move("worker", "RUNNING")
    turn_until(kernel, lambda: len(worker.seen) > 2)
    assert worker.seen[0] == 0
    kernel.stop()


def test_the_kernel_sleeps_as_long_as_the_fibers_do():
    class Sleeper(FiberModule):
        def start(self):
            self.spawn(self.nap())

        def nap(self):
            yield 50000

    kernel = Kernel({})
    sleeper = kernel.add(Sleeper())
    kernel.step()
    while True:
        ms = kernel.step()
        if ms:
            break
    assert 30000 < ms <= 50000
    sleeper.fibers.kill()
    kernel.stop()


def test_a_fiber_that_fails_is_a_failure_of_its_module():
    class Broken(FiberModule):
        def start(self):
            self.spawn(self.fail())

        def fail(self):
            yield
            raise ValueError("pump jammed")

    kernel = Kernel({"log": {"level": "critical"}})
    broken = kernel.add(Broken())
    worker = kernel.add(Worker())
    turn_until(kernel, lambda: broken.state == "FAILED")
    assert "pump jammed" in kernel.bus.get("$error/broken")
    turn_until(kernel, lambda: len(worker.seen) > 3)
    kernel.stop()


def test_a_fiber_waits_for_a_socket_in_the_kernels_poll():
    class Receiver(FiberModule):
        def start(self):
            self.got = None
            self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            for self.port in range(22000, 22900):  # this test may run beside itself
                try:
                    self.sock.bind(socket.getaddrinfo("127.0.0.1", self.port, 0, socket.SOCK_DGRAM)[0][-1])
                    break
                except OSError:
                    pass
            self.sock.setblocking(False)
            self.spawn(self.receive())

        def receive(self):
            gate = Gate(self.fibers, self.sock)
            yield gate.readable()
            self.got = self.sock.recv(20)
            gate.close()

        def stop(self):
            FiberModule.stop(self)
            self.sock.close()

    kernel = Kernel({})
    receiver = kernel.add(Receiver())
    for _ in range(5):
        kernel.step()
    assert receiver.got is None
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    other.sendto(b"ping", socket.getaddrinfo("127.0.0.1", receiver.port, 0, socket.SOCK_DGRAM)[0][-1])
    turn_until(kernel, lambda: receiver.got == b"ping")
    other.close()
    kernel.stop()
