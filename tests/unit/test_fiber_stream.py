"""Streams of bytes between fibers: chunks, lines, hang-up and end of file."""

from plugins.fiber import Closed, Loop, pipe


def feed(writer, pieces):
    for piece in pieces:
        yield from writer.write(piece)
    writer.close()


def run(consumer, *pieces):
    """Return what `consumer(reader)` returns when `pieces` are written to the other end."""
    loop = Loop()
    reader, writer = pipe(2)
    loop.spawn(feed(writer, pieces))
    return loop.run(loop.spawn(consumer(reader)))


def lines(reader):
    out = []
    while True:
        line = yield from reader.readline()
        if not line:
            return out
        out.append(line)


def test_lines_come_whole_whatever_the_pieces():
    text = b"one\n\nthree\nlast"
    want = [b"one\n", b"\n", b"three\n", b"last"]
    assert run(lines, text) == want
    assert run(lines, *[bytes([c]) for c in text]) == want
    assert run(lines, text[:2], b"", text[2:9], text[9:]) == want


def test_read_gives_what_there_is_and_all_without_a_number():
    def some(reader):
        first = yield from reader.read(3)
        rest = yield from reader.read()
        end = yield from reader.read(5)
        return first, rest, end

    assert run(some, b"abcdef", b"ghi") == (b"abc", b"defghi", b"")


def test_readexactly_waits_for_all_and_says_what_was_missing():
    def exact(reader):
        first = yield from reader.readexactly(5)
        try:
            yield from reader.readexactly(4)
        except EOFError as error:
            return first, str(error), (yield from reader.read())

    assert run(exact, b"ab", b"cdef", b"g") == (b"abcde", "stream ended after 2 of 4 bytes", b"fg")


def test_a_line_that_is_too_long_is_refused():
    def limited(reader):
        try:
            yield from reader.readline(8)
        except ValueError as error:
            return str(error)

    assert run(limited, b"123", b"456789\n") == "line is longer than 8 bytes"
    assert run(limited, b"12345678\n") == "line is longer than 8 bytes"
    assert run(limited, b"1234567\n") is None


def test_the_end_comes_once_all_has_been_read_and_stays():
    def twice(reader):
        out = [(yield from reader.read(10))]
        out.append((yield from reader.read(10)))
        out.append((yield from reader.readline()))
        return out, reader.ended

    assert run(twice, b"x") == ([b"x", b"", b""], True)


def test_a_writer_waits_for_a_slow_reader():
    loop = Loop()
    reader, writer = pipe(2)
    fiber = loop.spawn(feed(writer, [b"1", b"2", b"3", b"4"]))
    for _ in range(8):
        loop.turn()
    assert not fiber.done
    assert loop.run(loop.spawn(lines(reader))) == [b"1234"]
    assert fiber.done


def test_a_reader_that_hangs_up_ends_the_writer():
    def endless(writer):
        try:
            while True:
                yield from writer.write(b"more")
        except Closed:
            return "hung up"

    def short(reader):
        data = yield from reader.read(4)
        reader.close()
        return data, (yield from reader.read(4))

    loop = Loop()
    reader, writer = pipe(1)
    fiber = loop.spawn(endless(writer))
    assert loop.run(loop.spawn(short(reader))) == (b"more", b"")
    assert loop.run(fiber) == "hung up"
