"""Right or wrong: labels for the steps and for the tokens of a solution, from the gold solution alone.

A step is right if it computes one of the gold steps that are still to do (operands of + and * in either order, gold steps in
any order) and everything before it is right. The step that does the last of them must give the answer, no other step may.
"""
import re
from typing import NamedTuple

from tokenizer import TAG

EQUATION = re.compile(r"(\d+) ([+\-*/]) (\d+) = (\d+)")
ANSWER = re.compile(r"The answer is: (-?\d+)\s*$")
STEP = re.compile(r"Step (\d+): ")


class Equation(NamedTuple):
    a: int
    operator: str
    b: int
    result: int

    @staticmethod
    def of(match):
        a, operator, b, result = match
        return Equation(int(a), operator, int(b), int(result))

    def texts(self):
        """The ways to write it."""
        yield f"{self.a} {self.operator} {self.b} = {self.result}"
        if self.operator in "+*":
            yield f"{self.b} {self.operator} {self.a} = {self.result}"

    def same(self, other):
        return any(text in other.texts() for text in self.texts())


def gold_steps(solution):
    """The equations of a gold solution, in order."""
    return [Equation.of(match) for match in EQUATION.findall(solution)]


def answer_of(text):
    match = ANSWER.search(text)
    return int(match[1]) if match else None


def _without(left, line):
    """The gold steps that are left after `line`, or None if the line is not one of `left`."""
    found = EQUATION.findall(line)
    if len(found) == 1:
        for i, step in enumerate(left):
            if step.same(Equation.of(found[0])):
                return left[:i] + left[i + 1:]
    return None


def judge(gold, solution):
    """For each line of `solution`: is everything up to its end right? `gold` is the gold solution."""
    left, answer = gold_steps(gold), answer_of(gold)
    labels = []
    for number, line in enumerate(solution.split("\n"), 1):
        left = _without(left, line) if line.startswith(f"Step {number}: ") and left is not None else None
        if left is not None and answer_of(line) != (None if left else answer):
            left = None
        labels.append(left is not None)
    return labels


def _may_become_right(left, answer, beginning):
    """Can this beginning of a line still become a right step, given the gold steps that are left?"""
    header = STEP.match(beginning)
    body = beginning[header.end():] if header else ""
    start = re.search(r"\d", body)
    if not start:
        return True  # words only: they say what is computed, not how
    sentence, _, said = body[start.start():].partition(" The answer is:")
    ends = " The answer" in body
    for step in left:
        for text in step.texts():
            whole = sentence.startswith(text) and not sentence[len(text):len(text) + 1].isdigit()
            if text.startswith(sentence) or whole:
                if not ends or (whole and len(left) == 1 and str(answer).startswith(said.strip())):
                    return True
    return False


class Labelled(NamedTuple):
    """A solution as the reward model reads it: each step followed by the tag."""

    ids: list  # tokens, from "Step 1" to the last tag
    right: list  # for each token: is everything up to and including it right?
    tags: list  # positions of the tags


def label_tokens(tokenizer, gold, solution):
    """Tokens with labels. Inside the first wrong step, wrong is what no gold step that is left begins with."""
    left, answer = gold_steps(gold), answer_of(gold)
    ids, right, tags = [], [], []
    so_far = True
    for i, (line, line_right) in enumerate(zip(solution.split("\n"), judge(gold, solution))):
        tokens = tokenizer.encode(("\n" if i else "") + line)
        beginning = ""
        for token in tokens:
            beginning += tokenizer.text(token)
            if so_far and not line_right:
                so_far = _may_become_right(left, answer, beginning.lstrip("\n"))
            right.append(so_far)
        ids += tokens + tokenizer.encode(" ки")
        right += [line_right, line_right]
        so_far = line_right
        tags.append(len(ids) - 1)
        if line_right:
            left = _without(left, line)
    assert ids[-1] == TAG and len(ids) == len(right)
    return Labelled(ids, right, tags)
