"""Train the reader in index/reading on labelled questions, on the default encoder's weights.

    python scripts/train_reader.py reader.jsonl.gz pairs.jsonl.gz CHECKOUTS --models FOLDER [--minutes 120]

The examples are described in scripts/reader_examples.py and scripts/section_examples.py, the data in
index/reading/CARD.md. For each question
one span that answers it stands beside four that do not. The loss is their softmax (ListNet; Cao and others,
2007) plus the binary cross-entropy of each, so that the output ranks spans and reads as log-odds.
"""

import argparse
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from reader_examples import Example, examples
from section_examples import section_examples
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel

from index.export import export_encoder
from index.model import DEFAULT_MODEL, model_folder
from index.reader import OnnxReader, Piece

SEED = 1
HIDDEN = 384
# Of the spans that do not answer, some of the likeliest and some of the rest.
LIKELIEST, HARD, EASY = 5, 2, 2
QUESTIONS_AT_ONCE = 6
# Batches are made of questions of like length out of so many.
SORTED_TOGETHER = 50 * QUESTIONS_AT_ONCE
# The rate rises over the first part of the time and falls to nothing at its end; the new layers learn faster.
RATE, HEAD_RATE, RISE = 6e-5, 3e-4, 0.05
FROZEN_LAYERS = 2
OPSET = 17


class CrossEncoder(nn.Module):
    """The default encoder, and two layers over its first token that judge what it has read."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.bert = AutoModel.from_pretrained(
            folder, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        self.dense = nn.Linear(HIDDEN, HIDDEN)
        self.out = nn.Linear(HIDDEN, 1)
        for layer in (self.bert.embeddings, *self.bert.encoder.layer[:FROZEN_LAYERS]):
            layer.requires_grad_(False)

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> Tensor:
        """Give the log-odds, [n], of token ids, kinds and mask, each int64 [n, t]."""
        read = self.bert(ids, attention_mask=mask, token_type_ids=kinds).last_hidden_state[:, 0]
        return self.out(torch.tanh(self.dense(read)))[:, 0]


class Unmasked(nn.Module):
    """The model as it is exported: for one text, of which every token counts."""

    def __init__(self, model: CrossEncoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, kinds: Tensor) -> Tensor:
        """Give the log-odds, [1], of token ids and kinds, each int64 [1, t]."""
        return self.model(ids, kinds, torch.ones_like(ids))


@dataclass(frozen=True)
class Group:
    """A question's spans as they are read: ids and kinds of each, the one that answers first, if any."""

    read: list[tuple[list[int], list[int]]]
    answered: bool

    @property
    def longest(self) -> int:
        """The most tokens of a span."""
        return max(len(ids) for ids, _ in self.read)


def group(reader: OnnxReader, example: Example, draw: random.Random) -> Group:
    """Draw one span that answers, if there is any, and up to four that do not."""
    likeliest, rest = example.wrong[:LIKELIEST], example.wrong[LIKELIEST:]
    wrong = draw.sample(likeliest, min(HARD, len(likeliest)))
    others = [piece for piece in likeliest + rest if piece not in wrong]
    wrong += draw.sample(others, min(EASY, len(others)))
    pieces: list[Piece] = [*draw.sample(example.right, min(1, len(example.right))), *wrong]
    return Group(reader.assembled(example.question, pieces), bool(example.right))


def batches(reader: OnnxReader, found: list[Example], draw: random.Random) -> Iterator[list[Group]]:
    """Give the questions over and over, each time with other spans, in batches of like length."""
    while True:
        draw.shuffle(found)
        for start in range(0, len(found), SORTED_TOGETHER):
            groups = [group(reader, one, draw) for one in found[start : start + SORTED_TOGETHER]]
            groups.sort(key=lambda one: one.longest)
            cut = range(0, len(groups), QUESTIONS_AT_ONCE)
            yield from draw.sample([groups[at : at + QUESTIONS_AT_ONCE] for at in cut], len(cut))


