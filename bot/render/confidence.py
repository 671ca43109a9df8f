"""How sure an answer is, in a word that is the same on every surface."""

_WORDS = ((0.8, "high"), (0.5, "fair"), (0.0, "low"))


def confidence_word(value: float) -> str:
    """Give `high`, `fair` or `low` for a confidence in [0, 1]."""
    return next(word for least, word in _WORDS if value >= least)
