"""`refdesk completion`: the script that teaches a shell to complete refdesk's commands."""

import click

from bot.commands.invocation import examples

_EXAMPLES = examples(
    "refdesk completion bash >> ~/.bashrc",
    "refdesk completion zsh >> ~/.zshrc",
    "refdesk completion fish > ~/.config/fish/completions/refdesk.fish",
)


@click.command("completion", epilog=_EXAMPLES)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_command(context: click.Context, shell: str) -> None:
    """Print the script that makes SHELL complete refdesk's commands and options."""
    from click.shell_completion import BashComplete, FishComplete, ZshComplete

    kind = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}[shell]
    click.echo(kind(context.find_root().command, {}, "refdesk", "_REFDESK_COMPLETE").source())
