"""The program that a device runs."""

import gc

from .ticks import const

_ROOM = const(20480)  # bytes that the start of a module may take


def main(path="config.json"):
    """Run the device that `path` describes, until Ctrl-C; `modcore.device.run()` resumes it.

    When not even supervision could go on, for want of memory mostly, the device resets itself.

        modcore.main()
    """
    import modcore

    from .boot import boot
    from .lifecycle import make_room

    modcore.device = device = boot(path)
    del boot  # the name alone would keep the whole file in memory for as long as the device runs
    make_room(_ROOM)
    del make_room
    # What is needed when there is no memory left is loaded while there is.
    from .supervision import reserve

    if hasattr(gc, "mem_free"):
        reserve(device)

    print("%s, modcore %s; Ctrl-C stops it and gives the prompt" % (device.name, modcore.__version__))
    for network in ("wlan", "softap"):
        device.bus.subscribe(network + "/ip", _tell_address)
    try:
        device.run()
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        gc.collect()
        try:
            from machine import reset  # it is in the firmware: that takes no memory
        except ImportError:  # a PC
            raise error
        import sys

        sys.print_exception(error)
        reset()  # its outputs must not stay as they are


def _tell_address(topic, address):
    if address:
        print("%s: http://%s/" % (topic.split("/")[0], address))
