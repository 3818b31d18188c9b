"""Syslog: RFC 5424 messages over UDP, without waiting for anything, and nothing lost while the network is away."""

import os
import socket

from device import Device

from plugins.log import Log, syslog

PORT = 0


def server():
    global PORT
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while True:
        a, b = os.urandom(2)
        PORT = 21000 + (a << 8 | b) % 9000
        try:
            sock.bind(socket.getaddrinfo("127.0.0.1", PORT, 0, socket.SOCK_DGRAM)[0][-1])
            break
        except OSError:
            pass
    sock.setblocking(False)
    return sock


def received(sock):
    found = []
    while True:
        try:
            found.append(sock.recv(2000))
        except OSError:
            return found


def device(clock=True, **log):
    section = {"level": "debug", "syslog": "127.0.0.1:%d" % PORT}
    section.update(log)
    made = Device(lambda: [Log()], {"name": "my garden", "log": section}, clock=clock)
    made.run(10)
    return made


def test_a_line_becomes_a_message():
    sock = server()
    d = device()
    d.kernel.log.warning("dry")
    d.kernel.log.critical("flood")
    d.run(10)
    assert received(sock) == [
        b"<132>1 2026-01-01T00:00:00Z my_garden kernel - - - dry",
        b"<130>1 2026-01-01T00:00:00Z my_garden kernel - - - flood",
    ]
    sock.close()


def test_without_a_clock_there_is_no_time_in_it():
    sock = server()
    d = device(clock=False, facility=1)
    d.kernel.log.debug("x")
    d.run(10)
    assert received(sock) == [b"<15>1 - my_garden kernel - - - x"]
    sock.close()


def test_text_beyond_ascii_is_marked_and_cut_between_characters():
    sock = server()
    d = device()
    d.kernel.log.info("\u00e4" * 900)
    d.run(10)
    message = received(sock)[0]
    head, text = message.split(b" - - - ", 1)
    assert text[:3] == b"\xef\xbb\xbf" and len(message) <= 1200
    assert set(text[3:].decode()) == {"\u00e4"}
    sock.close()


def test_lines_wait_while_the_network_is_away():
    sent = []

    class Socket:
        away = True

        def __init__(self, *args):
            pass

        def setblocking(self, flag):
            pass

        def sendto(self, data, address):
            if Socket.away:
                raise OSError(101)
            sent.append(data[-4:])

        def close(self):
            pass

    class Fake:
        pass

    fake = Fake()
    for name in ("AF_INET", "SOCK_DGRAM", "getaddrinfo"):
        setattr(fake, name, getattr(socket, name))
    fake.socket = Socket
    syslog.socket = fake
    try:
        d = device()
        for i in range(30):
            d.kernel.log.info("n %02d" % i)
            d.run(1000)
        assert sent == [] and d.kernel.modules["log"].state == "RUNNING"
        Socket.away = False
        d.kernel.bus.publish("wlan/connected", True, True)
        d.run(1000)
        assert sent == [b"n %02d" % i for i in range(30)]
    finally:
        syslog.socket = socket


def test_lines_that_were_overwritten_are_counted():
    sock = server()
    d = device(memory=300)
    log = d.kernel.modules["log"]
    log._syslog._finding = True  # the name server takes its time
    for i in range(20):
        d.kernel.log.info("line %d" % i)
        d.run()
    log._syslog._finding = False
    log._syslog.pump()
    d.run(100)
    messages = received(sock)
    assert b"lines before this one lost)" in messages[0] and messages[-1].endswith(b"line 19")
    sock.close()


def test_a_server_that_can_not_be_is_named():
    for wrong in ("192.168.1.5:syslog", ":514", "a:0", "a..b"):
        made = Device(lambda: [Log()], {"log": {"level": "critical", "syslog": wrong}})
        made.run(10)
        error = made.get("$error/log")
        assert "syslog takes host or host:port" in error or "host 'a..b'" in error
