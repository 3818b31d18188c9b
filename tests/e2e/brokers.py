"""Other brokers than mosquitto: `make test-brokers`. They take 150 MB, so they are not in CI.

Each is asked for what MQTT 3.1.1 asks of a broker, thing by thing: what it lacks stands in LACKS, and in the table at
the end of docs/fleet.md. Then the tests of the plugins that read no log of mosquitto's run beside it.
"""

import contextlib
import socket
import threading
import time

import broker_programs
import paho.mqtt.client as paho
import pytest
import test_homeassistant
import test_homie
import test_mqtt
from test_homie import watcher as watcher
from test_mqtt import shed as shed

from processes import eventually

BROKERS = ("mosquitto", "nats", "rabbitmq", "aedes")
LACKS = {
    "mosquitto": set(),
    "nats": {"qos_2", "a_dot_in_a_name", "a_space_in_a_name", "dollar_stays_apart"},
    "rabbitmq": {"retained_for_a_filter", "qos_2", "a_dot_in_a_name"},
    "aedes": {"retained_then_an_event"},
}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Function that returns the broker of a name, started once."""
    from processes import Ports

    port, started = Ports(), {}

    def broker(name):
        if name not in started:
            folder = tmp_path_factory.mktemp("brokers") / name
            started[name] = broker_programs.start(name, folder, port)
        return started[name]

    yield broker
    for one in started.values():
        one.stop()


class Client:
    """A client of paho that keeps what it hears: (topic, payload, QoS, whether it was retained)."""

    def __init__(self, port, *filters, id="", clean=True, quality=0, will=None):
        self.messages = []
        self.present = None  # whether the broker had a session of it
        self._granted, self.gone = threading.Event(), threading.Event()
        self._filters = [(filter, quality) for filter in filters]
        self._port = port
        self.paho = client = paho.Client(
            paho.CallbackAPIVersion.VERSION2,
            id,
            clean_session=clean,
            protocol=paho.MQTTv311,
            reconnect_on_failure=False,
        )
        if will:
            client.will_set(*will)
        client.on_connect = self._on_connect
        client.on_subscribe = lambda *_: self._granted.set()
        client.on_disconnect = lambda *_: self.gone.set()
        client.on_message = lambda client, data, message: self.messages.append(
            (message.topic, message.payload, message.qos, bool(message.retain))
        )

    def _on_connect(self, client, data, flags, reason, properties):
        self.present = flags.session_present
        if self._filters:
            client.subscribe(self._filters)
        else:
            self._granted.set()

    def __enter__(self):
        self.paho.connect("127.0.0.1", self._port)
        self.paho.loop_start()
        assert self._granted.wait(20), "no SUBACK"
        return self

    def __exit__(self, *error):
        self.paho.disconnect()
        self.paho.loop_stop()

    def cut(self):
        """End the connection without a word."""
        sock = self.paho.socket()
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    def send(self, topic, payload, quality=1, retain=False):
        """Send a message and wait until it is acknowledged, which tells whether it was."""
        sent = self.paho.publish(topic, payload, quality, retain)
        with contextlib.suppress(RuntimeError, ValueError):
            sent.wait_for_publish(5)
        return sent.is_published()

    def hears(self, topic, seconds=5):
        """Return the first message on `topic`; None: there is none in that time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for message in list(self.messages):
                if message[0] == topic:
                    return message
            time.sleep(0.02)
        return None


def passes(port, topic, quality=1, filter=None):
    """Return the message that a subscriber of `filter` gets of one that is sent to `topic`, or None."""
    with contextlib.suppress(AssertionError), Client(port, filter or topic, quality=quality) as peer:
        peer.send(topic, b"1", quality)
        return peer.hears(topic)


def qos_1(port):
    """Messages of QoS 1 reach who asked for that as such."""
    return passes(port, "q1/a", 1)[2] == 1


def qos_2(port):
    """Messages of QoS 2 reach who asked for that as such."""
    message = passes(port, "q2/a", 2)
    return bool(message) and message[2] == 2


def retained_for_a_topic(port):
    """Return what is retained to who asks for that very topic later."""
    with Client(port) as one:
        one.send("kept/topic", b"1", retain=True)
    with Client(port, "kept/topic") as peer:
        message = peer.hears("kept/topic")
    return bool(message) and message[3]


def retained_for_a_filter(port):
    """Return what is retained to who asks for a filter."""
    with Client(port) as one:
        one.send("kept/filter/a", b"1", retain=True)
    with Client(port, "kept/filter/#") as peer:
        message = peer.hears("kept/filter/a")
    return bool(message) and message[3]


def retained_is_cleared(port):
    """An empty message clears what is retained."""
    with Client(port) as one:
        one.send("kept/cleared", b"1", retain=True)
        one.send("kept/cleared", b"", retain=True)
    with Client(port, "kept/cleared", "kept/mark") as peer:
        peer.send("kept/mark", b"1")
        assert peer.hears("kept/mark")
        return not peer.hears("kept/cleared", 0.3)


def retained_then_an_event(port):
    """A retained message reaches who is subscribed, though one that is not retained follows at once."""
    with Client(port, "both/+") as peer, Client(port) as one:
        for i in range(20):
            one.paho.publish("both/a", b"%d" % i, 0, True)
            one.paho.publish("both/a", b"event", 0, False)
        one.send("both/mark", b"1")
        peer.hears("both/mark")
        return len([m for m in peer.messages if m[1] not in (b"event", b"1") or m[1] == b"1"]) >= 20


