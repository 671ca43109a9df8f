"""What kind of thing a question asks for."""

import pytest

from bot.asks import Ask, asked_for


@pytest.mark.parametrize(
    ("question", "ask"),
    [
        ("What is a pod?", Ask.DEFINITION),
        ("What\u2019s a pod?", Ask.DEFINITION),
        ("whats a PVC", Ask.DEFINITION),
        ("hi what are sidecars", Ask.DEFINITION),
        ("explain ingress", Ask.DEFINITION),
        ("Deployment vs StatefulSet", Ask.COMPARISON),
        ("How do they differ?", Ask.COMPARISON),
        ("PUT or PATCH?", Ask.COMPARISON),
        ("PUT or PATCH? (resource field)", Ask.COMPARISON),
        ("a pod or a node", Ask.OTHER),
        ("How many replicas run?", Ask.NUMBER),
        ("default timeout of a probe", Ask.NUMBER),
        ("what percentage of requests fail", Ask.NUMBER),
        ("How do I undo a rollout?", Ask.HOW_TO),
        ("kubectl command to list pods", Ask.HOW_TO),
        ("what do I type?", Ask.HOW_TO),
        ("what type of service is it", Ask.OTHER),
        ("who is paged?", Ask.WHO),
        ("whose approval is needed", Ask.WHO),
        ("When is the release?", Ask.WHEN),
        ("Where are the logs?", Ask.WHERE),
        ("Why is it slow?", Ask.REASON),
        ("Is staging shared?", Ask.YES_NO),
        ("  can pods talk to each other", Ask.YES_NO),
        ("rollout", Ask.OTHER),
        ("", Ask.OTHER),
    ],
)
def test_each_question_asks_for_one_kind_of_thing(question: str, ask: Ask) -> None:
    """The first sign that fits counts; without any it is something else."""
    assert asked_for(question) is ask
