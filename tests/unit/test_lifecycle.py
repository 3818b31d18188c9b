"""The lifecycle: states, hooks, order, and what a module gives back."""

from modcore import CONFIGURED, EJECTED, FAILED, MOUNTED, NEW, RUNNING, STOPPED, UNMOUNTED, Kernel, Module
from support import raises

QUIET = {"log": {"level": "critical"}}


class Recorder(Module):
    def note(self, hook):
        self.calls = getattr(self, "calls", [])
        self.calls.append(hook)

    def init(self):
        self.note("init")

    def configure(self):
        self.note("configure")

    def mount(self):
        self.note("mount")

    def start(self):
        self.note("start")

    def stop(self):
        self.note("stop")

    def unmount(self):
        self.note("unmount")

    def eject(self):
        self.note("eject")


def test_the_first_step_takes_a_module_through_every_state_to_running():
    kernel = Kernel()
    module = kernel.add(Recorder())
    states = []
    kernel.bus.subscribe("$state/recorder", lambda topic, value: states.append(value))
    assert module.state == NEW
    kernel.step()
    kernel.step()
    assert module.state == RUNNING
    assert module.calls == ["init", "configure", "mount", "start"]
    assert states == [NEW, CONFIGURED, MOUNTED, RUNNING]


def test_move_walks_through_the_states_between():
    kernel = Kernel()
    module = kernel.add(Recorder())
    kernel.step()
    module.calls = []
    kernel.move("recorder", MOUNTED)
    assert (module.state, module.calls) == (MOUNTED, ["stop", "unmount", "configure", "mount"])
    module.calls = []
    kernel.move(module, RUNNING)
    assert module.calls == ["start"]
    module.calls = []
    kernel.move(module, STOPPED)
    kernel.move(module, RUNNING)
    assert module.calls == ["stop", "start"]
    module.calls = []
    kernel.move(module, EJECTED)
    assert module.calls == ["stop", "unmount", "eject"]
    assert kernel.bus.get("$state/recorder") is None


def test_one_level_at_a_time():
    kernel = Kernel()
    module = kernel.add(Recorder())
    for state in (CONFIGURED, MOUNTED, RUNNING, STOPPED, UNMOUNTED, EJECTED):
        assert kernel.move(module, state)
        assert module.state == state
    assert module.calls == ["init", "configure", "mount", "start", "stop", "unmount", "eject"]


def test_a_state_that_is_not_there_or_out_of_reach_is_an_error():
    kernel = Kernel()
    module = kernel.add(Recorder())
    assert "RUNNING" in str(raises(ValueError, kernel.move, module, "FLYING"))
    assert "not found; have recorder" in str(raises(ValueError, kernel.move, "nobody", RUNNING))
    kernel.move(module, EJECTED)
    raises(ValueError, kernel.move, module, RUNNING)


def test_ids_come_from_the_class_name_and_are_unique():
    class HttpAsync(Module):
        pass

    class MQTTBridge2(Module):
        pass

    assert HttpAsync().id == "http_async"
    assert MQTTBridge2("x").id == "x"
    kernel = Kernel()
    kernel.add(HttpAsync())
    assert "http_async" in str(raises(ValueError, kernel.add, HttpAsync()))
    kernel.add(HttpAsync("second"))
    for id in ("a/b", "$x", "a+b", "#", 3):
        raises(ValueError, Module, id)


def test_hooks_before_and_after_a_state():
    kernel = Kernel()
    module = kernel.add(Recorder())
    module.hook(RUNNING, before=lambda m: m.note("before"), after=lambda m: m.note("after " + m.state))
    module.hook(STOPPED, before=lambda m: m.note("before stop"))
    kernel.step()
    kernel.move(module, STOPPED)
    assert module.calls == [
        "init",
        "configure",
        "mount",
        "before",
        "start",
        "after RUNNING",
        "before stop",
        "stop",
    ]


