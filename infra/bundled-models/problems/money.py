"""Somebody has money, earns some, spends some."""
from .story import FRACTIONS, ITEMS, Reject, Story

SHORT_EVENTS = ["spend", "get", "double"]  # one step
LONG_EVENTS = ["buy", "earn", "half", "rent", "two"] * 2  # two steps


class Money(Story):
    def tell(self):
        rng = self.rng
        self.hero, self.friend, _ = self.people()
        name, he, He = self.hero.name, self.hero.he, self.hero.He
        self.dollars = rng.randint(20, 120)
        self.say(f"{name} has {self.dollars} dollars.", f"{name} saves {self.dollars} dollars.")
        closing = rng.choice(["left", "left", "each", "want"])
        closing_steps = 0 if closing == "left" else 1
        while self.missing > closing_steps:
            room_for_two = self.missing - closing_steps >= 2
            getattr(self, "event_" + rng.choice(SHORT_EVENTS + (LONG_EVENTS if room_for_two else [])))()
        if closing == "left":
            self.say(f"How many dollars does {he} have left?", f"How many dollars does {name} have now?")
        elif closing == "each":
            k = self.divisor(self.dollars, range(2, 10))
            if not k:
                raise Reject
            self.say(f"{He} shares the money equally with {k} friends. How many dollars does each friend get?")
            self.step(self.dollars, "/", k, "Each friend gets {e} dollars.")
        else:
            wanted = self.dollars + rng.randint(3, 60)
            self.say(f"{He} wants a toy for {wanted} dollars. How many more dollars does {he} need?")
            self.step(wanted, "-", self.dollars, f"{name} needs {{e}} more dollars.")
        self.distractors = [f"{name} is {rng.randint(6, 40)} years old.", f"{name} also has {self.middle()} {rng.choice(ITEMS)}."]

    def left(self, number):
        name = self.hero.name
        self.dollars = self.step(self.dollars, "-", number, f"{name} has {{e}} dollars left.", f"Now {name} has {{e}} dollars.")

    def now(self, operator, number):
        name = self.hero.name
        self.dollars = self.step(self.dollars, operator, number, f"Now {name} has {{e}} dollars.", f"{name} now has {{e}} dollars.")

    def event_spend(self):
        number = self.rng.randint(2, max(2, self.dollars * 2 // 3))
        thing = self.rng.choice(["a book", "a toy", "food", "a gift"])
        self.say(f"{self.hero.He} spends {number} dollars on {thing}.", f"Then {self.hero.he} buys {thing} for {number} dollars.")
        self.left(number)

    def event_get(self):
        number = self.big()
        self.say(f"{self.friend.name} gives {self.hero.name} {number} dollars.",
                 f"Then {self.hero.he} gets {number} dollars from {self.friend.name}.")
        self.now("+", number)

    def event_double(self):
        self.say(f"Then {self.hero.his} money doubles.")
        self.now("*", 2)

    def event_buy(self):
        k, price, things = self.small(), self.rng.randint(2, 10), self.rng.choice(ITEMS)
        self.say(f"{self.hero.He} buys {k} {things} for {price} dollars each.")
        self.left(self.step(k, "*", price, f"The {things} cost {{e}} dollars."))

    def event_earn(self):
        k, wage = self.small(), self.rng.randint(3, 12)
        self.say(f"{self.hero.He} works {k} hours for {wage} dollars each hour.")
        self.now("+", self.step(k, "*", wage, f"{self.hero.name} gets {{e}} dollars."))

    def event_half(self):
        fitting = [k for k in FRACTIONS if self.dollars % k == 0]
        if fitting:
            k = self.rng.choice(fitting)
            self.say(f"{self.hero.He} spends {FRACTIONS[k]} of the money on food.",
                     f"{self.hero.He} gives {FRACTIONS[k]} of the money to {self.friend.name}.")
            self.left(self.step(self.dollars, "/", k, "That is {e} dollars."))

    def event_rent(self):
        k, rent = self.small(), self.rng.randint(2, 12)
        self.say(f"{self.hero.He} spends {rent} dollars each week for {k} weeks.")
        self.left(self.step(rent, "*", k, f"{self.hero.name} spends {{e}} dollars."))

    def event_two(self):
        a, b = self.middle(), self.middle()
        self.say(f"{self.hero.He} spends {a} dollars on food and {b} dollars on a gift.")
        self.left(self.step(a, "+", b, f"{self.hero.name} spends {{e}} dollars."))
