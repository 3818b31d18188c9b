"""softap on the virtual board: real DNS questions, what phones probe, and a browser that sets a device up."""

import json

import dns.flags
import dns.message
import dns.query
import dns.rcode
import httpx
import plain_http
import pytest
from playwright.sync_api import expect
from witness import WITNESS

from processes import eventually

SERVERS = ["http_async", "http_windup"]
RUNTIMES = ["cpython", "micropython", "micropython32"]
NEW = "http://192.168.4.1/setup"


@pytest.fixture
def boot(device):
    """Function that boots a device with an access point of its own; returns its board."""

    def start(runtime="micropython32", server="http_async", heap="256K", **more):
        config = {
            "name": "new one",
            "plugins": ["wlan", "softap", server],
            "modules": ["witness"],
            "wlan": {"networks": [], "retry_s": 0.2, "retry_max_s": 1, "poll_ms": 50, "check_s": 0.1},
            # The name server takes any port: 53 of this machine may be somebody's.
            "softap": {"after_s": 0.5, "linger_s": 0.2, "dns_port": 0},
        }
        config.update(more)
        return device(config=config, files={"witness.py": WITNESS}, runtime=runtime, heap=heap)

    return start


def ask(board, name, kind="A", **more):
    """The answer of the device's name server."""
    return dns.query.udp(
        dns.message.make_query(name, kind, **more), "127.0.0.1", port=board.names_port, timeout=5
    )


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_every_name_leads_to_the_device(boot, runtime):
    board = boot(runtime, softap={"dns_port": 10053})
    board.wait_for("bus softap/on true")
    board.names_port = board.expose(10053)
    board.reset()
    board.wait_for("bus softap/on true")
    for name in (
        "connectivitycheck.gstatic.com",
        "captive.apple.com",
        "a",
        "x" * 63 + ".example",
        "xn--bcher-kva.example",
    ):
        answer = ask(board, name)
        assert answer.rcode() == dns.rcode.NOERROR
        assert [str(record) for record in answer.answer[0]] == ["192.168.4.1"]
        assert str(answer.answer[0].name).rstrip(".") == name
        assert answer.flags & dns.flags.AA
    for kind in ("AAAA", "HTTPS", "MX", "TXT", "SOA", "NS"):
        answer = ask(board, "captive.apple.com", kind)
        assert answer.rcode() == dns.rcode.NOERROR and not answer.answer
    assert ask(board, "example.com", use_edns=0, payload=1232).answer
    update = dns.message.make_query("example.com", "A")
    update.set_opcode(dns.opcode.UPDATE)
    assert dns.query.udp(update, "127.0.0.1", port=board.names_port, timeout=5).rcode() == dns.rcode.NOTIMP
    for _ in range(100):
        assert ask(board, "many.example").answer


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_new_device_with_all_that_one_has_starts_without_a_fault(boot, runtime):
    """Six plugins declare at once what the bus holds 32 of, and nobody's event is lost for it."""
    plugins = ["wlan", "softap", "http_async", "mqtt", "sysinfo", "log"]
    heap = "512K" if runtime == "micropython" else "256K"  # its words are twice as long
    board = boot(runtime, heap=heap, plugins=plugins, mqtt={"host": "broker.local"})
    with plain_http.Client(timeout=10) as phone:
        eventually(lambda: _answers(phone, board.url + "/setup"), "the setup page")
    eventually(lambda: "bus wlan/networks" in board.text and "bus softap/on true" in board.text, "the scan")
    assert "Traceback" not in board.text and "BusFull" not in board.text and "bus $error" not in board.text


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_what_phones_probe_leads_to_the_setup_page(boot, runtime, server):
    board = boot(runtime, server)
    board.wait_for("bus softap/on true")
    with plain_http.Client(timeout=10) as phone:
        eventually(lambda: _answers(phone, board.url + "/setup"), "the setup page")
        for host, path in (
            ("connectivitycheck.gstatic.com", "/generate_204"),
            ("captive.apple.com", "/hotspot-detect.html"),
            ("www.msftconnecttest.com", "/connecttest.txt"),
            ("www.msftncsi.com", "/ncsi.txt"),
            ("detectportal.firefox.com", "/canonical.html"),
            ("news.example", "/today?x=1"),
        ):
            answer = phone.get(board.url + path, headers={"Host": host})
            assert answer.status_code == 302, host
            assert answer.headers["Location"] == NEW
        page = phone.get(board.url + "/setup")
        assert page.status_code == 200
        assert "http" not in page.text.split("<body", 1)[-1].replace("http-equiv", "")


