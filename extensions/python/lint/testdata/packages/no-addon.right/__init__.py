from .extension import Quiet
from .addon import QuietAddon
