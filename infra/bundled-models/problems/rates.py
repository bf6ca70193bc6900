"""So much each hour, for so many hours: travel, reading, work."""
from typing import NamedTuple

from .story import ITEMS, Reject, Story


class Wording(NamedTuple):
    part: str  # a sentence of the question
    part_step: str
    total_step: str
    left_question: str
    total_question: str
    left_step: str


WORDINGS = [Wording(*texts) for texts in [
    ("{He} drives {m} miles each hour for {k} hours.", "{A} drives {e} miles.", "The total is {e} miles.",
     "The trip is {T} miles long. How many miles are left?", "How many miles does {he} drive?", "{e} miles are left."),
    ("{He} reads {m} pages each day for {k} days.", "{A} reads {e} pages.", "The total is {e} pages.",
     "The book has {T} pages. How many pages are left?", "How many pages does {he} read?", "{e} pages are left."),
    ("{He} works {k} hours for {m} dollars each hour.", "{A} gets {e} dollars.", "The total is {e} dollars.",
     "{He} needs {T} dollars. How many more dollars does {he} need?", "How many dollars does {he} get?",
     "{A} needs {e} more dollars."),
    ("{He} runs {m} miles each day for {k} days.", "{A} runs {e} miles.", "The total is {e} miles.",
     "{He} wants to run {T} miles. How many miles are left?", "How many miles does {he} run?", "{e} miles are left."),
    ("{He} bakes {k} trays with {m} cookies on each.", "{A} bakes {e} cookies.", "The total is {e} cookies.",
     "{He} needs {T} cookies. How many more cookies does {he} need?", "How many cookies does {he} bake?",
     "{A} needs {e} more cookies."),
    ("{He} plants {k} rows with {m} trees in each.", "{A} plants {e} trees.", "The total is {e} trees.",
     "{He} wants {T} trees. How many more trees does {he} need?", "How many trees does {he} plant?",
     "{A} needs {e} more trees."),
]]


class Rates(Story):
    def tell(self):
        rng = self.rng
        hero, _, _ = self.people()
        wording = rng.choice(WORDINGS)
        ending = rng.choice(["total", "left", "week", "half"])
        parts, odd = divmod(self.target - (ending != "total") + 1, 2)  # n products and n - 1 sums
        if parts < 1 or odd:
            raise Reject

        def fill(text, **numbers):
            return text.format(A=hero.name, He=hero.He, he=hero.he, e="{e}", **numbers)

        results = []
        for i in range(parts):
            m, k = rng.randint(2, 15), self.small()
            sentence = fill(wording.part, m=m, k=k)
            if i == 0:
                sentence = sentence.replace(hero.He, hero.name, 1)
            elif rng.random() < 0.5:
                sentence = "Then " + hero.he + sentence[len(hero.He):]
            self.sentences.append(sentence)
            rng.random()  # keeps the numbers of the bundled test problems
            results.append(self.step(m, "*", k, fill(wording.part_step)))
        total = results[0]
        for result in results[1:]:
            total = self.step(total, "+", result, fill(wording.total_step))
        if ending == "left":
            whole = total + rng.randint(3, 60)
            self.sentences.append(fill(wording.left_question, T=whole))
            self.step(whole, "-", total, fill(wording.left_step))
        elif ending == "week":
            k = rng.randint(2, 5)
            self.sentences.append(f"{hero.He} does the same for {k} weeks. " + fill(wording.total_question))
            self.step(total, "*", k, fill(wording.total_step))
        elif ending == "half":
            fitting = [k for k in (2, 3, 4, 5) if total % k == 0]
            if not fitting:
                raise Reject
            k = rng.choice(fitting)
            unit = wording.part_step.split("{e} ")[1].rstrip(".")
            self.sentences.append(f"The {unit} are split into {k} equal parts. How many {unit} are in each part?")
            self.step(total, "/", k, f"Each part has {{e}} {unit}.")
        else:
            self.sentences.append(fill(wording.total_question))
        self.distractors = [f"{hero.name} is {rng.randint(6, 40)} years old.",
                            f"{hero.name} has {self.middle()} {rng.choice(ITEMS)}."]
