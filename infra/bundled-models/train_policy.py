"""Trains a policy on new problems, from nothing or from a bundled model; the loss is on the solution alone.

    python3 train_policy.py --size m --steps 8000 --rate 0.02 --adam-rate 0.003 --out m.pt
"""
import random

import torch
from torch.nn import functional as F

import gguf
import problems
import training
from model import SIZES, HalfProduct, Model
from tokenizer import EOS, PAD, Tokenizer


def examples(tokenizer, rng):
    while True:
        problem = problems.make(rng)
        if not problems.held_out(problem["question"]):
            yield (tokenizer.encode(problem["question"] + "\n", bos=True), tokenizer.encode(problems.solution(problem)) + [EOS])


def batches(tokenizer, rng, tokens):
    """Batches of examples of about equal length: questions, solutions, lengths of questions."""
    stream = examples(tokenizer, rng)
    while True:
        pool = sorted((next(stream) for _ in range(400)), key=lambda example: sum(map(len, example)))
        cut, batch = [], []
        for example in pool:
            if batch and (len(batch) + 1) * sum(map(len, example)) > tokens:
                cut.append(batch)
                batch = []
            batch.append(example)
        rng.shuffle(cut)
        for batch in cut:
            yield (training.pad([question for question, _ in batch], PAD), training.pad([solution for _, solution in batch], PAD),
                   torch.tensor([len(question) for question, _ in batch]))


def losses(model, batch):
    questions, solutions, lengths = batch
    states = model(questions, solutions, lengths)
    known = solutions[:, 1:] != PAD
    logits = HalfProduct.apply(states[:, :-1][known], model.embedding.t())
    loss = F.cross_entropy(logits, solutions[:, 1:][known])
    return loss, {"loss": loss}


def main():
    parser = training.parser(__doc__)
    parser.add_argument("--size", choices=list(SIZES), default="m")
    args = parser.parse_args()
    rank = training.rank_of(args)
    tokenizer = Tokenizer()
    model = gguf.load(args.start) if args.start else Model(len(tokenizer), **SIZES[args.size])
    rng = random.Random(1000 * args.seed + rank)
    training.run(args, rank, model, batches(tokenizer, rng, args.tokens), losses)


if __name__ == "__main__":
    main()
