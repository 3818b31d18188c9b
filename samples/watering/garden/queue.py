"""The queue of the player: what waits, what runs, what holds it. A state machine without I/O and without a clock.

Its state is any object with the attributes that `begin` sets; the player is one. A task is a dict: `program` (id, or
None), `name`, `cause` ("hand" or "schedule 3") and `left`, which has the milliseconds that each valve still has to be
open. Time is counted where the valves are: whoever owns the queue tells it what opened and closed, asks `wanted`
and `unwanted`, and acts on the answers.

    idle -- add --> task runs: its valves open as far as `at_once` allows -- each valve ended --> next task, or idle
                    hold: the valves that are open are unwanted; `ended` brings back what each has left
                    release: the same valves are wanted again, for what they have left

Nothing here depends on the order of pause and resume, or on how often each comes: holds are a set.

    begin(queue, at_once=2)
    add(queue, 1, "Lawn", "hand", [{"0": 60000}])
    wanted(queue)                  # [("0", 60000)]: open them, and tell it: opened(queue, "0")
    ended(queue, "0", 0)           # its time is over: the next task
"""

RARE = True  # called when something happens to what is played


def begin(queue, at_once=1000, limit=32):
    """Set up an empty queue. at_once: how many valves may be open together; limit: how many tasks may wait."""
    queue.at_once = at_once
    queue.limit = limit
    queue.tasks = []  # those that wait
    queue.current = None
    queue.open = []  # the valves that were opened for the current task
    queue.holds = set()


def add(queue, program, name, cause, tasks):
    """Append the tasks of a program, a list of {valve: ms}. ValueError: so many may not wait."""
    tasks = [{valve: ms for valve, ms in task.items() if ms > 0} for task in tasks]
    tasks = [task for task in tasks if task]
    if len(queue.tasks) + len(tasks) > queue.limit:
        raise ValueError("the queue is full: %d tasks may wait" % queue.limit)
    for task in tasks:
        queue.tasks.append({"program": program, "name": name, "cause": cause, "left": task})
    _next(queue)


def remove(queue, index):
    """Take the task at `index` out of those that wait; returns it, or None when there is none."""
    if 0 <= index < len(queue.tasks):
        return queue.tasks.pop(index)
    return None


def kill(queue):
    """End the current task: nothing of it is wanted any more."""
    if queue.current:
        queue.current["left"].clear()
        _next(queue)


def clear(queue):
    """End the current task and drop all that wait."""
    queue.tasks.clear()
    kill(queue)


def drop(queue, cause):
    """End and drop the tasks whose cause begins with `cause`; returns how many there were."""
    kept = [task for task in queue.tasks if not task["cause"].startswith(cause)]
    count = len(queue.tasks) - len(kept)
    queue.tasks = kept
    if queue.current and queue.current["cause"].startswith(cause):
        count += 1
        kill(queue)
    return count


def hold(queue, reason):
    """Hold everything; whether that is new."""
    new = reason not in queue.holds
    queue.holds.add(reason)
    return new


def release(queue, reason):
    """End one of the holds; whether there was that one."""
    known = reason in queue.holds
    queue.holds.discard(reason)
    return known


def wanted(queue):
    """The valves to open now, in order: a list of (valve, ms)."""
    if queue.holds or not queue.current:
        return []
    left = queue.current["left"]
    waiting = [valve for valve in order(left) if valve not in queue.open]
    free = max(0, queue.at_once - len(queue.open))
    return [(valve, left[valve]) for valve in waiting[:free]]


def unwanted(queue):
    """The valves to close now."""
    if not queue.open:
        return []
    left = queue.current["left"]
    return [valve for valve in queue.open if queue.holds or valve not in left]


def opened(queue, valve):
    """A wanted valve is open, or about to be."""
    if valve not in queue.open:
        queue.open.append(valve)


def ended(queue, valve, left_ms):
    """A valve has closed, with `left_ms` of its time left; 0: it is done with."""
    if valve in queue.open:
        queue.open.remove(valve)
    if queue.current:
        left = queue.current["left"]
        if valve in left:
            if left_ms > 0:
                left[valve] = min(left_ms, left[valve])  # what is left never grows
            else:
                del left[valve]
        _next(queue)


def _next(queue):
    # The valves of a task that has ended have to close before the next one begins.
    while not queue.open and not (queue.current and queue.current["left"]):
        queue.current = queue.tasks.pop(0) if queue.tasks else None
        if not queue.current:
            return


def saved(queue):
    """Return what `restored` takes, for a file."""
    return {
        "current": queue.current,
        "tasks": queue.tasks,
        "holds": [reason for reason in ("hand",) if reason in queue.holds],
    }


def restore(queue, kept):
    """Take up what `saved` returned, after a power cut: all valves are closed.

    ValueError, TypeError, KeyError, AttributeError: somebody else has written that.
    """
    tasks = list(kept.get("tasks", ()))
    if kept.get("current"):
        tasks.insert(0, kept["current"])
    for task in tasks:
        task["name"] + task["cause"]  # texts
        task["left"] = {valve: int(ms) for valve, ms in task["left"].items() if int(valve) >= 0 and ms > 0}
        task["program"]
    if "hand" in kept.get("holds", ()):  # any other nobody would end
        queue.holds.add("hand")
    queue.tasks = [task for task in tasks if task["left"]][: queue.limit]
    _next(queue)


def duration_s(tasks, percent=100, at_once=1000):
    """Seconds that the tasks of a program take when so many valves may be open at once."""
    total = 0
    for task in tasks:
        ends = [0] * min(at_once, max(1, len(task)))
        for valve in order(task):
            ends.sort()
            ends[0] += task[valve] * percent // 100
        total += max(ends)
    return total


def order(task):
    """The valves of a task in the order in which they open: by their number."""
    return sorted(task, key=int)
