"""What a device runs."""


def main(path="config.json"):
    """Run the device that `path` describes, until Ctrl-C; `modcore.device.run()` resumes it.

    When not even supervision could go on, for want of memory mostly, the device resets itself.

        modcore.main()
    """
    import modcore

    try:
        from machine import reset  # now: when it is needed there may be no memory left for it
    except ImportError:  # a PC
        reset = None
    from .boot import boot

    modcore.device = boot(path)
    try:
        modcore.device.run()
    except Exception as error:
        if not reset:
            raise
        import sys

        sys.print_exception(error)
        reset()  # its outputs must not stay as they are
