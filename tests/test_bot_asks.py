"""What kind of thing a question asks for."""

import pytest

from bot.asks import Ask, asked_for

QUESTIONS = {
    Ask.DEFINITION: [
        "What is a pod?",
        "What\u2019s a pod?",
        "whats a PVC",
        "hi what are sidecars",
        "so what was the old gateway",
        "what is Ingress in k8s",
        "explain ingress",
        "define an SLO",
        "Describe the blue-green release.",
        "meaning of canary",
        "what does HPA stand for",
        "what do probes do?",
        "What does it mean?",
    ],
    Ask.COMPARISON: [
        "Deployment vs StatefulSet",
        "Deployment versus StatefulSet",
        "How do they differ?",
        "What is the difference between a Job and a Pod?",
        "is a Job better",
        "a Job compared to a CronJob",
        "PUT or PATCH?",
        "PUT or PATCH? (resource field)",
    ],
    Ask.NUMBER: [
        "How many replicas run?",
        "how long is the log kept",
        "default timeout of a probe",
        "maximum size of an upload",
        "what percentage of requests fail",
        "in what year did it begin",
    ],
    Ask.COMMAND: [
        "kubectl command to list pods",
        "one-liner for stale branches",
        "what do I type?",
        "which should we run",
        "is there a flag for it",
        "how do I list pods with one command",
    ],
    Ask.OCCASION: [
        "When should I use a DaemonSet?",
        "when do you really need a mesh",
        "when to use a Job",
    ],
    Ask.HOW_TO: [
        "How do I undo a rollout?",
        "how does one drain a node",
        "steps for a release",
        "best way to rotate keys",
    ],
    Ask.LIST: [
        "types of services",
        "What are the different types of probes?",
        "phases of a release",
        "list all runbooks",
        "name some probes",
        "which environments are shared",
        "what are the on-call duties",
    ],
    Ask.WHO: ["who is paged?", "whose approval is needed", "by whom was it made"],
    Ask.WHEN: ["When is the release?", "what day is payday", "since then?"],
    Ask.WHERE: ["Where are the logs?", "in what folder is it"],
    Ask.REASON: ["Why is it slow?", "the reason for it"],
    Ask.YES_NO: ["Is staging shared?", "  can pods talk to each other", "Must I sign?"],
    Ask.OTHER: [
        "rollout",
        "",
        "?",
        "a pod or a node",
        "what type of service is it",
        "what is the name of the service",
        "what is the service called",
        "what is there to be said of all of this and of that",
    ],
}


def test_there_are_questions_of_every_kind() -> None:
    """None is left out below."""
    assert set(QUESTIONS) == set(Ask)


@pytest.mark.parametrize(
    ("question", "ask"), [(question, ask) for ask, questions in QUESTIONS.items() for question in questions]
)
def test_each_question_asks_for_one_kind_of_thing(question: str, ask: Ask) -> None:
    """The first sign that fits counts, whatever its letter case; without any it is something else."""
    assert asked_for(question) is ask
    assert asked_for(question.upper()) is ask
