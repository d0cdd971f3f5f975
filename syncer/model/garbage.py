"""The collector of garbage in circles, put to rest while much is made that holds none.

Data here is frozen and holds no circle: what nobody needs any more goes at once, without it. Left alone it
would walk through all that was made, over and over.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Iterator[None]:
    """Collect nothing meanwhile; behind it all is as it was before. It may be asked for within itself."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
