"""How many examples a property takes that isn't cheap: ``@examples(40)`` of a hundred."""

from hypothesis import settings


def examples(number: int) -> settings:
    """This share of the examples that the profile takes, in percent."""
    return settings(max_examples=max(1, number * settings().max_examples // 100))
