"""Votes over candidates as the product takes them, and figures about scores."""
import random
from collections import defaultdict


def weighted(candidates, weigh):
    """The answer whose votes weigh most; of equal ones the one that got there first. `candidates` of (answer, scores)."""
    weights, winner, most = defaultdict(float), None, 0.0
    for answer, scores in candidates:
        if answer is not None:
            weights[answer] += weigh(scores)
            if weights[answer] > most:
                winner, most = answer, weights[answer]
    return winner


METHODS = {
    "majority": lambda candidates: weighted(candidates, lambda scores: 1),
    "weighted": lambda candidates: weighted(candidates, lambda scores: scores[-1]),
    "weighted, min": lambda candidates: weighted(candidates, min),
    "best of n": lambda candidates: max((c for c in candidates if c[0] is not None), key=lambda c: c[1][-1], default=(None,))[0],
    "best of n, min": lambda candidates: max((c for c in candidates if c[0] is not None), key=lambda c: min(c[1]), default=(None,))[0],
}


def accuracies(problems, n):
    """For each method, each problem's share of right votes over its disjoint groups of n candidates.

    `problems` of (gold answer, candidates).
    """
    result = {method: [] for method in METHODS} | {"some right": []}
    for gold, candidates in problems:
        groups = [candidates[i:i + n] for i in range(0, max(1, len(candidates) - n + 1), n)]
        for method, vote in METHODS.items():
            result[method].append(sum(vote(group) == gold for group in groups) / len(groups))
        result["some right"].append(sum(any(answer == gold for answer, _ in group) for group in groups) / len(groups))
    return result


def interval(values, rounds=4000, seed=0):
    """Mean of `values` (one a problem) with its 95 % bootstrap interval over problems."""
    rng = random.Random(seed)
    means = sorted(sum(rng.choices(values, k=len(values))) / len(values) for _ in range(rounds))
    return sum(values) / len(values), means[int(0.025 * rounds)], means[int(0.975 * rounds)]


def difference(a, b):
    """Mean of a - b with its interval, paired by problem."""
    return interval([x - y for x, y in zip(a, b)])


def area_under_curve(pairs):
    """Probability that a right one scores above a wrong one; `pairs` of (score, right). Ties count half."""
    ordered = sorted(pairs)
    right = sum(bool(label) for _, label in ordered)
    ranks, position = 0.0, 0
    while position < len(ordered):
        end = position
        while end < len(ordered) and ordered[end][0] == ordered[position][0]:
            end += 1
        ranks += sum(bool(label) for _, label in ordered[position:end]) * (position + end + 1) / 2
        position = end
    wrong = len(ordered) - right
    return (ranks - right * (right + 1) / 2) / max(1, right * wrong)


def calibration(pairs, bins=10):
    """For each bin of scores: (mean score, share right, count); and the expected calibration error."""
    binned = [[] for _ in range(bins)]
    for score, right in pairs:
        binned[min(bins - 1, int(score * bins))].append((score, bool(right)))
    rows = [(sum(s for s, _ in b) / len(b), sum(r for _, r in b) / len(b), len(b)) if b else (None, None, 0) for b in binned]
    error = sum(abs(score - share) * count for score, share, count in rows if count) / len(pairs)
    return rows, error
