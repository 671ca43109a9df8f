"""A run saved and read again, drawn, and shown to a person."""

import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from unicodedata import category

import pytest
from labelled import LABELS, reply

from bot.evaluation.comparison import compared
from bot.evaluation.gate import judged
from bot.evaluation.outcomes import Outcome, asked
from bot.evaluation.plots import plot
from bot.evaluation.report import report_of, save_to, saved, written
from bot.render.evaluation import show_judgement, show_report
from bot.render.tables import Sheet
from index.progress import Quiet
from ingest.errors import UsageError

OUTCOMES = asked(reply, LABELS, Quiet())
REPORT = report_of(3, OUTCOMES)
WORSE = (
    replace(OUTCOMES[0], verdict="unsure", confidence=0.3, cited=()),
    replace(OUTCOMES[1], retrieval=dict.fromkeys(OUTCOMES[1].retrieval or {}, 0.0)),
    *OUTCOMES[2:5],
    replace(OUTCOMES[5], verdict="answered"),
)


class _Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def lines(before: tuple[Outcome, ...] = ()) -> list[str]:
    """Give what is shown of the small run, in a file, compared with another if one is given."""
    stream = io.StringIO()
    report = replace(REPORT, comparison=compared(before, OUTCOMES)) if before else REPORT
    show_report(Sheet(stream), report)
    return stream.getvalue().splitlines()


def test_a_run_is_measured_in_total_by_kind_and_by_set() -> None:
    """Each group holds the figures of its own questions."""
    assert {kind: figures["questions"] for kind, figures in REPORT.kinds.items()} == {
        "none": 2,
        "paged": 1,
        "plain": 3,
    }
    assert REPORT.sets == {"small": REPORT.total}
    assert REPORT.kinds["paged"]["recall@1"] == 1.0
    assert (len(REPORT.risk_coverage), len(REPORT.calibration)) == (5, 5)


def test_a_saved_run_is_the_run(tmp_path: Path) -> None:
    """It is the same JSON that is printed, without what it was compared with."""
    file = tmp_path / "run.json"
    save_to(file, replace(REPORT, comparison=compared(OUTCOMES, OUTCOMES)))
    assert saved(file) == REPORT
    assert json.loads(written(REPORT)) == json.loads(file.read_text("utf-8"))
    assert "comparison" not in json.loads(file.read_text("utf-8"))
    file.write_text(written(replace(REPORT, comparison=compared(WORSE, OUTCOMES))))
    assert saved(file).outcomes == OUTCOMES


def test_printed_json_does_not_act_on_a_terminal() -> None:
    """A question may hold anything."""
    odd = replace(OUTCOMES[0], question="\x1b[2J\u202e")
    assert not {category(character) for character in written(report_of(1, (odd,)))} & {"Cc", "Cf"}


def test_what_is_no_saved_run_is_refused(tmp_path: Path) -> None:
    """The message says how to save one."""
    file = tmp_path / "run.json"
    for content, message in (
        (None, "does not exist; write it with: refdesk eval SET --save"),
        ("{}", "is not a saved run: .*; save it anew with --save"),
        ("\udcff", "is not a saved run"),
        (written(replace(REPORT, format_version=0)), "has format 0 and this refdesk reads 1; save it anew"),
    ):
        if content is not None:
            file.write_text(content, "utf-8", "surrogateescape")
        with pytest.raises(UsageError, match=message):
            saved(file)


def test_curves_are_drawn_as_pictures(tmp_path: Path) -> None:
    """Two files, in a folder that is made; the same runs give the same bytes."""
    runs = {"now": OUTCOMES, "before": WORSE}
    first, again = (plot(runs, tmp_path / name / "curves") for name in ("a", "b"))
    assert [path.name for path in first] == ["risk-coverage.png", "calibration.png"]
    for one, other in zip(first, again, strict=True):
        assert one.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
        assert one.read_bytes() == other.read_bytes()
    (alone, _) = plot({"now": OUTCOMES}, tmp_path)
    assert alone.read_bytes() != first[0].read_bytes()


def test_without_matplotlib_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is made then."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(UsageError, match=r'pip install "refdesk\[plot\]"'):
        plot({"now": OUTCOMES}, tmp_path / "curves")
    assert not (tmp_path / "curves").exists()


