"""Ages are told in whole units."""

from datetime import date

import pytest

from bot.render.ages import age_of_date, age_of_seconds

TODAY = date(2026, 2, 3)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (-1, "just now"),
        (-1e9, "just now"),
        (59.9, "just now"),
        (60, "1 minute ago"),
        (7_300, "2 hours ago"),
        (86_400, "1 day ago"),
        (86_400 * 31, "1 month ago"),
        (86_400 * 800, "2 years ago"),
    ],
)
def test_an_age_is_told_in_whole_units(seconds: float, words: str) -> None:
    """The largest unit that fits is used, rounded down."""
    assert age_of_seconds(seconds) == words


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("2026-02-03", "today"),
        ("2026-02-02T23:59:00Z", "1 day ago"),
        ("2025-11-02", "3 months ago"),
        ("2026-02-04", None),
        ("last spring", None),
    ],
)
def test_the_age_of_a_date_counts_days(written: str, words: str | None) -> None:
    """A date to come and one that can not be read have none."""
    assert age_of_date(written, TODAY) == words
