"""The queue of the watering sample's player: what runs, waits and is held, without a clock."""

from samples.watering.garden import queue as rules
from support import raises


class Queue:
    """A queue alone, with the functions of queue.py as methods."""

    def __init__(self, at_once=1000, limit=32):
        rules.begin(self, at_once, limit)

    def __getattr__(self, name):
        function = getattr(rules, name)
        return lambda *arguments: function(self, *arguments)


def run(queue):
    """Open what the queue wants; returns the valves."""
    wanted = queue.wanted()
    for valve, _ in wanted:
        queue.opened(valve)
    return [valve for valve, _ in wanted]


def queued(*tasks, at_once=8):
    """A queue with one program, of tasks {valve: ms}."""
    queue = Queue(at_once)
    queue.add(1, "Lawn", "hand", list(tasks))
    return queue


def test_the_valves_of_a_task_run_side_by_side_and_tasks_after_each_other():
    queue = queued({"0": 1000, "1": 2000}, {"2": 500})
    assert queue.wanted() == [("0", 1000), ("1", 2000)]
    assert run(queue) == ["0", "1"] and queue.wanted() == []
    queue.ended("0", 0)
    assert queue.wanted() == [] and queue.unwanted() == []
    queue.ended("1", 0)
    assert queue.wanted() == [("2", 500)]
    run(queue)
    queue.ended("2", 0)
    assert queue.current is None and queue.wanted() == []


def test_no_more_than_allowed_are_open_and_the_others_follow_in_order():
    queue = queued({"10": 1, "2": 1, "1": 1}, at_once=2)
    assert run(queue) == ["1", "2"]
    queue.ended("2", 0)
    assert run(queue) == ["10"]


def test_a_hold_keeps_what_is_left_twice_too():
    queue = queued({"0": 1000})
    run(queue)
    assert queue.hold("hand") and not queue.hold("hand")
    assert queue.unwanted() == ["0"] and queue.wanted() == []
    queue.ended("0", 400)
    assert queue.unwanted() == [] and queue.wanted() == []
    assert queue.release("hand") and not queue.release("hand")
    assert queue.wanted() == [("0", 400)]
    run(queue)
    queue.hold("hand")
    queue.ended("0", 150)
    queue.release("hand")
    assert queue.wanted() == [("0", 150)]


def test_two_holds_are_two():
    queue = queued({"0": 1000})
    queue.hold("hand")
    queue.hold("alarm")
    queue.release("hand")
    assert queue.wanted() == []
    queue.release("alarm")
    assert queue.wanted() == [("0", 1000)]


def test_what_is_left_never_grows():
    queue = queued({"0": 1000})
    run(queue)
    queue.hold("hand")
    queue.ended("0", 5000)
    queue.release("hand")
    assert queue.wanted() == [("0", 1000)]


def test_skipping_ends_a_task_and_the_next_waits_until_its_valves_have_closed():
    queue = queued({"0": 1000}, {"0": 700})
    run(queue)
    queue.kill()
    assert queue.unwanted() == ["0"] and queue.wanted() == []
    queue.ended("0", 300)
    assert queue.wanted() == [("0", 700)]


def test_clearing_and_dropping():
    queue = queued({"0": 1000}, {"1": 1000})
    queue.add(2, "Beds", "schedule 7", [{"2": 5}, {"3": 5}])
    assert queue.drop("schedule") == 2 and len(queue.tasks) == 1
    run(queue)
    queue.clear()
    assert queue.tasks == [] and queue.unwanted() == ["0"]
    queue.ended("0", 10)
    assert queue.current is None


def test_waiting_tasks_are_removed_by_their_place():
    queue = queued({"0": 1}, {"1": 1}, {"2": 1})
    assert queue.remove(1)["left"] == {"2": 1}
    assert queue.remove(1) is None and queue.remove(-1) is None
    assert len(queue.tasks) == 1


def test_a_full_queue_refuses_a_program_as_a_whole():
    queue = Queue(limit=3)
    queue.add(1, "Lawn", "hand", [{"0": 1}] * 3)
    assert len(queue.tasks) == 2
    assert "full" in str(raises(ValueError, queue.add, 2, "Beds", "hand", [{"1": 1}] * 2))
    assert len(queue.tasks) == 2


def test_empty_tasks_and_valves_without_time_are_left_out():
    queue = queued({}, {"0": 0}, {"1": 5, "2": 0})
    assert queue.wanted() == [("1", 5)]
    assert queue.tasks == []


def test_what_was_saved_goes_on_with_all_valves_closed():
    queue = queued({"0": 1000, "1": 1000}, {"2": 500})
    run(queue)
    queue.hold("hand")
    queue.hold("direct")
    queue.ended("0", 400)
    kept = queue.saved()
    other = Queue()
    other.restore(kept)
    assert other.holds == {"hand"}, "a person's pause outlives a power cut"
    assert other.wanted() == []
    other.release("hand")
    assert other.wanted() == [("0", 400), ("1", 1000)]
    assert len(other.tasks) == 1


def test_a_hold_that_nobody_would_end_is_not_taken_up():
    for holds in (["direct", "alarm", "nonsense"], "nonsense", {"off": 1}):
        other = Queue()
        other.restore({"current": None, "tasks": [], "holds": holds})
        assert other.holds == set(), holds
