"""Pieces that a text which looks like YAML is made of."""

from hypothesis import strategies as st

WORDS = st.sampled_from(
    [*"[]{}:,-?!&*#|>'\"%@`\\~<\n\t ", "- ", ": ", "\n  ", "a", "&a", "*a", "<<: ", "5", "---\n"]
)