def test_modules_start_behind_what_they_require_and_stop_in_reverse():
    order = []

    class Part(Module):
        def start(self):
            order.append("+" + self.id)

        def stop(self):
            order.append("-" + self.id)

    kernel = Kernel()
    for id, requires in (("web", ("net", "log")), ("log", ()), ("net", ("radio",)), ("radio", ())):
        part = Part(id)
        part.requires = requires
        kernel.add(part)
    kernel.step()
    assert order == ["+radio", "+net", "+log", "+web"]
    kernel.stop()
    assert order[4:] == ["-web", "-log", "-net", "-radio"]


def test_a_cycle_in_requires_is_named_and_the_rest_starts():
    kernel = Kernel(QUIET)
    modules = {}
    for id, requires in (("a", ("b",)), ("b", ("c",)), ("c", ("a",)), ("d", ()), ("e", ("a",))):
        modules[id] = module = Recorder(id)
        module.requires = requires
        kernel.add(module)
    kernel.step()
    assert modules["d"].state == RUNNING
    for id in "abc":
        assert modules[id].state == FAILED
        assert "cycle a -> b -> c -> a" in kernel.bus.get("$error/" + id)
    assert "requires: 'a' can't start" in kernel.bus.get("$error/e")


def test_a_requirement_that_is_not_there_is_named_with_what_there_is():
    kernel = Kernel(QUIET)
    module = kernel.add(Recorder("web"))
    module.requires = ("radio",)
    kernel.add(Recorder("log"))
    kernel.step()
    assert module.state == FAILED
    assert "'radio' not found; have log, web" in kernel.bus.get("$error/web")
    assert kernel.modules["log"].state == RUNNING


def test_leaving_running_takes_back_all_that_the_module_took():
    class Greedy(Module):
        routes = "routes"

        def start(self):
            self.heard = []
            self.ticks = 0
            self.listen("a/#", lambda topic, value: self.heard.append(value))
            self.every(1, self.tick)
            self.after(1, self.tick)
            self.property("p", "switch", value=True, set=print)

        def tick(self):
            self.ticks += 1

        def loop(self):
            self.ticks += 1

        def fiber(self):
            while True:
                self.ticks += 1
                yield

    kernel = Kernel()
    module = kernel.add(Greedy())
    kernel.step()
    kernel.bus.publish("a/b", 1)
    kernel.step()
    assert module.heard == [1] and module.ticks > 0
    assert kernel.bus.get("$http/routes/greedy") == "routes"
    kernel.move(module, STOPPED)
    kernel.step()
    module.heard.clear()
    module.ticks = 0
    import time

    for _ in range(5):
        kernel.bus.publish("a/b", 2)
        kernel.step()
        time.sleep(0.002)
    assert module.heard == [] and module.ticks == 0
    assert kernel.bus.get("$http/routes/greedy") is None
    assert kernel.bus.filters() == []
    assert not module.properties
    assert kernel.step() > 1000


def test_a_module_that_another_stops_has_no_more_turn():
    class Stopper(Module):
        def loop(self):
            self.kernel.move("victim", STOPPED)

    class Victim(Module):
        turns = 0

        def start(self):
            self.turns = 0

        def loop(self):
            self.turns += 1

    kernel = Kernel()
    kernel.add(Stopper())
    victim = kernel.add(Victim())
    kernel.step()
    kernel.step()
    assert victim.state == STOPPED and victim.turns == 0


def test_a_module_can_be_added_and_removed_while_the_rest_runs():
    kernel = Kernel()
    kernel.add(Recorder("one"))
    kernel.step()
    two = kernel.add(Recorder("two"))
    kernel.step()
    assert two.state == RUNNING
    kernel.remove("two")
    assert two.state == EJECTED and "two" not in kernel.modules
    assert kernel.modules["one"].state == RUNNING
    kernel.add(Recorder("two"))  # the id is free again
    kernel.step()
    assert kernel.modules["two"].state == RUNNING
    assert two.calls[-3:] == ["stop", "unmount", "eject"]


