"""Other names: what notes may write for a question's words."""

from collections.abc import Callable

import pytest

from index.expansion import other_names


def holding(*terms: str) -> Callable[[str], int]:
    """Give the frequency of terms in notes that hold these alone."""
    return lambda term: int(term in terms)


@pytest.mark.parametrize(
    ("question", "held", "expected"),
    [
        ("Where are the k8s logs?", ["kubernet"], {"k8s": (("kubernet",),)}),
        ("Where are the Kubernetes logs?", ["k8s"], {"kubernet": (("k8s",),)}),
        ("Which lb is it?", ["load", "balanc"], {"lb": (("load", "balanc"),)}),
        ("Which load balancer is it?", ["lb"], {}),
        ("How do I back up the db?", ["backup", "databas"], None),
        ("Is roll-back a roll back?", ["rollback"], {"roll": (("rollback",),), "back": (("rollback",),)}),
        ("Is a ConfigMap small?", ["configmap"], {"config": (("configmap",),), "map": (("configmap",),)}),
        ("Is a ConfigMap small?", ["config", "map"], {}),
        ("Is a config-map small?", ["config-map"], {}),
        ("Where are the k8s logs?", [], {}),
        ("Which lb is it?", ["load"], {}),
        ("Should we be?", ["shouldw", "webe", "shouldwe"], {}),
        ("", ["databas"], {}),
    ],
)
def test_other_names_are_those_that_the_notes_hold(
    question: str, held: list[str], expected: dict[str, tuple[tuple[str, ...], ...]] | None
) -> None:
    """An abbreviation is written out or the other way round, two words are joined, where notes have it."""
    backed_up = {"back": (("backup",),), "up": (("backup",),), "db": (("databas",),)}
    assert other_names(question, holding(*held)) == (backed_up if expected is None else expected)


def test_a_term_may_have_several_names() -> None:
    """The abbreviation's comes first, then those that join it with a neighbour, in the question's order."""
    names = other_names("the db config file", holding("databas", "configur", "dbconfig", "configfil"))
    assert names == {
        "db": (("databas",), ("dbconfig",)),
        "config": (("configur",), ("dbconfig",), ("configfil",)),
        "file": (("configfil",),),
    }
