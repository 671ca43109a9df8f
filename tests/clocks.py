"""A clock that tests set."""

from datetime import UTC, datetime, timedelta, tzinfo

import pytest

import index.manifest
import index.writer

START = datetime(2026, 3, 1, tzinfo=UTC)


class Clock:
    """Tells builds the time: `START` and as many days as `days` says, which may go back."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.days = 0.0
        clock = self

        class Moment(datetime):
            """A `datetime` whose present is the clock's."""

            @classmethod
            def now(cls, tz: tzinfo | None = None) -> "Moment":
                """Give the clock's time."""
                assert tz is UTC
                told = START + timedelta(clock.days)
                return cls.fromisoformat(told.isoformat())

        for module in (index.manifest, index.writer):
            monkeypatch.setattr(module, "datetime", Moment)
