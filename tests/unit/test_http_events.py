"""The event stream brings what is retained, then what happens; a slow client loses nothing unnoticed."""

import json

from http_wire import Wire, ask, request, site_with

from modcore import Kernel, Module
from plugins.http_api import DeviceApi
from support import steps


class Other(Module):
    """Publishes on behalf of the tests."""


class Stream:
    """A client that follows the events of a kernel."""

    def __init__(self, kernel, filters=(), api=None):
        self.kernel = kernel
        self.site = site_with(api or DeviceApi(kernel))
        self.wire = Wire(self.site)
        query = "&".join(["filter=" + filter for filter in filters])
        self.head = self.wire(request("GET", "/api/events" + ("?" + query if query else "")))

    def read(self):
        """A list of (topic, value) that have come."""
        steps(self.kernel)
        text = str(b"".join(self.wire().split(b"\r\n")), "utf-8")
        events = []
        for block in text.split("\n\n"):
            if "event: " in block:
                topic = block[block.find("event: ") + 7 : block.find("\ndata: ")]
                events.append((topic, json.loads(block[block.find("\ndata: ") + 7 :])))
        return events


def device():
    kernel = Kernel({"name": "garden"})
    kernel.add(Other())
    steps(kernel)
    return kernel


def test_retained_values_come_first_then_what_happens():
    kernel = device()
    kernel.bus.publish("a/1", {"x": [1, "\xe4\n"]}, True)
    kernel.bus.publish("a/2", False, True)
    kernel.bus.publish("b/1", "gone by", False)
    steps(kernel)
    stream = Stream(kernel)
    assert b"text/event-stream" in stream.head and b"no-store" in stream.head
    assert sorted(stream.read()) == [("a/1", {"x": [1, "\xe4\n"]}), ("a/2", False)]
    kernel.bus.publish("b/1", 7)
    kernel.bus.publish("a/2", True, True)
    assert stream.read() == [("b/1", 7), ("a/2", True)]
    kernel.bus.publish("a/2", None, True)
    assert stream.read() == [("a/2", None)]


def test_only_what_the_filters_match_comes():
    kernel = device()
    stream = Stream(kernel, ["a/%2B", "b/%23"])
    for topic in ("a/1", "a/1/2", "b", "b/x/y", "c"):
        kernel.bus.publish(topic, 1)
    assert [topic for topic, _ in stream.read()] == ["a/1", "b", "b/x/y"]


def test_what_stays_on_the_device_never_comes():
    kernel = device()
    stream = Stream(kernel)
    kernel.bus.publish("$log/info/x", "secret")
    kernel.bus.publish("$state/x", "RUNNING", True)
    assert stream.read() == []
    for filter in ("$log/%23", "$state/%2B", "%24error/x"):
        assert ask(stream.site, "GET", "/api/events?filter=" + filter).status == 400, filter


def test_bad_filters_are_400():
    site = site_with(DeviceApi(device()))
    for filter in ("", "a%23", "a/%23/b", "a%2Bb", "a%00", "%ff", "%zz"):
        answer = ask(site, "GET", "/api/events?filter=" + filter)
        assert answer.status == 400, filter
    many = "&".join(["filter=a%d" % i for i in range(9)])
    assert ask(site, "GET", "/api/events?" + many).status == 400
    assert ask(site, "PUT", "/api/events", [], b"").status == 405


def test_a_silent_stream_says_so_every_15_seconds():
    stream = Stream(device())
    from plugins.http.ticks import ticks_diff, ticks_ms

    assert 14000 < ticks_diff(stream.wire.conn.due, ticks_ms()) <= 15000
    assert stream.wire.expire() == b"3\r\n:\n\n\r\n"


def test_a_client_that_is_slow_gets_the_last_retained_values_and_hears_what_is_lost():
    kernel = device()
    stream = Stream(kernel)
    stream.read()
    run, stream.wire._run = stream.wire._run, lambda data: None  # the client does not read
    for i in range(40):
        kernel.bus.publish("state/a", i, True)
        kernel.bus.publish("state/b", -i, True)
        kernel.bus.publish("tick", i)
        steps(kernel)
    stream.wire._run = run
    events = stream.read()
    assert [event for event in events if event[0][:5] == "state"] == [("state/a", 39), ("state/b", -39)]
    ticks = [value for topic, value in events if topic == "tick"]
    assert ticks == list(range(16))
    assert ("$lost", 24) in events
    kernel.bus.publish("tick", 99)
    assert stream.read() == [("tick", 99)]


