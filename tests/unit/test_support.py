"""The test suite's own helpers."""

from support import allocated, new_folder, on_micropython, raises, remove


def test_raises_returns_the_exception():
    assert "x" in str(raises(KeyError, {}.pop, "x"))


def test_raises_fails_when_nothing_is_raised():
    assert "ValueError" in str(raises(AssertionError, raises, ValueError, int, "1"))


def test_raises_lets_another_exception_through():
    raises(TypeError, raises, ValueError, len, 1)


@on_micropython
def test_allocated_counts_the_heap_of_one_call():
    assert allocated(abs, 1) == 0
    assert 100 <= allocated(bytearray, 100) < 200


def test_removing_a_folder_takes_what_is_in_it():
    import os

    path = new_folder()
    os.mkdir(path + "/a")
    with open(path + "/a/b", "w") as file:
        file.write("x")
    remove(path)
    raises(OSError, os.listdir, path)
