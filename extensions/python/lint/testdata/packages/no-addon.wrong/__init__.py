from . import extension  # wrong
