"""Making a question fit to be asked, from whatever surface it comes."""

import re

from ingest.errors import UsageError

# No encoder in use reads more than 512 tokens, and a search for thousands of words finds everything.
MAX_WORDS = 256
MAX_CHARACTERS = 4_000
# Control characters (C0, DEL, C1), and lone surrogates, which stand for undecodable bytes of a command line.
_NOISE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def readable(question: str) -> tuple[str, str | None]:
    """Give the question without control characters, and a note for the asker where only its start is read.

    Raises `UsageError` for a question with nothing in it.
    """
    words = _NOISE.sub(" ", question).split()
    if not words:
        raise UsageError('the question is empty; ask one, as in: refdesk ask "how do I undo a rollout?"')
    kept = " ".join(words[:MAX_WORDS])[:MAX_CHARACTERS].rstrip()
    if len(words) <= MAX_WORDS and len(" ".join(words)) <= MAX_CHARACTERS:
        return kept, None
    return kept, f"the question is long: only its first {len(kept.split()):,} words are read"
