"""Users, TLS and names: how the bridge gets to brokers that not everybody may use."""

import base64
import contextlib
import datetime
import hashlib
import ssl
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import paho.mqtt.client as paho
import pytest
import trustme
from mqtt_rogues import Device, Rogue, with_secrets

from bench.nats import Cluster
from processes import Mosquitto, eventually

ROOT = Path(__file__).resolve().parent.parent.parent
RUNTIMES = ["cpython", "micropython", "micropython32"]


@pytest.fixture(params=RUNTIMES)
def runtime(request):
    """The runtimes of a device."""
    return request.param


@pytest.fixture(scope="module")
def authority():
    """The signer of the certificates of broker and device."""
    return trustme.CA()


@pytest.fixture
def broker(tmp_path, free_port):
    """Function that starts a Mosquitto with these lines in its configuration."""
    with contextlib.ExitStack() as stack:

        def start(*settings):
            folder = tmp_path / "mosquitto"
            folder.mkdir()
            # Run by root it would give up its rights, and could not read the files of the test.
            started = Mosquitto(folder, free_port(), (*settings, "user root"))
            stack.callback(started.stop)
            return started.start()

        yield start


@pytest.fixture
def lamp(device):
    """Function that boots a device with the bridge; settings go into its section `mqtt`."""

    def boot(broker, runtime, secrets=None, files=None, host="broker.local", **settings):
        files = dict(files or {})
        if secrets:
            files["main.py"] = with_secrets({"mqtt": secrets})
        config = {"name": "lamp", "plugins": ["mqtt"], "mqtt": dict({"host": host}, **settings)}
        return device(config=config, files=files, broker=broker, runtime=runtime)

    return boot


def password_file(path, user, password):
    """Write a password file with one user."""
    path.write_text(password_line(user, password))


def password_line(user, password):
    """Return a line of a password file as mosquitto_passwd makes it (PBKDF2 with SHA-512)."""
    salt = b"twelve bytes"
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 101)
    words = [base64.b64encode(data).decode() for data in (salt, key)]
    return "{}:$7$101${}${}\n".format(user, *words)


def rules(kind):
    """Return what `modcore broker-rules` prints for two devices and Home Assistant."""
    words = [sys.executable, "-m", "host.cli", "broker-rules", "lamp", "barn", "--home-assistant", "hass"]
    done = subprocess.run([*words, "--broker", kind], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode()


@pytest.fixture(params=["mosquitto", "nats"])
def ruled(request, broker, tmp_path):
    """The port of a broker with those rules, whose users all have the password `secret`."""
    text = rules(request.param)
    if request.param == "nats":
        for user in ("lamp", "barn", "hass"):
            text = text.replace("$PASSWORD_" + user, "secret")
        with Cluster(tmp_path, 1, text, "hass", "secret") as cluster:
            yield cluster.ports[0]
        return
    (tmp_path / "acl").write_text(text)
    (tmp_path / "users").write_text(
        "".join(password_line(user, "secret") for user in ("lamp", "barn", "hass"))
    )
    settings = [
        "{} {}".format(key + "_file", tmp_path / name)
        for key, name in (("password", "users"), ("acl", "acl"))
    ]
    yield broker("allow_anonymous false", *settings).port


def test_rules_for_the_broker_let_a_device_reach_its_own_topics_and_no_others(ruled, device):
    config = {
        "name": "lamp",
        "plugins": ["mqtt", "homeassistant", "sysinfo", "homie", "mqtt_console"],
        "mqtt": {"host": "broker.local", "user": "lamp", "forget_s": 1, "qos": 1},
        "homeassistant": {"forget_s": 1},
        "mqtt_console": {"log": "info"},
    }
    secrets = with_secrets({"mqtt": {"password": "secret"}})
    board = device(config=config, files={"main.py": secrets}, broker=SimpleNamespace(port=ruled), heap="256K")
    every = ["modcore/+/+/+", "modcore/+/+", "homeassistant/#"]
    with (
        Client(ruled, "hass", *every) as hass,
        Client(ruled, "barn", "#", "modcore/#", "$MQTT/#", "homie/#") as barn,
    ):
        eventually(lambda: hass.topics("modcore/lamp/sysinfo/"), "the state")
        eventually(lambda: hass.topics("homeassistant/sensor/modcore_lamp/"), "the announcements")
        eventually(lambda: hass.topics("modcore/lamp/status"), "the status")
        barn.publish("modcore/lamp/status", "offline")
        barn.publish("modcore/lamp/sysinfo/x/set", "1")
        barn.publish("homeassistant/switch/modcore_lamp/evil/config", "{}")
        hass.publish("modcore/lamp/console/in", "1")
        barn.publish("modcore/barn/mark", "1")
        eventually(lambda: hass.topics("modcore/barn/mark"), "what comes after it")
        assert ("modcore/lamp/status", "offline") not in hass.messages
        assert not hass.topics("modcore/lamp/sysinfo/x/set")
        assert not hass.topics("homeassistant/switch/modcore_lamp/evil")
        assert not hass.topics("modcore/lamp/console/in")
        others = [topic for topic, _ in barn.messages if not topic.startswith("modcore/barn/")]
        assert not others, others
    assert "refuses the subscription" not in board.text


class Client:
    """A peer with a user name, and all that it hears."""

    def __init__(self, port, user, *filters):
        self.messages = []
        self._client = client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        client.username_pw_set(user, "secret")
        client.on_connect = lambda *_: [client.subscribe(filter, 1) for filter in filters]
        client.on_message = lambda client, data, message: self.messages.append(
            (message.topic, message.payload.decode())
        )
        client.connect("127.0.0.1", port)

    def __enter__(self):
        self._client.loop_start()
        return self

    def __exit__(self, *error):
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic, payload):
        """Send a message, as far as it is let."""
        self._client.publish(topic, payload, qos=1).wait_for_publish(10)

    def topics(self, prefix):
        """Return what came on topics that begin so."""
        return [topic for topic, _ in self.messages if topic.startswith(prefix)]


