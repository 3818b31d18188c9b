"""Roaming: while connected with a weak signal, the way to a clearly better access point."""

from modcore.deadline import Deadline

from .scan import candidates, scan

_MAX_WAIT = 16  # times `roam_s`, after looking in vain again and again


class Roaming:
    """Looks around for `wlan` when the signal is weak, less and less often where nothing better is found.

    A change takes `roam_db` more than there is, so that two access points of the same strength don't have the
    device go to and fro.
    """

    def __init__(self, wlan):
        self._wlan = wlan
        self._wait = 1
        self._next = Deadline(0)

    def better(self, rssi):
        """(network, bssid) of what is in reach and clearly stronger than `rssi` dBm, or None.

        On hardware looking blocks for 2 s, so that it is done no more often than every `roam_s`.
        """
        if not self._next.passed():
            return None
        wlan = self._wlan
        config = wlan.config
        best = None
        found = scan(wlan)
        strength = {entry[1]: entry[3] for entry in found}
        for network, bssid in candidates(wlan.networks, found):
            if bssid is not None and strength[bssid] >= rssi + config["roam_db"]:
                if best is None or strength[bssid] > strength[best[1]]:
                    best = network, bssid
        self._wait = 1 if best else min(self._wait * 2, _MAX_WAIT)
        self._next = Deadline(config["roam_s"] * 1000 * self._wait)
        return best
