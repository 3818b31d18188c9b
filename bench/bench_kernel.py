"""The kernel: heap, and what a publish costs."""

from . import device

_HEAP = (
    "import gc, json, sys\n"
    + device.TAKEN
    + """
class Turns:
    # The least of ten turns.
    def __init__(self):
        self.least = 1 << 28
    def step(self, kernel):
        for _ in range(10):
            kernel.step()
            self.least = min(self.least, taken())
        return self.least
before = taken()
from modcore import Kernel, Module
class Lamp(Module):
    def start(self):
        pass
kernel = Kernel({"name": "lamp"})
kernel.add(Lamp())
one = Turns().step(kernel) - before
class Switch(Module):
    def start(self):
        self.property("on", "switch", value=False, set=self.turn)
    def turn(self, property, on):
        property.value = on
kernel = None
kernel = Kernel({"name": "switch"})
kernel.add(Switch())
two = Turns().step(kernel) - before
gc.collect()
gc.disable()
idle = gc.mem_alloc()
kernel.step()
idle = gc.mem_alloc() - idle
print(json.dumps([one, two, idle]))
"""
)

_PUBLISH = """
import gc, json, time
from modcore import Kernel
before = taken = 0  # names that come later would take memory while it is measured
kernel = Kernel()
bus = kernel.bus
def handler(topic, value):
    pass
bus.subscribe("a/b", handler)
crowded = Kernel()  # a bus with many subscriptions that a publish has nothing to do with
crowded.bus.subscribe("a/b", handler)
for i in range(%(others)d):
    crowded.bus.subscribe("other/%%d" %% i, handler)
crowded.bus.publish("a/b", 1)
crowded.step()
bus.publish("a/b", 1)
kernel.step()
gc.collect()
gc.disable()
before = gc.mem_alloc()
bus.publish("a/b", 1)
bus.deliver()
taken = gc.mem_alloc() - before
gc.enable()
class Agent:
    pass
class Queue(Agent):
    pass
class Plain:
    # A broker of the usual kind: calls at once what is subscribed, an event, a queue, a function or a coroutine.
    def __init__(self):
        self.topics = {}
    def subscribe(self, topic, agent, *args):
        self.topics.setdefault(topic, {})[agent] = args
    def publish(self, topic, value):
        agents = self.topics.get(topic)
        if agents is None:
            return
        for agent, args in agents.items():
            if isinstance(agent, Event):
                agent.set()
            elif isinstance(agent, Queue):
                agent.put(value)
            elif isinstance(agent, Agent):
                agent.notify(topic, value, *args)
            else:
                result = agent(topic, value, *args)
                if isinstance(result, type_of_coroutine):
                    create_task(result)
async def coroutine():
    pass
type_of_coroutine = type(coroutine())
from asyncio import Event, create_task
plain = Plain()
plain.subscribe("a/b", handler)
def broker(n):
    for i in range(n):
        plain.publish("a/b", i)
def one(n, bus=bus):
    for i in range(n):
        bus.publish("a/b", i)
        bus.deliver()
def many(n):
    for _ in range(n // 30):
        for i in range(30):
            bus.publish("a/b", i)
        bus.deliver()
def crowd(n):
    one(n, crowded.bus)
best = [0, 0, 0, 0]
for _ in range(9):  # in turn, so that what else the machine does falls on all of them
    for i, run in enumerate((broker, one, many, crowd)):
        start = time.ticks_us()
        run(9000)
        best[i] = max(best[i], 9000 * 1000000 // time.ticks_diff(time.ticks_us(), start))
print(json.dumps([taken] + best))
"""

# Peter Hinch's Broker, on the machine where it was measured.
_BROKER = "his Broker: 240,000 to 310,000"


def run(report):
    """Kernel and bus."""
    with device.library() as library:
        one, two, idle = device.run(library, _HEAP)
        report.row("heap: modcore, a kernel, one module", one / 1024, "KB")
        report.row("heap: modcore, a kernel, one module with a property", two / 1024, "KB", budget=13)
        report.row("an idle step, allocated, micropython32", idle, "bytes", budget=0)
        for runtime in ("micropython32", "micropython"):
            taken, plain, single, many, _ = device.run(library, _PUBLISH % {"others": 0}, runtime=runtime)
            report.row("publish and deliver, allocated, " + runtime, taken, "bytes", budget=0)
        what = "publish and deliver, 64-bit, "
        goal = 2 * 240000
        report.row(what + "one at a time", single, "per s", goal=goal, note=_BROKER)
        report.row(what + "30 at a time", many, "per s", goal=goal, note=_BROKER)
        note = "in this run; that one has no queue, no retained values, no wildcards"
        report.row(what + "over a plain broker", many / plain, "times", note=note)
        _, _, single, _, crowded = device.run(
            library, _PUBLISH % {"others": 1000}, runtime="micropython", heap="4M"
        )
        report.row(what + "with 1,000 other subscriptions", crowded / single, "times", goal=0.8)