def last_will(port):
    """The last will of a client that is gone without a word is told, and retained."""
    with Client(port, "will/a") as peer:
        with Client(port, will=("will/a", b"offline", 0, True)) as one:
            one.cut()
            told = peer.hears("will/a", 20)
    return bool(told) and retained_value(port, "will/a") == b"offline"


def retained_value(port, topic):
    """Return what is kept for `topic`, or None."""
    with Client(port, topic) as peer:
        message = peer.hears(topic)
    return message and message[1]


def session_that_lasts(port):
    """A session that lasts keeps messages of QoS 1 while the client is away, in order."""
    with Client(port, "last/#", id="lasting", clean=False, quality=1):
        pass
    with Client(port) as one:
        for i in range(20):
            one.send("last/a", b"%d" % i)
    with Client(port, id="lasting", clean=False) as peer:
        eventually(lambda: len(peer.messages) >= 20, "what was kept", 20)
        return peer.present and [m[1] for m in peer.messages] == [b"%d" % i for i in range(20)]


def second_of_one_id(port):
    """A second client of one id takes the place of the first."""
    with Client(port, id="double") as one, Client(port, id="double") as two:
        return one.gone.wait(10) and two.send("double/a", b"1")


def a_dot_in_a_name(port):
    """Topics may hold a dot."""
    return bool(passes(port, "name/a.b/c", filter="name/+/c"))


def a_space_in_a_name(port):
    """Topics may hold a space."""
    return bool(passes(port, "name/a b/c", filter="name/+/c"))


def letters_beyond_ascii(port):
    """Topics may hold any letter."""
    return bool(passes(port, "name/Gärtchen°/c", filter="name/+/c"))


def dollar_stays_apart(port):
    """`#` brings nothing that begins with a $."""
    with Client(port, "#", quality=1) as peer:
        peer.send("apart/a", b"1")
        peer.hears("apart/a")
        return not [m for m in peer.messages if m[0][0] == "$"]


def a_long_message(port):
    """A message of 200 KB passes."""
    with Client(port, "long/a") as peer:
        peer.send("long/a", bytes(200000), 1)
        message = peer.hears("long/a")
        return bool(message) and len(message[1]) == 200000


ASKED = (
    qos_1,
    qos_2,
    retained_for_a_topic,
    retained_for_a_filter,
    retained_is_cleared,
    retained_then_an_event,
    last_will,
    session_that_lasts,
    second_of_one_id,
    a_dot_in_a_name,
    a_space_in_a_name,
    letters_beyond_ascii,
    dollar_stays_apart,
    a_long_message,
)


@pytest.mark.parametrize("name", BROKERS)
@pytest.mark.parametrize("ask", ASKED, ids=lambda ask: ask.__name__)
def test_a_broker_does_what_mqtt_asks_but_for_what_it_lacks(running, name, ask):
    assert bool(ask(running(name).port)) == (ask.__name__ not in LACKS[name])


# Tests that ask for what a broker lacks, or for a last will of one that was killed, which these forget.
BEYOND = {
    "test_payloads": {"aedes"},  # retained_then_an_event
    "test_network_away": {"aedes"},
    "test_events_wait": {"aedes"},
    "test_old_command": {"rabbitmq"},  # retained_for_a_filter
    "test_homie_controller": {"nats"},  # qos_2, with which that controller sends
    "test_restart": {"nats", "rabbitmq"},
}


def pytest_generate_tests(metafunc):
    """Have each test of the plugins run beside each other broker that has what it asks for."""
    if "mosquitto" in metafunc.fixturenames:
        names = [n for n in BROKERS[1:] if n not in BEYOND.get(metafunc.definition.originalname, ())]
        metafunc.parametrize("mosquitto", names, indirect=True)


@pytest.fixture
def mosquitto(request, tmp_path, free_port):
    """The broker of the tests of the plugins: another one in its place."""
    broker = broker_programs.start(request.param, tmp_path / request.param, free_port)
    yield broker
    broker.stop()


@pytest.fixture
def runtime():
    """The runtime of the devices."""
    return "micropython32"


# Those that read no log of mosquitto's.
test_state = test_mqtt.test_state_is_retained_under_the_base_and_commands_change_it
test_payloads = test_mqtt.test_every_value_has_its_payload
test_bad_commands = test_mqtt.test_bad_commands_are_refused_with_a_reason
test_length = test_mqtt.test_a_command_is_as_long_as_the_device_takes
test_old_command = test_mqtt.test_an_old_retained_command_moves_nothing
test_power_cut = test_mqtt.test_the_broker_says_offline_when_the_power_is_cut
test_restart = test_mqtt.test_a_broker_killed_and_started_again_gets_all_state
test_network_away = test_mqtt.test_what_changed_and_what_went_while_the_network_was_away
test_events_wait = test_mqtt.test_events_wait_for_the_broker_and_those_too_many_are_counted
test_announcements = test_homeassistant.test_from_its_announcements_everything_is_seen_and_moved
test_homie_controller = test_homie.test_a_controller_finds_the_device_reads_it_and_commands_it
