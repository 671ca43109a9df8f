"""What of an HTML page is its content: neither what a browser hides nor what leads around the site.

No cleverness per site: elements that say what they are (HTML's own, and ARIA roles), and runs of mere links.
When in doubt, a part stays: noise costs a little ranking, a lost paragraph costs the answer.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from lxml.html import HtmlElement

# Never text on the page, or text that is a control's.
_UNSHOWN = frozenset({
    "applet", "area", "audio", "button", "canvas", "datalist", "dialog", "embed", "frame", "iframe",
    "input", "map", "meter", "noframes", "noscript", "object", "optgroup", "option", "progress", "rp",
    "script", "select", "style", "svg", "template", "textarea", "title", "video",
})  # fmt: skip
_AROUND = frozenset({"nav", "menu"})
_AROUND_ROLES = frozenset({"alertdialog", "dialog", "menu", "menubar", "navigation", "search", "toolbar"})
# These lead around the site unless they are part of an article, where they hold its title, notes and sources.
_AROUND_OUTSIDE = frozenset({"aside", "footer", "header"})
_AROUND_OUTSIDE_ROLES = frozenset({"banner", "complementary", "contentinfo"})
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
# Read aloud or skipped by tools that are not a browser's eyes: links to the top, and edit links of wikis.
_AROUND_CLASS = re.compile(
    r"(?:^|\s)(?:skip-?(?:link|to-content)|mw-editsection|headerlink|linenos?)(?:\s|$)"
)

_LISTING = frozenset({"dl", "div", "ol", "p", "section", "table", "td", "ul"})
# A run of links leads around the site when it has so many, and hardly a word beside them.
NAVIGATION_LINKS = 3
NAVIGATION_SHARE = 0.75
# Sentences are not menus, even where each is a link.
NAVIGATION_CHARACTERS = 40

# An article or main element that holds less than this share of what is shown is a teaser, not the content.
CONTENT_SHARE = 0.4


@dataclass(slots=True)
class _Weight:
    """How much an element shows: characters, those in links, links, and links into the page itself."""

    shown: int = 0
    linked: int = 0
    links: int = 0
    inward: int = 0

    def add(self, other: "_Weight") -> None:
        self.shown += other.shown
        self.linked += other.linked
        self.links += other.links
        self.inward += other.inward

    @property
    def is_navigation(self) -> bool:
        return (
            self.links >= NAVIGATION_LINKS
            and self.linked >= NAVIGATION_SHARE * self.shown
            and self.linked <= NAVIGATION_CHARACTERS * self.links
        )


@dataclass(frozen=True, slots=True)
class Content:
    """The element that holds the content, and the elements in it that do not belong."""

    root: HtmlElement
    left_out: frozenset[HtmlElement]


Event = tuple[Literal["open", "close"], HtmlElement] | tuple[Literal["text"], str]


def events(root: HtmlElement, leave_out: Callable[[HtmlElement], bool]) -> Iterator[Event]:
    """Walk a page in the order it is read in, without the elements that `leave_out` says.

    Not by recursion: pages nest deeper than Python's stack.
    """
    waiting: list[Event] = [("open", root)]
    while waiting:
        event = waiting.pop()
        if event[0] == "open":
            element = event[1]
            if leave_out(element):
                continue
            waiting.append(("close", element))
            for child in reversed(element):
                if child.tail:
                    waiting.append(("text", child.tail))
                waiting.append(("open", child))
            if element.text:
                waiting.append(("text", element.text))
        yield event


def content(page: HtmlElement) -> Content:
    """Find the content of a page, given as its root element."""
    left_out, weights, candidates = _survey(page)
    whole = weights[page]
    main = next((each for each in candidates if weights[each].shown >= CONTENT_SHARE * whole.shown), None)
    root = page if main is None else main
    # Where the page is hardly more than links, the links are its content.
    if not whole.is_navigation:
        left_out |= {
            element
            for element, weight in weights.items()
            if element.tag in _LISTING
            and weight.is_navigation
            and (weight.inward == weight.links if main is not None else weight.shown < whole.shown)
        }
    return Content(root, frozenset(left_out - {root}))


def _survey(page: HtmlElement) -> tuple[set[HtmlElement], dict[HtmlElement, _Weight], list[HtmlElement]]:
    """Give what is surely no content, the weights of all else, and what may be all of the content."""
    left_out: set[HtmlElement] = set()
    weights: dict[HtmlElement, _Weight] = {}
    candidates: list[HtmlElement] = []
    around: list[_Weight] = [_Weight()]
    articles = links = 0

    def leave_out(element: HtmlElement) -> bool:
        out = _is_unshown(element) or _leads_around(element, in_article=articles > 0)
        if out:
            left_out.add(element)
        return out

    for kind, item in events(page, leave_out):
        if isinstance(item, str):
            shown = len("".join(item.split()))
            around[-1].shown += shown
            around[-1].linked += shown if links else 0
        elif kind == "open":
            weights[item] = _weight_of(item)
            around.append(weights[item])
            articles += _is_article(item)
            links += item.tag == "a"
            if _is_article(item):
                candidates.append(item)
        else:
            around.pop()
            around[-1].add(weights[item])
            articles -= _is_article(item)
            links -= item.tag == "a"
    return left_out, weights, candidates


def _weight_of(element: HtmlElement) -> _Weight:
    if element.tag != "a" or not element.get("href"):
        return _Weight()
    return _Weight(links=1, inward=int(element.get("href", "").startswith("#")))


def _is_unshown(element: HtmlElement) -> bool:
    return (
        element.tag in _UNSHOWN
        or element.get("hidden") is not None
        or element.get("aria-hidden", "").lower() == "true"
        or bool(_HIDDEN_STYLE.search(element.get("style", "")))
    )


def _is_article(element: HtmlElement) -> bool:
    return element.tag in {"article", "main"} or element.get("role") in {"article", "main"}


def _leads_around(element: HtmlElement, *, in_article: bool) -> bool:
    role = element.get("role")
    if element.tag in _AROUND or role in _AROUND_ROLES or _AROUND_CLASS.search(element.get("class", "")):
        return True
    return not in_article and (element.tag in _AROUND_OUTSIDE or role in _AROUND_OUTSIDE_ROLES)
