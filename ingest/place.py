"""Where the documents of a file that holds several lie, and what they are called."""

from dataclasses import dataclass, replace

from ingest.types import Document, LeftOut, RawFile


@dataclass(frozen=True, slots=True)
class Place:
    """A file that holds documents, or an archive in it. Their paths begin with `path`, and it with `file`."""

    source: str
    file: str
    sha256: str
    path: str

    @classmethod
    def of(cls, raw: RawFile) -> "Place":
        """Give the place that is a whole file."""
        return cls(raw.source, raw.path, raw.sha256, raw.path)

    def within(self, name: str) -> "Place":
        """Give the place of the archive called `name` in this one."""
        return replace(self, path=f"{self.path}/{name}")

    def held(self, document: Document, name: str) -> Document:
        """Give a document as the one called `name` in here."""
        path = f"{self.path}/{name}"
        return replace(document, path=path, source=self.source, sha256=self.sha256, file=self.file)

    def left_out(self, name: str, reason: str) -> LeftOut:
        """Give what is called `name` in here, and is not read."""
        return LeftOut(f"{self.path}/{name.lstrip('/')}", reason)
