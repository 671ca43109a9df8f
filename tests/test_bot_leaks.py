"""Nothing of a source that an asker may not see reaches them: no quote, no place, no word, no hint."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from asking import MODEL
from encoders import PieceEncoder
from hypothesis import given, settings
from hypothesis import strategies as st
from indexes import built, opened, reading_in_process
from trees import tree

import bot.answer
from bot.answer import answer
from bot.contract import answer_object, written
from bot.conversation import read_in_context
from bot.evidence import evidence_for
from bot.slack.audience import Audience, ChannelKind, Rules, where
from bot.types import Answer, Turn, Verdict
from index.analysis import QUESTION_WORDS, words
from index.known import READ
from index.search import Index
from index.types import Where

# What the encoder takes for words of the language; all others may be mended.
ENCODER = PieceEncoder(whole=frozenset({"and", "every", "how", "night", "nightly", "runs", "the", "who"}))
PLAIN = ["deploy", "database", "rollback", "backup", "window", "cluster"]
SECRET = ["phoenix", "salary", "layoffs", "takeover", "windows", "clusters"]
OPEN, LIMITED = "handbook", "people"
ONLY_OPEN = Where(sources=(OPEN,))

Notes = Mapping[str, Mapping[str, str]]


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    """Read files in the test's own process, and take the made-up probabilities."""
    with reading_in_process(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(bot.answer, "fitted", lambda **_: MODEL)
        yield


@contextmanager
def indexed(notes: Notes) -> Iterator[Index]:
    """Give an index of notes, by source and path."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for source, files in notes.items():
            tree(folder / source, files)
        built(folder / "index", *(folder / source for source in notes), encoder=ENCODER)
        index = opened(folder / "index", ENCODER)
        with closing(index.store):
            yield index


def shown(reply: Answer) -> set[str]:
    """Give the sources of all that an answer holds, of other places of the same words too."""
    hits = [*reply.passages, *reply.related]
    passages = [passage for hit in hits for passage in (hit.passage, *hit.also_in)]
    return {one.document.source for one in (*passages, *(citation.passage for citation in reply.citations))}


# one case each


def test_the_same_words_in_two_sources_are_shown_from_the_visible_one() -> None:
    """The hidden place is not named, neither as the answer nor beside it, whichever comes first by path."""
    same = "# Backups\n\nThe backup runs every night.\n"
    notes = {OPEN: {"m.md": same}, LIMITED: {"a.md": same, "z.md": same}}
    with indexed(notes) as index:
        assert shown(answer(index, "when runs the backup")) == {OPEN, LIMITED}
        reply = answer(index, "when runs the backup", where=ONLY_OPEN)
        assert reply.verdict is Verdict.ANSWERED
        assert (shown(reply), [hit.also_in for hit in reply.passages]) == ({OPEN}, [()])
        assert LIMITED not in written(answer_object(reply, {one.name: one for one in index.sources}))
        hidden = answer(index, "when runs the backup", where=Where(sources=(LIMITED,)))
        assert [len(hit.also_in) for hit in hidden.passages] == [1]


def test_a_word_is_mended_by_visible_notes_alone() -> None:
    """Neither into a hidden word, nor left alone because a hidden note knows it."""
    notes = {
        OPEN: {"a.md": "# Windows\n\nThe deployment window is nightly.\n"},
        LIMITED: {"a.md": "# Phoenix\n\nProject phoenix and the windov: deployments and deployments.\n"},
    }
    with indexed(notes) as index:
        assert index.respelled("phoenx windov deploymentz") == "phoenix windov deployments"
        assert index.respelled("phoenx windov deploymentz", ONLY_OPEN) == "phoenx window deployment"
        reply = answer(index, "who runs phoenx in the windov", where=ONLY_OPEN)
        assert reply.read_as == "who runs phoenx in the window"


def test_a_stem_that_is_visible_does_not_show_hidden_forms_of_it() -> None:
    """`deployments` is another word than `deployment`, although both are found as one."""
    notes = {OPEN: {"a.md": "# A\n\nA deployment.\n"}, LIMITED: {"a.md": "# B\n\nDeployments.\n" * 9}}
    with indexed(notes) as index:
        assert index.respelled("deployments deploymenta") == "deployments deployments"
        assert index.respelled("deploymenta", ONLY_OPEN) == "deployment"


def test_a_word_is_looked_for_in_the_first_passages_that_may_hold_it() -> None:
    """Where very many hold its stem the rest are not read: then a word is rather not mended."""
    many = {f"{n:03}.md": f"# Note {n}\n\nThe cluster and cluster cluster.\n" for n in range(READ)}
    last = {"z.md": "# Last\n\nSo many other words around it, and for it, that it comes last: clustering.\n"}
    with indexed({OPEN: many | last, LIMITED: {"a.md": "# B\n\nOther.\n"}}) as index:
        assert index.respelled("clusterinh") == "clustering"
        assert index.respelled("clusterinh", ONLY_OPEN) == "clusterinh"
        assert index.known(ONLY_OPEN).written("cluster") == 3 * READ


def test_a_follow_up_is_read_by_visible_notes_alone() -> None:
    """Which word was the subject is not told by how rare it is in hidden notes, or that they know it."""
    notes = {
        OPEN: {"a.md": "# A\n\nThe rollback and the backup.\n\n## B\n\nA backup.\n\n## C\n\nA cluster.\n"},
        LIMITED: {f"{n}.md": f"# {n}\n\nThe rollback of phoenix {n}.\n" for n in range(5)},
    }
    with indexed(notes) as index:

        def read(where: Where | None) -> str:
            history = [Turn("user", "who runs the phoenix cluster rollback backup")]
            return read_in_context("and for it?", history, index, where)

        assert read(None) == "and for it? (cluster backup)"
        assert read(ONLY_OPEN) == "and for it? (cluster rollback)"


def test_an_earlier_question_is_mended_by_visible_notes_alone() -> None:
    """What is carried over from it is spelled as they spell it."""
    notes = {
        OPEN: {"a.md": "# A\n\nThe window.\n"},
        LIMITED: {"a.md": "# B\n\nThe windows and windows.\n"},
    }
    with indexed(notes) as index:
        history = [Turn("user", "who runs the windowz")]
        assert read_in_context("and for it?", history, index) == "and for it? (windows)"
        assert read_in_context("and for it?", history, index, ONLY_OPEN) == "and for it? (window)"


@pytest.mark.parametrize(("visible", "hidden"), [(1, 5), (5, 1)])
def test_a_hidden_word_weighs_as_one_that_nobody_knows(visible: int, hidden: int) -> None:
    """How rare a question's words are is counted in the visible notes, be they few or most of all."""
    notes = {
        OPEN: {f"{n}.md": f"# {n}\n\nThe backup.\n\n## B\n\nThe cluster {n}.\n" for n in range(visible)},
        LIMITED: {f"{n}.md": f"# {n}\n\nThe backup of web-7f.\n" for n in range(hidden)},
    }
    with indexed(notes) as index, indexed({OPEN: notes[OPEN]}) as alone:
        for question in ("backup of the cluster", "web-7f backup", "k8s phoenix"):
            seen = evidence_for(index, question, 3, ONLY_OPEN).question.query
            other = alone.query(question)
            assert (seen.idf, seen.others) == (other.idf, other.others)
        assert index.query("web-7f backup").idf != index.query("web-7f backup", ONLY_OPEN).idf


# every case

TEXTS = st.lists(st.sampled_from([*PLAIN, *SECRET]), min_size=1, max_size=6).map(" ".join)
PARTS = st.dictionaries(
    st.sampled_from(["a.md", "b.md", "x/c.md"]),
    st.tuples(TEXTS, TEXTS).map(lambda parts: f"# {parts[0]}\n\nThe {parts[1]} runs nightly.\n"),
    min_size=1,
)
SLIPS = st.sampled_from([lambda word: word, lambda word: word[:-1], lambda word: word[:2] + word[3:]])
WORDS = st.builds(lambda word, slip: slip(word), st.sampled_from([*PLAIN, *SECRET]), SLIPS)
QUESTIONS = st.lists(WORDS, min_size=1, max_size=4).map(lambda found: f"who runs the {' '.join(found)}")
FOLLOW_UPS = st.sampled_from(["", "and for it?", "how is it?"])


@given(PARTS, PARTS, PARTS, QUESTIONS, FOLLOW_UPS)
@settings(max_examples=25, deadline=None)
def test_a_question_is_read_as_if_the_hidden_notes_did_not_exist(
    plain: Mapping[str, str], both: Mapping[str, str], hidden: Mapping[str, str], question: str, then: str
) -> None:
    """Character for character: whatever they hold, also what visible notes hold too, nobody can tell."""
    visible = {f"shared/{path}": text for path, text in both.items()} | dict(plain)
    notes = {OPEN: visible, LIMITED: dict(both) | {f"own/{path}": text for path, text in hidden.items()}}
    history = [Turn("user", question)] if then else []
    with indexed(notes) as index, indexed({OPEN: visible}) as alone:
        seen = answer(index, then or question, where=ONLY_OPEN, history=history)
        other = answer(alone, then or question, history=history)
        assert (seen.question, seen.read_as) == (other.question, other.read_as)
        assert shown(seen) <= {OPEN}
        known = {word for text in visible.values() for word in words(text)} | QUESTION_WORDS
        asked = set(words(f"{question} {then}"))
        assert set(words(seen.read_as or "")) <= known | asked
        assert {hit.passage.text for hit in seen.passages} == {hit.passage.text for hit in other.passages}


PLACES = st.sampled_from(["C1", "C2", "S1", "dm"])
KINDS: list[ChannelKind] = ["dm", "channel", "private", "group_dm"]
AUDIENCES = st.builds(
    Audience,
    st.just("T1"),
    st.sampled_from(["C1", "C2"]),
    st.sampled_from(KINDS),
    st.just("U1"),
    st.frozensets(st.just("S1")),
    st.booleans(),
)
SOURCES = ("one", "three", "two")
RULES = st.fixed_dictionaries({}, optional=dict.fromkeys(SOURCES, st.none() | st.lists(PLACES).map(tuple)))


@given(st.tuples(PARTS, PARTS, PARTS), AUDIENCES, RULES, QUESTIONS, FOLLOW_UPS)
@settings(max_examples=25, deadline=None)
def test_no_audience_is_shown_anything_of_a_source_that_it_may_not_see(
    parts: tuple[Mapping[str, str], ...], audience: Audience, rules: Rules, question: str, then: str
) -> None:
    """For any rules: each quote, passage, related one and other place is of a source that is visible."""
    notes = dict(zip(SOURCES, parts, strict=True))
    with indexed(notes) as index:
        allowed = where(audience, rules, [source.name for source in index.sources])
        if allowed is None:
            assert rules
            return
        history = [Turn("user", question)] if then else []
        reply = answer(index, then or question, where=allowed, history=history)
        assert shown(reply) <= set(allowed.sources)
        held = {word for name in allowed.sources for text in notes[name].values() for word in words(text)}
        read = set(words(reply.read_as or "")) - set(words(f"{question} {then}")) - QUESTION_WORDS
        assert read <= held
        assert {name for name in SOURCES if rules and rules.get(name, ()) == ()}.isdisjoint(shown(reply))
