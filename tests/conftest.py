"""A test run is the same in the background, where a shell lets jobs ignore Ctrl-C, and on a busy machine."""

from __future__ import annotations

import signal

from hypothesis import settings

# Ended from outside, as by `timeout`, it removes its temporary folders like any other run.
signal.signal(signal.SIGTERM, signal.default_int_handler)
# The commands under test inherit it.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
