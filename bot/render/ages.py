"""How long ago something was, in words."""

from datetime import date

_UNITS = (
    (86_400 * 365.25, "year"),
    (86_400 * 30.44, "month"),
    (86_400, "day"),
    (3_600, "hour"),
    (60, "minute"),
)
_DAY_SECONDS = 86_400


def age_of_seconds(seconds: float) -> str:
    """Give `just now`, also for a time to come, `5 minutes ago`, `2 years ago`: whole units, rounded down."""
    for size, name in _UNITS:
        if count := int(max(0.0, seconds) // size):
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now"


def age_of_date(written: str, today: date) -> str | None:
    """Give the age of an ISO 8601 date or time; `None` for a date to come or one that can not be read."""
    try:
        days = (today - date.fromisoformat(written[:10])).days
    except ValueError:
        return None
    if days < 0:
        return None
    return "today" if days == 0 else age_of_seconds(days * _DAY_SECONDS)
