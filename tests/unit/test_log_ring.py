"""The ring keeps the last lines in constant memory, and readers know what they have missed."""

from plugins.log.ring import Reader, Ring


def lines(ring, number=0):
    reader = Reader(ring, number)
    found = []
    while True:
        record = reader.next()
        if record is None:
            return found
        found.append(record)


def test_the_ring_keeps_the_last_records_in_order():
    ring = Ring(64)
    for i in range(50):
        ring.add(b"line %d" % i)
    assert lines(ring) == [b"line %d" % i for i in range(43, 50)]
    assert ring.first == 43 and ring.next == 50


def test_records_of_all_lengths_survive_the_seam():
    ring = Ring(257)
    kept = []
    for i in range(2000):
        record = bytes([65 + i % 26]) * (i * 7 % 60)
        ring.add(record)
        kept.append(record)
        kept = kept[-100:]
        found = lines(ring)
        assert found == kept[len(kept) - len(found) :]
        assert sum([len(r) + 2 for r in found]) <= 257


def test_a_huge_record_is_cut_and_leaves_room():
    ring = Ring(100)
    ring.add(b"small")
    ring.add(b"x" * 1000)
    assert lines(ring) == [b"x" * 50] or lines(ring) == [b"small", b"x" * 50]
    ring.add(b"y")
    assert lines(ring)[-1] == b"y"


def test_a_reader_goes_on_where_it_was():
    ring = Ring(100)
    reader = Reader(ring)
    assert reader.next() is None
    ring.add(b"a")
    assert reader.peek() == b"a" and reader.next() == b"a" and reader.next() is None
    ring.add(b"b")
    assert reader.next() == b"b" and reader.lost == 0


def test_a_reader_counts_what_it_has_missed():
    ring = Ring(64)
    ring.add(b"line 0")
    reader = Reader(ring)
    for i in range(1, 50):
        ring.add(b"line %d" % i)
    assert reader.next() == b"line 43" and reader.lost == 43


def test_a_reader_begins_at_a_number():
    ring = Ring(64)
    for i in range(50):
        ring.add(b"line %d" % i)
    assert lines(ring, 48) == [b"line 48", b"line 49"]
    assert lines(ring, 0) == lines(ring, 43)
    assert lines(ring, 99) == []
