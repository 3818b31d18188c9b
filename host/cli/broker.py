"""Devices over an MQTT broker."""

import queue
import time
import urllib.parse

from .show import Fail, say
from .values import matches, parse, payload

_CONNECT_S = 10
_ANSWER_S = 5
_REFUSAL_S = 2
_QUIET_S = 0.5
_FIRST_S = 2


class Broker:
    """A connection, made by `with`, to a broker at `url`: mqtt://[user:password@]host[:port][/base].

    base: of one device, "modcore/garden".
    """

    def __init__(self, url):
        try:
            parts = urllib.parse.urlsplit(url)
            self.host, self.port = parts.hostname, parts.port or (8883 if parts.scheme == "mqtts" else 1883)
            good = self.host and parts.scheme in ("mqtt", "mqtts")
        except ValueError:
            good = False
        if not good:
            raise Fail(
                "{!r} is not the URL of a broker; takes mqtt://[user:password@]host[:port]".format(url)
            )
        self.url = url
        self.base = urllib.parse.unquote(parts.path).strip("/")
        self._tls = parts.scheme == "mqtts"
        self._user = parts.username and urllib.parse.unquote(parts.username)
        self._password = parts.password and urllib.parse.unquote(parts.password)
        self._client = None
        self._messages = queue.Queue()

    def __enter__(self):
        import paho.mqtt.client as mqtt

        ready = queue.Queue()
        self._client = client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
        if self._user:
            client.username_pw_set(self._user, self._password)
        if self._tls:
            client.tls_set()
        client.on_connect = lambda client, data, flags, reason, properties: ready.put(reason)
        client.on_message = lambda client, data, message: self._messages.put(message)
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = lambda client, data, mid, reasons, properties: ready.put(reasons)
        self._ready = ready
        where = "{}:{}".format(self.host, self.port)
        try:
            client.connect(self.host, self.port)
            client.loop_start()
            reason = ready.get(timeout=_CONNECT_S)
        except (OSError, ValueError) as error:
            raise Fail("{} does not answer as an MQTT broker: {}".format(where, error)) from None
        except queue.Empty:
            raise Fail("{} does not answer as an MQTT broker".format(where)) from None
        if reason is None:
            hint = "without TLS, which is mqtts://" if not self._tls else "with TLS; mqtt:// is without"
            raise Fail("{} closes the connection: it is not an MQTT broker {}".format(where, hint))
        if reason.is_failure:
            raise Fail("{}: the broker refuses: {}".format(where, str(reason).lower()))
        return self

    def __exit__(self, *error):
        self._client.disconnect()
        self._client.loop_stop()

    def _on_disconnect(self, *args):
        self._messages.put(None)
        self._ready.put(None)

    def url_of(self, base):
        """The URL of the device with the topics `base` on this broker, as --device takes it."""
        parts = urllib.parse.urlsplit(self.url)
        user, at, _ = parts.netloc.rpartition("@")
        return "{}://{}{}{}:{}/{}".format(
            parts.scheme, user, at, self.host, self.port, urllib.parse.quote(base)
        )

    def subscribe(self, *filters):
        """Take messages that match these filters."""
        self._client.subscribe([(filter, 1) for filter in filters])
        try:
            reasons = self._ready.get(timeout=_CONNECT_S)
        except queue.Empty:
            raise Fail("{}: the broker does not answer".format(self.host)) from None
        if reasons is None:
            raise Fail("{}:{}: the broker has closed the connection".format(self.host, self.port))
        refused = [filter for filter, reason in zip(filters, reasons) if reason.is_failure]
        if refused:
            text = "{}: the broker does not let this user read {}"
            raise Fail(text.format(self.host, ", ".join(refused)))

    def send(self, topic, data):
        """Send bytes at once, without waiting."""
        self._client.publish(topic, data)

    def raw(self, silence_s):
        """Generator of (topic, bytes, retained); ends after `silence_s` seconds without any."""
        while True:
            try:
                message = self._messages.get(timeout=silence_s)
            except queue.Empty:
                return
            if message is None:
                raise Fail("{}:{}: the broker has closed the connection".format(self.host, self.port))
            yield message.topic, message.payload, message.retain

    def publish(self, topic, value):
        """Send a value."""
        self._client.publish(topic, payload(value), qos=1).wait_for_publish(_ANSWER_S)

    def messages(self, silence_s=None, first_s=None):
        """Generator of (topic, value, retained).

        Ends after `silence_s` seconds without any; where `first_s` is given the first may take that long.
        """
        patience = silence_s if first_s is None else first_s
        while True:
            try:
                message = self._messages.get(timeout=patience)
            except queue.Empty:
                return
            if message is None:
                raise Fail("{}:{}: the broker has closed the connection".format(self.host, self.port))
            patience = silence_s
            yield message.topic, parse(message.payload.decode("utf-8", "replace")), message.retain


