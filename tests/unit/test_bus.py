"""The bus: order, retained values, a bounded queue, no re-entrancy, no heap."""

# heap: 320K (what a test has heard stands in one piece)

from modcore import BusFull, Kernel, Module
from support import allocated, on_micropython, raises


def listening(bus, filter, owner=None):
    got = []
    bus.subscribe(filter, lambda topic, value: got.append((topic, value)), owner)
    return got


def test_publish_only_queues_and_a_step_delivers_in_order():
    kernel = Kernel()
    got = listening(kernel.bus, "a/+")
    for i in range(5):
        kernel.bus.publish("a/%d" % i, i)
    assert got == []
    kernel.step()
    assert got == [("a/0", 0), ("a/1", 1), ("a/2", 2), ("a/3", 3), ("a/4", 4)]


def test_a_handler_that_publishes_is_not_entered_again():
    kernel = Kernel()
    order = []

    def handler(topic, value):
        order.append(("in", value))
        if value < 3:
            kernel.bus.publish("a", value + 1)
        order.append(("out", value))

    kernel.bus.subscribe("a", handler)
    kernel.bus.publish("a", 1)
    kernel.step()
    assert order == [("in", 1), ("out", 1), ("in", 2), ("out", 2), ("in", 3), ("out", 3)]


def test_endless_answers_leave_room_for_the_rest_of_the_step():
    kernel = Kernel()
    kernel.bus.subscribe("ping", lambda topic, value: kernel.bus.publish("ping"))
    kernel.bus.publish("ping")
    assert kernel.step() == 0  # came back, and has more to do


def test_a_new_subscriber_gets_the_retained_values_that_match():
    kernel = Kernel()
    kernel.bus.publish("a/1", "one", retain=True)
    kernel.bus.publish("a/2", "gone")
    kernel.bus.publish("b", "other", retain=True)
    kernel.step()
    got = listening(kernel.bus, "a/#")
    kernel.step()
    assert got == [("a/1", "one")]


def test_a_subscriber_never_sees_an_older_value_behind_a_newer_one():
    kernel = Kernel()
    kernel.bus.publish("a", 1, retain=True)
    kernel.bus.publish("a", 2, retain=True)
    got = listening(kernel.bus, "a")
    kernel.bus.publish("a", 3, retain=True)
    kernel.step()
    assert got == [("a", 2), ("a", 3)]


def test_a_subscriber_does_not_get_events_from_before_its_time():
    kernel = Kernel()
    kernel.bus.publish("a", "old")
    got = listening(kernel.bus, "a")
    kernel.bus.publish("a", "new")
    kernel.step()
    assert got == [("a", "new")]


def test_get_answers_with_the_last_retained_value():
    bus = Kernel().bus
    assert bus.get("a") is None
    assert bus.get("a", 7) == 7
    bus.publish("a", 1, retain=True)
    bus.publish("a", 2)
    assert bus.get("a") == 1


def test_a_retained_none_clears_the_topic():
    kernel = Kernel()
    got = listening(kernel.bus, "a")
    kernel.bus.publish("a", 1, retain=True)
    kernel.bus.publish("a", None, retain=True)
    kernel.step()
    assert got == [("a", 1), ("a", None)]
    assert kernel.bus.get("a", "nothing") == "nothing"
    late = listening(kernel.bus, "a")
    kernel.step()
    assert late == []


def test_a_full_queue_says_so_and_counts():
    kernel = Kernel({"queue": 4})
    got = listening(kernel.bus, "a")
    for i in range(4):
        kernel.bus.publish("a", i)
    error = raises(BusFull, kernel.bus.publish, "a", 4)
    assert "4" in str(error) and "a" in str(error)
    raises(BusFull, kernel.bus.publish, "a", 5)
    assert kernel.bus.overflows == 2
    kernel.step()
    assert got == [("a", 0), ("a", 1), ("a", 2), ("a", 3)]
    kernel.bus.publish("a", 6)  # room again


def test_retained_values_coalesce_in_a_full_queue_and_none_is_lost():
    kernel = Kernel({"queue": 4})
    got = listening(kernel.bus, "#")
    for i in range(4):
        kernel.bus.publish("event", i)
    for i in range(100):
        kernel.bus.publish("level", i, retain=True)
        kernel.bus.publish("other", -i, retain=True)
    assert kernel.bus.get("level") == 99
    for _ in range(3):
        kernel.step()
    assert got[:4] == [("event", 0), ("event", 1), ("event", 2), ("event", 3)]
    assert sorted(got[4:]) == [("level", 99), ("other", -99)]
    assert kernel.bus.overflows == 0


