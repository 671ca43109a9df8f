"""What kind of thing a question asks for."""

import re
from enum import StrEnum


class Ask(StrEnum):
    """The kind of thing that would answer."""

    DEFINITION = "definition"
    COMPARISON = "comparison"
    HOW_TO = "how_to"
    NUMBER = "number"
    WHO = "who"
    WHEN = "when"
    WHERE = "where"
    REASON = "reason"
    YES_NO = "yes_no"
    OTHER = "other"


# The first that fits counts.
_KINDS = (
    (Ask.COMPARISON, r"\bvs\.?\b|\bversus\b|\bdiffer(?:s|ent|ence|ences)?\b|\bcompared?\b|\bbetter\b"),
    (Ask.COMPARISON, r"\bor\b.*\?\s*(?:\(|$)"),
    (Ask.NUMBER, r"\bhow (?:many|much|long|often|large|big|far|old|high|fast|tall)\b"),
    (Ask.NUMBER, r"\bwhat (?:number|percentage|year)\b"),
    (
        Ask.NUMBER,
        r"\b(?:default|max(?:imum)?|min(?:imum)?) (?:size|number|value|port|interval|timeout|limit|time)\b",
    ),
    (Ask.HOW_TO, r"\bhow (?:do|does|to|can|could|should|would|will)\b"),
    (Ask.HOW_TO, r"\bcommand\b|\bsteps?\b|\bway to\b|\btype\b(?! of)"),
    (Ask.WHO, r"\bwho(?:m|se)?\b"),
    (Ask.WHEN, r"\bwhen\b|\bwhat (?:date|day|month|century|time)\b|\bsince\b"),
    (Ask.WHERE, r"\bwhere\b|\bwhat (?:place|country|city|folder|file)\b"),
    (Ask.REASON, r"\bwhy\b|\breason\b"),
    (
        Ask.DEFINITION,
        r"^(?:so |hey |hi )?(?:what(?:'?s| is| are| was| were)|define|explain|describe|meaning of)\b",
    ),
    (Ask.YES_NO, r"^(?:is|are|was|were|do|does|did|can|could|should|will|would|has|have|may|must)\b"),
)
_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)


def asked_for(question: str) -> Ask:
    """Give the kind of thing that `question` asks for."""
    shown = question.strip().replace("\u2019", "'")
    return next((kind for kind, pattern in _PATTERNS if pattern.search(shown)), Ask.OTHER)
