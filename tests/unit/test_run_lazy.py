"""asyncio is loaded only when a module needs it; in a file of its own, where nothing else has loaded it."""

import sys

from modcore import Kernel, Module
from support import on_micropython


@on_micropython  # on CPython others have imported it
def test_run_imports_asyncio_only_for_a_module_that_needs_it():
    class Plain(Module):
        def start(self):
            self.after(10, self.kernel.stop)

    class Task(Module):
        async def run(self):
            pass

    kernel = Kernel()
    kernel.add(Plain())
    kernel.run()
    assert "asyncio" not in sys.modules
    kernel.add(Task())
    kernel.run()
    assert "asyncio" in sys.modules
