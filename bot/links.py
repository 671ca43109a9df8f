"""Links to the place of a quote: from a template, or made for the host that a source's repository is on.

What a template's braces stand for is percent-encoded, so that nothing in a note or its name can end a link,
lead it elsewhere, or act where it is shown.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

from ingest.errors import UsageError
from ingest.origin import Repository
from ingest.types import Document, Source, Span

SCHEMES = ("file", "http", "https", "obsidian", "vscode")
_LINES = "#L{first}-L{last}"
# `plain=1` shows the lines of Markdown, which are hidden where it is shown as a page.
KINDS: Mapping[str, str] = {
    "bitbucket": "{repository}/src/{commit}/{path}#lines-{first}:{last}",
    "file": "file://{file}#page={page}",
    "gitea": "{repository}/src/commit/{commit}/{path}?display=source" + _LINES,
    "github": "{repository}/blob/{commit}/{path}?plain=1" + _LINES,
    "gitlab": "{repository}/-/blob/{commit}/{path}?plain=1#L{first}-{last}",
    "obsidian": "obsidian://open?vault={vault}&file={path}",
    "vscode": "vscode://file{file}:{line}",
}
_HOSTS = {
    "bitbucket.org": "bitbucket",
    "codeberg.org": "gitea",
    "github.com": "github",
    "gitlab.com": "gitlab",
}
_PLACES = ("first", "last", "line", "page", "anchor")
_OF_GIT = ("commit", "branch", "repository")
PLACEHOLDERS = (*_OF_GIT, "path", "file", "vault", *_PLACES)
_BRACES = re.compile(r"\{([^{}]*)\}")
# With the colon before it, which leads to nothing where there is nothing.
_FILLED = re.compile(r"(:?)\{([^{}]*)\}")
# All that may stand in an address; percent signs only where two digits follow.
_ADDRESS = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")
_NO_ANCHOR = re.compile(r"[^\w\- ]")


def checked_link(link: str, place: Path | Repository) -> str:
    """Give what is set as `link` of the source at `place` if it can be one: a kind, or a template.

    Raises `UsageError` for an unknown kind, placeholder or scheme, for characters that no address has, and
    for a placeholder of git where there is no git.
    """
    template = KINDS.get(link, link)
    names = _BRACES.findall(template)
    for name in names:
        if name not in PLACEHOLDERS:
            known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
            raise UsageError(f"{{{name}}} is no part of a link; there are: {known}")
    of_git = [name for name in names if name in _OF_GIT]
    if of_git and isinstance(place, Path):
        raise UsageError(f"{{{of_git[0]}}} is known only for a git repository, as in git+https://…")
    if "repository" in of_git and isinstance(place, Repository) and not repository_page(place.url):
        raise UsageError(f"{{repository}} is known only for a repository on a host, and not {place.url}")
    if not template.startswith("{repository}/") and not _scheme_of(template):
        kinds = ", ".join(sorted(KINDS))
        raise UsageError(
            f"{link!r} is no link; it should be one of {kinds}, or an address that begins with one of "
            f"{', '.join(f'{scheme}:' for scheme in SCHEMES)}"
        )
    if not _ADDRESS.fullmatch(_BRACES.sub("", template)):
        raise UsageError(f"{link!r} holds characters that an address can not have; percent-encode them")
    return link


def link_of(span: Span, sources: Mapping[str, Source], headings: Sequence[str] = ()) -> str | None:
    """Give the address of a span under `headings`, at its line or page where the place can show it.

    It is that of the file at the commit which was indexed, for a source in git on a known host. `None` for a
    span of a source that is not among `sources`.
    """
    source = sources.get(span.document.source)
    if source is None:
        return None
    template = KINDS.get(source.link or "", source.link) or _kind_of(source)
    values = _values(span, source, headings)
    # What leads to a place within the file is left out where there is no such place, as a line of a PDF.
    address, mark, place = template.partition("#")
    if any(not values[name] for name in _BRACES.findall(place)):
        mark = place = ""
    return _FILLED.sub(lambda match: values[match[2]] and match[1] + values[match[2]], address + mark + place)


def file_of(document: Document, sources: Mapping[str, Source]) -> str | None:
    """Give the absolute path of the file that holds a document; `None` for an unknown source."""
    source = sources.get(document.source)
    if source is None:
        return None
    root = source.root.absolute()
    # A source may be one file, whose documents are itself.
    return str(root if root.is_file() else root / document.origin)


def repository_page(url: str) -> str | None:
    """Give the address at which a host shows a repository to people; `None` where there is no such host."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https", "ssh"} or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else quote(parts.hostname, safe="")
    port = f":{parts.port}" if parts.port and parts.scheme != "ssh" else ""
    scheme = "http" if parts.scheme == "http" else "https"
    path = parts.path.rstrip("/").removesuffix(".git")
    return f"{scheme}://{host}{port}{_encoded(path, '/')}"


def _scheme_of(template: str) -> str | None:
    scheme, colon, _ = template.partition(":")
    return scheme if colon and scheme in SCHEMES else None


def _kind_of(source: Source) -> str:
    host = urlsplit(source.git.url).hostname if source.git else None
    return KINDS[_HOSTS.get(host or "", "file")]


def _values(span: Span, source: Source, headings: Sequence[str]) -> dict[str, str]:
    """Give what each placeholder stands for, percent-encoded; empty where there is nothing."""
    document, git = span.document, source.git
    path = document.origin
    # No address leads into a file that holds several documents.
    inside = not document.file
    first, last = (str(line) for line in span.lines) if span.lines and inside else ("", "")
    file = file_of(document, {source.name: source}) or ""
    in_repository = f"{git.folder}/{path}" if git and git.folder else path
    return {
        "commit": git.commit if git else "",
        "branch": _encoded(git.branch, "/") if git else "",
        "repository": (repository_page(git.url) if git else None) or "",
        "path": _encoded(in_repository, "/"),
        "file": _encoded(file, "/"),
        "vault": _encoded(source.root.name),
        "first": first,
        "last": last,
        "line": first,
        "page": "" if span.page is None else str(span.page),
        "anchor": _encoded(_anchor(headings)) if inside else "",
    }


def _anchor(headings: Sequence[str]) -> str:
    """Give the last heading above a span as hosts call it in their pages."""
    return _NO_ANCHOR.sub("", headings[-1].lower()).replace(" ", "-") if headings else ""


def _encoded(text: str, safe: str = "") -> str:
    return quote(text, safe=safe, errors="replace")
