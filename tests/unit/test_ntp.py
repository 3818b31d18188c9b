"""Ntp sets the clock from servers on this machine, one or several, and believes those that agree."""

# timeout: 120

from datagrams import Peer
from timeservers import NOON, Device, Server, name_server

from modcore import Kernel, Refused
from plugins.dns import answer
from plugins.ntp import Ntp
from support import raises, steps


def test_the_clock_is_set_from_one_server():
    server = Server()
    device = Device(server)
    assert device.get("synced") is None
    device.wait("synced", True)
    assert device.right()
    assert device.values("synced") == [False, True]
    assert device.get("server") == server.host
    assert device.get("error") is None
    assert abs(device.values("step")[0] - (NOON // 1000 - 946684800)) <= 1
    assert abs(device.get("offset") - (NOON - 946684800000)) < 2000
    device.close()


def test_a_clock_that_is_right_is_not_stepped_by_more_than_the_turn_of_a_second():
    device = Device(Server(), off_ms=0)
    device.wait("synced", True)
    assert not [step for step in device.values("step") if abs(step) > 1]
    device.close()


def test_two_of_three_servers_outvote_the_one_that_lies():
    for liar in range(3):
        servers = [Server(), Server(), Server()]
        servers[liar].off_ms = 3600000
        device = Device(*servers)
        device.wait("synced", True)
        assert device.right(), liar
        device.close()


def test_of_two_servers_that_disagree_neither_is_believed():
    servers = [Server(), Server(-86400000)]
    device = Device(*servers)
    device.until(lambda: device.get("error"))
    assert "disagree" in device.get("error")
    assert "86400 s" in device.get("error")
    assert device.get("synced") is False
    assert not device.right()
    servers[1].off_ms = 0
    device.again()
    device.wait("synced", True)
    assert device.right()
    device.close()


def test_one_server_of_several_is_better_than_no_time():
    silent = Server()
    silent.silent = True
    device = Device(Server(), silent)
    device.wait("synced", True)
    assert device.right()
    device.close()


def test_a_server_that_cannot_be_used_is_passed_over():
    for attribute, value in (
        ("first", 0xE4),
        ("stratum", 16),
        ("stratum", 0),
        ("silent", True),
        ("off_ms", -(10**12)),
    ):
        bad, good = Server(), Server()
        setattr(bad, attribute, value)
        device = Device(bad, good)
        device.wait("synced", True)
        assert device.right(), attribute
        device.close()


def test_what_was_not_asked_for_is_not_listened_to():
    server = Server()
    forged = b"\x24\2\6\xec" + bytes(20) + b"notours!" + b"\xf0" * 16
    server.before = (b"", b"rubbish", forged, forged[:40])
    device = Device(server)
    device.wait("synced", True)
    assert device.right()
    device.close()


def test_a_server_that_does_not_want_to_be_asked_is_left_alone():
    bad, good = Server(), Server()
    bad.stratum, bad.id = 0, b"RATE"
    device = Device(bad, good)
    device.wait("synced", True)
    before = bad.count  # more than once where the machine was too slow for an answer to come in time
    for _ in range(4):
        device.again()
    assert bad.count <= max(before, 1)
    assert good.count >= 5
    device.ahead_ms = 2 * 3600000
    bad.stratum = 2
    for _ in range(2):
        device.again()
    assert bad.count >= 1
    device.close()


def test_names_are_looked_up_without_waiting_for_them():
    server = Server()
    dns = Peer(lambda message: [answer(message, b"\x7f\0\0\1")], "dns")
    name_server(dns.port)
    device = Device(server, hosts=["time.example:%d" % server.peer.port])
    device.kernel.add(dns)
    device.wait("synced", True)
    device.again()
    assert dns.count == 1
    assert server.count == 2
    device.close()


def test_a_name_nobody_knows_is_no_harm():
    good = Server()
    dns = Peer(lambda message: [message[:2] + b"\x81\x83" + message[4:]], "dns")
    name_server(dns.port)
    device = Device(good, hosts=["time.example", good.host])
    device.kernel.add(dns)
    device.wait("synced", True)
    device.close()
    dns = Peer(lambda message: [message[:2] + b"\x81\x83" + message[4:]], "dns")
    name_server(dns.port)
    device = Device(Server(), hosts=["time.example"])
    device.kernel.add(dns)
    device.wait("error", "no address found for time.example")
    device.close()


def test_hosts_that_are_none_fail_the_module_and_say_why():
    for hosts in ([], [7], [""], ["host:"], ["host:x"], ["host:70000"], [":123"], ["a..b"]):
        kernel = Kernel({"ntp": {"hosts": hosts}})
        kernel.add(Ntp())
        steps(kernel)
        if hosts == ["host:"]:
            continue  # the usual port
        assert kernel.modules["ntp"].state == "FAILED", hosts
        assert "hosts" in kernel.bus.get("$error/ntp")


def test_its_state_cannot_be_written():
    device = Device(Server())
    device.wait("synced", True)
    raises(Refused, device.ntp.properties["synced"].command, True)
    device.close()
