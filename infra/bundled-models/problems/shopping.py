"""A list of things with prices: what do they cost together, what is left?"""
from .story import ITEMS, Reject, Story


class Shopping(Story):
    def tell(self):
        rng = self.rng
        hero, _, _ = self.people()
        pays = rng.random() < 0.6
        sums, single = divmod(self.target - pays + 1, 2)  # products, and whether there is a single thing beside them
        if sums < 1:
            raise Reject
        things = rng.sample(ITEMS, sums + single)
        bought, costs = [], []
        for thing in things[:sums]:
            k, price = self.small(), rng.randint(2, 12)
            bought.append(f"{k} {thing} for {price} dollars each")
            costs.append((k, price, thing))
        extra = []
        if single:
            extra = [rng.randint(3, 30)]
            bought.append(f"a {'toy' if rng.random() < 0.5 else 'book'} for {extra[0]} dollars")
        listed = bought[0] if len(bought) == 1 else ", ".join(bought[:-1]) + " and " + bought[-1]
        parts = [self.step(k, "*", price, f"The {thing} cost {{e}} dollars.") for k, price, thing in costs] + extra
        total = parts[0]
        for part in parts[1:]:
            total = self.step(total, "+", part, "The total cost is {e} dollars.")
        if pays:
            dollars = total + rng.randint(3, 50)
            self.say(f"{hero.name} has {dollars} dollars.")
            self.say(f"{hero.He} buys {listed}.")
            self.say(f"How many dollars does {hero.he} have left?")
            self.step(dollars, "-", total, f"{hero.name} has {{e}} dollars left.")
        else:
            self.say(f"{hero.name} buys {listed}.")
            self.say(f"How many dollars does {hero.he} spend?", "What is the total cost?")
        self.distractors = [f"{hero.name} is {rng.randint(6, 40)} years old.", f"The shop is {self.small()} miles away."]
