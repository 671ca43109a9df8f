"""Six labelled questions and what is answered to them, small enough to work every figure out by hand."""

from collections.abc import Sequence

from bot.evaluation.labels import Gold, Label
from bot.types import Answer, Citation, Turn, Verdict
from index.types import Hit
from ingest.types import Document, Format, Passage

PAGES = "Before all else.\nAlpha, beta\nand gamma. Alpha beta and\u00a0gamma."
TEXTS = {
    "a.pdf": PAGES,
    "b.md": "# B\n\nOne two three four.\n\nOne  two\nthree four, again.\n\nAnd five.\n",
    "c.md": "# C\n\nNothing to see here, move on.\n",
    "d.md": "# D\n\nThe whole file answers.\n",
}
DOCUMENTS = {
    path: Document(path, "notes", path, text, Format.PDF if path == "a.pdf" else Format.MARKDOWN, "0" * 64)
    for path, text in TEXTS.items()
    if path != "a.pdf"
} | {"a.pdf": Document("a.pdf", "notes", "A", PAGES, Format.PDF, "0" * 64, page_starts=(0, 17, 40))}
ALPHA = Gold("a.pdf", "alpha beta and gamma", 2)
FOUR = Gold("b.md", "one TWO three four")
LABELS = (
    Label("small", "q1", "what is alpha?", (ALPHA,), True, "paged"),
    Label("small", "q2", "count to four", (FOUR, Gold("c.md", "nothing to see")), True, "plain"),
    Label("small", "q3", "which file answers?", (Gold("d.md"),), True, "plain"),
    Label("small", "q4", "what comes after three?", (FOUR,), True, "plain", ("four", "five")),
    Label("small", "q5", "who won?", (), False, "none"),
    Label("small", "q6", "who lost?", (), False, "none"),
)


def cut(path: str, words: str) -> Passage:
    """Give the passage of a document that begins where `words` do and ends with them."""
    document = DOCUMENTS[path]
    start = document.text.index(words)
    return Passage(document, start, start + len(words))


def said(
    verdict: Verdict, confidence: float, ms: float, ranked: Sequence[Passage], cited: Sequence[Passage]
) -> Answer:
    """Give an answer that ranks some passages and quotes others whole."""
    citations = tuple(Citation(passage, passage.start, passage.end, 0.5) for passage in cited)
    hits = tuple(Hit(passage, 0.5, 0.5, 0.5) for passage in ranked)
    return Answer("", verdict, confidence, citations, (), hits, 3, ms)


FIRST_ALPHA, SECOND_ALPHA = (
    cut("a.pdf", "Alpha, beta\nand gamma."),
    cut("a.pdf", "Alpha beta and\u00a0gamma."),
)
FIRST_FOUR, AGAIN = cut("b.md", "One two three four."), cut("b.md", "One  two\nthree four, again.")
NOTHING, FILE = cut("c.md", "Nothing to see here, move on."), cut("d.md", "The whole file answers.")
ANSWERS = {
    # Both quotes hold the words, the second on another page.
    "what is alpha?": said(Verdict.ANSWERED, 0.95, 10.0, [FIRST_ALPHA, NOTHING], [FIRST_ALPHA, SECOND_ALPHA]),
    # Found at 2, in a file that counts once, and the other file at 4; and yet another file is quoted.
    "count to four": said(
        Verdict.ANSWERED, 0.8, 20.0, [FILE, FIRST_FOUR, AGAIN, NOTHING], [cut("d.md", "The whole file")]
    ),
    # Found at 7; the quote is right but not sure.
    "which file answers?": said(Verdict.UNSURE, 0.4, 30.0, [NOTHING] * 6 + [FILE], [FILE]),
    # Found at 11, which is too late, and the quote has none of the short answers.
    "what comes after three?": said(
        Verdict.NOT_FOUND, 0.1, 40.0, [NOTHING] * 10 + [FIRST_FOUR], [cut("b.md", "One two three")]
    ),
    "who won?": said(Verdict.ANSWERED, 0.4, 50.0, [FILE], [cut("c.md", "Nothing")]),
    "who lost?": said(Verdict.NOT_FOUND, 0.05, 60.0, [FILE], []),
}


def reply(question: str, history: Sequence[Turn]) -> Answer:
    """Answer one of the six questions."""
    assert not history
    return ANSWERS[question]
