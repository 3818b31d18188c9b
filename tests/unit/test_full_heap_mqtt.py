"""A heap that is full while the bridge connects, tells, obeys and is cut off breaks nothing for good."""

# heap: 256K
# timeout: 240

import device
from mqtt_wire import Broker, message
from test_full_heap import fill, give_back

from modcore import Kernel, Module
from plugins.mqtt import Mqtt, packets
from support import on_micropython

SET = "modcore/house/lamp/on/set"
ROOMS = range(0, 400, 9)  # objects of the smallest size that there is room for, from nothing to enough


class Lamp(Module):
    """A switch, and a number to be told."""

    def start(self):
        self.property("on", "switch", False, set=self.turn)
        self.property("watts", "sensor", 0)

    def turn(self, lamp, on):
        lamp.value = on


class House:
    """A device with a lamp, and its broker, which keeps what it is told in `states`."""

    def __init__(self):
        self.broker = Broker()
        # So short a keep-alive finds out soon what is lost.
        settings = {"host": "127.0.0.1", "port": self.broker.port, "keepalive_s": 10, "client_id": "house"}
        config = {"name": "house", "log": {"level": "critical"}, "mqtt": settings}
        self.kernel = self.broker.kernel = Kernel(config)
        self.bridge = self.kernel.add(Mqtt())
        self.lamp = self.kernel.add(Lamp())
        self.states = {}
        self.settle()

    def turn(self, ms=2):
        """Let the device do what it likes, and the broker answer."""
        device.time.now_ms += ms
        self.kernel.step()
        broker = self.broker
        try:
            if not broker.peer:
                broker.peer = broker._listener.accept()[0]
                broker.peer.setblocking(False)
                broker.buffer = b""
            data = broker.peer.recv(1000)
        except OSError:
            return
        if not data:
            broker.hang_up()
        broker.buffer += data
        while len(broker.buffer) > 1:
            size, start = broker.buffer[1], 2
            if size > 127:
                if len(broker.buffer) < 3:
                    break
                size, start = size & 127 | broker.buffer[2] << 7, 3
            if len(broker.buffer) < start + size:
                break
            packet, broker.buffer = broker.buffer[: start + size], broker.buffer[start + size :]
            self.answer(packet[0], packet[start:])

    def answer(self, kind, content):
        """Do what a broker does; what is half a packet would be another kind."""
        assert kind in (0x10, 0x30, 0x31, 0x40, 0x82, 0xA2, 0xC0, 0xE0), (kind, content)
        if kind == 0x10:
            self.broker.peer.send(b"\x20\x02\x00\x00")
        elif kind == 0xC0:
            self.broker.peer.send(b"\xd0\x00")
        elif kind & 0xF0 == 0x30:
            size = content[1]
            self.states[str(content[2 : 2 + size], "utf-8")] = content[2 + size :]

    def settle(self, done=lambda: True):
        """Let all this go on until the device is connected and has told everything, and `done()`."""
        for _ in range(20000):
            online = self.bridge.connected and self.bridge.state == "RUNNING"
            self.turn(2 if online else 50)
            if online and not self.bridge.changed and not self.bridge.link.out and done():
                return
        raise AssertionError("it does not settle: %s" % self.kernel.bus.get("$error/mqtt"))

    def in_a_full_heap(self, act, turns=4):
        """Do `act()` and let the kernel take some turns, with room for nothing and for more and more."""
        for room in ROOMS:
            taken = fill(room)
            try:
                act()
            except MemoryError:
                pass
            try:
                for _ in range(turns):
                    device.time.now_ms += 1
                    self.kernel.step()
            finally:
                give_back(taken)
            yield room

    def say(self, packet):
        """Send what may come too late."""
        try:
            if self.broker.peer:
                self.broker.peer.send(packet)
        except OSError:
            pass

    def obeys(self):
        """Send a command, again where it was lost with a connection, until the lamp tells that it is done."""
        lamp = self.lamp.properties["on"]
        on = not lamp.value

        def done():
            if lamp.value is not on:
                self.say(message(SET, b"true" if on else b"false"))
            return self.lamp.properties.get("on") is lamp and lamp.value is on

        self.settle(done)
        self.settle()
        assert self.states["modcore/house/lamp/on"] == (b"true" if on else b"false")


@on_micropython
def test_a_state_is_told_in_the_end():
    house = House()

    def act():
        house.lamp.properties["watts"].value += 1

    for _ in house.in_a_full_heap(act, 3):
        house.settle()
        watts = house.lamp.properties["watts"].value
        house.settle(lambda watts=watts: house.states["modcore/house/lamp/watts"] == b"%d" % watts)
    house.broker.close()


@on_micropython
def test_a_command_leaves_a_device_that_obeys():
    house = House()
    packet = message(SET, b"true")
    for _ in house.in_a_full_heap(lambda: house.say(packet)):
        house.obeys()
    house.broker.close()


@on_micropython
def test_a_lost_connection_is_found_again():
    house = House()
    for _ in house.in_a_full_heap(house.broker.hang_up):
        house.settle(lambda: house.broker.peer)
        house.obeys()
    house.broker.close()


@on_micropython
def test_an_attempt_to_connect_in_a_full_heap_is_followed_by_another():
    house = House()

    def act():
        house.bridge.due = device.time.ticks_ms()

    house.broker.hang_up()
    house.kernel.step()
    for _ in house.in_a_full_heap(act):
        assert house.bridge.pause_s == 1
        house.settle(lambda: house.broker.peer)
        house.broker.hang_up()
        house.kernel.step()
    house.settle(lambda: house.broker.peer)
    house.obeys()
    house.broker.close()


def test_a_state_for_whose_packet_there_is_no_memory_is_told_by_the_next_connection():
    house = House()
    publish = packets.publish

    def full(out, *args):
        out.append(0x31)
        raise MemoryError

    house.lamp.properties["watts"].value = 7
    packets.publish = full
    try:
        house.turn()
    finally:
        packets.publish = publish
    house.settle(lambda: house.states["modcore/house/lamp/watts"] == b"7")
    assert house.bridge.failures == 0 and house.bridge.session.lost == 0
    house.broker.close()
