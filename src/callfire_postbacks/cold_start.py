"""Turn the garbage collector off while a function loads; import this module before anything else.

The collector would walk the objects of all modules several times while they load, and find nothing to collect.
The handler's module calls `finish` after its imports.
"""

import gc

gc.disable()


def finish() -> None:
    """Exempt the loaded objects from collection, and turn the collector on again."""
    gc.freeze()
    gc.enable()
