"""The board's half of the REPL: hands code to the program's end of it and knows what the program is doing."""

from collections import deque

CALL = 67


class Job:
    """Code for the interpreter. mode: "raw", "single" or "paste"; output(bytes) gets what it prints."""

    def __init__(self, mode, code, output, done):
        self.mode = mode
        self.code = code
        self.output = output
        self.done = done  # () when it is over; also when the board resets meanwhile


class Console:
    """The program's output, and code for it while it waits at its prompt.

    send(kind, index, value): sends the interpreter a frame. log(bytes): gets what no job asked for.
    """

    def __init__(self, send, log):
        self._send = send
        self._log = log
        self._jobs = deque()
        self._job = None
        self._reading = False
        self.at_prompt = False
        self.ending = False  # the process shall end at its prompt
        self.skip_main = False  # the next start is for a raw REPL
        self.on_prompt = _nothing  # () when the program reaches its prompt
        self.on_start = _nothing  # () when the interpreter starts

    def boot(self):
        """The interpreter starts."""
        self._over()
        self.at_prompt = False
        self.on_start()

    def run(self, job):
        """Run a job as soon as the program is at its prompt."""
        self._jobs.append(job)
        if self.at_prompt and self._job is None:
            self._send(CALL, 1, 0)

    def busy(self):
        """Tell whether a job runs, or waits for the program to fetch it."""
        return self._job is not None or bool(self._jobs)

    def reads(self):
        """Tell whether what is typed now is the input of a job that runs."""
        return self._job is not None and self._reading

    def end(self):
        """Have the process end at its prompt."""
        self.ending = True
        if self.at_prompt:
            self._send(CALL, 1, 0)

    def output(self, data):
        """Take what the program has printed."""
        if self._job:
            self._job.output(data)
        else:
            self._log(data)

    def _over(self):
        job, self._job = self._job, None
        if job:
            job.done()

    def cancel(self):
        """Forget what has not run yet."""
        jobs, self._jobs = self._jobs, deque()
        for job in jobs:
            job.done()

    # asked by the interpreter

    def on_starts(self, name):
        """Tell whether to run boot.py or main.py."""
        skip = name == "main.py" and self.skip_main
        if name == "main.py":
            self.skip_main = False
        return not skip and not self.ending

    def on_done(self):
        """The code of the job is done; the end of its output follows."""
        self._reading = False

    def on_next(self):
        """The program is at its prompt: return the next job, or None."""
        self._over()
        if not self.at_prompt:
            self.at_prompt = True
            self.on_prompt()
        if self.ending:
            return ("end", "")
        if not self._jobs:
            return None
        self._job = self._jobs.popleft()
        self._reading = True
        code = self._job.code
        return (self._job.mode, code if isinstance(code, str) else code.decode(errors="replace"))


def _nothing():
    pass