def test_two_kernels_live_beside_each_other():
    one, two = Kernel(), Kernel()
    a = one.add(Recorder())
    b = two.add(Recorder())
    one.step()
    assert (a.state, b.state) == (RUNNING, NEW)
    two.step()
    a.publish("x", 1, retain=True)
    assert two.bus.get("x") is None and one.bus.get("x") == 1


def test_a_module_is_told_when_it_is_added_and_removed():
    told = []

    class Lamp(Module):
        def on_add(self, kernel):
            told.append(("added", kernel is self.kernel, self.state))

        def on_remove(self, kernel):
            told.append(("removed", self.id in kernel.modules, self.state))

    kernel = Kernel()
    kernel.add(Lamp())
    kernel.step()
    kernel.remove("lamp")
    assert told == [("added", True, "NEW"), ("removed", False, "EJECTED")], told


def test_filters_and_pages_are_offered_like_routes_while_the_module_runs():
    class Lamp(Module):
        filters = ["filter"]
        pages = {404: "gone"}

    kernel = Kernel()
    kernel.add(Lamp())
    kernel.step()
    get = kernel.bus.get
    assert get("$http/filters/lamp") == ["filter"] and get("$http/pages/lamp") == {404: "gone"}
    assert get("$http/routes/lamp") is None
    kernel.move("lamp", STOPPED)
    assert get("$http/filters/lamp") is None and get("$http/pages/lamp") is None


def test_a_start_finds_its_module_running_and_a_mount_does_not():
    class Watching(Module):
        def mount(self):
            self.seen = [self.state]

        def start(self):
            self.seen.append(self.state)

    kernel = Kernel(QUIET)
    watching = kernel.add(Watching())
    kernel.step()
    assert watching.seen == [CONFIGURED, RUNNING]
    kernel.move(watching, STOPPED)
    watching.seen.clear()
    kernel.move(watching, RUNNING)
    assert watching.seen == [RUNNING]


def test_a_start_that_fails_after_a_stop_leaves_it_failed_and_unmounted():
    class Once(Module):
        starts = unmounts = 0

        def start(self):
            self.starts += 1
            if self.starts == 2:
                raise OSError("no second time")

        def unmount(self):
            self.unmounts += 1

    kernel = Kernel(QUIET)
    once = kernel.add(Once())
    kernel.step()
    kernel.move(once, STOPPED)
    assert not kernel.move(once, RUNNING)
    assert once.state == FAILED and once.unmounts == 1


def test_move_tells_whether_it_has_come_there():
    def broken(module):
        raise RuntimeError("broken hook")

    kernel = Kernel(QUIET)
    one = kernel.add(Recorder())
    assert kernel.move(one, RUNNING) and kernel.move(one, STOPPED)
    one.hook(RUNNING, after=broken)
    assert not kernel.move(one, RUNNING) and one.state == FAILED


def test_a_hook_that_can_not_be_is_refused_by_name():
    module = Kernel().add(Recorder("lamp"))
    error = raises(ValueError, module.hook, "RUNING", lambda m: None)
    assert "lamp: hook: state 'RUNING': have " in str(error) and "RUNNING" in str(error)
    error = raises(TypeError, module.hook, "RUNNING", "count")
    assert "lamp: hook: 'count': takes a function" in str(error)


def test_a_kernel_begins_once():
    kernel = Kernel()
    kernel.begin()
    assert "running already" in str(raises(RuntimeError, kernel.begin))
    kernel.end()


def test_requires_and_defaults_that_can_not_be_are_refused_where_the_module_is_added():
    for name, value in (("requires", "mqtt"), ("requires", None), ("defaults", []), ("defaults", "x")):
        module = Module("lamp")
        setattr(module, name, value)
        assert name + " takes a" in str(raises(TypeError, Kernel().add, module))
    assert "before or after" in str(raises(TypeError, Module("lamp").hook, "RUNNING"))
