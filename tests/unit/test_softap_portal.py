"""The captive portal: where phones are led, the setup page, what it saves, and what it refuses."""

import json

from airspace import Air

from modcore import Module
from plugins.http import Site
from plugins.softap import Softap
from plugins.wlan import Wlan

# heap: 512K

OWN = "192.168.4.1"
URL = "http://192.168.4.1/setup"


class Device(Air):
    """A device without a known network, and a phone in its access point that speaks HTTP."""

    def __init__(self, config=None, networks=()):
        super().__init__()
        for network in networks:
            self.wifi.add(*network)
        self.restarts = 0
        config = (
            config if config is not None else {"name": "garden", "plugins": ["wlan", "softap", "http_async"]}
        )
        config.setdefault("softap", {})["dns_port"] = 0
        config["softap"]["allow"] = ["mode"]
        self.start(Wlan(), Softap(), config=config)
        self.kernel.uptime_ms = lambda: self.now
        self.run(10)
        self.world.power.restart = self._restart

    def _restart(self, cause, ms):
        self.restarts += 1

    def fetch(self, method, path, host=OWN, body=None, peer=(OWN, 5)):
        """(status, headers as text, body) of a request."""
        site = Site()
        site.hosts = ["garden", "garden.local"]
        site.mount("softap", self.kernel.bus.get("$http/routes/softap"))
        text = "%s %s HTTP/1.1\r\nHost: %s\r\n" % (method, path, host)
        if body is not None:
            text += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n" % len(body)
        conn = site.open(peer)
        out = []
        sent = (text + "\r\n" + (body or "")).encode()
        steps = conn.steps
        want = next(steps)
        try:
            while True:
                if isinstance(want, (bytes, bytearray, memoryview)):
                    out.append(bytes(want))
                    want = steps.send(None)
                elif want is None or isinstance(want, int):
                    want = steps.send(None)
                else:
                    want = steps.send(sent)
                    sent = b""
        except StopIteration:
            pass
        head, _, body = b"".join(out).partition(b"\r\n\r\n")
        if b"chunked" in head:
            body = unchunked(body)
        head = head.decode()
        return int(head.split(" ")[1]), head, body.decode()

    def token(self):
        """The token of the setup page."""
        page = self.fetch("GET", "/setup")[2]
        return page.split('name="token" value="')[1].split('"')[0]

    def save(self, **fields):
        """Send the form; the answer as of `fetch`."""
        fields.setdefault("token", self.token())
        fields.setdefault("name", "shed")
        self.run(1100)
        return self.fetch("POST", "/setup", body=encoded(fields))

    def saved(self, name):
        """A saved file of the device."""
        with open(self.folder + "/" + name) as f:
            return json.load(f)


def unchunked(body):
    """A chunked body in one piece."""
    out = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        out += body[: int(size, 16)]
        body = body[int(size, 16) + 2 :]
    return out


def encoded(fields):
    """A form as browsers send it."""
    parts = []
    for name in sorted(fields):
        value = "".join(["%%%02X" % byte for byte in fields[name].encode()])
        parts.append(name + "=" + value)
    return "&".join(parts)


def test_what_phones_ask_for_leads_to_the_setup_page():
    device = Device()
    for host, path in (
        ("connectivitycheck.gstatic.com", "/generate_204"),
        ("www.google.com", "/gen_204"),
        ("captive.apple.com", "/hotspot-detect.html"),
        ("www.apple.com", "/library/test/success.html"),
        ("www.msftconnecttest.com", "/connecttest.txt"),
        ("www.msftncsi.com", "/ncsi.txt"),
        ("detectportal.firefox.com", "/canonical.html"),
        ("example.com", "/anything/at?all=1"),
        (OWN, "/generate_204"),
    ):
        status, head, body = device.fetch("GET", path, host)
        assert status == 302, host
        assert "Location: %s\r\n" % URL in head, host
    device.close()


