"""A history read in steps, as commits come in, tells the dates that one read at once does."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from repositories import Project, dates, git, history
from trees import tree

from ingest.git import Git
from ingest.history import History

MAY = "2025-05-01T12:00:00+00:00"

names = st.sampled_from(["a.md", "b.md", "d/c.md"])
deeds = st.one_of(
    st.tuples(st.just("write"), names, st.sampled_from(["# 1\n", "# 2\n", "# 3\n"])),
    st.tuples(st.just("move"), names, names),
    st.tuples(st.just("delete"), names, names),
    st.tuples(st.just("branch"), names, names),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(deeds, st.booleans()), min_size=1, max_size=8))
def test_a_history_read_in_steps_tells_what_one_read_at_once_does(
    steps: list[tuple[tuple[str, str, str], bool]],
) -> None:
    """Whatever was committed between two runs, on one branch or two, the dates are those of a first run."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project.at(Path(folder))
        project.commit({"kept.md": "# Kept\n"}, MAY)
        for number, ((deed, one, other), looked) in enumerate(steps):
            # Later commits may be of earlier days.
            when = f"2025-06-{(number * 7) % 28 + 1:02}T12:00:00+00:00"
            _done(project, deed, one, other, when)
            if looked:
                history(project).save()
        opened = history(project)
        fresh = History.open(Git(project.work), Path(folder) / "fresh")
        assert dates(opened, project.work) == dates(fresh, project.work)
        assert None not in dates(fresh, project.work).values()


def _done(project: Project, deed: str, one: str, other: str, when: str) -> None:
    work = project.work
    if deed == "branch":
        git(work, "checkout", "--quiet", "-B", "side", "HEAD~1" if _commits(work) > 1 else "HEAD")
        project.commit({one: f"# Beside {when}\n"}, when)
        git(work, "checkout", "--quiet", "main")
        git(work, "merge", "--quiet", "--strategy=ours", "--message=merge", "side", when=when)
        return
    if deed == "write":
        tree(work, {one: other})
    elif (work / one).exists() and deed == "move":
        (work / other).parent.mkdir(exist_ok=True)
        (work / one).replace(work / other)
    elif (work / one).exists():
        (work / one).unlink()
    project.commit({}, when)


def _commits(work: Path) -> int:
    return int(git(work, "rev-list", "--count", "HEAD"))
