"""A chain of people, each compared with the one before; mostly told from the end."""
from .story import ITEMS, Reject, Story


class Comparison(Story):
    def tell(self):
        rng, target = self.rng, self.target
        names = [person.name for person in self.people(5)]
        things = rng.choice(ITEMS)
        total = rng.random() < 0.6 and target % 2 == 0  # n comparisons and n additions, or n comparisons alone
        links = target // 2 if total else target
        if not 1 <= links <= 4:
            raise Reject
        first = rng.randint(4, 40)
        counts, told = [first], []
        for a, b in zip(names[1:links + 1], names):
            kind = rng.choice(["more", "fewer", "times", "half"])
            if kind == "half" and counts[-1] % 2:
                kind = "more"
            number = {"more": self.middle, "fewer": lambda: rng.randint(2, 20), "times": lambda: rng.randint(2, 5),
                      "half": lambda: 2}[kind]()
            told.append({"more": f"{a} has {number} more {things} than {b}.",
                         "fewer": f"{a} has {number} fewer {things} than {b}.",
                         "times": f"{a} has {number} times as many {things} as {b}.",
                         "half": f"{a} has half as many {things} as {b}."}[kind])
            operator = {"more": "+", "fewer": "-", "times": "*", "half": "/"}[kind]
            counts.append(self.step(counts[-1], operator, number, f"{a} has {{e}} {things}."))
        told.insert(0, f"{names[0]} has {first} {things}.")
        self.sentences += told[::-1] if rng.random() < 0.7 else told
        if total:
            together = counts[0]
            for count in counts[1:]:
                together = self.step(together, "+", count, "The total is {e}.", f"Together they have {{e}} {things}.")
            self.say(f"How many {things} do they have together?")
        else:
            self.say(f"How many {things} does {names[links]} have?")
        self.distractors = [f"{names[0]} is {rng.randint(6, 40)} years old."]
