"""A name that is misspelt is named, with the object and what there is; what is private can't be reached."""

import sys

import modcore
from modcore import Kernel, Module
from modcore.bus import Bus
from modcore.lookup import METHODS
from support import raises, steps


class Lamp(Module):
    def start(self):
        self.level = 3

    def dim(self, percent):
        pass


def misspelt(owner, name, *words):
    text = str(raises(AttributeError, getattr, owner, name))
    for word in words:
        assert word in text, text


def test_the_kernel_and_the_bus_name_what_they_have():
    kernel = Kernel()
    misspelt(kernel, "reconfig", "Kernel has no 'reconfig'; have ", " reconfigure", " add", " modules")
    misspelt(kernel.bus, "publsh", "Bus has no 'publsh'; have ", " publish", " subscribe", " get")


def test_a_module_names_its_own_and_those_of_the_base():
    kernel = Kernel()
    lamp = kernel.add(Lamp())
    kernel.step()
    misspelt(lamp, "proprety", "Lamp has no 'proprety'; have ", " property", " dim", " level", " listen")
    assert "_log" not in str(raises(AttributeError, getattr, lamp, "nothing"))


def test_the_package_names_what_is_public():
    misspelt(modcore, "Kernl", "modcore", "Kernl", "Kernel", "Module", "BusFull", "main")


def test_what_is_not_there_may_be_asked_for():
    kernel = Kernel()
    assert not hasattr(kernel, "reconfig") and getattr(Lamp(), "fiber", None) is None


def test_what_is_private_is_not_public():
    kernel = Kernel()
    for owner, name in ((kernel, "sleep_ms"), (kernel, "load"), (Lamp(), "identify"), (kernel.bus, "drop")):
        assert not hasattr(owner, name), name


OVER = """
class Over(Base):
    def __init__(self, *args):
        super().__init__(*args)
"""


def overridden(base, names):
    """A class derived from `base` each of whose methods `names` gives back what `super()` has for it."""
    text = OVER
    for name in names:
        text += "    def %s(self, *args, **named):\n        return super().%s\n" % (name, name)
    space = {"Base": base}
    exec(text, space)
    return space["Over"]


def test_super_finds_every_method_that_is_loaded_when_it_is_called():
    classes = {"Kernel": (Kernel, ()), "Module": (Module, ("m",)), "Bus": (Bus, ())}
    if sys.implementation.name == "micropython":
        from modcore.aio import Aio, asyncio

        classes["Aio"] = (Aio, (Kernel(),))
    for kind in classes:
        base, args = classes[kind]
        names = []
        for line in METHODS[kind]:
            names += line.split()[1:]
        assert names
        if kind == "Aio":

            async def made(base=base, names=names, args=args):
                return overridden(base, names)(*args)

            over = asyncio.run(made())
        else:
            over = overridden(base, names)(*args)
        for name in names:
            assert callable(getattr(over, name)()), (kind, name)


class Loud(Lamp):
    """Calls the methods of its base by way of `super()`, before it is added and while it runs."""

    def __init__(self, id=None):
        super().__init__(id)
        self.heard = []
        self.hook("RUNNING", after=lambda module: self.heard.append("hook"))

    def start(self):
        self.property("on", "switch", False, set=lambda property, on: self.heard.append(on))
        self.listen("ring", lambda topic, value: self.heard.append(value))
        self.after(0, self.fire, ["loud/on/set"], True)

    def hook(self, *args, **named):
        return super().hook(*args, **named)

    def property(self, *args, **named):
        self.heard.append("property")
        return super().property(*args, **named)

    def listen(self, *args):
        self.heard.append("listen")
        return super().listen(*args)

    def fire(self, events, value=None):
        return super().fire(events, value)


class Strict(Kernel):
    """Counts what is added."""

    added = 0

    def add(self, module):
        self.added += 1
        return super().add(module)

    def stop(self):
        self.added = 0
        return super().stop()


def test_a_class_may_replace_what_is_loaded_when_it_is_called():
    kernel = Strict()
    loud = kernel.add(Loud())
    steps(kernel, 5)
    kernel.bus.publish("ring", 3)
    steps(kernel, 3)
    # A property listens to its command.
    assert loud.heard == ["property", "listen", "listen", "hook", True, 3], loud.heard
    assert kernel.added == 1
    kernel.stop()
    assert kernel.added == 0 and loud.state == "STOPPED"
