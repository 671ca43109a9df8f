"""Follow-ups are read in the light of the turns before them; new topics are not."""

import pytest
from asking import index_of

from bot.conversation import MOST_CARRIED, TURNS_READ, needs_context, read_in_context
from bot.question import MAX_WORDS
from bot.types import Turn
from index.search import Index

NOTES = {
    "hpa.md": "# HPA\n\nThe HPA sets replicas by CPU or memory.\n\n# Limits\n\nReplicas have a maximum.\n",
    "nodes.md": "# Nodes\n\nThe cluster autoscaler adds nodes. Drain a node first.\n",
    "k8s.md": "# Replicas\n\nReplicas run in kube-system, in production and staging.\n",
}
HPA = "How does the HPA count replicas?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Give an index of a few short notes."""
    return index_of(tmp_path_factory.mktemp("conversation"), NOTES)


def read(index: Index, question: str, *asked: str) -> str:
    """Read a question after others of the user."""
    return read_in_context(question, [Turn("user", text) for text in asked], index)


@pytest.mark.parametrize(
    "question",
    [
        "does it also add nodes when we run out?",
        "and for cpu?",
        "And for memory",
        "why?",
        "what about memory?",
        "How about in production?",
        "ok and the limits?",
        "what is the default?",
        "which port does it listen on?",
        "how do I restart?",
        "can they share volumes?",
        "how many replicas?",
        "in production?",
        "is that enough?",
        "does this apply to jobs?",
        "and how do I undo that?",
        "how do I delete one?",
        "is it able to add nodes?",
        "who owns it?",
        "is it the same for cpu?",
        "are these limits enforced?",
        "",
        "thanks",
    ],
)
def test_what_points_back_needs_the_turn_before(question: str) -> None:
    """A pronoun for what was named before, an opening that goes on, a question without a subject."""
    assert needs_context(question)


@pytest.mark.parametrize(
    "question",
    [
        "what is a DaemonSet?",
        "And what is a DaemonSet?",
        "whats a PVC",
        "what is etcd?",
        "what is the HPA?",
        "explain ingress",
        "do containers in the same pod share an IP address?",
        "If a pod crashes does it restart?",
        "when the node is full, is it drained?",
        "what is etcd and what does it store?",
        "is it safe to delete a namespace?",
        "how long does it take to drain a node?",
        "How do I make pasta?",
        "but why does a pod restart?",
        "how does scaling work?",
        "In Kubernetes, what is a DaemonSet?",
        "etcd backup",
        "who is paged at night?",
    ],
)
def test_a_new_topic_stands_alone(question: str) -> None:
    """A whole question with a subject of its own, known to the notes or not."""
    assert not needs_context(question)


@pytest.mark.parametrize(
    ("question", "read_as"),
    [
        ("and for cpu?", "and for cpu? (HPA count)"),
        ("does it also add nodes?", "does it also add nodes? (HPA count)"),
        ("what about its replicas?", "what about its replicas? (HPA count)"),
        ("what is a node?", "what is a node?"),
        ("How do I make pasta?", "How do I make pasta?"),
        ("", "(HPA count)"),
    ],
)
def test_the_rarest_words_of_the_turn_before_are_carried_over(
    tmp_path_factory: pytest.TempPathFactory, question: str, read_as: str
) -> None:
    """As they were written and in their order, if the notes know them and the question lacks them."""
    notes = NOTES | {"count.md": "# Counting\n\nWe count by hand.\n"}
    index = index_of(tmp_path_factory.mktemp("carried"), notes)
    assert read(index, question, HPA) == read_as


def test_few_words_are_carried() -> None:
    """More would drown what is asked now."""
    assert MOST_CARRIED == 2


def test_a_question_without_turns_before_is_as_it_is(index: Index) -> None:
    """Nor do turns that are not the user's, or that the notes know nothing of, change it."""
    assert read(index, "and for cpu?") == "and for cpu?"
    assert read_in_context("and for cpu?", [Turn("assistant", HPA)], index) == "and for cpu?"
    assert read(index, "and for cpu?", "How do I make pasta?") == "and for cpu?"
    assert read(index, "and for cpu?", "") == "and for cpu?"


def test_what_the_desk_said_is_not_read(index: Index) -> None:
    """Only the user's turns say what the conversation is about."""
    history = [Turn("user", HPA), Turn("assistant", "The cluster autoscaler adds nodes.")]
    assert read_in_context("and for cpu?", history, index) == read(index, "and for cpu?", HPA)


def test_a_subject_lasts_over_several_turns(index: Index) -> None:
    """A turn before that was itself a follow-up is read in context first."""
    assert read(index, "and for cpu?", HPA) == "and for cpu? (HPA replicas)"
    assert read(index, "why?", HPA, "and for cpu?") == "why? (cpu HPA)"
    assert (
        read(index, "is it enough in production?", HPA, "why?")
        == "is it enough in production? (HPA replicas)"
    )


def test_a_new_topic_ends_the_one_before_it(index: Index) -> None:
    """A follow-up after it is about the new one, and not about the old."""
    topics = (HPA, "How do I drain a node?")
    assert read(index, "is it slow in production?", *topics) == "is it slow in production? (drain node)"
    assert read(index, "what is the HPA?", *topics) == "what is the HPA?"


def test_turns_far_back_are_forgotten(index: Index) -> None:
    """However long the history is, so many turns of it are read."""
    assert read(index, "why?", HPA, *["why?"] * (TURNS_READ - 1)) == "why? (HPA replicas)"
    assert read(index, "why?", HPA, *["why?"] * TURNS_READ) == "why?"
    assert read(index, "why?", *["why?"] * 2_000, HPA) == "why? (HPA replicas)"


def test_a_long_turn_is_read_from_its_start(index: Index) -> None:
    """As a long question is."""
    words = ["word"] * MAX_WORDS
    assert read(index, "why?", " ".join(["HPA", *words])) == "why? (HPA)"
    assert read(index, "why?", " ".join([*words, "HPA"])) == "why?"


def test_identifiers_are_carried_whole_and_control_characters_are_not(index: Index) -> None:
    """Punctuation around a word stays behind."""
    assert read(index, "why?", "\x1b[31m(kube-system)\x00?") == "why? (kube-system)"
