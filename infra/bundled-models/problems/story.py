"""A word problem under construction: the sentences of its question and the gold steps that answer it."""
from typing import NamedTuple

ITEMS = ["apples", "marbles", "stickers", "books", "pencils", "cookies", "coins", "shells", "cards",
         "beads", "stamps", "eggs", "flowers", "toys", "oranges", "candies"]
CONTAINERS = ["bags", "boxes", "packs", "baskets"]
COLOURS = ["red", "blue", "green", "small", "large"]
FRACTIONS = {2: "half", 3: "one third", 4: "one quarter"}
LARGEST_RESULT, LARGEST_OPERAND, LARGEST_FACTOR = 150, 199, 12


class Person(NamedTuple):
    name: str
    He: str
    he: str
    his: str


BOYS = ["Tom", "Ben", "Sam", "Leo", "Max", "Jack", "Omar", "Paul"]
GIRLS = ["Anna", "Mia", "Sara", "Lily", "Emma", "Nora", "Kate", "Ruth"]
PEOPLE = [Person(name, "He", "he", "his") for name in BOYS] + [Person(name, "She", "she", "her") for name in GIRLS]


class Reject(Exception):
    """The numbers that were drawn do not make a problem: draw again."""


class Story:
    """`say` adds a sentence to the question, `step` a gold step; both draw one of the wordings they are given."""

    def __init__(self, rng, target):
        self.rng, self.target = rng, target
        self.sentences, self.steps, self.distractors = [], [], []

    @property
    def missing(self):
        """Gold steps still to be made."""
        return self.target - len(self.steps)

    def say(self, *wordings):
        self.sentences.append(self.rng.choice(wordings))

    def step(self, a, operator, b, *wordings):
        """Adds the step a operator b, its equation in the place of {e}; returns its result."""
        if operator == "/" and (b == 0 or a % b):
            raise Reject
        result = {"+": a + b, "-": a - b, "*": a * b, "/": a // b if b else 0}[operator]
        if not 0 < result <= LARGEST_RESULT or max(a, b) > LARGEST_OPERAND:
            raise Reject
        if operator == "*" and min(a, b) > LARGEST_FACTOR:
            raise Reject
        text = self.rng.choice(wordings).replace("{e}", f"{a} {operator} {b} = {result}")
        self.steps.append(dict(text=text, a=a, op=operator, b=b, r=result))
        return result

    def people(self, count=3):
        return self.rng.sample(PEOPLE, count)

    def small(self):
        return self.rng.randint(2, 9)

    def middle(self):
        return self.rng.randint(4, 35)

    def big(self):
        return self.rng.randint(12, 90)

    def divisor(self, number, candidates):
        """One of `candidates` that divides `number` into parts of at least two, or None."""
        fitting = [k for k in candidates if number % k == 0 and number // k >= 2]
        return self.rng.choice(fitting) if fitting else None
