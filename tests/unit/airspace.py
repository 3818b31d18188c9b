"""A kernel whose radio is the virtual board's, in one process, under a clock that moves only in `run`.

`Air` puts modules `network` and `machine` in place that know the access points of `air.world.wifi`.
"""

import sys

import modcore.ticks
from modcore import Kernel
from support import new_folder, remove

_TICKS = (1 << 30) - 1


def _path(name):
    here = __file__.replace("\\", "/").rsplit("/", 1)
    return (here[0] + "/" if len(here) > 1 else "") + "../../host/board" + name


for _folder in (_path(""), _path("/lib/common")):
    if _folder not in sys.path:
        sys.path.append(_folder)


class Air:
    """The world around one device; `now` is in ms.

    air = Air()
    air.world.wifi.add("Home", "password")
    air.start(Wlan(), {"wlan": {"networks": ["Home"]}}, {"wlan": {"passwords": {"Home": "password"}}})
    """

    def __init__(self, kind="esp32"):
        from world import World

        self.now = 0
        self.handlers = {}  # of the interrupts, which nobody causes here
        self.CALL = 67
        self.PIN = 80
        self.asked = {}  # what the interpreter asked the board for -> how often
        self.world = World(lambda: self.now, lambda *frame: None, kind)
        self.wifi = self.world.wifi
        self.kernel = None
        self.folder = new_folder()
        self._timers = []
        sys.modules["_board"] = self
        # Whoever is loaded from now on, and the one who is loaded already on CPython.
        modcore.ticks.ticks_ms = self.ticks_ms
        if "plugins.wlan.search" in sys.modules:
            sys.modules["plugins.wlan.search"].ticks_ms = self.ticks_ms
        for name in ("network", "machine", "_power", "_timing"):
            sys.modules.pop(name, None)

    def close(self):
        """Take everything back."""
        if self.kernel:
            self.kernel.stop()
        for name in ("_board", "network", "machine", "_power", "_timing"):
            sys.modules.pop(name, None)
        remove(self.folder)

    def ask(self, *words):
        """Answer the modules of the virtual hardware."""
        self.asked[words[0]] = self.asked.get(words[0], 0) + 1
        return self.world.handle(list(words))

    def take(self, count):
        """Bytes that the board has announced: there are none."""
        return b""

    def start(self, *modules, config=None, secrets=None):
        """Make a kernel with these modules, started; its files are in a folder of its own."""
        self.kernel = Kernel(config or {}, secrets or {})
        self.kernel.path = self.folder + "/config.json"
        self.seen = []
        add = self.kernel.add
        self.kernel.add = lambda module: add(self.adopt(module))  # also what a module adds later
        for module in modules:
            self.kernel.add(module)
        self.step()
        return self.kernel

    def adopt(self, module):
        """Let the timers of a module run by this clock."""
        module.after = lambda ms, handler, *args: self._timer(ms, 0, handler, args)
        module.every = lambda ms, handler, *args: self._timer(ms, ms, handler, args)
        return module

    def ticks_ms(self):
        """Stands in for that of `modcore.ticks`."""
        return self.now & _TICKS

    def note(self, *filters):
        """Keep what comes on these filters in `seen`, as (topic, value)."""
        for filter in filters:
            self.kernel.bus.subscribe(filter, self._note)
        self.step()
        self.seen.clear()

    def _note(self, topic, value):
        self.seen.append((topic, value))

    def values(self, topic):
        """The values seen on one topic."""
        return [value for seen, value in self.seen if seen == topic]

    def get(self, topic):
        """The retained value of a topic."""
        return self.kernel.bus.get(topic)

    def publish(self, topic, value=None):
        """Publish from outside and let it be delivered."""
        self.kernel.bus.publish(topic, value)
        self.step()

    def order(self, topic, value=None):
        """Publish a command whose effect waits until the answer has left, and let that time go by."""
        self.publish(topic, value)
        self.run(1000)

    def step(self):
        """Let everything that waits happen, without time going by."""
        for _ in range(4):
            self.kernel.step()

    def _timer(self, ms, period, handler, args):
        timer = _Timer(self.now + int(ms), int(period), handler, args)
        self._timers.append(timer)
        return timer

    def run(self, ms):
        """Let `ms` milliseconds go by."""
        end = self.now + ms
        self.step()
        while True:
            self._timers = [timer for timer in self._timers if timer.handler]
            due = [timer.due for timer in self._timers]
            if self.world.next_due() is not None:
                due.append(self.world.next_due())
            if not due or min(due) > end:
                break
            self.now = max(self.now, min(due))
            self.world.tick()
            for timer in self._timers:
                if timer.handler and timer.due <= self.now:
                    handler = timer.handler
                    if timer.period:
                        timer.due += timer.period
                    else:
                        timer.handler = None
                    handler(*timer.args)
            self.step()
        self.now = end
        self.step()

    def wait(self, topic, value, ms=600000):
        """Let time go by until the retained value of `topic` is `value`; the ms that took."""
        return self.until(lambda: self.get(topic) == value, ms)

    def until(self, condition, ms=600000):
        """Let time go by until `condition()`; the ms that took. Fails when it does not within `ms`."""
        start = self.now
        while not condition():
            assert self.now - start < ms, "not within %d ms" % ms
            self.run(50)
        return self.now - start


class _Timer:
    def __init__(self, due, period, handler, args):
        self.due = due
        self.period = period
        self.handler = handler
        self.args = args

    def cancel(self):
        self.handler = None
