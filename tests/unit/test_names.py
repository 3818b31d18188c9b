"""A name that is misspelt is named, with the object and what there is; what is private can't be reached."""

import modcore
from modcore import Kernel, Module
from support import raises


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
