"""A module whose fibers run in the kernel's loop and sleep in its poll."""

from modcore import Module

from . import Loop
from .fiber import Fiber


class FiberModule(Module):
    """Base class of modules that run fibers; a `mount` or `stop` of the subclass calls that of this class.

    fibers: the Loop, from `mount` on. A fiber that fails while no other waits for it is a failure of the
    module: supervision starts it again.

        class Blinker(FiberModule):
            def start(self):
                self.spawn(self.blink())
    """

    reaction_ms = 0
    fibers = None

    def mount(self):
        """Make the loop."""
        self.fibers = Loop(self.kernel.sockets(), self.reaction_ms, _failed, self)

    def spawn(self, generator, name=None):
        """Start `generator` as a fiber that lives as long as the module runs; returns the Fiber."""
        return Fiber(self.fibers, generator, name)

    def loop(self):
        """The kernel's turn for the fibers."""
        return self.fibers.turn()

    def stop(self):
        """Kill all fibers."""
        self.fibers.kill()


def _failed(fiber, error):
    raise error
