"""Fibers that hand things over: two cooks, one waiter and a counter with room for three plates."""

from plugins.fiber import Channel, FiberModule


class Kitchen(FiberModule):
    """Runs its fibers in the kernel's loop; no web server, no asyncio."""

    def start(self):
        """Start all of them."""
        self.plates = self.property("plates", kind="sensor", value=0)
        counter = Channel(3)
        self.spawn(self.cook(counter, "soup", 300))
        self.spawn(self.cook(counter, "salad", 200))
        self.spawn(self.serve(counter))

    def cook(self, counter, dish, ms):
        """Cook for ever; wait while the counter is full."""
        while True:
            yield ms
            yield counter.put(dish)

    def serve(self, counter):
        """Serve whatever stands on the counter."""
        while True:
            dish = yield counter.get()
            self.plates.value += 1
            self.log.info("served", dish, "plate number", self.plates.value)
            yield 150
