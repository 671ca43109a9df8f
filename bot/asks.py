"""What kind of thing a question asks for."""

import re
from enum import StrEnum


class Ask(StrEnum):
    """The kind of thing that would answer."""

    DEFINITION = "definition"
    COMPARISON = "comparison"
    COMMAND = "command"
    HOW_TO = "how_to"
    LIST = "list"
    NUMBER = "number"
    WHO = "who"
    OCCASION = "occasion"
    WHEN = "when"
    WHERE = "where"
    REASON = "reason"
    YES_NO = "yes_no"
    OTHER = "other"


_WHAT_IS = r"what(?:'?s| is| are| was| were)"
# "What is a pod", "what's Ingress in k8s": a thing of few words, and nothing that it is a part of.
_THING = r"(?:(?!of\b|for\b|to\b|by\b|from\b|with\b|that\b|when\b|called\b|default\b)[\w/.:'`-]+\s*){1,4}"

# The first that fits counts.
_KINDS = (
    (Ask.COMPARISON, r"\bvs\.?\b|\bversus\b|\bdiffer(?:s|ent|ence|ences)?\b(?!.*\b(?:types|kinds)\b)"),
    (Ask.COMPARISON, r"\bcompared?\b|\bbetter\b|\bor\b.*\?\s*(?:\(|$)"),
    (Ask.NUMBER, r"\bhow (?:many|much|long|often|large|big|far|old|high|fast|tall)\b"),
    (Ask.NUMBER, r"\bwhat (?:number|percentage|year)\b"),
    (
        Ask.NUMBER,
        r"\b(?:default|max(?:imum)?|min(?:imum)?) (?:size|number|value|port|interval|timeout|limit|time)\b",
    ),
    (
        Ask.COMMAND,
        r"\bcommands?\b|\bone-?liner\b|\b(?:what|which) (?:do|should) (?:i|we|you) (?:type|run)\b|\bflag\b",
    ),
    (Ask.OCCASION, r"\bwhen (?:\w+ ){0,2}(?:i|we|you|one|to)\b"),
    (Ask.HOW_TO, r"\bhow (?:do|does|to|can|could|should|would|will)\b|\bsteps?\b|\bway to\b"),
    (
        Ask.LIST,
        r"\b(?:types|kinds|sorts|parts|components|phases|stages|examples|advantages|benefits|features) of\b",
    ),
    (Ask.LIST, r"^list\b|\bname (?:the|some|all)\b|\bwhich \w+s (?:are|do)\b|\bwhat are (?:the|all|some)\b"),
    (Ask.WHO, r"\bwho(?:m|se)?\b"),
    (Ask.WHEN, r"\bwhen\b|\bwhat (?:date|day|month|century|time)\b|\bsince\b"),
    (Ask.WHERE, r"\bwhere\b|\bwhat (?:place|country|city|folder|file)\b"),
    (Ask.REASON, r"\bwhy\b|\breason\b"),
    (
        Ask.DEFINITION,
        rf"^(?:so |hey |hi )?(?:{_WHAT_IS}|define|explain|describe)\s+(?:an?\s+|the\s+)?{_THING}\W*$",
    ),
    (Ask.DEFINITION, r"\bmeaning of\b|\bwhat (?:do|does) .{1,60} (?:mean|stand for|do)\b"),
    (Ask.YES_NO, r"^(?:is|are|was|were|do|does|did|can|could|should|will|would|has|have|may|must)\b"),
)
_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)


def asked_for(question: str) -> Ask:
    """Give the kind of thing that `question` asks for."""
    shown = question.strip().replace("\u2019", "'")
    return next((kind for kind, pattern in _PATTERNS if pattern.search(shown)), Ask.OTHER)