def test_user_and_password_open_the_door(lamp, broker, tmp_path, runtime):
    password_file(tmp_path / "users", "garden", "hush-hush")
    mosquitto = broker("allow_anonymous false", "password_file {}".format(tmp_path / "users"))
    board = lamp(mosquitto, runtime, secrets={"user": "garden", "password": "hush-hush"})
    eventually(lambda: "modcore/lamp/status" in mosquitto.output, "the first message")
    assert "refused" not in board.text


def test_a_wrong_password_is_said_and_tried_no_faster_for_it(lamp, broker, tmp_path, runtime):
    password_file(tmp_path / "users", "garden", "hush-hush")
    mosquitto = broker("allow_anonymous false", "password_file {}".format(tmp_path / "users"))
    board = lamp(mosquitto, runtime, secrets={"user": "garden", "password": "guess"})
    board.wait_for("broker.local: refused: not authorized; next try in 1 s")
    board.wait_for("next try in 2 s")
    assert "guess" not in board.text


def tls(authority, folder, *more, server=None):
    """Return lines of mosquitto.conf for a listener with TLS."""
    server = server or authority.issue_cert("broker.local")
    server.private_key_pem.write_to_path(str(folder / "server.key"))
    with open(str(folder / "server.pem"), "wb") as file:
        for blob in server.cert_chain_pems:
            file.write(blob.bytes())
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    return (
        "allow_anonymous true",
        "certfile {}/server.pem".format(folder),
        "keyfile {}/server.key".format(folder),
        "cafile {}/ca.pem".format(folder),
        *more,
    )


def test_tls_with_a_certificate_to_trust(lamp, broker, authority, tmp_path, runtime):
    mosquitto = broker(*tls(authority, tmp_path))
    ca = authority.cert_pem.bytes()
    lamp(mosquitto, runtime, files={"ca.pem": ca}, port=8883, tls={"cafile": "ca.pem"})
    heard = []
    peer = paho.Client(paho.CallbackAPIVersion.VERSION2)
    context = ssl.create_default_context(cadata=ca.decode())
    context.check_hostname = False
    peer.tls_set_context(context)
    peer.on_connect = lambda *_: peer.subscribe("#")
    peer.on_message = lambda client, data, message: heard.append((message.topic, message.payload))
    peer.connect("127.0.0.1", mosquitto.port)
    peer.loop_start()
    try:
        eventually(lambda: ("modcore/lamp/status", b"online") in heard, "the device online")
    finally:
        peer.loop_stop()


def test_a_broker_that_is_not_to_be_trusted_gets_nothing(lamp, broker, authority, tmp_path, runtime):
    mosquitto = broker(*tls(authority, tmp_path))
    other = trustme.CA().cert_pem.bytes()
    board = lamp(
        mosquitto,
        runtime,
        files={"ca.pem": other},
        port=8883,
        tls={"cafile": "ca.pem"},
        secrets={"user": "garden", "password": "hush-hush"},
    )
    board.wait_for("next try in 2 s")
    assert "CERT" in board.text.upper()
    assert "New client connected" not in mosquitto.output


def test_the_name_in_the_certificate_counts(lamp, broker, authority, tmp_path, runtime):
    mosquitto = broker(*tls(authority, tmp_path))
    files = {"ca.pem": authority.cert_pem.bytes()}
    board = lamp(
        mosquitto, runtime, files=files, host="127.0.0.1", port=mosquitto.port, tls={"cafile": "ca.pem"}
    )
    board.wait_for("next try in 2 s")
    assert "New client connected" not in mosquitto.output