def test_a_stream_that_ends_gives_back_its_subscriptions():
    kernel = device()
    api = DeviceApi(kernel)
    Stream(kernel, (), api).wire.close()  # from the first one on the events of late are kept
    before = len(kernel.bus.filters())
    stream = Stream(kernel, ["only/here"], api)
    kernel.bus.publish("only/here", 1)
    assert stream.read() == [("only/here", 1)]
    stream.wire(b"", -1)  # the client hangs up
    stream.wire(b"", -1)
    assert stream.wire.closed
    kernel.bus.publish("only/here", 2)
    steps(kernel)
    assert len(kernel.bus.filters()) == before
    other = Stream(kernel, ["only/here"], api)
    other.wire.close()
    assert len(kernel.bus.filters()) == before


def test_values_that_json_does_not_know_are_made_to_fit():
    kernel = device()
    stream = Stream(kernel)
    kernel.bus.publish("a", float("nan"))
    kernel.bus.publish("b", [float("inf")])
    assert stream.read() == [("a", None), ("b", [None])]


def test_no_filter_holds_a_control_character():
    kernel = device()
    for filter in ("a%01/set", "a%09", "a%0A/b", "%EF%BF%BF/set", "$log/%23", "a/" * 300 + "b", "", "%2B%2B"):
        answer = ask(site_with(DeviceApi(kernel)), "GET", "/api/events?filter=" + filter)
        assert answer.status == 400, filter


def lines(raw):
    """The fields of a stream, {name: [values]}."""
    fields = {}
    for line in str(raw, "utf-8").split("\n"):
        name, colon, value = line.partition(": ")
        if colon and name in ("id", "retry", "event", "data"):
            fields.setdefault(name, []).append(value)
    return fields


def again(kernel, api, last_id):
    """Return what a browser gets that comes back and names the last event that it has seen."""
    wire = Wire(site_with(api))
    out = wire(request("GET", "/api/events?filter=a/%23", ["Last-Event-ID: " + last_id]))
    steps(kernel)
    out += wire()
    wire.close()
    return lines(out)


def test_a_browser_that_comes_back_gets_what_it_has_missed():
    kernel = device()
    api = DeviceApi(kernel)
    wire = Wire(site_with(api))
    head = lines(wire(request("GET", "/api/events?filter=a/%23")))
    assert head["retry"] == ["3000"] and len(head["id"]) == 1
    steps(kernel)
    kernel.bus.publish("a/b", 1)
    steps(kernel)
    first = lines(wire())
    assert first["data"] == ["1"] and first["id"] != head["id"]
    wire.close()
    for number in (2, 3):
        kernel.bus.publish("a/b", number)
        kernel.bus.publish("other", number)
    kernel.bus.publish("a/kept", 9, True)
    steps(kernel)
    back = again(kernel, api, first["id"][-1])
    assert [pair for pair in zip(back["event"], back["data"])] == [
        ("a/b", "2"),
        ("a/b", "3"),
        ("a/kept", "9"),
    ]
    assert again(kernel, api, back["id"][-1])["event"] == ["a/kept"]


def test_a_browser_that_comes_back_too_late_is_told_so():
    kernel = device()
    api = DeviceApi(kernel)
    wire = Wire(site_with(api))
    id = lines(wire(request("GET", "/api/events")))["id"][0]
    wire.close()
    for number in range(20):
        kernel.bus.publish("a/b", number)
        steps(kernel)
    back = again(kernel, api, id)
    assert back["event"][-1] == "$lost" and back["data"][-1] == "4" and back["data"][0] == "4"
    for unknown in ("0badcafe-3", "x", "-"):  # of another run, or of nobody
        back = again(kernel, api, unknown)
        assert back["event"][0] == "$lost" and back["data"][0] == "null"


def test_a_page_of_another_site_gets_no_events():
    answer = ask(site_with(DeviceApi(device())), "GET", "/api/events", ["Origin: http://evil.example"])
    assert answer.status == 403


def test_a_stream_is_no_reader_that_the_outside_serves():
    kernel = device()
    Stream(kernel, ["a/set", "%2B/%2B/set", "%23"])
    steps(kernel)
    assert kernel.bus.commands() == set()


def test_an_id_that_is_none_of_ours_means_that_something_is_lost():
    from plugins.http_api.recent import Recent

    kernel = Kernel({"log": {"level": "critical"}})
    recent = Recent(kernel.bus, None)
    for number in ("", "-1", "1e3", "\u00b2", "x", " 1", "1-2"):
        assert recent.since(recent.start + "-" + number) == ([], None), number
    for id in ("", "-", "x", "x-1", "9" * 300):
        assert recent.since(id) == ([], None), id
    assert recent.since(recent.start + "-0") == ([], 0)
