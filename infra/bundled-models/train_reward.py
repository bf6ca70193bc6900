"""Trains the reward model: a policy that is fine-tuned to say, at every token, whether all of the solution so far is right.

    python3 train_reward.py --policy ../../worker/models/tiny-math-policy-l.gguf --samples samples/ --steps 6000 --out prm.pt

The model is a policy with two layers on top, and all of it is trained. The verdict is logit(+) - logit(-), at every token of
the solution (Cobbe et al. 2021, the token-level verifier) and at the step tags above all (Math-Shepherd). The language-model
loss goes on beside it, on tokens that are right, read below the new layers: who knows what comes next knows what should not
have come. A group is one problem with its gold solution and three others.
"""
import json
import random
from pathlib import Path

import torch
from torch.nn import functional as F

import gguf
import problems
import training
from mistakes import make_mistake
from model import HalfProduct, Model, rms_norm
from scores import figures_of
from solutions import judge, label_tokens
from tokenizer import PAD, TAG, Tokenizer

SOLUTIONS = 4  # of a group
# Weights of verdicts. One token in a hundred is the first wrong one, and all hangs on seeing it; those after it only carry the
# verdict on. Words are seldom wrong.
FIRST_ERROR, AFTER_ERROR, NUMBER, WORD, TAG_OF_STEP, LAST_TAG = 5.0, 0.1, 1.0, 0.3, 3.0, 6.0
LANGUAGE = 1.0  # weight of the language-model loss beside the verdicts


def fresh_problem(rng):
    """A new problem with its gold solution and three made mistakes."""
    while True:
        problem = problems.make(rng)
        if not problems.held_out(problem["question"]):
            gold = problems.solution(problem)
            return problem["question"], gold, [make_mistake(rng, problem) for _ in range(SOLUTIONS - 1)]


def sampled_problem(rng, sample):
    """A problem with three of the solutions that policies gave: wrong ones first, at least one right one if there is any."""
    gold = sample["gold"]
    texts = list(dict.fromkeys(text for text in sample["solutions"] if text != gold))
    rng.shuffle(texts)
    right = [text for text in texts if judge(gold, text)[-1]]
    wrong = [text for text in texts if text not in right]
    chosen = wrong[:SOLUTIONS - 2] + right[:1]
    chosen += [text for text in wrong + right if text not in chosen]
    return sample["question"], gold, (chosen + [gold] * SOLUTIONS)[:SOLUTIONS - 1]


def read_samples(folder):
    return [json.loads(line) for file in sorted(Path(folder).glob("*.jsonl")) for line in open(file)]


def groups(rng, folder, share):
    """An endless stream of problems with solutions: `share` of them sampled, each once before any twice."""
    pool = []
    while True:
        if folder and rng.random() < share:
            if not pool:
                pool = read_samples(folder)
                rng.shuffle(pool)
                print(f"{len(pool)} sampled problems", flush=True)
            yield sampled_problem(rng, pool.pop())
        else:
            yield fresh_problem(rng)


def weights_of(tokenizer, labelled):
    """Weight of each token's verdict."""
    weights, before = [], True
    for token, right in zip(labelled.ids, labelled.right):
        if token == TAG:
            weights.append(TAG_OF_STEP)
        elif right != before:
            weights.append(FIRST_ERROR)
        elif not right:
            weights.append(AFTER_ERROR)
        else:
            weights.append(NUMBER if tokenizer.text(token).strip() in set("0123456789+-*/=") else WORD)
        before = right
    weights[-1] = LAST_TAG
    return weights


def batches(tokenizer, stream, tokens, rng):
    """Batches of groups of about equal length: questions, solutions, lengths of questions, verdicts and their weights."""
    def size(question, labelled):
        return len(question) + SOLUTIONS * max(len(solution.ids) for solution in labelled)

    while True:
        pool = []
        for question, gold, others in (next(stream) for _ in range(128)):
            labelled = [label_tokens(tokenizer, gold, text) for text in [gold, *others]]
            if max(len(solution.ids) for solution in labelled) <= 320:
                pool.append((tokenizer.encode(question + "\n", bos=True), labelled))
        pool.sort(key=lambda group: size(*group))
        cut, batch = [], []
        for group in pool:
            if batch and (len(batch) + 1) * size(*group) > tokens:
                cut.append(batch)
                batch = []
            batch.append(group)
        cut.append(batch)
        rng.shuffle(cut)
        for batch in cut:
            questions = [question for question, _ in batch]
            labelled = [solution for _, solutions in batch for solution in solutions]
            yield (training.pad(questions, PAD), training.pad([solution.ids for solution in labelled], PAD),
                   torch.tensor([len(question) for question in questions]),
                   training.pad([solution.right for solution in labelled], 0, torch.float),
                   training.pad([weights_of(tokenizer, solution) for solution in labelled], 0, torch.float))


def losses(tokenizer, policy):
    """The loss of a batch; the language model is read where `policy` ends, through its last norm."""
    depth, norm = policy.shape["layers"], policy.norm.detach()

    def compute(model, batch):
        questions, solutions, lengths, right, weight = batch
        states, below = model(questions, solutions, lengths, tap=depth)
        verdict = states @ (model.embedding[tokenizer.good] - model.embedding[tokenizer.bad])
        verdicts = F.binary_cross_entropy_with_logits(verdict, right, weight, reduction="sum") / weight.sum()
        known = (right[:, 1:] > 0) & (solutions[:, 1:] != TAG) & (solutions[:, :-1] != TAG)
        logits = HalfProduct.apply(rms_norm(below[:, :-1][known], norm.to(below.device)), model.embedding.t())
        language = F.cross_entropy(logits, solutions[:, 1:][known])
        with torch.no_grad():
            tags = solutions == TAG
            hit = ((verdict > 0) == (right > 0))[tags].float().mean()
        return LANGUAGE * language + verdicts, {"language": language, "verdict": verdicts, "tags": hit}
    return compute


def with_fresh_layers(model, count):
    """The model with `count` untrained layers on top: room to compare what was said with what was expected.

    They begin small beside what is in the residual stream already, so the model begins as it was.
    """
    grown = Model(**dict(model.shape, layers=model.shape["layers"] + count))
    grown.load_state_dict(model.state_dict(), strict=False)
    return grown


def main():
    parser = training.parser(__doc__)
    parser.add_argument("--policy", required=True, help="the policy that is built on (GGUF)")
    parser.add_argument("--fresh-layers", type=int, default=2, help="new layers on top of it; --start goes on with a model instead")
    parser.add_argument("--samples", help="folder of sampled solutions (sample.py)")
    parser.add_argument("--share", type=float, default=0.6, help="share of problems with sampled solutions")
    parser.add_argument("--validation", help="file of sampled solutions to held-out problems")
    args = parser.parse_args()
    rank = training.rank_of(args)
    tokenizer, rng = Tokenizer(), random.Random(1000 * args.seed + rank)
    policy = gguf.load(args.policy)
    model = gguf.load(args.start) if args.start else with_fresh_layers(policy, args.fresh_layers)
    validation = [json.loads(line) for line in open(args.validation)] if args.validation else []

    def after(model):
        print(figures_of(model, tokenizer, validation), flush=True)

    stream = groups(rng, args.samples, args.share)
    training.run(args, rank, model, batches(tokenizer, stream, args.tokens, rng), losses(tokenizer, policy), after if validation else None)


if __name__ == "__main__":
    main()
