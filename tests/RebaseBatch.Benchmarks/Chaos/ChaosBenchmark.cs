using System.Diagnostics;
using RebaseBatch.Benchmarks.Database;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;

namespace RebaseBatch.Benchmarks.Chaos;

/// <summary>
/// <c>chaos [--minutes N] [--workers N] [--seed N]</c>: workers on one private Postgres run jobs of all strategies. They are killed,
/// drained, frozen past their leases and disconnected at random. When no work is left, the benchmark checks the tables. The exit code is 1
/// if a check fails.
/// </summary>
static class ChaosBenchmark
{
    const int JobsUnderWay = 4, ProblemsOfAJob = 8;

    /// <summary>Longer than the workers' leases of two seconds.</summary>
    static readonly TimeSpan s_frozen = TimeSpan.FromSeconds(4), s_longestRest = TimeSpan.FromMinutes(10);

    // Kills are the most frequent, because they should hit a search at each of its points.
    static readonly ChaosAction[] s_actions =
    [
        ChaosAction.Kill, ChaosAction.Kill, ChaosAction.Kill, ChaosAction.Kill, ChaosAction.Drain, ChaosAction.Drain, ChaosAction.Freeze,
        ChaosAction.Freeze, ChaosAction.Cut, ChaosAction.Cancel,
    ];

    static long s_endedByThemselves;

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = new Arguments(args, ("--minutes", 5), ("--workers", 2), ("--seed", 1));
        var random = new Random(arguments["--seed"]);
        var folder = Directory.CreateTempSubdirectory("rebase-chaos-");
        await using var postgres = await PrivatePostgres.StartAsync();
        List<WorkerProcess> workers = [];
        try
        {
            for (var i = 0; i < arguments["--workers"]; i++) workers.Add(new(postgres.ConnectionString, folder.FullName));
            var done = await DisturbAsync(postgres, workers, random, TimeSpan.FromMinutes(arguments["--minutes"]));
            await RestAsync(postgres);
            await SeeAsync(workers);
            await Task.WhenAll(workers.Select(worker => worker.DrainAsync()));
            return await ReportAsync(postgres, done);
        }
        finally
        {
            foreach (var worker in workers) worker.Dispose();
            folder.Delete(recursive: true);
        }
    }

    static async Task<Dictionary<ChaosAction, int>> DisturbAsync(PrivatePostgres postgres, List<WorkerProcess> workers, Random random,
        TimeSpan length)
    {
        var done = Enum.GetValues<ChaosAction>().ToDictionary(action => action, _ => 0);
        var problems = await BundledModels.ProblemsAsync(200);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < length;)
        {
            while (await UnderWayAsync(postgres) < JobsUnderWay) await EnqueueAsync(postgres, problems, random);
            await Task.Delay(TimeSpan.FromSeconds(0.5 + (2 * random.NextDouble())));
            await SeeAsync(workers);
            var action = s_actions[random.Next(s_actions.Length)];
            await DoAsync(action, postgres, workers[random.Next(workers.Count)]);
            done[action]++;
            await BenchmarkOutput.ProgressAsync($"{clock.Elapsed.TotalSeconds:F0} s: {action}");
        }

        return done;
    }

    static async Task SeeAsync(List<WorkerProcess> workers)
    {
        foreach (var worker in workers)
        {
            if (worker.ReplaceEnded() is not { } last) continue;
            s_endedByThemselves++;
            await BenchmarkOutput.ProgressAsync($"a worker has ended by itself: {last}");
        }
    }

    static async Task DoAsync(ChaosAction action, PrivatePostgres postgres, WorkerProcess worker)
    {
        switch (action)
        {
            case ChaosAction.Kill: worker.KillAndReplace(); break;
            case ChaosAction.Drain: await worker.DrainAndReplaceAsync(); break;
            case ChaosAction.Freeze: await worker.FreezeAsync(s_frozen); break;
            case ChaosAction.Cut:
                await postgres.QueryAsync<long>(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() "
                    + "AND pid <> pg_backend_pid()"); break;
            default:
                if (await postgres.QueryAsync<long?>("SELECT max(job_id) FROM jobs WHERE state = 'running'") is { } job)
                    await new JobStore(postgres.DataSource).CancelAsync(job, default);
                break;
        }
    }

    static Task<long> UnderWayAsync(PrivatePostgres postgres) =>
        postgres.QueryAsync<long>("SELECT count(*) FROM jobs WHERE state IN ('queued', 'running')");

    static Task<long> EnqueueAsync(PrivatePostgres postgres, IReadOnlyList<ProblemSpec> problems, Random random)
    {
        var strategy = Enum.GetValues<SearchStrategy>()[random.Next(Enum.GetValues<SearchStrategy>().Length)];
        var spec = BundledModels.Job(strategy is SearchStrategy.Greedy ? 1 : 8 << random.Next(2), batchSize: 1 + random.Next(4)) with
        {
            Strategy = strategy,
            Seed = random.Next(),
            BeamWidth = 2,
            // A batch may lose its worker before its first step any number of times: here that is never the batch's fault.
            MaxAttempts = 100,
        };
        var scored = strategy is SearchStrategy.Greedy ? spec with { Reward = null, Voting = VotingMethod.Majority } : spec;
        return new JobStore(postgres.DataSource).EnqueueAsync(scored,
            [.. problems.Skip(random.Next(problems.Count - ProblemsOfAJob)).Take(ProblemsOfAJob)], default);
    }

    /// <summary>Waits until all jobs have ended and their files are there.</summary>
    static async Task RestAsync(PrivatePostgres postgres)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < s_longestRest; await Task.Delay(TimeSpan.FromMilliseconds(200)))
            if (await UnderWayAsync(postgres) == 0 && await postgres.QueryAsync<long>("SELECT count(*) FROM outbox") == 0) return;
        await BenchmarkOutput.ProgressAsync($"work is still left after {s_longestRest.TotalMinutes:F0} minutes without disturbance");
    }

    static async Task<int> ReportAsync(PrivatePostgres postgres, Dictionary<ChaosAction, int> done)
    {
        Print([.. done.Select(pair => (pair.Key.ToString().ToLowerInvariant(), (long)pair.Value)),
            .. await ChaosLedger.ReadAsync(postgres, ChaosLedger.Figures)]);
        Console.WriteLine();
        (string Name, long Count)[] faults =
            [.. await ChaosLedger.ReadAsync(postgres, ChaosLedger.Faults), ("workers that ended by themselves", s_endedByThemselves)];
        Print(faults);
        return faults.Any(fault => fault.Count > 0) ? 1 : 0;
    }

    static void Print(IReadOnlyList<(string Name, long Count)> row)
    {
        Console.WriteLine(string.Join(" | ", row.Select(cell => cell.Name)));
        Console.WriteLine(string.Join('|', row.Select(_ => "---")));
        Console.WriteLine(string.Join(" | ", row.Select(cell => FormattableString.Invariant($"{cell.Count:N0}"))));
    }
}
