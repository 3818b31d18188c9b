# heap: 128K
"""History: least, mean and most of each minute and each hour, in bounded memory, over a reset where wanted."""

import os
import sys

from plugins.history.chunk import Chunk
from plugins.history.series import Series
from plugins.history.store import Store


def near(have, want, part=1e-3):
    return have is not None and all([abs(a - b) <= part * max(1, abs(b)) for a, b in zip(have, want)])


def test_a_chunk_keeps_values_of_any_size():
    for scale in (0.001, 1, 250, 100000, -70):
        chunk = Chunk(0, 60)
        chunk.put(
            0, 1 * scale if scale > 0 else 2 * scale, 1.5 * scale, 2 * scale if scale > 0 else 1 * scale
        )
        row = chunk.get(0)
        assert abs(row[1] - 1.5 * scale) <= abs(scale) * 1e-3, (scale, row)
        assert chunk.get(1) is None


def test_a_value_that_does_not_fit_widens_the_scale():
    chunk = Chunk(0, 60)
    chunk.put(0, 20.0, 21.0, 22.0)
    chunk.put(1, 900.0, 950.0, 1000.0)
    chunk.put(2, -500.0, 0.0, 500.0)
    assert near(chunk.get(0), (20, 21, 22), 3e-2)
    assert near(chunk.get(1), (900, 950, 1000))
    assert near(chunk.get(2), (-500, 0, 500), 3e-2)


def test_zero_and_equal_values_are_kept():
    chunk = Chunk(0, 60)
    chunk.put(0, 0, 0, 0)
    chunk.put(1, 1, 1, 1)
    assert near(chunk.get(0), (0, 0, 0)) and near(chunk.get(1), (1, 1, 1))


def test_the_mean_of_a_minute_is_by_time():
    series = Series("a/b", 60, 24, 0)
    series.add(10, 0)
    series.add(20, 45000)
    series.close(0)
    assert near(list(series.rows(False))[0], (10, 12.5, 20))


def test_a_value_holds_until_the_next_one():
    series = Series("a/b", 60, 24, 0)
    series.add(5, 30000)
    for minute in range(3):
        series.close(minute)
    assert [near(row, (5, 5, 5)) for row in series.rows(False)] == [True, True, True]


def test_what_is_not_known_is_a_gap():
    series = Series("a/b", 60, 24, 0)
    series.add(5, 0)
    series.close(0)
    series.add(None, 0)
    series.close(1)
    series.close(2)
    series.add(7, 0)
    series.close(3)
    rows = list(series.rows(False))
    assert near(rows[0], (5, 5, 5)) and rows[2] is None and near(rows[3], (7, 7, 7))


def test_an_hour_has_least_mean_and_most_of_its_minutes():
    series = Series("a/b", 120, 24, 0)
    for minute in range(60):
        series.add(minute, 0)
        series.close(minute)
    (row,) = series.rows(True)
    assert near(row, (0, 29.5, 59), 2e-2), row


def test_memory_is_bounded():
    series = Series("a/b", 120, 48, 0)
    for minute in range(60 * 24 * 4):
        series.add(minute % 7, 0)
        series.close(minute)
    assert len(series.minutes) == 2 and len(series.hours) == 2
    assert len(list(series.rows(False))) == 120
    assert len(list(series.rows(True))) == 48


def test_a_clock_that_is_set_moves_what_was_kept():
    series = Series("a/b", 120, 48, 5)
    series.add(3, 0)
    series.close(5)
    series.shift(60 * 24 * 365)
    assert series.minutes[0].first == 60 * 24 * 365
    series.add(4, 0)
    series.close(60 * 24 * 365 + 70)
    series.forget_after(60 * 24 * 365 + 30)
    assert len(series.minutes) == 1


# Runtimes run at the same time.
FOLDER = "history_%s_%d" % (sys.implementation.name, len(str(sys.maxsize)))


def clean():
    try:
        for name in os.listdir(FOLDER):
            os.remove(FOLDER + "/" + name)
        os.rmdir(FOLDER)
    except OSError:
        pass


def filled(store, hours):
    series = Series("a/b", 180, 72, 0, store)
    for minute in range(hours * 60):
        series.add(minute, 0)
        series.close(minute)
    return series


def test_it_survives_a_reset():
    clean()
    filled(Store(FOLDER, "a/b", (3, 3)), 5)
    again = Series("a/b", 180, 72, 5 * 60, Store(FOLDER, "a/b", (3, 3)))
    rows = list(again.rows(False))
    assert len(rows) == 180, len(rows)
    assert near(rows[0], (120, 120, 120), 2e-2) and near(rows[-1], (299, 299, 299), 2e-2)
    assert len(list(again.rows(True))) == 5
    clean()


def test_files_do_not_grow():
    clean()
    filled(Store(FOLDER, "a/b", (3, 3)), 4)
    sizes = sorted([os.stat(FOLDER + "/" + name)[6] for name in os.listdir(FOLDER)])
    filled(Store(FOLDER, "a/b", (3, 3)), 9)
    assert sizes == sorted([os.stat(FOLDER + "/" + name)[6] for name in os.listdir(FOLDER)])
    clean()


def test_what_a_power_cut_has_torn_is_a_gap():
    clean()
    filled(Store(FOLDER, "a/b", (3, 3)), 3)
    with open(FOLDER + "/a-b.min", "r+b") as file:
        file.seek(16 + 360 + 16 + 100)  # in the second hour
        file.write(b"\x55" * 40)
    again = Series("a/b", 180, 72, 3 * 60, Store(FOLDER, "a/b", (3, 3)))
    rows = list(again.rows(False))
    assert (
        near(rows[0], (0, 0, 0), 2e-2)
        and rows[60:120] == [None] * 60
        and near(rows[120], (120, 120, 120), 2e-2)
    )
    clean()