def test_a_file_gets_aligned_columns() -> None:
    """No rules, no styles, and no space at the ends of lines."""
    shown = lines()
    assert shown[:5] == [
        "",
        "Generation 3: 6 questions, 4 answerable",
        "  figure                             value",
        "  recall@1                           0.250",
        "  recall@5                           0.500",
    ]
    assert "  quoted words, median                   3" in shown
    start = shown.index("By kind")
    assert shown[start + 1 : start + 5] == [
        "  kind   n  recall@1  recall@5  MRR@10  answered rightly  precision  abstained  calibration error",
        "  none   2         –         –       –                 –      0.000      0.500              0.225",
        "  paged  1     1.000     1.000   1.000             1.000      1.000          –              0.050",
        "  plain  3     0.000     0.333   0.214             0.000      0.000          –              0.500",
    ]
    assert "By set" not in shown
    start = shown.index("Risk and coverage")
    assert shown[start + 1 :] == [
        "  answered  of these wrong  confidence from",
        "  0.167              0.000            0.950",
        "  0.333              0.500            0.800",
        "  0.667              0.500            0.400",
        "  0.833              0.600            0.100",
        "  1.000              0.667            0.050",
        "",
        "Calibration",
        "  confidence  questions   mean  right",
        "  0.0 to 0.1          1  0.050  0.000",
        "  0.1 to 0.2          1  0.100  0.000",
        "  0.4 to 0.5          2  0.400  0.500",
        "  0.8 to 0.9          1  0.800  0.000",
        "  0.9 to 1.0          1  0.950  1.000",
    ]


def test_a_comparison_is_shown_question_by_question() -> None:
    """Each figure with its interval; the worse questions first, with what was said and where it was found."""
    shown = lines((*WORSE, replace(OUTCOMES[0], id="gone")))
    start = shown.index(
        "Against the saved run, 6 questions that both have (1 that only one has are left out)"
    )
    assert shown[start + 2].split() == ["recall@1", "0.250", "0.250", "0.000", "to", "0.000"]
    start = shown.index("Better: 3")
    assert shown[start + 1 :] == [
        "  small q1: what is alpha?",
        "    unsure, found at 1 -> answered (right), found at 1",
        "  small q2: count to four",
        "    answered (wrong), not found -> answered (wrong), found at 2",
        "  small q6: who lost?",
        "    answered -> not found",
    ]
    assert not any(line.startswith("Worse") for line in shown)


def test_a_small_difference_has_no_sign_of_its_own() -> None:
    """What rounds to zero is zero, not minus zero."""
    slightly = tuple(replace(one, confidence=one.confidence - 1e-6) for one in OUTCOMES)
    assert not any("-0.000 " in line or line.endswith("-0.000") for line in lines(slightly))


def test_a_judgement_is_shown_with_what_fell() -> None:
    """Only the questions that got worse are named."""
    stream = io.StringIO()
    show_judgement(Sheet(stream), judged(7, OUTCOMES, WORSE, 0.01, "1 of the 2 files is gone"))
    assert stream.getvalue().splitlines() == [
        "note: 1 of the 2 files is gone",
        "",
        "Against generation 7",
        "  figure                       live    new",
        "  recall@5                    0.500  0.250  fell too far",
        "  answered rightly            0.250  0.000  fell too far",
        "  right, of what is answered  0.333  0.000  fell too far",
        "",
        "Worse: 3",
        "  small q1: what is alpha?",
        "    answered (right), found at 1 -> unsure, found at 1",
        "  small q2: count to four",
        "    answered (wrong), found at 2 -> answered (wrong), not found",
        "  small q6: who lost?",
        "    not found -> answered",
    ]


@pytest.mark.parametrize("plain", [False, True])
def test_a_terminal_gets_ruled_tables(monkeypatch: pytest.MonkeyPatch, plain: bool) -> None:  # noqa: FBT001 - a case
    """Bold where that is wanted; and no question acts on it."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    stream = _Terminal()
    odd = replace(OUTCOMES[0], question="[bold]\x1b[2J")
    changed = replace(odd, verdict="not_found")
    report = replace(report_of(3, (odd,)), comparison=compared((changed,), (odd,)))
    show_report(Sheet(stream, plain=plain), report)
    assert "───" in stream.getvalue()
    assert "small q1: [bold]␛[2J\n" in stream.getvalue()
    assert "\x1b[2J" not in stream.getvalue()
    assert ("\x1b[1m" in stream.getvalue()) is not plain
