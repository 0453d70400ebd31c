"""Tests of the runtime."""

import faulthandler

faulthandler.dump_traceback_later(240, exit=True)  # a hanging test says where
