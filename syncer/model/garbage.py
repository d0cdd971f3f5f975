"""The collector of garbage in circles, put to rest while much is made that holds none.

Data here is frozen and holds no circle: what nobody needs any more goes at once, without it. Left alone it
would walk through all that was made, over and over.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SELDOM: Final = (20_000, 50, 1_000_000)
"""After how many objects the youngest are collected, and after how many times those of the next age."""


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


@contextmanager
def young_collection() -> Iterator[None]:
    """Collect what was made of late alone meanwhile, and that seldom: what is old is kept, and
    walking through it costs more than all the rest. Behind it all is as it was before."""
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