@pytest.mark.parametrize("server", SERVERS)
def test_a_device_is_set_up_from_a_phone(boot, page, server):
    board = boot(server=server)
    board.wifi.add("Home & Garden", "geheim-42", -45)
    board.wifi.add("Neighbour", "password", -80)
    board.wifi.add("Cafe <b>", "", -60)
    board.wait_for("bus softap/on true")
    eventually(lambda: _answers(plain_http, board.url + "/setup"), "the setup page")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(board.url + "/")  # a new device has nothing else to show
    assert page.url.endswith("/setup")
    page.get_by_role("button", name="Look for networks again").click()
    page.get_by_label("Home & Garden strong").check()
    assert page.get_by_label("Cafe <b> good, open").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_label("Password").fill("short")
    page.get_by_label("Name of the device").fill("shed")
    page.wait_for_timeout(1100)  # the device takes one form a second
    page.get_by_role("button", name="Save and restart").click()
    expect(page.get_by_role("alert")).to_contain_text("8 to 63")
    page.get_by_label("Home & Garden").check()
    page.get_by_label("Password").fill("geheim-42")
    page.get_by_label("Name of the device").fill("shed")
    page.wait_for_timeout(1100)
    page.get_by_role("button", name="Save and restart").click()
    expect(page.locator("h1")).to_contain_text("shed is set up")
    expect(page.locator("body")).to_contain_text("http://shed.local/")
    board.wait_for('bus wlan/ssid "Home & Garden"')
    board.wait_for("bus wlan/connected true")
    assert json.loads((board.files / "config.json").read_text())["name"] == "shed"
    assert "geheim" not in board.text and "geheim" not in (board.files / "config.json").read_text()
    assert (
        eventually(lambda: _answers(plain_http, board.url + "/api"), "the device in its network").json()[
            "name"
        ]
        == "shed"
    )
    # A PC that is busy may let the network take longer than the access point waits for it: then it lingers.
    eventually(lambda: plain_http.get(board.url + "/setup").status_code == 404, "the end of the access point")
    eventually(lambda: not board.world.wifi.ap.active, "the end of its radio")


def test_a_device_without_configuration_is_set_up_and_starts_the_same_again(boot):
    board = boot()
    board.power_cut()
    (board.files / "config.json").unlink()
    board.expose(53)
    board.wifi.add("Home", "geheim-42", -45)
    board.start()
    board.wait_for("INFO softap: access point")
    page = eventually(lambda: _answers(plain_http, board.url + "/setup"), "the setup page").text
    form = {
        "token": page.partition('name="token" value="')[2].partition('"')[0],
        "name": "shed",
        "ssid": "Home",
        "password": "geheim-42",
    }
    assert "is set up" in plain_http.post(board.url + "/setup", data=form).text
    board.wait_for("INFO wlan: connected to Home")
    assert (
        eventually(lambda: _answers(plain_http, board.url + "/api"), "the device in its network").json()[
            "name"
        ]
        == "shed"
    )
    assert json.loads((board.files / "config.json").read_text())["plugins"] == [
        "wlan",
        "softap",
        "http_async",
    ]


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_it_opens_when_the_network_is_gone_and_closes_when_it_is_back(boot, runtime):
    board = boot(
        runtime,
        wlan={"networks": ["Home"], "retry_s": 0.2, "retry_max_s": 0.5, "poll_ms": 50, "check_s": 0.1},
    )
    board.wifi.add("Home")
    board.wait_for("bus wlan/connected true")
    for _ in range(3):
        board.wifi.down()
        board.wait_for("bus softap/on true")
        board.wifi.up()
        board.wait_for("bus softap/on false")
    assert "bus $error" not in board.text


def _answers(client, url):
    try:
        answer = client.get(url)
    except httpx.TransportError:
        return None
    return answer if answer.status_code == 200 else None
