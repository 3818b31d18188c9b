"""Tables of figures: what was measured, what is asked for, and whether it is met."""


class Report:
    """Collects rows and prints each table when it is complete.

    A budget is the most that a figure may be, a goal the least.
    """

    def __init__(self):
        self.missed = 0  # rows beyond their budget or short of their goal
        self._rows = []

    def row(self, what, value, unit="", budget=None, goal=None, note=""):
        """Add a figure (`value`, a number, or a str for one without bound) in `unit`.

        report.row("modcore, one module", 8.2, "KB", budget=9)
        """
        bound, met = "", ""
        if budget is not None:
            bound, met = "<= {}".format(_number(budget)), value <= budget
        elif goal is not None:
            bound, met = ">= {}".format(_number(goal)), value >= goal
        if met is False:
            self.missed += 1
        verdict = {True: "ok", False: "MISSED", "": ""}[met]
        self._rows.append((what, _number(value), unit, bound, verdict, note))

    def table(self, title):
        """Print the rows since the last table under `title`."""
        if not self._rows:
            return
        widths = [max(len(row[i]) for row in self._rows) for i in range(5)]
        print("\n" + title + "\n" + "-" * len(title))
        for row in self._rows:
            what, value, unit, bound, verdict = (cell.ljust(width) for cell, width in zip(row, widths))
            line = "  ".join((what, value.strip().rjust(widths[1]), unit, bound, verdict, row[5]))
            print(line.rstrip(), flush=True)
        self._rows = []


def _number(value):
    if isinstance(value, str):
        return value
    if isinstance(value, int) or abs(value) >= 1000:
        return "{:,}".format(round(value))
    return "{:.2f}".format(value).rstrip("0").rstrip(".")