def test_the_last_of_coalesced_values_is_the_last_that_is_seen():
    kernel = Kernel({"queue": 2})
    got = listening(kernel.bus, "level")
    kernel.bus.publish("x")
    kernel.bus.publish("x")
    kernel.bus.publish("level", 1, retain=True)
    kernel.bus.deliver()
    kernel.bus.publish("level", 2, retain=True)
    for _ in range(3):
        kernel.step()
    assert got[-1] == ("level", 2)


def test_topics_are_case_sensitive():
    kernel = Kernel()
    got = listening(kernel.bus, "Lamp")
    kernel.bus.publish("lamp", 1)
    kernel.step()
    assert got == []


def test_a_wildcard_subscriber_does_not_get_the_topics_of_the_device():
    kernel = Kernel()
    got = listening(kernel.bus, "#")
    kernel.bus.publish("$state/x", "RUNNING", retain=True)
    kernel.step()
    assert got == []


def test_a_topic_with_wildcards_is_refused_in_a_publish():
    bus = Kernel().bus
    for topic in ("a/+", "#", "a/#/b", ""):
        raises(ValueError, bus.publish, topic, 1)
    for topic in (None, 5, ["a"], b"a"):
        raises(TypeError, bus.publish, topic, 1)
    assert bus.overflows == 0


def test_a_bad_filter_is_refused():
    bus = Kernel().bus
    for filter in ("a#", "a/#/b", "+b", ""):
        raises(ValueError, bus.subscribe, filter, print)


def test_after_unsubscribe_nothing_arrives():
    kernel = Kernel()
    got = []

    class Receiver:
        def take(self, topic, value):
            got.append(value)

    receiver = Receiver()
    kernel.bus.subscribe("a", receiver.take)
    kernel.bus.subscribe("+", receiver.take)
    kernel.bus.publish("a", 1)
    kernel.step()
    assert got == [1, 1]
    kernel.bus.unsubscribe("a", receiver.take)
    kernel.bus.unsubscribe("a", receiver.take)  # a second time is not an error
    kernel.bus.publish("a", 2)
    kernel.step()
    assert got == [1, 1, 2]
    kernel.bus.unsubscribe("+", receiver.take)
    kernel.bus.publish("a", 3)
    kernel.step()
    assert got == [1, 1, 2]


def test_one_that_unsubscribes_another_during_a_delivery_keeps_it_from_the_event():
    kernel = Kernel()
    got = []

    def second(topic, value):
        got.append(value)

    kernel.bus.subscribe("a", lambda topic, value: kernel.bus.unsubscribe("a", second))
    kernel.bus.subscribe("a", second)
    kernel.bus.publish("a", 1)
    kernel.step()
    assert got == []


def test_an_exception_in_a_handler_stops_no_other_handler():
    kernel = Kernel({"log": {"level": "critical"}})
    got = []

    def broken(topic, value):
        raise RuntimeError("broken")

    kernel.bus.subscribe("a", lambda topic, value: got.append(1))
    kernel.bus.subscribe("a", broken)
    kernel.bus.subscribe("a", lambda topic, value: got.append(2))
    kernel.bus.publish("a")
    kernel.step()
    assert got == [1, 2]


def test_a_module_does_not_hear_itself():
    class Echo(Module):
        def start(self):
            self.got = []
            self.listen("x", self.on_x)

        def on_x(self, topic, value):
            self.got.append(value)

    kernel = Kernel()
    one = kernel.add(Echo("one"))
    two = kernel.add(Echo("two"))
    kernel.step()
    one.publish("x", "from one")
    kernel.bus.publish("x", "from outside")
    kernel.step()
    assert one.got == ["from outside"]
    assert two.got == ["from one", "from outside"]


@on_micropython
def test_publishing_and_delivering_takes_no_heap():
    kernel = Kernel()
    kernel.bus.subscribe("a/b", lambda topic, value: None)
    bus = kernel.bus

    def turn():
        bus.publish("a/b", True)
        bus.publish("a/b", 12)
        bus.publish("a/b", "text", True)
        bus.deliver()

    turn()
    assert allocated(turn) == 0


