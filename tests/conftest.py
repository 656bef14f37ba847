"""A test run is the same however it was started, and however busy the machine is."""

from __future__ import annotations

import signal

from hypothesis import settings

# Ended from outside, as by `timeout`, it removes its temporary folders like any other run.
signal.signal(signal.SIGTERM, signal.default_int_handler)
# A job in the background of a shell ignores Ctrl-C, and commands it starts inherit that.
for _ignored, _usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(_ignored) == signal.SIG_IGN:
        signal.signal(_ignored, _usual)

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
