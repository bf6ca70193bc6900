"""Scores of a reward model in the trainer, and quick figures on held-out solutions."""
from collections import defaultdict

import torch

from solutions import answer_of, judge
from tokenizer import PAD, TAG
from training import pad


def area_under_curve(pairs):
    """Probability that a right one scores above a wrong one; `pairs` of (score, right). Ties count half."""
    ranks, position = 0.0, 0
    ordered = sorted(pairs)
    right = sum(bool(label) for _, label in ordered)
    while position < len(ordered):
        end = position
        while end < len(ordered) and ordered[end][0] == ordered[position][0]:
            end += 1
        ranks += sum(bool(label) for _, label in ordered[position:end]) * (position + end + 1) / 2
        position = end
    wrong = len(ordered) - right
    return (ranks - right * (right + 1) / 2) / max(1, right * wrong)


@torch.no_grad()
def score(model, tokenizer, question, solutions):
    """Step scores of each solution to one question."""
    device = model.embedding.device
    prompt = torch.tensor([tokenizer.encode(question + "\n", bos=True)], device=device)
    ids = [tokenizer.encode(text.replace("\n", " ки\n") + " ки")[:400] for text in solutions]
    states = model(prompt, pad(ids, PAD).to(device), torch.tensor([prompt.shape[1]], device=device))
    verdict = torch.sigmoid(states @ (model.embedding[tokenizer.good] - model.embedding[tokenizer.bad]))
    return [[row[i].item() for i, token in enumerate(tokens) if token == TAG] for tokens, row in zip(ids, verdict)]


def figures_of(model, tokenizer, samples):
    """AUC of steps and of final steps, accuracy of votes over each problem's solutions: mean over `samples`."""
    steps, finals = [], []
    votes = defaultdict(list)
    for sample in samples:
        gold, texts = sample["gold"], sample["solutions"]
        scored = score(model, tokenizer, sample["question"], texts)
        majority, weighted = defaultdict(float), defaultdict(float)
        for text, scores in zip(texts, scored):
            labels = judge(gold, text)
            steps += zip(scores, labels)
            finals.append((scores[-1], labels[-1]))
            majority[answer_of(text)] += 1
            weighted[answer_of(text)] += scores[-1]
        best = max(range(len(texts)), key=lambda i: scored[i][-1])
        answer = answer_of(gold)
        votes["majority"].append(max(majority, key=majority.get) == answer)
        votes["weighted"].append(max(weighted, key=weighted.get) == answer)
        votes["best"].append(answer_of(texts[best]) == answer)
        votes["some"].append(answer in majority)
    return "  ".join([f"AUC {area_under_curve(steps):.4f}  final AUC {area_under_curve(finals):.4f}",
                      *(f"{name} {100 * sum(v) / len(v):.1f}" for name, v in votes.items())])