def test_filters_lists_what_somebody_listens_to_and_changes_tells_of_news():
    bus = Kernel().bus
    before = bus.changes
    bus.subscribe("a/set", print)
    bus.subscribe("b/+", print)
    assert sorted(bus.filters()) == ["a/set", "b/+"]
    assert bus.changes != before
    before = bus.changes
    bus.unsubscribe("a/set", print)
    assert bus.filters() == ["b/+"]
    assert bus.changes != before


def test_many_topics_do_not_pile_up():
    kernel = Kernel()
    got = listening(kernel.bus, "n/+")
    for i in range(600):
        kernel.bus.publish("n/%d" % i, i)
        kernel.step()
    assert len(got) == 600
    assert len(kernel.bus._routes) <= 256


def test_a_secret_command_reaches_its_handler_and_no_other():
    kernel = Kernel()
    bus = kernel.bus
    heard = []
    told = []
    bus.subscribe("#", lambda topic, value: told.append(topic))
    bus.subscribe("wlan/add/set", lambda topic, value: told.append(topic))
    bus.publish("wlan/add/set", "before")
    kernel.step()
    del told[:]
    bus.subscribe("wlan/add/set", lambda topic, value: heard.append(value), secret=True)
    bus.subscribe("+/+/set", lambda topic, value: told.append(topic))
    bus.publish("wlan/add/set", "marker")
    kernel.step()
    assert heard == ["marker"], heard
    assert told == [], told


def test_a_secret_stays_one_when_its_handler_is_gone():
    kernel = Kernel()
    told = []

    def handler(topic, value):
        pass

    kernel.bus.subscribe("wlan/add/set", handler, secret=True)
    kernel.bus.unsubscribe("wlan/add/set", handler)
    kernel.bus.publish("wlan/add/set", "marker", True)
    kernel.bus.subscribe("#", lambda topic, value: told.append(topic))
    kernel.step()
    assert told == [], told


def test_commands_are_what_modules_listen_to_and_no_client():
    class Lamp(Module):
        def start(self):
            self.property("on", "switch", set=self.turn)
            self.property("level", "number", value=3)
            self.listen("group/+/set", self.heard)
            self.listen("$secret/set", self.heard)

        def turn(self, property, value):
            pass

        def heard(self, topic, value):
            pass

    kernel = Kernel()
    lamp = kernel.add(Lamp())
    kernel.step()
    kernel.bus.subscribe("a/b/set", lamp.heard, local=True)
    assert kernel.bus.commands() == {"lamp/on/set", "group/+/set"}, kernel.bus.commands()


def test_what_was_retained_before_a_subscription_reaches_it_when_the_queue_is_full():
    kernel = Kernel({"queue": 4})
    seen = []
    for number in range(8):
        kernel.bus.publish("before/%d" % number, number, True)
        kernel.bus.subscribe("other/%d" % number, print)
        kernel.bus.publish("after/%d" % number, number, True)
    kernel.bus.subscribe("+/+", lambda topic, value: seen.append(topic))
    for _ in range(20):
        kernel.step()
    want = ["before/%d" % number for number in range(8)] + ["after/%d" % number for number in range(8)]
    assert sorted(set(seen)) == sorted(want)


def test_a_wildcard_that_comes_and_goes_changes_who_hears_a_topic_that_is_known():
    kernel = Kernel()
    plain = listening(kernel.bus, "a/b")
    kernel.bus.publish("a/b", 1)
    kernel.step()
    got = []

    def handler(topic, value):
        got.append(value)

    for filter in ("a/+", "a/#", "a/b"):
        kernel.bus.subscribe(filter, handler)
        kernel.step()
        kernel.bus.publish("a/b", filter)
        kernel.step()
        kernel.bus.unsubscribe(filter, handler)
        kernel.bus.publish("a/b", "gone")
        kernel.step()
    assert got == ["a/+", "a/#", "a/b"] and len(plain) == 7


def test_a_value_that_waits_for_room_is_overtaken_by_no_later_one_of_its_topic():
    kernel = Kernel({"queue": 2})
    got = []

    def note(topic, value):
        got.append((topic, value))
        if topic == "a":  # there is room again by now, and the first value still waits
            kernel.bus.publish("level", 2, retain=True)
            kernel.bus.publish("other", 3, retain=True)

    kernel.bus.subscribe("+", note)
    kernel.step()
    kernel.bus.publish("a", 0)
    kernel.bus.publish("b", 0)
    kernel.bus.publish("level", 1, retain=True)
    for _ in range(5):
        kernel.step()
    assert sorted(got) == [("a", 0), ("b", 0), ("level", 2), ("other", 3)]
