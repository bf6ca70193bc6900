"""Wrong solutions made from gold ones: the mistakes that a reward model must not fall for. Errors carry on to later steps."""
import re

from solutions import EQUATION

KINDS = {  # kind: how often
    "slip": 4,  # one digit of a result is wrong
    "operand": 3,  # another number of the problem, with right arithmetic
    "unused": 2,  # a number of the question that no gold step uses: the distractor, if there is one
    "operator": 2,  # another operator, with right arithmetic
    "skip": 2,  # a step is left out
    "early": 2,  # the answer is given too early
    "late": 1,  # a step too many
    "answer": 1,  # right steps, another answer
}


def compute(a, operator, b):
    if operator == "/":
        return a // b if b else 0
    return abs({"+": a + b, "-": a - b, "*": a * b}[operator])


def _slip(rng, number):
    digits = list(str(number))
    i = rng.randrange(len(digits))
    digits[i] = str((int(digits[i]) + rng.choice([1, -1, 1, -1, 2, -2, rng.randint(1, 9)])) % 10)
    wrong = int("".join(digits))
    return wrong if wrong not in (0, number) else number + 1


def _write(text, a, operator, b, result):
    return EQUATION.sub(f"{a} {operator} {b} = {result}", text, 1)


def make_mistake(rng, problem):
    """One wrong variant of the gold solution (now and then it is right by luck: judge it)."""
    gold = problem["steps"]
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    at = rng.randrange(len(gold))
    in_question = [int(n) for n in re.findall(r"\d+", problem["question"])]
    used = {n for step in gold for n in (step["a"], step["b"])}
    unused = [n for n in in_question if n not in used]
    known = in_question + [step["r"] for step in gold[:at]]

    changed = {}  # gold value: what it has become
    lines, result = [], gold[0]["r"]
    for i, step in enumerate(gold):
        a, operator, b = changed.get(step["a"], step["a"]), step["op"], changed.get(step["b"], step["b"])
        if i == at:
            if kind == "skip" and len(gold) > 1:
                continue
            if kind == "operand" or (kind == "unused" and unused):
                other = rng.choice(unused if kind == "unused" else known)
                a, b = (other, b) if rng.random() < 0.5 else (a, other)
            if kind == "operator":
                operator = rng.choice("+-*/")
        result = compute(a, operator, b)
        if i == at and (kind == "slip" or (kind == "unused" and not unused)):
            result = _slip(rng, result)
        if result != step["r"]:
            changed[step["r"]] = result
        lines.append(_write(step["text"], a, operator, b, result))
        if i == at and kind == "early":
            break
    if kind == "late":
        a, b, operator = result, rng.choice(known), rng.choice("+-*")
        result = compute(a, operator, b)
        lines.append(_write(rng.choice(gold)["text"], a, operator, b, result))
    if kind == "answer":
        result = rng.choice([n for n in known if n != result] or [result + 1])
    return "\n".join(f"Step {i}: {line}" for i, line in enumerate(lines, 1)) + f" The answer is: {result}"
