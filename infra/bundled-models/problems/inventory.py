"""Somebody has things; things come and go."""
from .story import COLOURS, CONTAINERS, FRACTIONS, ITEMS, Reject, Story

CLOSINGS = {  # closing: gold steps it takes
    "now": 0, "fill": 1, "sell": 1, "together": 1, "more": 1, "times": 2, "want": 1, "share": 1,
}
SHORT_EVENTS = ["buy", "find", "give", "lose", "from", "double", "pile"]  # one step
LONG_EVENTS = ["buy_boxes", "give_boxes", "daily", "use", "fraction", "sum", "fraction"] * 2  # two steps


class Inventory(Story):
    def tell(self):
        rng = self.rng
        self.hero, self.friend, self.other = self.people()
        self.things, self.boxes = rng.choice(ITEMS), rng.choice(CONTAINERS)
        opening = rng.choice(["plain", "plain", "boxes", "two", "compared", "times"]) if self.target > 1 else "plain"
        self.count = getattr(self, "open_" + opening)()
        closing = rng.choice(["now", "now", *(name for name in CLOSINGS if name != "now")])
        while self.missing > CLOSINGS[closing]:
            room_for_two = self.missing - CLOSINGS[closing] >= 2
            getattr(self, "event_" + rng.choice(SHORT_EVENTS + (LONG_EVENTS if room_for_two else [])))()
        getattr(self, "close_" + closing)()
        name, others = self.hero.name, [thing for thing in ITEMS if thing != self.things]
        self.distractors = [f"{name} is {rng.randint(6, 40)} years old.",
                            f"{name} also has {self.middle()} {rng.choice(others)}.",
                            f"{self.friend.name} has {self.middle()} {rng.choice(others)}."]

    def now(self, operator, number):
        name, things = self.hero.name, self.things
        self.count = self.step(self.count, operator, number, f"Now {name} has {{e}} {things}.", f"{name} now has {{e}} {things}.")

    def left(self, number):
        name, things = self.hero.name, self.things
        self.count = self.step(self.count, "-", number, f"{name} has {{e}} {things} left.", f"Now {name} has {{e}} {things}.")

    # ---- openings: return how many things there are

    def open_plain(self):
        count = self.big()
        self.say(f"{self.hero.name} has {count} {self.things}.")
        return count

    def open_boxes(self):
        name, things, boxes = self.hero.name, self.things, self.boxes
        k, each = self.small(), self.rng.randint(3, 20)
        self.say(f"{name} has {k} {boxes} with {each} {things} in each.", f"{name} has {k} {boxes} of {each} {things} each.")
        return self.step(k, "*", each, f"{name} has {{e}} {things}.")

    def open_two(self):
        name, things = self.hero.name, self.things
        a, b = self.middle(), self.middle()
        first, second = self.rng.sample(COLOURS, 2)
        self.say(f"{name} has {a} {first} {things} and {b} {second} {things}.")
        return self.step(a, "+", b, f"{name} has {{e}} {things}.")

    def open_compared(self):
        name, friend, things = self.hero.name, self.friend.name, self.things
        theirs, difference = self.big(), self.middle()
        word, operator = ("more", "+") if self.rng.random() < 0.5 else ("fewer", "-")
        self.say(f"{friend} has {theirs} {things}. {name} has {difference} {word} {things} than {friend}.")
        return self.step(theirs, operator, difference, f"{name} has {{e}} {things}.")

    def open_times(self):
        name, friend, things = self.hero.name, self.friend.name, self.things
        theirs, k = self.rng.randint(4, 40), self.small()
        self.say(f"{friend} has {theirs} {things}. {name} has {k} times as many {things} as {friend}.")
        return self.step(theirs, "*", k, f"{name} has {{e}} {things}.")

    # ---- events

    def _gain(self, *wordings):
        number = self.rng.choice([self.middle, self.big])()
        self.say(*(wording.format(n=number, He=self.hero.He, he=self.hero.he, A=self.hero.name, Q=self.friend.name,
                                  N=self.things) for wording in wordings))
        self.now("+", number)

    def event_buy(self):
        self._gain("{He} buys {n} more {N}.", "Then {he} buys {n} {N}.")

    def event_find(self):
        self._gain("{He} finds {n} {N}.", "Then {he} finds {n} more {N}.")

    def event_from(self):
        self._gain("{Q} gives {A} {n} {N}.", "{He} gets {n} {N} from {Q}.")

    def _part(self):
        number = self.rng.randint(2, max(2, self.count * 2 // 3))
        if number >= self.count:
            raise Reject
        return number

    def event_give(self):
        number = self._part()
        self.say(f"{self.hero.He} gives {number} {self.things} to {self.friend.name}.",
                 f"Then {self.hero.he} gives {self.friend.name} {number} {self.things}.")
        self.left(number)

    def event_lose(self):
        number = self._part()
        self.say(f"{self.hero.He} loses {number} {self.things}.", f"Then {self.hero.he} sells {number} {self.things}.")
        self.left(number)

    def event_double(self):
        k = self.rng.choice([2, 3])
        self.say(f"Then {self.hero.his} number of {self.things} {'doubles' if k == 2 else 'triples'}.")
        self.now("*", k)

    def event_pile(self):
        k = self.divisor(self.count, range(2, 10))
        if k:
            self.say(f"{self.hero.He} splits the {self.things} into {k} equal piles and keeps one pile.")
            self.count = self.step(self.count, "/", k, f"{self.hero.name} keeps {{e}} {self.things}.")

    def event_buy_boxes(self):
        k, each = self.small(), self.rng.randint(2, 12)
        self.say(f"{self.hero.He} buys {k} {self.boxes} with {each} {self.things} in each.",
                 f"Then {self.hero.he} gets {k} {self.boxes} of {each} {self.things} each.")
        self.now("+", self.step(k, "*", each, f"The {self.boxes} have {{e}} {self.things}."))

    def event_give_boxes(self):
        k, each = self.rng.randint(2, 6), self.rng.randint(2, 10)
        self.say(f"{self.hero.He} gives {self.friend.name} {k} {self.boxes} with {each} {self.things} in each.")
        self.left(self.step(k, "*", each, f"The {self.boxes} have {{e}} {self.things}."))

    def event_daily(self):
        k, each = self.small(), self.rng.randint(2, 10)
        self.say(f"{self.hero.He} finds {each} {self.things} each day for {k} days.")
        self.now("+", self.step(each, "*", k, f"{self.hero.name} finds {{e}} {self.things}."))

    def event_use(self):
        k, each = self.small(), self.rng.randint(2, 10)
        self.say(f"{self.hero.He} sells {each} {self.things} each day for {k} days.")
        self.left(self.step(each, "*", k, f"{self.hero.name} sells {{e}} {self.things}."))

    def event_fraction(self):
        fitting = [k for k in FRACTIONS if self.count % k == 0]
        if fitting:
            k = self.rng.choice(fitting)
            self.say(f"{self.hero.He} gives {FRACTIONS[k]} of the {self.things} to {self.other.name}.",
                     f"Then {self.hero.he} loses {FRACTIONS[k]} of the {self.things}.")
            self.left(self.step(self.count, "/", k, f"That is {{e}} {self.things}."))

    def event_sum(self):
        a, b = self.middle(), self.middle()
        self.say(f"{self.hero.He} gives {a} {self.things} to {self.friend.name} and {b} {self.things} to {self.other.name}.")
        self.left(self.step(a, "+", b, f"{self.hero.name} gives away {{e}} {self.things}."))

    # ---- closings

    def close_now(self):
        self.say(f"How many {self.things} does {self.hero.name} have now?",
                 f"How many {self.things} does {self.hero.he} have left?")

    def _equal_parts(self, largest):
        k = self.divisor(self.count, range(2, largest + 1))
        if not k:
            raise Reject
        return k

    def close_fill(self):
        k = self._equal_parts(12)
        self.say(f"{self.hero.He} puts the {self.things} in {self.boxes} of {k}. How many {self.boxes} does {self.hero.he} fill?")
        self.step(self.count, "/", k, f"{self.hero.name} fills {{e}} {self.boxes}.")

    def close_share(self):
        k = self._equal_parts(9)
        self.say(f"{self.hero.He} shares the {self.things} equally with {k} friends. "
                 f"How many {self.things} does each friend get?")
        self.step(self.count, "/", k, f"Each friend gets {{e}} {self.things}.")

    def close_sell(self):
        k = self.small()
        self.say(f"{self.hero.He} sells all the {self.things} for {k} dollars each. How many dollars does {self.hero.he} get?")
        self.step(self.count, "*", k, f"{self.hero.name} gets {{e}} dollars.")

    def close_together(self):
        name, other, theirs = self.hero.name, self.other.name, self.big()
        self.say(f"{other} has {theirs} {self.things}. How many {self.things} do {name} and {other} have together?")
        self.step(self.count, "+", theirs, f"Together they have {{e}} {self.things}.")

    def close_more(self):
        name, other, theirs = self.hero.name, self.other.name, self.big()
        if theirs >= self.count:
            raise Reject
        self.say(f"{other} has {theirs} {self.things}. How many more {self.things} does {name} have than {other}?")
        self.step(self.count, "-", theirs, f"{name} has {{e}} more {self.things}.")

    def close_times(self):
        name, other, k = self.hero.name, self.other.name, self.rng.randint(2, 5)
        self.say(f"{other} has {k} times as many {self.things} as {name}. "
                 f"How many {self.things} do {name} and {other} have together?")
        theirs = self.step(self.count, "*", k, f"{other} has {{e}} {self.things}.")
        self.step(self.count, "+", theirs, f"Together they have {{e}} {self.things}.")

    def close_want(self):
        wanted = self.count + self.rng.randint(3, 60)
        self.say(f"{self.hero.He} wants {wanted} {self.things}. How many more {self.things} does {self.hero.he} need?")
        self.step(wanted, "-", self.count, f"{self.hero.name} needs {{e}} more {self.things}.")
