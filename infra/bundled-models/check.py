"""Checks a GGUF file: llama.cpp's tokens and logits must be the trainer's.

    python3 check.py ../../worker/models/tiny-math-prm.gguf
"""
import argparse
import random
import sys

import numpy as np
import torch

import gguf
import problems
from llama_cpp import Llama
from mistakes import make_mistake
from tokenizer import TAG, Tokenizer

TOLERANCE = 0.15  # logits are -30 to 30; llama.cpp multiplies F16 weights with F16-rounded activations
SCORE_TOLERANCE = 0.02


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gguf")
    parser.add_argument("--problems", type=int, default=20)
    args = parser.parse_args()
    theirs, ours, tokenizer, rng = Llama(args.gguf), gguf.load(args.gguf).eval(), Tokenizer(), random.Random(9)
    worst = worst_score = same = positions = 0
    for problem in problems.training_problems(args.problems, 77):
        for solution in (problems.solution(problem), make_mistake(rng, problem)):
            text = problem["question"] + "\n" + solution.replace("\n", " ки\n") + " ки"
            ids = tokenizer.encode(text, bos=True)
            if ids != theirs.tokenize(text):
                sys.exit(f"llama.cpp cuts this text into other tokens: {text!r}")
            with torch.no_grad():
                a = ours.logits(torch.tensor(ids)).numpy()
            b = theirs.logits(ids)
            tags = [i for i, token in enumerate(ids) if token == TAG]
            scores = [1 / (1 + np.exp(x[tags, tokenizer.bad] - x[tags, tokenizer.good])) for x in (a, b)]
            worst, worst_score = max(worst, np.abs(a - b).max()), max(worst_score, np.abs(scores[0] - scores[1]).max())
            same += (a.argmax(1) == b.argmax(1)).sum()
            positions += len(ids)
    print(f"{args.gguf}: largest difference of logits {worst:.4f}, of step scores {worst_score:.4f}; "
          f"likeliest token the same at {same} of {positions} positions")
    if worst > TOLERANCE or worst_score > SCORE_TOLERANCE:
        sys.exit("llama.cpp and the trainer disagree")


if __name__ == "__main__":
    main()
