"""Zip archives that chats and wikis export: told apart by what lies in them, and read as what they are."""

from ingest.archive import Archive, Entry
from ingest.errors import UnreadableError
from ingest.export_pages import is_page, read_pages
from ingest.formats import suffix_of
from ingest.place import Place
from ingest.slack_export import read_slack, slack_folder
from ingest.types import Contents, LeftOut, RawFile


def read_export(raw: RawFile) -> Contents:
    """Read an export of Slack, Confluence or Notion. Each document's `path` begins with that of the archive.

    Raises `UnreadableError` for an archive that is none of these, is damaged, or is over the limits of
    `ingest.archive`.
    """
    archive = Archive(raw.body)
    place = Place.of(raw)
    found = _read(archive, place)
    if found is None and archive.entries and all(map(_is_archive, archive.entries)):
        # Notion puts the parts of an export into an archive of their own.
        found = _parts(archive, place)
    if found is None and not archive.entries:
        found = Contents((), _barred(archive, place))
    if found is None:
        raise UnreadableError(
            "no export that is known: those read are Slack's, with a channels.json, and Confluence's, "
            "Notion's or others' of pages in HTML or Markdown. Unpack it, and index the folder in its place"
        )
    return found


def _is_archive(entry: Entry) -> bool:
    return suffix_of(entry.path) == ".zip"


def _read(archive: Archive, place: Place) -> Contents | None:
    """Read an archive by what lies in it; `None` if it is no known export."""
    if (folder := slack_folder(archive)) is not None:
        found = read_slack(archive, folder, place)
    elif any(map(is_page, archive.entries)):
        found = read_pages(archive, place)
    else:
        return None
    return Contents(found.documents, found.left_out + _barred(archive, place))


def _barred(archive: Archive, place: Place) -> tuple[LeftOut, ...]:
    return tuple(place.left_out(one.path, one.reason) for one in archive.left_out)


def _parts(archive: Archive, place: Place) -> Contents:
    """Read the archives in an archive, and none that lie deeper."""
    parts = [_part(archive, entry, place) for entry in archive.entries]
    return Contents(
        tuple(document for part in parts for document in part.documents),
        tuple(one for part in parts for one in part.left_out) + _barred(archive, place),
    )


def _part(archive: Archive, entry: Entry, place: Place) -> Contents:
    try:
        inner = Archive(archive.read(entry), archive.allowance)
        found = _read(inner, place.within(entry.path))
    except UnreadableError as error:
        return Contents((), (place.left_out(entry.path, str(error)),))
    if found is None:
        reason = "an archive in an archive, and no known export; unpack it"
        return Contents((), (place.left_out(entry.path, reason),))
    return found
