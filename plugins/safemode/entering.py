"""Safe mode by command: the button `safemode/enter`, where the configuration has it."""

from modcore.timer import ANSWER_MS

RARE = True  # once, when the module starts


def offer(module):
    """Declare the button."""

    def press(property, value):
        module.log.critical("safe mode by command: the board is reset")
        module._record = {"ages": [], "active": True}
        module._save()
        module.after(ANSWER_MS, module._reset, "safe mode")

    module.property("enter", kind="button", set=press, name="Restart in safe mode")
