"""The history: each run of a valve and each start that was left out, for a year, in files of bounded size.

A record has 16 bytes, see `records.py`. They are appended to a segment; a full one is followed by another, and the
oldest goes. A record that a power cut has torn is passed over. What is open is noted in `runs-open.json`: after a
power cut its record is written from there.
"""

from modcore import Module


class History(Module):
    """Keeps the runs. config: `folder`; `segments` of 2048 records each, 32 KB."""

    defaults = {"folder": ".", "segments": 6}

    open: "dict | None" = None  # what is, see records.py; None: it has not started yet

    # Made by records.py:
    noted: bool  # whether runs-open.json names runs
    soon: bool  # whether one that has just begun waits to be noted there
    litres: "float | None"  # the meter's total
    number: int  # of the segment that is written
    size: int  # its bytes

    def start(self):
        """Find the newest segment and listen."""
        from .records import begin

        begin(self)

    def stop(self):
        """Note what is open: it is about to be closed, or the module comes back and goes on."""
        if self.open:
            from .records import note

            note(self, "stop")

    def answer(self, what, value):
        """Answer `history/since`, a question of others on the bus: the records from a moment (s since 1970) on."""
        if what != "since":
            raise LookupError("history answers no " + what)
        from .records import all_since

        return all_since(self.config["folder"], value)

    def hear(self, topic, value):
        """Note what has begun, flowed, ended or been left out."""
        if topic == "flow/total" and not self.open:
            self.litres = value
        else:
            from .records import hear

            hear(self, topic, value)