def loss_of(model: CrossEncoder, batch: list[Group]) -> Tensor:
    """Give the mean loss of a batch."""
    read = [one for group in batch for one in group.read]
    ids, kinds, mask = (
        torch.zeros(len(read), max(group.longest for group in batch), dtype=torch.long) for _ in range(3)
    )
    for row, (tokens, kind) in enumerate(read):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        kinds[row, : len(kind)] = torch.tensor(kind)
        mask[row, : len(tokens)] = 1
    scores = model(ids, kinds, mask)
    right = torch.tensor(
        [float(group.answered and not at) for group in batch for at in range(len(group.read))]
    )
    loss = nn.functional.binary_cross_entropy_with_logits(scores, right)
    shares = [
        -torch.log_softmax(of, 0)[0]
        for of, group in zip(scores.split([len(group.read) for group in batch]), batch, strict=True)
        if group.answered
    ]
    return loss + torch.stack(shares).mean() if shares else loss


def train(model: CrossEncoder, reader: OnnxReader, found: list[Example], seconds: float) -> None:
    """Train for so many seconds, and say now and then how it goes."""
    head = [*model.dense.parameters(), *model.out.parameters()]
    body = [weight for weight in model.bert.parameters() if weight.requires_grad]
    rates = (RATE, HEAD_RATE)
    optimizer = torch.optim.AdamW([{"params": body}, {"params": head}], weight_decay=0.01)
    started, mean = time.monotonic(), 0.0
    for step, batch in enumerate(batches(reader, found, random.Random(SEED)), 1):  # noqa: S311 - a sample
        done = (time.monotonic() - started) / seconds
        if done >= 1:
            return
        for part, rate in zip(optimizer.param_groups, rates, strict=True):
            part["lr"] = rate * min(done / RISE, 1) * (1 - done)
        loss = loss_of(model, batch)
        loss.backward()
        nn.utils.clip_grad_norm_(body + head, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        mean += (float(loss.detach()) - mean) / min(step, 100)
        if step % 100 == 0:
            print(f"step {step}, {done:.0%} of the time: loss {mean:.3f}")


def export(model: CrossEncoder, folder: Path) -> None:
    """Write the model to `folder` with weights of 8 bits, for ONNX Runtime."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    example = torch.ones(1, 8, dtype=torch.long)
    whole = folder / "whole.onnx"
    torch.onnx.export(
        Unmasked(model.eval()),
        (example, example),
        whole,
        input_names=["input_ids", "token_type_ids"],
        output_names=["log_odds"],
        dynamic_axes={"input_ids": {1: "tokens"}, "token_type_ids": {1: "tokens"}},
        opset_version=OPSET,
        dynamo=False,
    )
    quantize_dynamic(
        whole, folder / "model.onnx", per_channel=True, reduce_range=True, weight_type=QuantType.QInt8
    )
    whole.unlink()


def main() -> None:
    """Read the command line, gather, train and export."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("spans", type=Path)
    parser.add_argument("sections", type=Path)
    parser.add_argument("checkouts", type=Path, help="folder with a checkout of each repository of notes")
    parser.add_argument("--models", type=Path, required=True, help="folder of exported encoders")
    parser.add_argument("--minutes", type=float, default=120.0, help="how long to train")
    options = parser.parse_args()
    torch.manual_seed(SEED)
    tokenizer = Tokenizer.from_file(str(export_encoder(DEFAULT_MODEL, options.models) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    found = examples(options.spans, options.sections, options.models)
    found += section_examples(options.checkouts, options.models)
    model = CrossEncoder(model_folder(DEFAULT_MODEL))
    untrained: Any = None
    train(model.train(), OnnxReader(untrained, tokenizer), found, options.minutes * 60)
    folder = Path("index/reading")
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    export(model, folder)


if __name__ == "__main__":
    main()
