"""Making an older generation live again."""

from dataclasses import dataclass
from pathlib import Path

from index.manifest import damaged, problem_of
from index.store import Store, no_index
from ingest.errors import DamagedIndexError, EncoderError, IncompatibleIndexError, UsageError


@dataclass(frozen=True, slots=True)
class Rollback:
    """What `rollback --json` prints: the generation that answers now, and the one that did `before`.

    The two are the same where nothing had to be done; `before` is `None` where nobody could tell.
    """

    generation: int
    before: int | None


def roll_back(
    root: Path, number: int | None = None, encoder_name: str | None = None, *, models: Path | None = None
) -> Rollback:
    """Let generation `number` answer, or the one before the live one, in the index in `root`.

    Every byte of it is compared with its checksum first, and it is opened as for a question; `encoder_name`
    and `models` are as for `Index.open`. Raises `NoIndexError`, `UsageError` for a number that there is not,
    `IndexLockedError`, `IndexWriteError`, and `DamagedIndexError`, `IncompatibleIndexError` or `EncoderError`
    where that generation could not answer; then the live one stays.
    """
    store = Store(root)
    if not store.published():
        raise no_index(root)
    with store.writing() as writer:
        live, target = _chosen(store, number)
        if target != live:
            _prove(store, target, encoder_name, models)
            writer.revive(target)
    return Rollback(target, live)


def _chosen(store: Store, number: int | None) -> tuple[int | None, int]:
    """Give the live generation, `None` if that can't be told, and the one to make live."""
    published = store.published()
    try:
        live = store.current()
    except DamagedIndexError as error:
        if number is None:
            known = ", ".join(map(str, published))
            raise UsageError(
                f"{problem_of(error)}; say which generation shall answer, as in `refdesk rollback "
                f"{published[-1]}`. There are: {known}"
            ) from error
        live = None
    if number is None:
        older = [one for one in published if one < (live or 0)]
        if not older:
            raise UsageError(
                f"there is no generation before {live}; `refdesk generations` lists what there is"
            )
        number = older[-1]
    store.expect(number)
    return live, number


def _prove(store: Store, number: int, encoder_name: str | None, models: Path | None) -> None:
    from index.search import Index

    try:
        if problems := store.problems(number):
            raise damaged("; ".join(problems))
        Index.open(store.root, encoder_name, models=models, number=number).store.close()
    except DamagedIndexError as error:
        raise DamagedIndexError(_refusal(number, problem_of(error))) from error
    except (EncoderError, IncompatibleIndexError) as error:
        raise type(error)(_refusal(number, str(error))) from error


def _refusal(number: int, problem: str) -> str:
    return f"generation {number} can not be made live, and nothing was changed: {problem}"
