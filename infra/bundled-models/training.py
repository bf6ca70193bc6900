"""What both trainers share: the loop with its schedule, several processes, checkpoints and progress."""
import argparse
import os
import subprocess
import sys
import time

import torch
from torch import distributed

from muon import Muon


def parser(description):
    result = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    result.add_argument("--start", help="GGUF file or checkpoint to start from")
    result.add_argument("--out", required=True, help="checkpoint to write, every 200 steps and at the end")
    result.add_argument("--steps", type=int, required=True)
    result.add_argument("--minutes", type=float, default=float("inf"), help="end after so long, the learning rate falling by the clock")
    result.add_argument("--cooldown", type=float, default=0.5, help="share of the training in which the learning rate falls to 0")
    result.add_argument("--rate", type=float, default=0.01, help="learning rate of the matrices")
    result.add_argument("--adam-rate", type=float, default=0.0015, help="learning rate of embedding and norms")
    result.add_argument("--tokens", type=int, default=3600, help="tokens of a batch, padding included")
    result.add_argument("--processes", type=int, default=1, help="processes that train on batches of their own, one a core")
    result.add_argument("--threads", type=int, default=1, help="threads of each process")
    result.add_argument("--seed", type=int, default=0)
    result.add_argument("--device", default="cpu", help="cpu or cuda")
    return result


AVERAGED_EVERY = 10  # steps after which the processes take the mean of their weights


def rank_of(args):
    """Starts the other processes, from the first one, and joins them; this one's number. Each draws its own problems."""
    torch.set_num_threads(args.threads)
    rank = int(os.environ.get("RANK", 0))
    if args.processes > 1:
        os.environ.update({"MASTER_ADDR": "127.0.0.1"})
        os.environ.setdefault("MASTER_PORT", str(20000 + os.getpid() % 10000))
        if "RANK" not in os.environ:
            for other in range(1, args.processes):
                subprocess.Popen([sys.executable, *sys.argv], env={**os.environ, "RANK": str(other)})
        distributed.init_process_group("gloo", rank=rank, world_size=args.processes)
    torch.manual_seed(args.seed)
    return rank


@torch.no_grad()
def average(model, processes):
    flat = torch.cat([p.flatten() for p in model.parameters()])
    distributed.all_reduce(flat)
    torch.nn.utils.vector_to_parameters(flat / processes, model.parameters())


def pad(rows, fill, dtype=torch.long):
    """Rows of different lengths as one tensor, padded on the right."""
    width = max(map(len, rows))
    return torch.tensor([[*row, *[fill] * (width - len(row))] for row in rows], dtype=dtype)


def progress(args, step, start):
    """How much of the training is done, up to 1. By the clock it is the first process's clock that counts for all."""
    done = min(1.0, max(step / args.steps, (time.time() - start) / 60 / args.minutes))
    if args.processes > 1 and args.minutes < float("inf"):
        shared = torch.tensor([done])
        distributed.broadcast(shared, 0)
        done = float(shared)
    return done


def run(args, rank, model, batches, losses, after=None):
    """Trains `model`. `losses(model, batch)` gives the loss and a dict of figures to print; `batches` never ends."""
    model.to(args.device).train()
    model.half = True
    optimiser = Muon(model, args.rate, args.adam_rate)
    start, seen, sums, step, done = time.time(), 0, {}, 0, 0.0
    while done < 1:
        step += 1
        batch = [tensor.to(args.device) for tensor in next(batches)]
        loss, figures = losses(model, batch)
        loss.backward()
        done = progress(args, step, start)
        optimiser.step(min(1, step / 40, (1 - done) / args.cooldown + 1e-3))
        seen += args.processes * sum(tensor.numel() for tensor in batch[:2])
        for name, value in figures.items():
            sums.setdefault(name, []).append(float(value))
        if args.processes > 1 and (step % AVERAGED_EVERY == 0 or done == 1):
            average(model, args.processes)
        if rank:
            continue
        if step % 50 == 0 or done == 1:
            shown = "  ".join(f"{name} {sum(values) / len(values):.4f}" for name, values in sums.items())
            seconds = time.time() - start
            print(f"step {step}  {seconds:.0f} s  {seen / 1e6:.2f} M tokens  {seen / seconds:.0f}/s  {shown}", flush=True)
            sums = {}
        if step % 200 == 0 or done == 1:
            torch.save(dict(shape=model.shape, weights=model.state_dict()), args.out + ".new")
            os.replace(args.out + ".new", args.out)
            if after:
                model.half = False
                after(model.eval())
                model.half = True
                model.train()
