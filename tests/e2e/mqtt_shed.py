"""A shed: properties of several kinds, events on demand, and listeners that come and go; runs on the device."""

import gc

from modcore import Module, Refused


class Shed(Module):
    def start(self):
        self.property("pump", kind="switch", value=False, set=self.turn)
        self.property("level", kind="number", value=3, min=0, max=10, step=0.5, set=self.turn)
        self.property("mode", kind="select", value="off", options=["off", "eco"], set=self.turn)
        self.property("label", kind="text", value="Lawn", set=self.turn)
        self.property("ring", kind="button", set=self.press)
        self.property("sun", kind="sensor", value=20.5)
        self.property("locked", kind="switch", value=False, set=self.refuse)
        self.property("say", kind="text", set=self.say)
        self.property("heap", kind="button", set=self.heap)
        self.listen("shed/plan/set", self.on_plan)
        self.publish("$secret", "inside", True)

    def turn(self, property, value):
        print("turn", property.id, repr(value)[:60])
        property.value = value

    def press(self, property, value):
        print("ring", value)

    def refuse(self, property, value):
        raise Refused("the key is missing")

    def on_plan(self, topic, value):
        print("plan", repr(value)[:60], len(repr(value)))

    def say(self, property, value):
        word, _, rest = value.partition(" ")
        if word == "listen":
            self.listen(rest, self.on_plan)
        elif word == "forget":
            self.kernel.bus.unsubscribe(rest, self.on_plan)
        elif word == "clear":
            self.publish(rest, None, True)
        elif word == "events":
            for i in range(int(rest)):
                self.publish("shed/event", i)
            print("events")
        elif word == "offline":
            self.at_loss = rest
            self.listen("mqtt/connected", self.on_connected)
        elif word == "odd":
            self.publish("shed/odd", {"a": [1, None, "x"]}, True)
            self.publish("shed/bytes", b"raw", True)
            self.publish("shed/nothing")
            self.publish("shed/nan", float("nan"), True)

    def on_connected(self, topic, connected):
        if not connected and self.at_loss:
            text, self.at_loss = self.at_loss, None
            self.say(None, text)

    def heap(self, property, value):
        # The places of the bus's queue keep what went through them until others come.
        for _ in range(2 * self.kernel.bus.size):
            self.publish("$fill")
            self.kernel.bus.deliver()
        gc.collect()
        print("heap", gc.mem_alloc() if hasattr(gc, "mem_alloc") else 0)
