"""Terms: what a text is found under."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import question_terms, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The pods are running", ["pod", "run"]),
        (
            "terminationGracePeriodSeconds",
            ["terminationgraceperiodsecond", "termin", "grace", "period", "second"],
        ),
        ("kube-scheduler", ["kube-schedul", "kube", "schedul"]),
        ("DEC-0054", ["dec-0054", "dec", "0054"]),
        ("HTTPServer v1.29.3", ["httpserver", "http", "server", "v1.29.3", "v1", "29", "3"]),
        (
            "apps/v1 a_b user@host.example",
            ["apps/v1", "app", "v1", "a_b", "b", "user@host.exampl", "user", "host", "exampl"],
        ),
        ("Café, NAÏVE, Straße", ["cafe", "naiv", "strass"]),
        ("the team's runbook, it’s theirs", ["team", "runbook", "their"]),
        ("\x1b[31mred\x1b[0m", ["31mred", "0m"]),
        ("pod pod", ["pod", "pod"]),
        ("of the and", []),
        ("", []),
    ],
)
def test_terms_of_a_text(text: str, expected: list[str]) -> None:
    """Words are folded and stemmed; an identifier gives itself and its parts; stop words give nothing."""
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("small", "written"),
    [("oomkilled", "OOMKilled"), ("nodeports", "NodePort"), ("kube-schedulers", "kube-scheduler")],
)
def test_an_identifier_in_small_letters_is_the_same_term(small: str, written: str) -> None:
    """What a hurried person types is found under what the notes write."""
    assert terms(small)[0] == terms(written)[0]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How do I roll back a deployment?", ["roll", "back", "deploy"]),
        ("What is a pod, and what is a Pod?", ["pod"]),
        ("Who is who?", ["who", "is"]),
        ("?!", []),
        ("Что такое под", ["что", "такое", "под"]),
    ],
)
def test_terms_of_a_question(question: str, expected: list[str]) -> None:
    """Words that only ask are left out, unless there is nothing else; each term comes once."""
    assert question_terms(question) == expected


@given(st.text())
def test_any_text_gives_terms_that_can_be_written(text: str) -> None:
    """No term is empty or holds white space, which parts terms in the index; a question has each once."""
    assert all(term and not any(map(str.isspace, term)) for term in terms(text))
    assert len(question_terms(text)) == len(set(question_terms(text)))


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll"], max_codepoint=127)))
def test_letter_case_makes_no_difference_to_words(word: str) -> None:
    """A word in capitals gives the terms of the same word in small letters."""
    assert terms(word.upper()) == terms(word.lower())
