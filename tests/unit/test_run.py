"""The ways to run a kernel: run, step, serve, start_thread; Ctrl-C and again."""

import select
import socket
import time

from modcore import Kernel, Module
from support import eventually, raises, until

QUIET = {"log": {"level": "critical"}}


class Beat(Module):
    """Beats every 5 ms and ends the run with the beat number `last`."""

    last = 3

    def start(self):
        self.beats = 0
        self.every(5, self.beat)

    def beat(self):
        self.beats += 1
        if self.beats == self.last:
            self.finish()

    def finish(self):
        self.kernel.stop()


class Interrupted(Beat):
    def finish(self):
        raise KeyboardInterrupt


class Task(Module):
    """Counts in an asyncio task."""

    def start(self):
        self.count = 0
        self.ended = ""

    async def run(self):
        import asyncio

        try:
            while True:
                self.count += 1
                await asyncio.sleep(0.001)
        except asyncio.CancelledError:
            self.ended = "cancelled"
            raise


def test_run_blocks_until_stop_and_stops_the_modules():
    kernel = Kernel(QUIET)
    beat = kernel.add(Beat())
    kernel.run()
    assert beat.beats == 3 and beat.state == "STOPPED"
    assert not kernel.running


def test_run_can_be_called_again():
    kernel = Kernel(QUIET)
    beat = kernel.add(Beat())
    for _ in range(3):
        kernel.run()
        assert beat.beats == 3 and beat.state == "STOPPED"


def test_ctrl_c_stops_cleanly_and_the_loop_can_be_resumed():
    kernel = Kernel(QUIET)
    beat = kernel.add(Interrupted())
    for _ in range(2):
        kernel.run()
        assert beat.beats == 3 and beat.state == "STOPPED"


def test_ctrl_c_in_the_asyncio_loop_stops_cleanly_too():
    kernel = Kernel(QUIET)
    beat = kernel.add(Interrupted())
    task = kernel.add(Task())
    for _ in range(2):
        kernel.run()
        assert (beat.beats, beat.state, task.state) == (3, "STOPPED", "STOPPED")
        assert task.count > 0 and task.ended == "cancelled"


def test_step_is_a_turn_in_a_loop_of_ones_own():
    kernel = Kernel(QUIET)
    beat = kernel.add(Beat())
    beat.last = -1
    until(kernel, lambda: beat.state == "RUNNING" and beat.beats >= 3)
    assert 0 <= kernel.step() <= 5
    kernel.stop()
    assert beat.state == "STOPPED"


def test_serve_joins_a_program_that_has_a_loop():
    import asyncio

    kernel = Kernel(QUIET)
    beat = kernel.add(Beat())
    task = kernel.add(Task())

    async def main():
        await kernel.serve()

    asyncio.run(main())
    assert beat.beats == 3 and task.count > 0 and task.ended == "cancelled"
    assert beat.state == task.state == "STOPPED"


def test_serve_that_is_cancelled_stops_the_modules():
    import asyncio

    kernel = Kernel(QUIET)
    beat = kernel.add(Beat())
    beat.last = -1

    async def main():
        serving = asyncio.create_task(kernel.serve())
        while beat.state != "RUNNING" or beat.beats < 3:
            await asyncio.sleep(0.005)
        serving.cancel()
        try:
            await serving
        except asyncio.CancelledError:
            pass

    asyncio.run(main())
    assert beat.state == "STOPPED"


def test_start_thread_leaves_the_caller_free():
    kernel = Kernel(QUIET)
    beat = kernel.add(Beat())
    heard = []
    kernel.bus.subscribe("hello", lambda topic, value: heard.append(value))
    beat.last = -1
    kernel.start_thread()
    eventually(lambda: beat.state == "RUNNING")
    kernel.bus.publish("hello", 1)  # from another thread
    eventually(lambda: heard)
    kernel.stop()
    eventually(lambda: not kernel.running)
    assert beat.state == "STOPPED"


def test_call_runs_a_function_in_the_thread_of_the_kernel():
    kernel = Kernel(QUIET)
    kernel.add(Beat()).last = -1
    kernel.start_thread()
    assert "kernel.call(function, ...)" in str(raises(RuntimeError, kernel.add, Beat("other")))
    assert "running already" in str(raises(RuntimeError, kernel.start_thread))
    done = []
    kernel.call(done.append, 1)
    kernel.call(kernel.add, Beat("other"))
    eventually(lambda: done == [1] and "other" in kernel.modules)
    kernel.stop()
    eventually(lambda: not kernel.running)
    kernel.add(Beat("third"))  # nobody else is there any more


