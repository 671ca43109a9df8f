"""Random notes: headings, paragraphs, lists, fences, tables and oddities, with any line ends."""

from hypothesis import strategies as st

from ingest.decode import decode
from ingest.errors import UnreadableError

_WORDS = st.one_of(
    st.sampled_from(
        [
            "the pod restarts.",
            "Why is it slow?",
            "**bold**",
            "_soft",
            "`code`",
            "[[Note|alias]]",
            "![[plan.png]]",
            "[a link](https://example.org/a_(b))",
            "![](x.png)",
            "#ops",
            "e.g. this",
            "<b>html</b>",
            "<!-- hidden -->",
            "%%hidden%%",
            "{{< note >}}",
            "[^1]",
            "&amp;",
            "\\*",
            "| a | b |",
            "$x_1$",
            "漢字。",
            "naïve",
            "😀",
            "e\u0301",
        ]
    ),
    st.text(max_size=12),
    st.text("ab. \t*_`[]()<>!#|-=~$%{}\\\x00\x0b\x0c\x1b\x85\u00a0\u2028\u200b", max_size=12),
)
_LINE = st.lists(_WORDS, min_size=1, max_size=12).map(" ".join)
_LINES = st.lists(_LINE, min_size=1, max_size=6)


def _prefixed(prefix: str) -> st.SearchStrategy[list[str]]:
    return _LINES.map(lambda lines: [prefix + line for line in lines])


def _fence(lines: list[str], sign: str, closed: bool) -> list[str]:  # noqa: FBT001 - a strategy fills it in
    return [f"{sign}sh", *lines, *([sign] if closed else [])]


_BLOCK = st.one_of(
    _LINES,
    st.builds(lambda level, line: ["#" * level + " " + line], st.integers(1, 7), _LINE),
    st.builds(lambda line, sign: [line, sign * 3], _LINE, st.sampled_from("=-")),
    st.sampled_from(["- ", "* ", "1. ", "  - ", "    ", "> ", "> - ", "\t", "> [!note] "]).flatmap(_prefixed),
    st.builds(_fence, _LINES, st.sampled_from(["```", "~~~", "````"]), st.booleans()),
    st.builds(lambda lines: ["| a | b |", "|---|---|", *(f"| {line} |" for line in lines)], _LINES),
    st.sampled_from(
        [["---"], ["***"], ["+++"], ["<div>"], ["</div>"], ["%%"], ["$$"], ["---", "a: 1", "---"]]
    ),
    st.just([""]),
)
_LINE_END = st.sampled_from(["\n", "\n", "\r\n", "\r"])


@st.composite
def _notes(draw: st.DrawFn) -> str:
    line_end = draw(_LINE_END)
    blocks = draw(st.lists(_BLOCK, max_size=10))
    lines = [line for block in blocks for line in [*block, *draw(st.sampled_from([[""], []]))]]
    return "".join(line + (draw(_LINE_END) if draw(st.integers(0, 9)) == 0 else line_end) for line in lines)


def _is_text(text: str) -> bool:
    try:
        decode(text.encode())
    except (UnreadableError, UnicodeEncodeError):  # too many control codes; half of a surrogate pair
        return False
    return True


NOTES = _notes().filter(_is_text)
