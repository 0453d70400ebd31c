from .addon import QuietAddon

__all__ = ["QuietAddon", adon.__name__]  # wrong