def test_without_verification_any_certificate_will_do(lamp, broker, authority, tmp_path, runtime):
    mosquitto = broker(*tls(authority, tmp_path))
    lamp(mosquitto, runtime, port=8883, tls={"verify": False})
    eventually(lambda: "modcore/lamp/status" in mosquitto.output, "the first message")


def test_a_device_shows_a_certificate_of_its_own(lamp, broker, authority, tmp_path, runtime):
    mosquitto = broker(*tls(authority, tmp_path, "require_certificate true"))
    own = authority.issue_cert("lamp.local")
    files = {
        "ca.pem": authority.cert_pem.bytes(),
        "own.pem": own.cert_chain_pems[0].bytes(),
        "own.key": own.private_key_pem.bytes(),
    }
    settings = {"cafile": "ca.pem", "cert": "own.pem", "key": "own.key"}
    lamp(mosquitto, runtime, files=files, port=8883, tls=settings)
    eventually(lambda: "modcore/lamp/status" in mosquitto.output, "the first message")


BAD_FILES = [
    ({"cafile": "nowhere.pem"}, "tls: cafile: 'nowhere.pem' can't be read"),
    ({"cafile": "junk.pem"}, "tls: junk.pem is not what it should be: "),
    ({"verify": False, "cert": "junk.pem", "key": "junk.pem"}, "tls: junk.pem or junk.pem is not what it"),
    ({"verify": False, "cert": "junk.pem"}, "tls: cert needs key"),
]


@pytest.mark.parametrize("settings, text", BAD_FILES, ids=lambda value: "")
def test_a_bad_certificate_is_named(lamp, broker, runtime, settings, text):
    board = lamp(broker("allow_anonymous true"), runtime, tls=settings, files={"junk.pem": "junk"})
    board.wait_for(text)
    board.wait_for("next try in 2 s")
    assert "Traceback" not in board.text


def test_an_expired_certificate_is_said(lamp, broker, authority, tmp_path, runtime):
    year = datetime.timedelta(days=365)
    now = datetime.datetime.now()
    server = authority.issue_cert("broker.local", not_before=now - 3 * year, not_after=now - year)
    mosquitto = broker(*tls(authority, tmp_path, server=server))
    files = {"ca.pem": authority.cert_pem.bytes()}
    lamp(mosquitto, runtime, files=files, port=8883, tls={"cafile": "ca.pem"}).wait_for("has expired")


def test_tls_at_one_end_only_is_said(lamp, broker, authority, tmp_path, runtime):
    mosquitto = broker(*tls(authority, tmp_path))
    lamp(mosquitto, runtime).wait_for("before it answered: is there TLS at one end only?")
    with Rogue(lambda visit: visit.sock.recv(1000) and visit.reset()) as plain:
        lamp(plain, runtime, tls={"verify": False}).wait_for("is there TLS at one end only?")


@pytest.mark.xdist_group("punctual")
def test_a_silent_handshake_delays_no_timer(process, tmp_path, runtime):
    late = []
    for _ in range(4):
        with Rogue(lambda visit: time.sleep(60)) as silent:
            device = Device(
                process, runtime, tmp_path, host="127.0.0.1", port=silent.port, tls={"verify": False}
            )
            eventually(lambda: len(device.late()) >= 5, "figures")  # noqa: B023
            device.stop()
            late.append(max(device.late()))
        if late[-1] <= 50:
            break
    assert min(late) <= 50


def test_a_name_is_found_without_waiting_and_again_when_it_has_moved(
    device, broker, runtime, free_port, tmp_path
):
    mosquitto = broker("allow_anonymous true")
    config = {
        "name": "lamp",
        "plugins": ["wlan", "mqtt"],
        "mqtt": {"host": "broker.example"},
        "wlan": {"networks": ["Home"]},
    }
    board = device(config=config, runtime=runtime)
    board.wifi.add("Home", "")
    board.name("broker.example", "127.0.0.1", free_port())
    board.wait_for("next try in")
    board.name("broker.example", "127.0.0.1", mosquitto.port)
    eventually(lambda: "modcore/lamp/status" in mosquitto.output, "the first message")


def test_a_name_that_nobody_has_is_said(device, runtime):
    config = {
        "name": "lamp",
        "plugins": ["wlan", "mqtt"],
        "mqtt": {"host": "nobody.example"},
        "wlan": {"networks": ["Home"]},
    }
    board = device(config=config, runtime=runtime)
    board.wifi.add("Home", "")
    board.wait_for("nobody.example: name not found; next try in")
