"""check: manifests, generated files, memory, tests on all interpreters."""

from pathlib import Path

from ..check import check
from ..manifest import ManifestError
from .show import Fail, emit, safe


def run(folder, write, as_json):
    """Check the project or plugins in `folder`; returns the exit status."""

    def told(result):
        if not as_json:
            mark = "ok    " if result["ok"] else "FAILED"
            print(safe("{}  {}  {}".format(mark, result["check"], result["detail"]).rstrip()), flush=True)

    try:
        results = check(Path(folder), write, told)
    except ManifestError as error:
        raise Fail(str(error)) from None
    failed = [result for result in results if not result["ok"]]
    if as_json:
        emit(results, True)
    if failed:
        raise Fail("{} of {} checks failed".format(len(failed), len(results)))
    return 0
