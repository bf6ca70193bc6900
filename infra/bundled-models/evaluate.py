"""What the models are worth, from RebaseBatch's own runs on held-out problems.

    python3 evaluate.py --policy tiny-math-policy-m --data /var/lib/models --out evaluation-m.json

Runs greedy, sampling (64 scored samples; smaller numbers are its disjoint groups) and REBASE, and prints the reward model's AUC
and calibration, the accuracy of every vote, and paired differences with 95 % bootstrap intervals over problems.
"""
import argparse
import json
from pathlib import Path

from product import REPOSITORY, Product, read_dataset
from solutions import answer_of, judge
from voting import METHODS, accuracies, area_under_curve, calibration, difference, interval

TEST = REPOSITORY / "worker/models/datasets/arithmetic-test.jsonl"


class Run:
    """One job: for each question it has answered, the candidates with their scores and the compute they took."""

    def __init__(self, product, job, dataset):
        self.candidates, self.texts = {}, {}
        questions = {}
        for row, answer in product.answers(job, dataset):
            if answer["error"]:
                continue
            question = questions[answer["custom_id"]] = row["question"]
            # Candidates of an unscored search all weigh the same.
            self.candidates[question] = [(c["answer"], c["step_scores"] or [1.0]) for c in answer["candidates"]]
            self.texts[question] = [(c["text"].strip(), c["step_scores"]) for c in answer["candidates"]]
        self.usage = {questions[u["custom_id"]]: u for u in product.usage(job) if u["custom_id"] in questions}

    def figures(self, dataset, n, share):
        """Mean compute and each problem's accuracies, for groups of n of the candidates; `share` of the compute is theirs."""
        usage = [self.usage[row["question"]] for row in dataset]
        problems = [(str(answer_of(row["gold"])), self.candidates[row["question"]]) for row in dataset]
        return {"tokens": share * sum(u["policy"]["sampled_tokens"] for u in usage) / len(usage),
                "policy_flops": share * sum(u["policy_flops"] for u in usage) / len(usage),
                "total_flops": share * sum(u["total_flops"] for u in usage) / len(usage),
                "accuracy": accuracies(problems, n)}


def percent(figures):
    mean, low, high = (100 * x for x in figures)
    return f"{mean:.1f} ({low:.1f} to {high:.1f})"


def judgement(run, dataset):
    """AUC and calibration of the step scores of a scored run."""
    steps, finals = [], []
    for row in dataset:
        for text, scores in run.texts[row["question"]]:
            labels = judge(row["gold"], text)
            if len(labels) == len(scores):
                steps += zip(scores, labels)
                finals.append((scores[-1], labels[-1]))
    rows, error = calibration(finals)
    return {"steps": len(steps), "solutions": len(finals), "step AUC": area_under_curve(steps), "final-step AUC": area_under_curve(finals),
            "step calibration error": calibration(steps)[1], "final calibration error": error, "final calibration": rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policy", required=True)
    parser.add_argument("--reward", default="tiny-math-prm")
    parser.add_argument("--dataset", default=TEST)
    parser.add_argument("--limit", type=int, default=500)
    parser.add_argument("--samples", type=int, default=64, help="0: no sampling")
    parser.add_argument("--rebase", type=int, nargs="*", default=[4, 16, 64], help="widths of REBASE")
    parser.add_argument("--balance", type=float, nargs="*", default=[0.1], help="balance temperatures of REBASE")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, help="cancel what is not done by then; only problems that all runs have done count")
    parser.add_argument("--data", required=True, help="data folder of RebaseBatch")
    parser.add_argument("--out", required=True, help="file for each problem's accuracies")
    args = parser.parse_args()

    product, dataset = Product(args.data), read_dataset(args.dataset)[:args.limit]
    args_of_all = dict(policy=args.policy, seed=args.seed, limit=args.limit)
    jobs = {"greedy": product.enqueue(args.dataset, strategy="greedy", **args_of_all)}
    for width in args.rebase:
        for balance in args.balance:
            jobs[f"REBASE {width}, balance {balance}"] = product.enqueue(
                args.dataset, strategy="rebase", width=width, reward=args.reward, balance_temperature=balance, **args_of_all)
    if args.samples:
        jobs["sampling"] = product.enqueue(args.dataset, strategy="sampling", width=args.samples, reward=args.reward, **args_of_all)
    product.work(list(jobs.values()), args.minutes)
    runs = {name: Run(product, job, dataset) for name, job in jobs.items()}
    runs = {name: run for name, run in runs.items() if run.candidates}
    dataset = [row for row in dataset if all(row["question"] in run.candidates for run in runs.values())]

    report = {"policy": args.policy, "reward": args.reward, "seed": args.seed, "problems": len(dataset), "methods": {}}
    for name, run in runs.items():
        if name == "sampling":
            for n in (n for n in (1, 4, 16, 64) if n <= args.samples):
                report["methods"][f"sampling {n}"] = run.figures(dataset, n, n / args.samples)
            report["reward model on samples"] = judgement(run, dataset)
        else:
            report["methods"][name] = run.figures(dataset, 256, 1)
    Path(args.out).write_text(json.dumps(report))
    show(report)


def show(report):
    print(f"{report['policy']}, {report['reward']}, {report['problems']} problems, seed {report['seed']}; % right (95 % interval)\n")
    methods = list(METHODS) + ["some right"]
    print("| run | tokens | " + " | ".join(methods) + " |\n" + "|---" * (len(methods) + 2) + "|")
    for name, run in report["methods"].items():
        cells = [percent(interval(run["accuracy"][method])) for method in methods]
        print(f"| {name} | {run['tokens']:.0f} | " + " | ".join(cells) + " |")
    judged = report.get("reward model on samples")
    if judged:
        print("\n" + ", ".join(f"{name} {value:.4f}" if isinstance(value, float) else f"{name} {value}"
                               for name, value in judged.items() if name != "final calibration"))
        for score, share, count in judged["final calibration"]:
            if count:
                print(f"  final score {score:.2f}: {100 * share:.1f} % right of {count}")
    pairs = [("sampling 16", "best of n", "sampling 16", "majority"), ("sampling 16", "weighted", "sampling 64", "majority")]
    pairs += [(name, "weighted", "sampling 64", "weighted") for name in report["methods"] if name.startswith("REBASE")]
    pairs += [(name, "weighted", "sampling 16", "weighted") for name in report["methods"] if name.startswith("REBASE 16")]
    print()
    for first, method, second, other in pairs:
        if first in report["methods"] and second in report["methods"]:
            a, b = report["methods"][first], report["methods"][second]
            print(f"{first} {method} - {second} {other}: {percent(difference(a['accuracy'][method], b['accuracy'][other]))} points, "
                  f"{a['tokens'] / b['tokens']:.2f} of its tokens")


if __name__ == "__main__":
    main()
