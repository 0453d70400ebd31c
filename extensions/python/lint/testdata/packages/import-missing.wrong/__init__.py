from . import adon  # wrong
from .extension import Loud  # wrong
from .helper import help_me  # wrong
from ten_runtime import AsyncExtention  # wrong
