"""How far each person is on a path is remembered, and what they ask in their first weeks."""

from pathlib import Path

import pytest
from states import DAY, START, Clock, opened

from bot.state.newcomers import FIRST_DAYS, Asked, Gap, asked, record
from bot.state.people import forget, prune
from bot.state.walks import Person, Seen, Walk, begin, go_to, leave, walks

ANA, BEN = Person("T1", "U1"), Person("", "local:ben")


def test_a_path_begins_once(tmp_path: Path) -> None:
    """Beginning again changes nothing, and nobody else has begun it."""
    clock = Clock()
    with opened(tmp_path, clock) as state:
        assert begin(state, ANA, "week") == Walk("week", "", START, {})
        clock.seconds += DAY
        begin(state, ANA, "week")
        begin(state, ANA, "call")
        assert [(walk.path, walk.started) for walk in walks(state, ANA)] == [
            ("week", START),
            ("call", START + DAY),
        ]
        assert walks(state, BEN) == ()


def test_where_one_is_and_what_is_behind_is_kept(tmp_path: Path) -> None:
    """Over a restart; what was read stays read, and a grade until there is another."""
    with opened(tmp_path) as state:
        begin(state, ANA, "week")
        go_to(state, ANA, "week", "b")
        leave(state, ANA, "week", "a", outcome="skipped")
        leave(state, ANA, "week", "a", outcome="read", grade="close")
        leave(state, ANA, "week", "a", outcome="skipped")
        leave(state, ANA, "week", "b", outcome="skipped")
        leave(state, ANA, "other", "a", outcome="read")
    with opened(tmp_path) as state:
        (walk,) = walks(state, ANA)
    assert (walk.stop, walk.seen) == ("b", {"a": Seen("read", "close"), "b": Seen("skipped", None)})


def test_questions_of_newcomers_alone_are_kept(tmp_path: Path) -> None:
    """Who began no path, or began long ago, is no newcomer."""
    clock = Clock()
    with opened(tmp_path, clock) as state:
        assert not record(state, ANA, "who is paged?", "not_found")
        begin(state, ANA, "week")
        assert record(state, ANA, "who is paged?", "not_found")
        clock.seconds += FIRST_DAYS * DAY
        begin(state, ANA, "call")
        assert record(state, ANA, "who else?", "unsure")
        clock.seconds += 1
        assert not record(state, ANA, "and who else?", "unsure")
        assert asked(state, 365).questions == 2


def test_what_was_not_answered_is_counted_and_names_nobody(tmp_path: Path) -> None:
    """The same question typed a little otherwise is one; the last verdict counts."""
    clock = Clock()
    with opened(tmp_path, clock) as state:
        for person in (ANA, BEN):
            begin(state, person, "week")
        for person, question, verdict in (
            (ANA, "Who is paged?", "not_found"),
            (BEN, "who  is paged", "unsure"),
            (ANA, "what is a pod?", "answered"),
            (ANA, "what is a quux?", "not_found"),
            (ANA, "what is a quux?", "answered"),
            (ANA, "and a frob?", "not_found"),
            (ANA, "and a frob?", "not_found"),
        ):
            clock.seconds += 1
            record(state, person, question, verdict)
        assert asked(state, 30) == Asked(
            30,
            7,
            2,
            (
                Gap("who  is paged", "unsure", 2, 2, START + 2),
                Gap("and a frob?", "not_found", 2, 1, START + 7),
            ),
        )
        named = asked(state, 30, by_person=True)
        assert [gap.people for gap in named.gaps] == [("U1", "local:ben"), ("U1",)]
        clock.seconds += 31 * DAY
        assert asked(state, 30) == Asked(30, 0, 0, ())


@pytest.mark.parametrize("person", [ANA, BEN])
def test_a_person_is_forgotten_with_all_of_it(tmp_path: Path, person: Person) -> None:
    """Paths, stops and questions; and what is old goes by itself."""
    clock = Clock()
    with opened(tmp_path, clock) as state:
        for one in (ANA, BEN):
            begin(state, one, "week")
            leave(state, one, "week", "a", outcome="read")
            record(state, one, "who is paged?", "not_found")
        assert forget(state, person.user) == {"newcomer_questions": 1, "stops": 1, "walks": 1}
        assert walks(state, person) == ()
        assert asked(state, 30).questions == 1
        clock.seconds += 91 * DAY
        assert prune(state, 90) == 3