def test_a_task_that_raises_is_supervised_and_starts_again():
    class Failing(Task):
        runs = 0

        async def run(self):
            import asyncio

            Failing.runs += 1
            await asyncio.sleep(0.001)
            if Failing.runs == 1:
                Failing.then = other.count
                raise RuntimeError("broken task")
            self.kernel.stop()
            await asyncio.sleep(10)

    kernel = Kernel(QUIET)
    module = kernel.add(Failing())
    other = kernel.add(Task())
    kernel.run()
    assert kernel.bus.get("$error/failing") == "RuntimeError: broken task"
    assert Failing.runs == 2 and other.count > Failing.then + 1, "the other one has had no turn"
    assert module.state == "STOPPED"


def test_a_task_ends_before_the_next_one_of_its_module_begins():
    events = []

    class Holder(Module):
        async def run(self):
            import asyncio

            events.append("begin")
            try:
                await asyncio.sleep(10)
            finally:
                await asyncio.sleep(0.01)
                events.append("end")

    kernel = Kernel(QUIET)
    holder = kernel.add(Holder())

    class Driver(Module):
        def start(self):
            self.asked = False
            self.every(5, self.look)

        def look(self):
            if events == ["begin"] and not self.asked:
                self.asked = True
                kernel.reconfigure("holder")
            if len(events) == 3:
                kernel.stop()

    kernel.add(Driver())
    kernel.run()
    assert events == ["begin", "end", "begin", "end"]
    assert holder.state == "STOPPED"


def test_a_module_may_stop_itself_from_its_own_task_or_fiber():
    class Own(Module):
        async def run(self):
            self.kernel.move(self, "STOPPED")

    class OwnFiber(Module):
        def fiber(self):
            yield 1
            self.kernel.move(self, "STOPPED")
            yield 1

    kernel = Kernel(QUIET)
    own, fiber = kernel.add(Own()), kernel.add(OwnFiber())
    kernel.add(Beat())
    kernel.run()
    assert own.state == fiber.state == "STOPPED"
    assert kernel.bus.get("$error/own") is None and kernel.bus.get("$error/own_fiber") is None


class Listener(Module):
    """Answers what it gets on a UDP socket, and ends the run with the word `end`."""

    def start(self):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(socket.getaddrinfo("127.0.0.1", self.port)[0][-1])
        self.sock.setblocking(False)
        self.got = []
        self.watch(self.sock, select.POLLIN, self.on_ready)

    def stop(self):
        self.unwatch(self.sock)
        self.sock.close()

    def on_ready(self, sock, events):
        self.got.append(sock.recvfrom(100)[0])
        if self.got[-1] == b"end":
            self.kernel.stop()


def _talk(with_task, port):
    kernel = Kernel(QUIET)
    listener = Listener()
    listener.port = port
    kernel.add(listener)
    if with_task:
        kernel.add(Task())
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    address = socket.getaddrinfo("127.0.0.1", port)[0][-1]

    class Sender(Module):
        def start(self):
            self.after(5, lambda: out.sendto(b"one", address))
            self.after(10, lambda: out.sendto(b"two", address))
            self.after(15, lambda: out.sendto(b"end", address))

    kernel.add(Sender())
    kernel.run()
    kernel.run()
    out.close()
    return listener.got


def _free_port():
    # By the clock, so that runs beside each other hardly meet; a taken port fails loudly.
    return 20000 + int(time.time() * 1000) % 30000


def test_a_watched_socket_wakes_the_plain_loop():
    assert _talk(False, _free_port()) == [b"one", b"two", b"end"]


def test_a_watched_socket_wakes_the_asyncio_loop():
    assert _talk(True, _free_port()) == [b"one", b"two", b"end"]


def test_an_idle_kernel_sleeps():
    kernel = Kernel(QUIET)
    steps = []

    class Idle(Module):
        def start(self):
            self.after(300, kernel.stop)
            self.hook("STOPPED", after=lambda module: None)

    kernel.add(Idle())
    step = kernel.step
    kernel.step = lambda: steps.append(1) or step()
    kernel.run()
    assert len(steps) < 30


def test_one_of_two_ready_sockets_may_be_taken_away_by_the_handler_of_the_other():
    class Pair(Module):
        def start(self):
            self.socks = []
            for _ in range(2):
                sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                address = socket.getaddrinfo("127.0.0.1", _free_port() + len(self.socks))[0][-1]
                sock.bind(address)
                sock.sendto(b"ready", address)
                self.socks.append(sock)
            for sock in self.socks:
                self.watch(sock, select.POLLIN, self.on_ready)

        def on_ready(self, sock, events):
            while self.socks:
                sock = self.socks.pop()
                self.unwatch(sock)
                sock.close()

    kernel = Kernel(QUIET)
    pair = kernel.add(Pair())
    for _ in range(5):
        kernel.step()
    assert pair.socks == [] and pair.state == "RUNNING"
    kernel.stop()
