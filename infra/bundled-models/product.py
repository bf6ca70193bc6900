"""Runs RebaseBatch itself: puts problems into its queue, works them off, reads the answers."""
import json
import subprocess
import time
from pathlib import Path

import problems

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAM = REPOSITORY / "worker/bin/Release/net10.0/rebase"


def write_dataset(path, rows):
    """Problems as GSM8K lines; `rows` may be problems or such lines."""
    with open(path, "w") as file:
        for row in rows:
            file.write(json.dumps(problems.gsm8k(row) if "steps" in row else row) + "\n")


def read_dataset(path):
    """Rows of a dataset, each with the gold solution alone in `gold`."""
    rows = [json.loads(line) for line in open(path)]
    return [dict(row, gold=row["answer"].split("\n####")[0]) for row in rows]


class Product:
    """`data` is the product's data folder; as root it must lie where every user may enter."""

    def __init__(self, data, program=PROGRAM):
        self.data, self.program = Path(data), program

    def enqueue(self, dataset, policy, strategy, width=None, reward=None, **options):
        """Puts a job into the queue; returns its number. Options as of `rebase jobs enqueue`, with underscores."""
        command = [self.program, "jobs", "enqueue", dataset, "--data", self.data, "--policy", policy, "--strategy", strategy]
        options |= {"reward": reward, "width": width}
        for name, value in options.items():
            if value is not None:
                command += ["--" + name.replace("_", "-"), str(value)]
        return int(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)

    def work(self, jobs, minutes=None):
        """Runs a worker until all of `jobs` are done, or for so many minutes: then what is not done is cancelled."""
        end = time.time() + 60 * minutes if minutes else float("inf")
        with open(self.data / "worker.log", "a") as log:
            worker = subprocess.Popen([self.program, "worker", "run", "--data", self.data], stderr=log)
            try:
                while not all(self.done(job) for job in jobs):
                    if worker.poll() is not None:
                        raise SystemExit(f"the worker ended with code {worker.returncode}: see {self.data}/worker.log")
                    if time.time() > end:
                        for job in jobs:
                            if not self.done(job):
                                subprocess.run([self.program, "jobs", "cancel", str(job), "--data", self.data], check=True)
                        end = float("inf")
                    time.sleep(2)
            finally:
                worker.terminate()
                worker.wait()

    def _folder(self, job):
        return next(iter(self.data.glob(f"results/job-{job}-*")), None)

    def done(self, job):
        folder = self._folder(job)
        return folder is not None and any(folder.glob("summary.*.json"))

    def answers(self, job, dataset):
        """Pairs of a dataset's row (from read_dataset) and the product's answer to it."""
        for answer in self._records(job, "answers"):
            yield dataset[int(answer["custom_id"].rsplit("-", 1)[1]) - 1], answer

    def usage(self, job):
        return list(self._records(job, "usage"))

    def _records(self, job, kind):
        for file in sorted(self._folder(job).glob(f"batch-*.{kind}.jsonl")):
            for line in open(file):
                yield json.loads(line)
