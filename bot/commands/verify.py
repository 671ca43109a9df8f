"""`refdesk verify`: whether the index is sound, and rebuilding just what is not."""

import sys
from typing import TYPE_CHECKING

import click

from bot.commands.invocation import Invocation, examples
from bot.render.safe import safe_line

if TYPE_CHECKING:
    from bot.config import Settings
    from index.progress import Progress
    from index.repair import Repair
    from index.vectors import Sample

UNSOUND = 1
_EXAMPLES = examples(
    "refdesk verify",
    "refdesk verify --repair",
    "refdesk verify --all",
    "refdesk verify --sample 1000 --seed 7",
    "refdesk verify --json",
)


@click.command("verify", epilog=_EXAMPLES)
@click.option("--repair", is_flag=True, help="Rebuild just what is broken, as a new generation.")
@click.option("--all", "everything", is_flag=True, help="Encode every text anew, not a sample of them.")
@click.option(
    "--sample",
    "size",
    type=click.IntRange(0),
    default=200,
    show_default=True,
    help="How many texts to encode anew and compare with their vectors.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Draws another sample.")
@click.option("--json", "as_json", is_flag=True, help='Print {"sound": …, "problems": […], …}.')
@click.pass_obj
def verify_command(
    invocation: Invocation, *, repair: bool, everything: bool, size: int, seed: int, as_json: bool
) -> None:
    """Prove the index again, and rebuild what is broken with --repair.

    Every byte is compared with its checksum, every vector with the cached one of its text, a sample of the
    texts with what the encoder makes of them now, and every passage with the file that it came from.

    The exit status is 0 when all is sound, after the repair if there was one, 1 when there are problems, and
    2 after an error.
    """
    from bot.progress import shown
    from index.vectors import Sample

    settings = invocation.settings()
    sample = Sample(None if everything else size, seed)
    with shown(sys.stderr, brief=not everything) as progress:
        found = _found(settings, sample, progress, repair=repair)
    if as_json:
        from bot.contract import verification, written

        click.echo(written(verification(found)))
    else:
        for line in _told(found):
            click.echo(safe_line(line))
    if found.proof.faults:
        raise click.exceptions.Exit(UNSOUND)


def _found(settings: "Settings", sample: "Sample", progress: "Progress", *, repair: bool) -> "Repair":
    from index.encoders import exported_encoder, exporter
    from index.repair import Means, Repair
    from index.repair import repair as repaired
    from index.verify import prove

    models, threads = settings.models or settings.index / "models", settings.encoding_threads
    opened = exported_encoder(models, threads)
    if repair:
        means = Means(
            opened,
            exporter(settings.encoder, models, threads),
            sources=settings.sources,
            sample=sample,
            progress=progress,
            max_bytes=settings.max_bytes,
        )
        return repaired(settings.index, means)
    proof = prove(settings.index, opened, sample, progress)
    return Repair((), (), proof)


def _told(found: "Repair") -> list[str]:
    """Say what was done, what is wrong still, and how the vectors were compared."""
    proof = found.proof
    lines = [f"Done: {done}" for done in found.done]
    lines += [f"Not done: {failed}" for failed in found.failed]
    lines += proof.problems or ["The index is sound."]
    if proof.vectors:
        lines.append(
            f"Of {proof.vectors:,} vectors, {proof.cached:,} were compared with the cached ones, "
            f"and {proof.encoded:,} with their texts, encoded anew."
        )
    if proof.not_encoded:
        lines.append(f"No text was encoded anew: {proof.not_encoded}")
    return lines
