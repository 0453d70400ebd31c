from .vendored import HELP
