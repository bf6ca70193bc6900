"""Word problems with gold solutions: five families, two to eight steps, a sentence that does not matter in a fifth of them.

A problem is a dict: question, steps (each text, a, op, b, r), answer, n_steps, family.
"""
import hashlib
import random

from .comparison import Comparison
from .inventory import Inventory
from .money import Money
from .rates import Rates
from .shopping import Shopping
from .story import Reject

FAMILIES = {Inventory: 40, Money: 22, Shopping: 12, Comparison: 12, Rates: 14}
LEGACY_NAMES = {Comparison: "compare", Rates: "rate"}  # as the bundled test problems call them
LENGTHS = [2, 3, 3, 4, 4, 5, 5, 6, 7, 8]
DISTRACTED = 0.2


def make(rng, steps=None):
    """A random problem, of `steps` gold steps if that is given."""
    while True:
        target = steps or rng.choice(LENGTHS)
        family = rng.choices(list(FAMILIES), list(FAMILIES.values()))[0]
        for _ in range(20):
            story = family(rng, target)
            try:
                story.tell()
            except Reject:
                continue
            if len(story.steps) == target:
                return _finished(rng, story)


def _finished(rng, story):
    sentences = " ".join(story.sentences).replace("? ", "?|").replace(". ", ".|").split("|")
    if story.distractors and rng.random() < DISTRACTED:
        at = rng.randint(1, len(sentences) - 1) if len(sentences) > 1 else 0
        sentences.insert(at, rng.choice(story.distractors))
    return dict(question=" ".join(sentences), steps=story.steps, answer=story.steps[-1]["r"], n_steps=story.target,
                family=LEGACY_NAMES.get(type(story), type(story).__name__.lower()))


def solution(problem):
    """The gold solution, as a policy should write it."""
    lines = [f"Step {i}: {step['text']}" for i, step in enumerate(problem["steps"], 1)]
    return "\n".join(lines) + f" The answer is: {problem['answer']}"


def held_out(question):
    """One question in 32 is never trained on: those whose SHA-256 begins with a byte below 8."""
    return hashlib.sha256(question.encode()).digest()[0] < 8


def training_problems(count, seed):
    rng = random.Random(seed)
    made = (make(rng) for _ in iter(int, 1))
    return [next(problem for problem in made if not held_out(problem["question"])) for _ in range(count)]


def held_out_problems(count, seed, without=()):
    """Different held-out problems, two to eight steps in turn, none of whose questions is in `without`."""
    rng, taken, problems = random.Random(seed), set(without), []
    while len(problems) < count:
        problem = make(rng, 2 + len(problems) % 7)
        if held_out(problem["question"]) and problem["question"] not in taken:
            taken.add(problem["question"])
            problems.append(problem)
    return problems


def test_problems():
    """The 500 bundled test problems."""
    return held_out_problems(500, 777)


def gsm8k(problem):
    """A line of a dataset in GSM8K's form."""
    return {"question": problem["question"], "answer": f"{solution(problem)}\n#### {problem['answer']}",
            "n_steps": problem["n_steps"], "family": problem["family"]}
