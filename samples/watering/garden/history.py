"""The history: each run of a valve and each start that was left out, for a year, in files of bounded size.

A record has 16 bytes, see `records.py`. They are appended to a segment; a full one is followed by another, and the
oldest goes. A record that a power cut has torn is passed over.
"""

from modcore import Module


class History(Module):
    """Keeps the runs. config: `folder`; `segments` of 2048 records each, 32 KB."""

    defaults = {"folder": ".", "segments": 6}

    def start(self):
        """Find the newest segment and listen."""
        from .records import newest

        self.open = {}  # valve -> [when it opened, litres since]
        self.litres = None  # the meter's total
        self.number, self.size = newest(self.config["folder"])
        self.listen("$valves/begun", self._on_begun)
        self.listen("$valves/ended", self._on_ended)
        self.listen("$player/skipped", self._on_skipped)
        self.listen("flow/total", self._on_total)

    def _on_begun(self, topic, value):
        from .records import now_s

        self.open[value["valve"]] = [now_s(), 0]

    def _on_total(self, topic, total):
        if isinstance(total, (int, float)):
            if self.litres is not None and self.open:
                # Of several that are open nobody knows more than that.
                share = max(0, total - self.litres) / len(self.open)
                for run in self.open.values():
                    run[1] += share
            self.litres = total

    def _on_ended(self, topic, value):
        from .records import append, run

        began, litres = self.open.pop(value["valve"], (None, 0))
        append(self, run(value, began, litres))

    def _on_skipped(self, topic, value):
        from .records import append, skipped

        append(self, skipped(value))
