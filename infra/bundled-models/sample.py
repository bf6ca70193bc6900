"""Samples solutions of a policy to new problems with RebaseBatch's own engine, as training data of the reward model.

    python3 sample.py --policy tiny-math-policy-m --problems 4000 --width 4 --seed 101 --data /var/lib/models --out samples/m.jsonl

With --reward the solutions are found by REBASE, and those that the reward model was fooled by come first: it liked a wrong one
more than a right one, or liked it much. Each line of the output: question, gold (solution), solutions.
"""
import argparse
import json
from pathlib import Path

import problems
from product import Product, read_dataset, write_dataset
from solutions import judge

KEPT = 6  # solutions of a problem that are kept when searching


def fooled_by(gold, candidates):
    """The wrong solutions with the highest scores and the right ones with the lowest, if any score is much amiss."""
    scored = {}
    for candidate in candidates:
        scored.setdefault(candidate["text"].strip(), candidate["step_scores"][-1])
    right = sorted((text for text in scored if judge(gold, text)[-1]), key=scored.get)
    wrong = sorted((text for text in scored if text not in right), key=scored.get, reverse=True)
    amiss = [text for text in wrong if scored[text] > 0.3] + [text for text in right if scored[text] < 0.7]
    return (wrong[:KEPT - 2] + right[:2]) if amiss else []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policy", required=True)
    parser.add_argument("--reward", help="search with this reward model and keep what fooled it")
    parser.add_argument("--problems", type=int, required=True)
    parser.add_argument("--held-out", action="store_true", help="held-out problems (validation) instead of training problems")
    parser.add_argument("--width", type=int, default=4)
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--data", required=True, help="data folder of RebaseBatch")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()

    Path(args.data).mkdir(parents=True, exist_ok=True)
    dataset = Path(args.data) / f"problems-{args.seed}.jsonl"
    if args.held_out:
        test = [problem["question"] for problem in problems.test_problems()]
        write_dataset(dataset, problems.held_out_problems(args.problems, args.seed, without=test))
    else:
        write_dataset(dataset, problems.training_problems(args.problems, args.seed))
    product = Product(args.data)
    job = product.enqueue(dataset, args.policy, "rebase" if args.reward else "sampling", args.width, args.reward,
                          temperature=args.temperature, seed=args.seed, batch_size=64)
    product.work([job])

    kept = 0
    with open(args.out, "w") as file:
        for row, answer in product.answers(job, read_dataset(dataset)):
            texts = [candidate["text"].strip() for candidate in answer["candidates"]]
            if args.reward:
                texts = fooled_by(row["gold"], answer["candidates"])
            if texts:
                kept += len(texts)
                file.write(json.dumps(dict(question=row["question"], gold=row["gold"], solutions=texts)) + "\n")
    print(f"{args.out}: {kept} solutions to {args.problems} problems")


if __name__ == "__main__":
    main()
