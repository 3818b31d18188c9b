"""The virtual board's network: ports, access points, names, datagrams."""

import socket

import pytest

RUNTIMES = ["micropython32", "micropython", "cpython"]


@pytest.fixture(params=RUNTIMES)
def runtime(request):
    """Each runtime of a board."""
    return request.param


SERVER = """
    import socket, time
    listener = socket.socket()
    listener.bind(socket.getaddrinfo("0.0.0.0", 80)[0][-1])
    listener.listen(4)
    print("up")
    while True:
        client = listener.accept()[0]
        while True:
            data = client.recv(100)
            if not data:
                break
            client.send(data)
        client.close()
    """


def test_a_port_of_the_board_is_found_on_the_pc(boot, runtime):
    board = boot(SERVER, runtime, on=False)
    port = board.expose(80)
    board.start()
    board.wait_for("up")
    assert _echo(port) == b"hello"


def test_packets_wait_while_the_access_point_is_away(boot, runtime):
    board = boot(SERVER, runtime, on=False)
    port = board.expose(80)
    board.wifi.add("home", "secret12")
    board.start()
    board.wait_for("up")
    with socket.create_connection(("127.0.0.1", port), 5) as sock:
        sock.sendall(b"one")
        assert sock.recv(10) == b"one"
        board.wifi.down()
        sock.sendall(b"two")
        sock.settimeout(0.4)
        with pytest.raises(socket.timeout):
            sock.recv(10)
        board.wifi.up()
        sock.settimeout(5)
        assert sock.recv(10) == b"two"
        # A power cut is silence, too; after the next boot nobody knows the connection.
        board.power_cut()
        sock.settimeout(0.4)
        with pytest.raises(socket.timeout):
            sock.recv(10)
        board.start()
        board.wait_for("up")
        sock.settimeout(5)
        with pytest.raises(ConnectionError):
            sock.recv(10)
    assert _echo(port) == b"hello"


def _echo(port):
    with socket.create_connection(("127.0.0.1", port), 5) as sock:
        sock.sendall(b"hello")
        return sock.recv(10)


def test_names_lead_where_the_world_says(boot, runtime):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        board = boot(
            """
            import socket, time
            print("up")
            def call(host, port):
                sock = socket.socket()
                sock.connect(socket.getaddrinfo(host, port)[0][-1])
                sock.send(b"hi")
                return sock
            """,
            runtime,
        )
        board.name("broker.local", *listener.getsockname())
        board.wait_for("up")
        board.exec("sock = call('broker.local', 1883)")
        listener.settimeout(5)
        client = listener.accept()[0]
        client.settimeout(5)
        assert client.recv(10) == b"hi"
        client.close()
        board.wifi.add("home")
        board.wifi.down()
        with pytest.raises(RuntimeError, match="OSError|-202"):
            board.exec("call('example.org', 80)")


def test_the_network_has_a_name_server(boot, runtime):
    board = boot("import network, socket, time\nprint('up')\n", runtime)
    board.wifi.add("home")
    board.name("broker.home", "127.0.0.1", 1883)
    board.wait_for("up")
    board.exec(
        "sta = network.WLAN(0)\nsta.active(True)\nsta.connect('home')\n"
        "while not sta.isconnected(): time.sleep_ms(10)\n"
        "def ask(host):\n"
        "    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "    sock.connect(socket.getaddrinfo(sta.ifconfig()[3], 53)[0][-1])\n"
        "    name = b''.join([bytes([len(word)]) + word.encode() for word in host.split('.')])\n"
        "    sock.send(b'\\x12\\x34\\x01\\0\\0\\x01\\0\\0\\0\\0\\0\\0' + name + b'\\0\\0\\x01\\0\\x01')\n"
        "    answer = sock.recv(512)\n"
        "    return answer[:2], answer[3] & 15, list(answer[-4:])\n"
    )
    assert eval(board.exec("print(ask('broker.home'))")) == (b"\x12\x34", 0, [198, 51, 100, 1])
    assert eval(board.exec("print(ask('nobody.invalid')[1])")) == 3
    with socket.create_server(("127.0.0.1", 0)) as listener:
        board.name("broker.home", *listener.getsockname())
        board.exec(
            "sock = socket.socket()\nsock.connect(socket.getaddrinfo('198.51.100.1', 1883)[0][-1])\nsock.send(b'hi')\n"
        )
        listener.settimeout(5)
        client = listener.accept()[0]
        assert client.recv(10) == b"hi"
        client.close()


def test_datagrams_find_their_way_back(boot, runtime):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        board = boot("print('up')", runtime)
        board.name("pool.ntp.org", *server.getsockname())
        board.wait_for("up")
        board.exec(
            "import socket\n"
            "sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
            "address = socket.getaddrinfo('pool.ntp.org', 123)[0][-1]\n"
            "sock.sendto(b'time?', address)\n"
        )
        data, sender = server.recvfrom(100)
        assert data == b"time?"
        server.sendto(b"now", sender)
        assert board.exec("print(sock.recv(10))").strip() == "b'now'"
