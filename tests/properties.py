"""How many examples a property takes that isn't cheap: ``@examples(40)``, where others take 100."""

from hypothesis import settings


def examples(number: int) -> settings:
    """So many of the usual 100; of more (``--hypothesis-profile search``) as large a share."""
    return settings(max_examples=max(1, number * settings().max_examples // 100))