class Device:
    """One device behind a broker; its topics are below `base`."""

    def __init__(self, url):
        base = Broker(url).base
        self.url = url
        self.place = url.rpartition("@")[2]  # without a password
        self.status = None  # as the broker last told it: online, offline
        self.console = base + "/console/"  # of its plugin mqtt_console
        if not base:
            raise Fail(
                "{}: which device? Say mqtt://host/modcore/NAME; `modcore devices` lists them".format(
                    self.place
                )
            )
        self._base = base + "/"

    def properties(self):
        """{topic: {"value"}} of all that the device keeps on the broker."""
        found, there = {}, False
        for topic, value in self.events(["#"], _QUIET_S, _FIRST_S):
            there = True
            if topic == "status":
                self.status = value
            if not topic.endswith("/set") and "/" in topic:
                found[topic] = {"value": value}
        if not there:
            raise Fail("{}: the broker knows no such device; `modcore devices` lists them".format(self.place))
        return found

    def offers(self):
        """Return what its plugin mqtt_console offers: a list of log, crash, prompt, install."""
        offers = []
        for topic, value in self.events(["console/offers", "status"], _QUIET_S, _FIRST_S):
            if topic == "status":
                self.status = value
            elif isinstance(value, list):
                offers = value
        if self.status is None and not offers:
            raise Fail("{}: the broker knows no such device; `modcore devices` lists them".format(self.place))
        return offers

    def check_online(self):
        """Raise Fail when the device is known to be offline: nothing would answer."""
        if self.status == "offline":
            raise Fail("{}: the device is offline".format(self.place))

    def get(self, topic):
        """The value that a topic has."""
        for _, value in self.events([topic], 2):
            return value
        raise Fail("{}: the broker has no value of it; `modcore get` lists what there is".format(topic))

    def set(self, topic, value):
        """Send a command and wait for the state that it leads to, which is returned. Fail: why it is refused.

        What has no state, such as a button, tells nothing when it has obeyed: None after a while without an error.
        """
        state_topic, status_topic = self._base + topic, self._base + "status"
        has_state = is_offline = False
        with Broker(self.url) as broker:
            broker.subscribe(state_topic, state_topic + "/error", status_topic)
            broker.publish(state_topic + "/set", value)
            begin = time.monotonic()
            while time.monotonic() - begin < (_ANSWER_S if has_state or is_offline else _REFUSAL_S):
                for answer, state, retained in broker.messages(0.05):
                    if answer == status_topic:
                        is_offline = state == "offline"
                    elif answer != state_topic:
                        raise Fail(str(state))
                    elif not retained:
                        return state
                    else:
                        has_state = True
        if is_offline:
            raise Fail("{}: the device is offline".format(topic))
        if has_state:
            text = "{}: neither a new state nor an error within {} s; the device's log says more"
            raise Fail(text.format(topic, _ANSWER_S))
        say(
            "{}: sent; it has no state on the broker, so that nothing tells whether it is there".format(topic)
        )
        return None

    def events(self, filters, silence_s=None, first_s=None):
        """Generator of (topic, value), the retained ones first. silence_s: end after so many seconds without any."""
        with Broker(self.url) as broker:
            broker.subscribe(*[self._base + filter for filter in filters])
            for topic, value, _ in broker.messages(silence_s, first_s):
                if not topic.startswith(self._base):
                    continue  # some brokers are generous with what they keep
                topic = topic[len(self._base) :]
                if any(matches(filter, topic) for filter in filters):
                    yield topic, value
