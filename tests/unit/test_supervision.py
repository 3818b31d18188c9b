"""Supervision: a module that raises is stopped, reported, started again; the rest runs on."""

from modcore import Kernel, Module

QUIET = {"log": {"level": "critical"}}


class Clock:
    """Stands in for the ticks of the kernel, so that ten minutes pass at once."""

    def __init__(self, kernel):
        import modcore.ticks

        self.now = modcore.ticks.ticks_ms()
        self._ticks = modcore.ticks
        self._real = modcore.ticks.ticks_ms
        modcore.ticks.ticks_ms = self.ticks_ms
        self.kernel = kernel
        kernel._tick = self.now

    def ticks_ms(self):
        return self.now

    def pass_s(self, seconds, step_ms=100):
        from modcore.ticks import ticks_add

        for _ in range(int(seconds * 1000) // step_ms):
            self.now = ticks_add(self.now, step_ms)
            self.kernel.step()
            self.kernel.step()  # what follows from it

    def restore(self):
        self._ticks.ticks_ms = self._real


class Fragile(Module):
    """Raises where it is told to."""

    where = ""
    error = RuntimeError
    starts = 0
    stops = 0

    def raise_in(self, place):
        if self.where == place:
            raise self.error("broken in " + place)

    def init(self):
        self.raise_in("init")

    def configure(self):
        self.raise_in("configure")

    def mount(self):
        self.raise_in("mount")

    def start(self):
        self.starts += 1
        self.listen("poke", self.on_poke)
        self.every(1, self.on_timer)
        self.raise_in("start")

    def stop(self):
        self.stops += 1
        self.raise_in("stop")

    def unmount(self):
        self.raise_in("unmount")

    def eject(self):
        self.raise_in("eject")

    def loop(self):
        self.raise_in("loop")

    def fiber(self):
        while True:
            yield 1
            self.raise_in("fiber")

    def on_poke(self, topic, value):
        self.raise_in("handler")

    def on_timer(self):
        self.raise_in("timer")


def healthy(kernel):
    other = kernel.add(Fragile("other"))
    return other


def test_a_fault_anywhere_stops_reports_and_restarts_the_module_and_leaves_the_other_running():
    for where in ("init", "configure", "mount", "start", "loop", "fiber", "handler", "timer"):
        kernel = Kernel(QUIET)
        clock = Clock(kernel)
        try:
            other = healthy(kernel)
            module = kernel.add(Fragile())
            module.where = where
            kernel.step()
            kernel.bus.publish("poke")
            clock.pass_s(0.2, 10)
            assert module.state == "FAILED", where
            assert kernel.bus.get("$error/fragile") == "RuntimeError: broken in " + where
            assert kernel.bus.get("$state/fragile") == "FAILED"
            assert other.state == "RUNNING"
            module.where = ""
            clock.pass_s(2)
            assert module.state == "RUNNING", where
            assert other.state == "RUNNING" and other.starts == 1
        finally:
            clock.restore()


def test_a_fault_on_the_way_down_is_reported_and_the_way_goes_on():
    for where, target in (("stop", "STOPPED"), ("unmount", "UNMOUNTED"), ("eject", "EJECTED")):
        kernel = Kernel(QUIET)
        module = kernel.add(Fragile())
        kernel.step()
        module.where = where
        assert kernel.move(module, target)
        assert module.state == target
        assert "broken in " + where in kernel.bus.get("$error/fragile")


def test_the_restarts_come_after_1_2_4_8_seconds_and_the_fifth_failure_is_the_last():
    kernel = Kernel(QUIET)
    clock = Clock(kernel)
    try:
        module = kernel.add(Fragile())
        module.where = "start"
        kernel.step()
        begin = clock.now
        times = []
        starts = module.starts
        for _ in range(600):
            clock.pass_s(0.1)
            if module.starts > starts:
                starts = module.starts
                times.append(round((clock.now - begin) / 1000, 1))
        assert times == [1.0, 3.0, 7.0, 15.0], times
        clock.pass_s(3600, 1000)
        assert module.starts == 5 and module.state == "FAILED"
    finally:
        clock.restore()


def test_a_module_without_memory_is_tried_again_for_ever():
    kernel = Kernel(QUIET)
    clock = Clock(kernel)
    try:
        module = kernel.add(Fragile())
        module.where = "start"
        module.error = MemoryError
        kernel.step()
        clock.pass_s(700, 100)
        assert module.state == "FAILED" and 10 < module.starts < 20, module.starts
        module.where = ""
        clock.pass_s(61, 100)
        assert module.state == "RUNNING"
    finally:
        clock.restore()


def test_no_memory_for_the_plan_of_a_restart_is_no_end():
    import modcore.timer as timer

    kernel = Kernel(QUIET)
    clock = Clock(kernel)
    kept = timer.Timer
    try:
        module = kernel.add(Fragile())
        kernel.step()

        def full(*args):
            raise MemoryError

        timer.Timer = full
        kernel.fault(module, ValueError("broken"))
        kernel.step()
        timer.Timer = kept
        clock.pass_s(15)
        assert module.state == "RUNNING" and module.starts == 2
    finally:
        timer.Timer = kept
        clock.restore()


def test_failures_that_are_far_apart_never_end_and_wait_60_s_at_most():
    kernel = Kernel(QUIET)
    clock = Clock(kernel)
    try:
        module = kernel.add(Fragile())
        kernel.step()
        waits = []
        for _ in range(12):
            clock.pass_s(170, 1000)
            assert module.state == "RUNNING"
            module.where = "timer"
            clock.pass_s(1)
            assert module.state == "FAILED"
            module.where = ""
            waited = 1
            while module.state != "RUNNING":
                clock.pass_s(1)
                waited += 1
                assert waited < 100
            waits.append(waited)
        assert max(waits) in (60, 61, 62) and waits[0] <= 2, waits
    finally:
        clock.restore()


def test_ten_quiet_minutes_bring_back_the_short_wait():
    kernel = Kernel(QUIET)
    clock = Clock(kernel)
    try:
        module = kernel.add(Fragile())
        kernel.step()
        for _ in range(8):
            clock.pass_s(601, 1000)
            module.where = "timer"
            clock.pass_s(0.5)
            module.where = ""
            clock.pass_s(1.5)
            assert module.state == "RUNNING"
    finally:
        clock.restore()


def test_a_module_that_failed_for_good_starts_again_when_it_is_told_to():
    kernel = Kernel(QUIET)
    clock = Clock(kernel)
    try:
        module = kernel.add(Fragile())
        module.where = "start"
        kernel.step()
        clock.pass_s(60)
        assert module.starts == 5
        module.where = ""
        assert kernel.move(module, "RUNNING")
        assert module.state == "RUNNING"
    finally:
        clock.restore()


def test_a_failed_module_is_stopped_so_that_its_outputs_are_safe():
    kernel = Kernel(QUIET)
    module = kernel.add(Fragile())
    kernel.step()
    module.where = "handler"
    kernel.bus.publish("poke")
    kernel.step()
    assert module.stops == 1


def test_a_module_that_fails_while_it_runs_is_unmounted_too():
    class Mounted(Fragile):
        unmounts = 0

        def unmount(self):
            self.unmounts += 1

    kernel = Kernel(QUIET)
    module, early = kernel.add(Mounted()), kernel.add(Mounted("early"))
    early.where = "configure"
    kernel.step()
    assert early.state == "FAILED" and early.unmounts == 0, "it was never mounted"
    module.where = "handler"
    kernel.bus.publish("poke")
    kernel.step()
    assert module.state == "FAILED" and (module.stops, module.unmounts) == (1, 1)


def test_one_that_is_moved_by_hand_does_not_come_back_by_itself():
    kernel = Kernel(QUIET)
    clock = Clock(kernel)
    try:
        module = kernel.add(Fragile())
        module.where = "start"
        kernel.step()
        assert module.state == "FAILED"
        kernel.move(module, "CONFIGURED")
        module.where = ""
        clock.pass_s(100)
        assert module.state == "CONFIGURED" and module.starts == 1
    finally:
        clock.restore()


def test_starting_by_hand_forgets_the_failures():
    kernel = Kernel(QUIET)
    clock = Clock(kernel)
    try:
        module = kernel.add(Fragile())
        module.where = "start"
        kernel.step()
        clock.pass_s(60)
        assert module.starts == 5, "five failures: it stays down"
        kernel.move(module, "RUNNING")
        clock.pass_s(60)
        assert module.starts == 10, "and counts from the beginning"
    finally:
        clock.restore()


def test_memory_is_given_back_when_a_module_runs_out_of_it():
    class Greedy(Module):
        def start(self):
            raise MemoryError

    kernel = Kernel(QUIET)
    given = []
    relieve = kernel.relieve
    kernel.relieve = lambda: given.append(relieve())
    kernel.add(Fragile()).where = "start"
    kernel.step()
    assert given == []
    kernel.add(Greedy())
    kernel.step()
    assert given == [None]


def test_a_module_that_can_not_be_stopped_for_lack_of_memory_waits_for_it_and_is_told_once():
    class Hungry(Module):
        starts = turns = 0

        def start(self):
            self.starts += 1

        def loop(self):
            self.turns += 1
            if self.turns < 5:
                raise MemoryError
            return 1000

    import modcore.supervision as supervision

    kernel = Kernel(QUIET)
    clock = Clock(kernel)
    fail = supervision.fail

    def full(kernel, module, error):
        raise MemoryError

    supervision.fail = full
    try:
        hungry = kernel.add(Hungry())
        for _ in range(4):
            kernel.step()
        assert hungry.turns == 4 and kernel._faults[::2] == [hungry]
        supervision.fail = fail
        clock.pass_s(5)
        assert kernel._faults == [] and hungry.state == "RUNNING" and hungry.starts == 2
    finally:
        supervision.fail = fail
        clock.restore()


def test_a_word_of_a_plugin_on_its_configuration_is_told_once_and_not_tried_again():
    for state, lasting in (("configure", True), ("start", True), ("loop", False)):

        class Picky(Module):
            def complain(self):
                raise ValueError("picky: pins: takes numbers")

        setattr(Picky, state, Picky.complain)
        kernel = Kernel({"log": {"level": "critical"}, "plugins": ["picky"]})
        picky = kernel.add(Picky())
        kernel.step()
        assert picky.state == "FAILED" and bool(picky._failures) is not lasting, state
        assert "picky: pins: takes numbers" in kernel.bus.get("$error/picky")
