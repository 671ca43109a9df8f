"""The traits of the documents that people first brought, in those and in small notes of our own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from asking import cited

from bot.answer import answer
from bot.types import Answer, Verdict
from index.build import build_with
from index.encoder import OnnxEncoder
from index.reader import shipped
from index.search import Index
from index.store import Store
from ingest.types import Passage, Source

OURS = Path(__file__).parent / "data" / "seeds"
BROUGHT = Path(__file__).parents[2] / "shared" / "seeds"
_LINK = re.compile(r"\[\[[^\]]*\]\]|https?://\S+")

pytestmark = pytest.mark.model


@dataclass(frozen=True, slots=True)
class Traits:
    """One folder of notes, and where in it each trait stands.

    `linked` is asked where only a link stands, in the note that opens with the two lines of `sharing` and
    whose name begins with `note`. `misled` is asked by a heading over `body`. `thrice` is asked over three
    passages that hold `places`; the first forbids and the second advises what `disputed` asks. `stops` are
    asked where the note `stopping` stops, and hold how. `scraped` is answered by `sentence` in a file of
    mostly bare headings, some of which are `headings`.
    """

    folder: Path
    linked: str
    note: str
    sharing: tuple[str, str]
    misled: tuple[str, ...]
    body: tuple[str, ...]
    thrice: str
    places: tuple[str, str, str]
    disputed: str
    stopping: str
    stops: tuple[tuple[str, str], ...]
    scraped: str
    sentence: str
    headings: tuple[str, ...]


TRAITS = {
    "ours": Traits(
        folder=OURS,
        linked="What is a lending desk, and when would you open one?",
        note="links",
        sharing=("notes.example/share", "shared account"),
        misled=("How would you store damp books safely over the winter?", "where do damp books go in winter"),
        body=("Count the Keys", "Sign the Register", "Check the Keys", "By counting keys"),
        thrice="how are passwords of the catalogue treated?",
        places=("Do not write passwords on paper", "Write passwords on paper", "sixteen letters"),
        disputed="may we write passwords on paper?",
        stopping="stops.txt",
        stops=(
            ("turn up the radiators for heating and keep the draught away", "keep the draught away from"),
            ("shelves and trolleys", "2. **Shelves and Trolleys"),
        ),
        scraped="how long must a microfilm reader cool down?",
        sentence="It must cool down for ten minutes after use.",
        headings=("Shelves", "Loans", "Atlases", "Scores"),
    ),
    "as brought": Traits(
        folder=BROUGHT,
        linked="In Kubernetes, what is a DaemonSet, and when would you use it?",
        note="001_",
        sharing=("chatgpt.com/share", "google account"),
        misled=(
            (
                "How would you handle persistent data storage and management"
                " for stateful applications in Kubernetes?"
            ),
            "how do we handle persistent storage",
        ),
        body=("Define Roles", "Create RoleBindings", "Create Service Accounts", "By implementing RBAC"),
        thrice="How would you handle secrets management in Kubernetes for sensitive information?",
        places=("Avoid Committing Secrets", "Store your Secret manifests", "Mounting Secrets as Volumes"),
        disputed="Should secrets be committed to version control?",
        stopping="000_*",
        stops=(
            ("regular updates of CI/CD tools and infrastructure", "tools and infrastructure up to"),
            ("monitoring and rollback", "4. **Monitoring and Rollback"),
        ),
        scraped="where are all per-iteration details stored?",
        sentence="All per-iteration details are stored in the results list.",
        headings=("Travis CI#", "Prerequisites#", "Docker Swarm#", "MoinMoin#"),
    ),
}


@pytest.fixture(scope="module", params=TRAITS, ids=lambda name: name.replace(" ", "-"))
def traits(request: pytest.FixtureRequest) -> Traits:
    """Give each folder in turn; one that is not there is skipped."""
    found = TRAITS[request.param]
    if not found.folder.is_dir():
        pytest.skip("the documents that people first brought are not beside the checkout")
    return found


@pytest.fixture(scope="module")
def index(traits: Traits, minilm: OnnxEncoder, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Give an index of the folder, built with the default encoder."""
    store = Store(tmp_path_factory.mktemp("seeds"))
    with store.writing() as writer:
        build_with(minilm, [Source("seeds", traits.folder)], writer, store.root)
    return Index.of(*store.open_current(), minilm, shipped())


def passages(index: Index) -> Iterator[Passage]:
    """Give all passages of the index."""
    for stored in index.store.stored():
        yield from stored.passages


def quotes(reply: Answer) -> list[str]:
    """Give what an answer cites."""
    return [citation.quote for citation in reply.citations]


def test_a_bare_link_is_no_passage_and_no_answer(traits: Traits, index: Index) -> None:
    """What stands in another note is not answered by the link to it."""
    for passage in passages(index):
        assert any(map(str.isalnum, _LINK.sub("", passage.text))), passage.text
    reply = answer(index, traits.linked)
    assert not any(citation.location.startswith(traits.note) for citation in reply.citations)
    citations = cited(index, traits.linked)
    assert citations
    assert all(any(map(str.isalnum, _LINK.sub("", citation.quote))) for citation in citations)


def test_a_body_that_answers_another_question_is_no_answer(traits: Traits, index: Index) -> None:
    """A heading alone does not make what stands below it the answer."""
    for question in traits.misled:
        reply = answer(index, question)
        wrong = [quote for quote in quotes(reply) if any(said in quote for said in traits.body)]
        assert reply.verdict is not Verdict.ANSWERED or not wrong


def test_what_is_treated_three_times_is_found_three_times(traits: Traits, index: Index) -> None:
    """All three places are among the passages; of a dispute, both sides are."""
    found = [hit.passage.text for hit in answer(index, traits.thrice, k=20).passages]
    assert all(any(place in text for text in found) for place in traits.places)
    disputed = answer(index, traits.disputed)
    shown = [*quotes(disputed), *(hit.passage.text for hit in (*disputed.related, *disputed.passages))]
    assert all(any(place in text for text in shown) for place in traits.places[:2])
    assert disputed.citations


def test_a_note_that_stops_in_mid_sentence_says_so(traits: Traits, index: Index) -> None:
    """Where it is quoted, the quote is marked."""
    for question, said in traits.stops:
        citations = cited(index, question, traits.stopping)
        (stopping,) = [citation for citation in citations if said in citation.quote]
        assert stopping.quote.endswith(said)
        assert stopping.cut_off
        assert not any(citation.cut_off for citation in citations if citation is not stopping)


def test_bare_headings_and_line_numbers_are_no_passages(traits: Traits, index: Index) -> None:
    """What is left of a scraped page are its sentences, and these are found."""
    every = list(passages(index))
    for passage in every:
        assert re.search(r"[^\W\d_]", passage.text), passage.text
        assert passage.text.strip() not in traits.headings
    citations = cited(index, traits.scraped)
    assert any(traits.sentence in citation.quote for citation in citations)
    gutter = re.compile(r"^(?:\d+ ){2,}|^\s*\|$", re.MULTILINE)
    assert not any(gutter.search(citation.quote) for citation in citations)


def test_a_share_link_and_an_account_note_are_nowhere(traits: Traits, index: Index) -> None:
    """Neither in a title, a heading or a passage, nor cited."""
    for passage in passages(index):
        shown = "\n".join((passage.document.title, *passage.headings, passage.text))
        assert not any(note in shown for note in traits.sharing)
    for question in (traits.linked, *traits.misled, traits.thrice, "which account is the admin's?"):
        citations = cited(index, question)
        assert not any(note in citation.quote for citation in citations for note in traits.sharing)
