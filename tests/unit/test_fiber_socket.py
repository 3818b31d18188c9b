"""Fibers wait for sockets and time in one poll."""

import socket

from modcore.ticks import ticks_diff, ticks_ms
from plugins.fiber import Gate, Loop, SocketStream, Timeout, connect
from support import on_micropython


def listener():
    """A listening socket and its port."""
    for port in range(21000, 21900, 7):
        sock = socket.socket()
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(socket.getaddrinfo("127.0.0.1", port, 0, socket.SOCK_STREAM)[0][-1])
            sock.listen(5)
            sock.setblocking(False)
            return sock, port
        except OSError:  # somebody else's
            sock.close()
    raise OSError("no free port")


def accept(loop, sock):
    """A generator that returns a stream to the next client."""
    gate = Gate(loop, sock)
    yield gate.readable()
    gate.close()
    return SocketStream(loop, sock.accept()[0], 64)


def echo(loop, sock):
    stream = yield from accept(loop, sock)
    while True:
        data = yield from stream.read(50)
        if not data:
            break
        yield from stream.write(data)
    stream.close()
    return "client is gone"


def test_a_client_and_a_server_talk_in_one_loop():
    def client(loop, port):
        stream = yield from connect(loop, "127.0.0.1", port)
        yield from stream.write(b"hello\nworld")
        line = yield from stream.readline()
        rest = yield from stream.readexactly(5)
        stream.close()
        return line, rest

    loop = Loop()
    sock, port = listener()
    server = loop.spawn(echo(loop, sock))
    assert loop.run(loop.spawn(client(loop, port))) == (b"hello\n", b"world")
    assert loop.run(server) == "client is gone"
    sock.close()


def test_more_than_the_socket_holds_is_written_as_the_reader_takes_it():
    size = 300000

    def client(loop, port):
        stream = yield from connect(loop, "127.0.0.1", port)
        chunk = bytes(10000)
        for _ in range(size // 10000):
            yield from stream.write(chunk)
        stream.close()

    def sink(loop, sock):
        stream = yield from accept(loop, sock)
        yield 50  # let the other side run into a full socket
        count = 0
        while True:
            data = yield from stream.read(64)
            if not data:
                stream.close()
                return count
            count += len(data)

    loop = Loop()
    sock, port = listener()
    server = loop.spawn(sink(loop, sock))
    loop.spawn(client(loop, port))
    assert loop.run(server) == size
    sock.close()


def test_one_fiber_reads_while_another_writes_the_same_socket():
    def client(loop, port):
        stream = yield from connect(loop, "127.0.0.1", port)

        def talk():
            for i in range(5):
                yield 2
                yield from stream.write(b"%d\n" % i)

        loop.spawn(talk())
        got = []
        for _ in range(5):
            got.append((yield from stream.readline()))
        stream.close()
        return got

    loop = Loop()
    sock, port = listener()
    loop.spawn(echo(loop, sock))
    assert loop.run(loop.spawn(client(loop, port))) == [b"0\n", b"1\n", b"2\n", b"3\n", b"4\n"]
    sock.close()


def test_reading_can_time_out_and_goes_on_later():
    def client(loop, port):
        stream = yield from connect(loop, "127.0.0.1", port)
        try:
            yield from loop.within(20, stream.read(1))
        except Timeout:
            yield from stream.write(b"x")
            answer = yield from stream.read(1)
            stream.close()
            return answer

    loop = Loop()
    sock, port = listener()
    loop.spawn(echo(loop, sock))
    assert loop.run(loop.spawn(client(loop, port))) == b"x"
    sock.close()


def test_a_loop_that_waits_for_a_socket_sleeps():
    def idle(loop, sock):
        try:
            yield from loop.within(100, loop.spawn(accept(loop, sock)))
        except Timeout:
            return "nobody came"

    loop = Loop()
    sock, port = listener()
    fiber = loop.spawn(idle(loop, sock))
    start = ticks_ms()
    turns = ms = 0
    while not fiber.done:
        ms = loop.turn(ms)
        turns += 1
    assert turns < 12 and ticks_diff(ticks_ms(), start) >= 100
    loop.kill()
    sock.close()


def test_a_connection_that_is_refused_is_an_error():
    def client(loop, port):
        try:
            yield from connect(loop, "127.0.0.1", port)
        except OSError:
            return "refused"

    loop = Loop()
    sock, port = listener()
    sock.close()
    assert loop.run(loop.spawn(client(loop, port))) == "refused"


def test_closing_a_stream_wakes_the_fiber_that_waits_for_it():
    def client(loop, port):
        stream = yield from connect(loop, "127.0.0.1", port)

        def closer():
            yield 10
            stream.close()

        loop.spawn(closer())
        try:
            yield from stream.read(1)
        except OSError as error:
            return str(error)

    loop = Loop()
    sock, port = listener()
    loop.spawn(echo(loop, sock))
    assert loop.run(loop.spawn(client(loop, port))) == "socket was closed"
    loop.run()
    sock.close()


@on_micropython
def test_a_fiber_waiting_for_a_ready_socket_again_and_again_allocates_nothing():
    import gc

    def watcher(gate):
        while True:
            yield gate.readable()

    loop = Loop()
    sock, port = listener()
    client = socket.socket()
    client.connect(socket.getaddrinfo("127.0.0.1", port, 0, socket.SOCK_STREAM)[0][-1])
    loop.spawn(watcher(Gate(loop, sock)))
    for _ in range(20):
        loop.turn(10)
    gc.collect()
    before = gc.mem_alloc()
    for _ in range(100):
        loop.turn(10)
    assert gc.mem_alloc() - before < 64
    loop.kill()
    client.close()
    sock.close()
