from . import addon
from .extension import Quiet
from .sub import helper
from .sub.helper import HELP
from ten_runtime import AsyncExtension
from ten_runtime.async_ten_env import AsyncTenEnv

try:
    from .fast import parse
except ImportError:
    parse = None
