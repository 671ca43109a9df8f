"""A person goes along a path: on, back, past a stop, to the end, and on again another day."""

import json
from pathlib import Path

import pytest
from paths import index_with_paths
from states import opened

from bot.contract import written
from bot.onboarding.grading import Grade
from bot.onboarding.listing import check_list, listed
from bot.onboarding.stops import PlacedPath, paths_in
from bot.onboarding.walking import Along, Walker
from bot.state.walks import Person

ANA = Person("", "local:ana")


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> PlacedPath:
    """Give a path of three stops, between the first two of which one is gone."""
    return paths_in(index_with_paths(tmp_path_factory.mktemp("paths")))[0]


def test_a_path_is_walked_from_stop_to_stop(tmp_path: Path, placed: PlacedPath) -> None:
    """What is gone is passed over; the first has none before it, and the last none behind."""
    with opened(tmp_path) as state:
        walker = Walker(state, ANA)
        assert walker.along(placed) == Along(placed)
        way = walker.begin(placed)
        first, second, third = placed.present
        assert (way.current, way.before(first), way.done) == (first, first, 0)
        way = walker.leave(way, first, "read")
        assert (way.current, way.done) == (second, 1)
        way = walker.go_to(way, way.before(second))
        assert way.current is first
        way = walker.leave(walker.leave(way, first, "read"), second, "skipped")
        assert (way.current, way.after(third), way.finished) == (third, None, False)
        way = walker.leave(way, third, "read")
        assert (way.current, way.done, way.finished) == (third, 3, True)


def test_it_goes_on_where_one_was(tmp_path: Path, placed: PlacedPath) -> None:
    """In another process; who was through begins again, with all that is behind."""
    first, second, third = placed.present
    with opened(tmp_path) as state:
        walker = Walker(state, ANA)
        walker.leave(walker.begin(placed), first, "read")
    with opened(tmp_path) as state:
        walker = Walker(state, ANA)
        way = walker.begin(placed)
        assert way.current is second
        way = walker.leave(walker.leave(way, second, "read"), third, "read")
        assert walker.begin(placed).current is first
        assert walker.begin(placed).done == 3


def test_who_stood_at_a_stop_that_is_gone_is_at_the_first_that_is_left(
    tmp_path: Path, placed: PlacedPath
) -> None:
    """Or at the first of all, where nothing is left."""
    first, second, third = placed.present
    with opened(tmp_path) as state:
        walker = Walker(state, ANA)
        way = walker.leave(walker.begin(placed), first, "read")
        gone = next(stop for stop in placed.stops if stop.passage is None)
        way = walker.go_to(way, gone)
        assert way.current is second
        for stop in (second, third):
            way = walker.leave(way, stop, "read")
        assert walker.go_to(way, gone).current is first


def test_a_grade_counts_as_read(tmp_path: Path, placed: PlacedPath) -> None:
    """And the person is still there, also another day."""
    with opened(tmp_path) as state:
        walker = Walker(state, ANA)
        way = walker.grade(walker.begin(placed), placed.present[0], Grade.CLOSE)
        assert (way.done, way.current) == (1, placed.present[0])
        assert way.walk is not None
        assert way.walk.seen[placed.present[0].key].grade == "close"
        assert walker.begin(placed).current is placed.present[0]


def test_the_check_list_is_markdown_in_which_nothing_acts(tmp_path: Path, placed: PlacedPath) -> None:
    """Ticked where it was read, with why, where and what to check oneself by."""
    with opened(tmp_path) as state:
        walker = Walker(state, ANA)
        way = walker.grade(walker.begin(placed), placed.present[0], Grade.CLOSE)
        assert check_list(way) == (
            "# First week\n\nFor everybody who is new.\n\n"
            "- [x] 1. **Who deploys?** (team/deploys.md:10-16)\n"
            "  - Why: Your first change goes this way.\n"
            "  - Check yourself: Who deploys every merge to staging? (close)\n"
            "- [ ] 2. **How do I roll back?** (rollback.md:5-7)\n"
            "  - Check yourself: How do I roll back?\n"
            "- [ ] 3. **Rolling back** (rollback.md:1-7)\n"
        )


def test_a_title_stays_words_in_markdown(tmp_path: Path) -> None:
    """Signs of Markdown and HTML are written out."""
    (tmp_path / "x").mkdir()
    index = index_with_paths(tmp_path / "x")
    short = paths_in(index)[1]
    lines = check_list(Along(short)).splitlines()
    assert lines[:3] == ["# Short one", "", "- [ ] 1. **Deploys** (team/deploys.md:6-20)"]


def test_programs_get_all_stops_also_those_that_are_gone(tmp_path: Path, placed: PlacedPath) -> None:
    """With what became of each."""
    with opened(tmp_path) as state:
        walker = Walker(state, ANA)
        way = walker.grade(walker.begin(placed), placed.present[0], Grade.RIGHT)
        (path,) = json.loads(written(listed([way])))["paths"]
    assert (path["name"], path["title"], path["audience"]) == (
        "first-week",
        "First week",
        "everybody who is new",
    )
    assert path["stops"][0] == {
        "stop": "deploys#Who deploys?",
        "title": "Who deploys?",
        "location": "team/deploys.md:10-16",
        "why": "Your first change goes this way.",
        "check": "Who deploys every merge to staging?",
        "outcome": "read",
        "grade": "right",
    }
    assert [(stop["location"], stop["outcome"]) for stop in path["stops"][1:]] == [
        (None, None),
        ("rollback.md:5-7", None),
        ("rollback.md:1-7", None),
    ]
