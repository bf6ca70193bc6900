using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using RebaseBatch.Contracts;
using RebaseBatch.Inference;
using RebaseBatch.Jobs;
using RebaseBatch.Tests.Support;
using Xunit;

namespace RebaseBatch.Tests.Batches;

public sealed class WholeJobTests(PostgresServer server, ITestOutputHelper output)
{
    [Fact]
    public async Task Explore()
    {
        await using var database = await server.CreateDatabaseAsync();
        var problems = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "models/datasets/arithmetic-test.jsonl")).Take(int.Parse(Environment.GetEnvironmentVariable("N") ?? "20"))
            .Select((line, i) => { var e = System.Text.Json.JsonDocument.Parse(line).RootElement; var a = e.GetProperty("answer").GetString()!; return new ProblemSpec($"p-{i}", $"p-{i}", e.GetProperty("question").GetString()!, a[(a.LastIndexOf("#### ") + 5)..]); }).ToList();
        var jobs = new JobStore(database.DataSource);
        var policy = Environment.GetEnvironmentVariable("POLICY") ?? "tiny-math-policy-m";
        var width = int.Parse(Environment.GetEnvironmentVariable("W") ?? "16");
        await using (var worker = await WorkerInProcess.StartAsync(database, Path.Combine(Path.GetTempPath(), "rb-" + Guid.NewGuid()), o => {
            o.Inference.MaxBranches = int.Parse(Environment.GetEnvironmentVariable("MB") ?? "64");
            o.Inference.ContextCells = int.Parse(Environment.GetEnvironmentVariable("CELLS") ?? "0");
        }))
        {
            foreach (var spec in new[] {
                new JobSpec { Policy = policy, Reward = "tiny-math-prm", Width = width, BalanceTemperature = 0.2, BatchSize = 100 },
                new JobSpec { Policy = policy, Strategy = SearchStrategy.Greedy, Width = 1, BatchSize = 100 } })
            {
                var clock = Stopwatch.StartNew();
                var job = await jobs.EnqueueAsync(spec, problems, default);
                var progress = await WorkerInProcess.FinishAsync(database, job, 400);
                output.WriteLine($"{spec.Strategy}: {clock.Elapsed.TotalSeconds:F1}s {progress}");
                await using var c = database.DataSource.CreateCommand($"select v->>'method', v->>'aggregation', count(*) filter (where (v->>'correct')::bool), count(*) from answers, jsonb_array_elements(votes) v where job_id={job} group by 1,2 order by 1,2");
                await using (var r = await c.ExecuteReaderAsync()) while (await r.ReadAsync()) output.WriteLine($"  {r[0]} {r[1]} {r[2]}/{r[3]}");
                await using var c2 = database.DataSource.CreateCommand($"select sum(policy_sampled_tokens), sum(policy_evaluated_tokens), sum(reward_evaluated_tokens), sum(nodes), max(error) from usage join answers using (problem_id) where usage.job_id={job}");
                await using (var r = await c2.ExecuteReaderAsync()) while (await r.ReadAsync()) output.WriteLine($"  sampled {r[0]} policy {r[1]} reward {r[2]} nodes {r[3]} error {r[4]}");
            }
            foreach (var loaded in worker.Services.GetRequiredService<ModelPool>().Loaded())
                output.WriteLine(loaded switch { LoadedPolicy p => "policy " + p.Sampler.Statistics, LoadedReward r => "reward " + r.Scorer.Statistics, _ => "" });
        }
    }
}
