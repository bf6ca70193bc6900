"""Scores of a reward model in the trainer, and quick figures on held-out solutions."""
from collections import defaultdict

import torch

from solutions import answer_of, judge
from tokenizer import PAD, TAG
from training import pad
from voting import area_under_curve


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