def test_the_setup_page_shows_what_the_scan_found_the_strongest_first():
    device = Device(networks=(("Far", "password", -85), ("Near", "", -40)))
    status, head, page = device.fetch("GET", "/setup")
    assert status == 200
    assert "Cache-Control: no-store" in head
    assert page.index('value="Near"') < page.index('value="Far"')
    assert "Set up garden" in page
    assert "src=" not in page and "http:" not in page and "https:" not in page
    device.close()


def test_names_of_networks_and_devices_are_harmless_in_the_page():
    device = Device({"name": '<b>"garden"'}, networks=(('"><script>alert(1)</script>', "", -40),))
    page = device.fetch("GET", "/setup")[2]
    assert "<script" not in page and "<b>" not in page
    assert 'value="&quot;&gt;&lt;script&gt;' in page
    device.close()


def test_choosing_a_network_saves_it_with_the_name_and_restarts():
    device = Device(networks=(("Home", "password", -40),))
    status, head, page = device.save(ssid="Home", password="password", name="shed")
    assert status == 200
    assert "Home" in page and "http://shed.local/" in page
    assert device.saved("config.json")["name"] == "shed"
    assert device.saved("config.json")["wlan"]["networks"] == ["Home"]
    assert device.saved("config.json")["plugins"] == ["wlan", "softap", "http_async"]
    assert device.saved("secrets.json")["wlan"]["passwords"] == {"Home": "password"}
    assert "password" not in json.dumps(device.saved("config.json")["wlan"])
    assert device.restarts == 0
    device.run(3000)
    assert device.restarts == 1
    device.close()


def test_a_network_may_be_typed_in_and_counts_as_hidden():
    device = Device()
    assert device.save(ssid="", other=" Secret & Co ", password="")[0] == 200
    assert device.saved("config.json")["wlan"]["networks"] == [{"ssid": "Secret & Co", "hidden": True}]
    device.close()


def test_what_cannot_be_is_said_on_the_page_and_nothing_is_saved():
    device = Device()
    for fields in (
        {"ssid": "Home", "password": "short"},
        {"ssid": "", "other": ""},
        {"other": "x" * 33},
        {"ssid": "Home", "name": ""},
        {"ssid": "Home", "name": "a/b"},
        {"ssid": "Home", "name": "x" * 33},
        {"ssid": "Home", "name": "a\nb"},
        {"ssid": "Home", "name": "a\x7fb"},
        {"ssid": "Home", "name": "a\uffffb"},
        {"ssid": "Home", "name": "$a"},
    ):
        status, head, page = device.save(**fields)
        assert status == 400, fields
        assert "takes" in page and "</form>" in page
    assert device.kernel.config["name"] == "garden"
    device.run(5000)
    assert device.restarts == 0
    device.close()


def test_the_password_does_not_come_back_in_a_page():
    device = Device()
    page = device.save(ssid="Home", password="geheim" * 20)[2]
    assert "geheim" not in page
    device.close()


def test_a_form_without_the_token_of_the_page_is_refused():
    device = Device()
    for token in ("", "0" * 16):
        assert device.save(ssid="Home", password="password", token=token)[0] == 403
    device.run(1100)
    assert device.fetch("POST", "/setup/scan", body="token=x")[0] == 403
    assert "wlan" not in device.kernel.config
    device.close()


def test_attempts_in_a_hurry_are_put_off():
    device = Device()
    token = device.token()
    device.run(1100)
    for _ in range(5):  # who has no token does not use up the owner's turn
        assert device.fetch("POST", "/setup", body="token=x")[0] == 403
    assert device.fetch("POST", "/setup", body="token=" + token)[0] == 400
    assert device.fetch("POST", "/setup", body="token=" + token)[0] == 429
    device.close()


