from .addon import QuietAddon

__all__ = ["QuietAddon", addon.__name__]
