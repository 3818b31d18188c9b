"""Sdcard: mounts the card when there is one, notices when it is pulled out, and takes the next one."""

import os

from modcore import Module

_MB = 1 << 20


class Sdcard(Module):
    """Mounted in the state MOUNTED and unmounted in UNMOUNTED; modules that need it name it in `requires`.

    `sdcard/mounted` says whether there is a card. The command `on` with false unmounts it, so that it can be taken out;
    it comes from outside only where `allow` names it.
    """

    defaults = {"path": "/sd", "slot": 1, "pins": {}, "spi": None, "check_s": 5, "allow": []}
    _card = None
    _wanted = True
    _trouble = None

    def configure(self):
        """Look at `allow`. ValueError: it names something that is not a command."""
        from modcore.orders import check

        check(self, ("on",))

    def mount(self):
        """Mount the card; without one the module waits for it."""
        self._wanted = True
        self._mount()

    def start(self):
        """Declare the properties and look after the card."""
        from modcore.orders import give, take

        if "on" in self.config["allow"]:
            self.property("on", kind="switch", value=self._wanted, set=give, name="SD card in use")
        else:
            self.property("on", kind="binary_sensor", value=self._wanted, name="SD card in use")
        take(self)
        self.property("mounted", kind="binary_sensor", name="SD card")
        self.property("size", kind="sensor", name="Size", unit="MB", device_class="data_size")
        self.property("free", kind="sensor", name="Free", unit="MB", device_class="data_size")
        self._show()
        if self.config["check_s"]:
            self.every(int(self.config["check_s"] * 1000), self._check)

    def unmount(self):
        """Unmount the card."""
        self._unmount()

    def do(self, command, value=None):
        """Carry out `on` (true: mount the card, false: unmount it), whatever is allowed from outside. Refused: unknown.

        kernel.modules["sdcard"].do("on", False)
        """
        if command != "on":
            from modcore.orders import unknown

            raise unknown(self, command)
        on = bool(value)
        self._wanted = self.properties["on"].value = on
        if on and not self._card:
            self._mount()
        elif not on:
            self._unmount()
        self._show()

    def _check(self):
        if self._card:
            if not _answers(self._card):
                self.log.warning("the card was pulled out")
                self._unmount()
                self._show()
            else:
                self._show_free()
        elif self._wanted:
            self._mount()
            if self._card:
                self._show()

    def _mount(self):
        from .card import close_card, open_card

        config = self.config
        card = None
        try:
            card = open_card(config["slot"], config["pins"], config["spi"])
            os.mount(card, config["path"])
        except (OSError, ImportError, AttributeError, KeyError, ValueError, TypeError) as error:
            if card:
                close_card(card)
            trouble = "%s: %s" % (type(error).__name__, error)
            if trouble != self._trouble:  # said once, not with every try
                self._trouble = trouble
                self.log.warning("no card:", trouble)
            return
        self._card = card
        self._trouble = None
        self.log.info("mounted on", config["path"])

    def _unmount(self):
        from .card import close_card

        if not self._card:
            return
        card = self._card
        self._card = None
        try:
            os.umount(self.config["path"])
        except OSError as error:
            self.log.warning("unmounting:", error)
        close_card(card)

    def _show(self):
        mounted = self._card is not None
        if self.properties["mounted"].value != mounted:
            self.properties["mounted"].value = mounted
        if mounted:
            self._show_free()
        else:
            self.properties["size"].value = self.properties["free"].value = None

    def _show_free(self):
        try:
            found = os.statvfs(self.config["path"])
        except OSError:
            return  # the next check tells
        for id, blocks in (("size", found[2]), ("free", found[3])):
            value = round(found[1] * blocks / _MB, 1)
            if self.properties[id].value != value:
                self.properties[id].value = value


def _answers(card):
    """Tell whether the card is still there: its first block can be read."""
    try:
        # Some drivers raise, some return false.
        return card.readblocks(0, bytearray(512)) in (None, 0, True)
    except OSError:
        return False