def test_a_foreign_name_never_gets_the_page_itself():
    device = Device()
    for host in ("evil.example", "garden.evil.example", "garden.local.evil.example"):
        for path in ("/setup", "/setup/scan", "/"):
            status, head, page = device.fetch("GET", path, host)
            assert status == 302 and "token" not in page, (host, path, status)
    assert device.fetch("POST", "/setup", "evil.example", body="token=" + device.token())[0] == 302
    device.close()


def test_the_own_names_are_no_foreign_ones():
    device = Device()
    for host in (
        OWN,
        OWN + ":80",
        "127.0.0.1:8080",
        "localhost",
        "garden",
        "garden.local",
        "garden.local:8080",
        "[::1]",
    ):
        assert device.fetch("GET", "/setup", host)[0] == 200, host
    device.close()


def test_a_new_device_shows_the_setup_page_first():
    device = Device()
    status, head, _ = device.fetch("GET", "/")
    assert status == 302 and "Location: /setup" in head
    device.close()


def test_looking_again_scans_again():
    device = Device()
    token = device.token()
    scans = device.asked["wifi.scan"]
    device.wifi.add("New", "", -50)
    device.run(1100)
    status, head, _ = device.fetch("POST", "/setup/scan", body="token=" + token)
    assert status == 303 and head.endswith("Location: /setup")
    device.step()
    assert device.asked["wifi.scan"] == scans + 1
    assert 'value="New"' in device.fetch("GET", "/setup")[2]
    device.close()


def test_why_the_last_attempt_failed_is_on_the_page():
    device = Device({"name": "garden", "wlan": {"networks": ["Home"]}}, networks=(("Home", "password", -40),))
    device.wait("wlan/state", "wrong password", 10000)
    device.step()
    assert "Home: wrong password" in device.fetch("GET", "/setup")[2]
    device.close()


def test_closed_it_leads_nobody_anywhere():
    device = Device()
    device.order("softap/mode/set", "off")
    assert device.kernel.bus.get("$http/routes/softap") is None
    for host, path in ((OWN, "/setup"), (OWN, "/generate_204"), ("example.com", "/")):
        assert device.fetch("GET", path, host)[0] == (404 if host == OWN else 421)
    device.order("softap/mode/set", "on")
    assert device.fetch("GET", "/setup")[0] == 200
    device.close()


def test_beside_another_network_the_page_is_for_guests_only():
    config = {"name": "garden", "wlan": {"networks": ["Home"]}, "softap": {"mode": "on"}}
    device = Device(config, networks=(("Home", "", -40),))
    device.wait("wlan/connected", True, 10000)
    assert device.fetch("GET", "/setup", peer=("192.168.1.77", 5))[0] == 404
    assert device.fetch("GET", "/x", "garden.example", peer=("192.168.1.77", 5))[0] == 421
    assert device.fetch("GET", "/setup", peer=("192.168.4.2", 5))[0] == 200
    device.close()


def test_without_a_portal_there_is_just_the_access_point():
    device = Device({"softap": {"portal": False}})
    assert device.wifi.ap.active
    assert device.kernel.bus.get("$http/routes/softap") is None
    device.close()


def test_the_way_leads_to_the_port_of_the_server():
    class Server(Module):
        defaults = {"port": 80}

    device = Device({"http_async": {"port": 8080}})
    device.kernel.add(Server("http_async"))
    device.order("softap/mode/set", "off")
    device.order("softap/mode/set", "on")
    assert "Location: http://192.168.4.1:8080/setup" in device.fetch("GET", "/", "example.com")[1]
    device.close()


def test_a_section_of_wlan_that_is_none_is_mended_by_the_page():
    for section in (None, "Home", ["Home"]):
        device = Device({"wlan": section}, networks=(("Home", "password", -40),))
        device.kernel.secrets["wlan"] = section
        device.run(31000)  # so long it waits for the network
        assert device.save(ssid="Home", password="password", name="shed")[0] == 200, section
        assert device.saved("config.json")["wlan"]["networks"] == ["Home"]
        assert device.saved("secrets.json")["wlan"]["passwords"] == {"Home": "password"}
        device.close()
