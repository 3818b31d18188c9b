"""The recorder of tests: a later run is compared with what was recorded."""

import os
import sys

from modcore.testing import Differs, Recorder, compare

# Runtimes run at the same time.
NAME = "recorder_%s_%d" % (sys.implementation.name, len(str(sys.maxsize)))


def clean():
    for ending in (".trec.txt", ".trun.txt"):
        try:
            os.remove(NAME + ending)
        except OSError:
            pass


def run(*lines, record=False, **options):
    with Recorder(NAME, record=record, **options) as out:
        for line in lines:
            out.print(line)


def fails(*lines):
    try:
        run(*lines)
    except Differs as error:
        return str(error)
    return None


def test_the_same_run_is_ok():
    clean()
    run("open", "closed", record=True)
    assert open(NAME + ".trec.txt").read() == "open\nclosed\n"
    run("open", "closed")
    assert open(NAME + ".trun.txt").read() == "open\nclosed\n"
    clean()


def test_the_first_line_that_differs_is_named():
    clean()
    run("a", "b", "c", record=True)
    assert "line 2: 'x', recorded was 'b'" in fails("a", "x", "y")
    assert "line 3 is missing: c" in fails("a", "b")
    assert "line 4 is too many: d" in fails("a", "b", "c", "d")
    clean()


def test_a_line_marked_in_both_is_not_compared():
    clean()
    run("!- at 12:00", "open", record=True)
    run("!- at 12:01", "open")
    assert "line 1" in fails("at 12:01", "open")
    clean()


def test_an_exception_in_the_block_is_not_hidden_by_a_comparison():
    clean()
    run("a", record=True)
    try:
        with Recorder(NAME) as out:
            out.print("b")
            raise KeyError("mine")
    except KeyError as error:
        assert error.args == ("mine",)
    else:
        assert False, "the exception was lost"
    clean()


def test_objects_have_numbers_in_the_order_of_their_use():
    clean()
    with Recorder(NAME, record=True) as out:
        one, two = [], []
        assert out.tid(two) == "{testid:1}"
        assert out.tid(one) == "{testid:2}"
        assert out.tid(two) == "{testid:1}"
        assert one == two  # equal, and yet two
    with Recorder(NAME, nil=True, reset=False) as out:
        assert out.tid(one) == "{testid:2}"
    with Recorder(NAME, nil=True) as out:
        assert out.tid(one) == "{testid:1}"
    clean()


def test_what_print_puts_out_is_captured_and_print_is_given_back():
    clean()
    with Recorder(NAME, record=True, capture_all=True) as out:
        print("from", "elsewhere", sep="-")
        out.print("own")
    assert open(NAME + ".trec.txt").read() == "from-elsewhere\nown\n"
    print("not captured any more")
    assert open(NAME + ".trec.txt").read() == "from-elsewhere\nown\n"
    clean()


def test_nil_writes_nothing():
    clean()
    run("a", nil=True)
    assert NAME + ".trun.txt" not in os.listdir(".")


def test_a_run_without_a_recording_says_so_before_it_begins():
    clean()
    begun = []
    try:
        with Recorder(NAME):
            begun.append(1)
    except OSError:
        pass
    assert not begun


def test_files_are_compared_by_hand():
    clean()
    run("a", record=True)
    with open(NAME + ".trun.txt", "w") as file:
        file.write("a\r\n")  # edited on Windows
    compare(NAME + ".trec.txt", NAME + ".trun.txt")
    clean()
