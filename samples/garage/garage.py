"""A garage door, as a cover with a position and a light barrier: http://127.0.0.1:8080/"""

from machine import Pin

from modcore import Module

LOOK_MS = 200


class Garage(Module):
    """A door with one relay that opens it and one that closes it.

    barrier_pin: high while nobody stands in the light barrier. travel_s: from open to closed; where the door is
    follows from the time, and each end makes it exact again.
    """

    defaults = {"open_pin": 25, "close_pin": 26, "barrier_pin": 27, "travel_s": 15}

    def start(self):
        """Take the pins, at rest, and declare the door."""
        self.up = Pin(self.config["open_pin"], Pin.OUT, value=0)
        self.down = Pin(self.config["close_pin"], Pin.OUT, value=0)
        self.barrier = Pin(self.config["barrier_pin"], Pin.IN, Pin.PULL_UP)
        self.position = 0.0  # nobody knows after a power cut: closed, until it has been at an end
        self.goal = None
        self.door = self.property(
            "door", kind="cover", name="Door", device_class="garage", order=1, value={"state": "closed", "position": 0},
            fields=["state", "action", "position"], set=self.command,
        )  # fmt: skip
        self.blocked = self.property(
            "blocked", kind="binary_sensor", name="Light barrier", device_class="problem", value=False
        )
        self.since = self.kernel.uptime_ms()
        self.every(LOOK_MS, self.look)

    def stop(self):
        """Let the door stand where it is."""
        self.rest()

    def command(self, door, change):
        """Go somewhere, or stop; already checked."""
        if change.get("action") == "stop":
            self.goal = None
            self.show("stopped")
        else:
            self.goal = change.get("position", 100 if change.get("action") == "open" else 0)
        self.look()

    def look(self):
        """Work out where the door is, and drive it towards its goal."""
        now = self.kernel.uptime_ms()
        moved = (now - self.since) / 10 / self.config["travel_s"]  # per cent
        self.since = now
        if self.up.value():
            self.position = min(100.0, self.position + moved)
        elif self.down.value():
            self.position = max(0.0, self.position - moved)
        blocked = not self.barrier.value()
        if blocked != self.blocked.value:
            self.blocked.value = blocked
        if blocked and self.down.value():
            self.log.warning("somebody is in the way: opens again")
            self.goal = 100
        self.drive(blocked)

    def drive(self, blocked):
        """Have the relays as the goal wants them."""
        goal = self.goal
        opening = goal is not None and goal > self.position
        closing = goal is not None and goal < self.position and not blocked
        arrived = goal is not None and (self.up.value() and not opening or self.down.value() and not closing)
        if goal is None or arrived or not opening and not closing:
            self.rest()
            if goal is not None and not blocked:
                self.goal = None
                self.show(None)
            return
        # Never both at once: one is off before the other is on.
        (self.down if opening else self.up).value(0)
        (self.up if opening else self.down).value(1)
        self.show("opening" if opening else "closing")

    def rest(self):
        """Switch both relays off."""
        self.up.value(0)
        self.down.value(0)

    def show(self, state):
        """Publish state (None: where it stands) and position, when they are other ones."""
        position = int(self.position + 0.5)
        value = {"state": state or ("open" if position else "closed"), "position": position}
        if value != self.door.value:
            self.door.value = value
