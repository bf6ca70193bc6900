using System.Text.Json;
using RebaseBatch.Contracts;
using RebaseBatch.Jobs;
using RebaseBatch.Leases;
using RebaseBatch.Results;
using RebaseBatch.Schedules;
using RebaseBatch.Sweeps;
using RebaseBatch.Tests.Support;
using Xunit;

namespace RebaseBatch.Tests.Schedules;

public sealed class RegressionGateTests(PostgresServer server) : StoreTest(server)
{
    static readonly SweepSpec s_sweep = Sweep(4);

    static readonly IReadOnlyList<ProblemSpec> s_problems = [.. Enumerable.Range(0, 40).Select(i => new ProblemSpec($"id-{i}", $"q-{i}", $"What is {i} + {i}?", $"{2 * i}"))];

    [Fact]
    public async Task A_run_that_lost_many_problems_is_told_in_one_line()
    {
        var baseline = await RunAsync("weights-1", right: problem => problem < 30);
        var run = await RunAsync("weights-2", right: problem => problem is < 12 or >= 38);
        var loss = Assert.Single(await new RegressionGate(Database.DataSource).LossesAsync(run, baseline, Ct));
        Assert.Equal("tiny rebase 4: 35.0 % right, 75.0 % in the baseline (18 of 40 problems lost, 2 won, p = 0.0002)", loss);
    }

    [Fact]
    public async Task A_few_lost_problems_are_chance_and_more_right_ones_are_no_loss()
    {
        var baseline = await RunAsync("weights-1", right: problem => problem < 20);
        Assert.Empty(await new RegressionGate(Database.DataSource).LossesAsync(await RunAsync("weights-2", problem => problem is > 2 and < 20), baseline, Ct));
        Assert.Empty(await new RegressionGate(Database.DataSource).LossesAsync(await RunAsync("weights-3", problem => problem < 35), baseline, Ct));
    }

    [Fact]
    public async Task A_run_held_against_itself_lost_nothing()
    {
        var run = await RunAsync("weights-1", right: _ => true);
        Assert.Empty(await new RegressionGate(Database.DataSource).LossesAsync(run, run, Ct));
    }

    [Fact]
    public void Among_many_cells_a_loss_must_be_the_clearer()
    {
        // 6 of 6 lost has a chance of 1.6 %: enough alone, not as one of twenty.
        var lost = Cell(6, 0);
        Assert.Single(RegressionGate.Losses([lost]));
        Assert.Empty(RegressionGate.Losses([lost, .. Enumerable.Repeat(Cell(3, 3), 19)]));
        // Holm: 10 of 10 passes for twenty cells and 6 of 6 only if no more than three are left.
        Assert.Equal(2, RegressionGate.Losses([Cell(10, 0), lost, Cell(3, 3), Cell(3, 3)]).Count);
    }

    static RegressionGate.Cell Cell(int lost, int won) => new(JsonSerializer.Serialize(Spec, ContractsJson.Lines), 20, 20 - lost + won, lost, won, 40);

    /// <summary>A sweep that ran on those weights, right about those problems.</summary>
    async Task<long> RunAsync(string weights, Func<int, bool> right)
    {
        var jobs = (await new SweepPreparation(null).PrepareAsync(s_sweep, [s_problems], Ct)).Select(job => job with { Inputs = JobInputs.Of(job.Spec, job.Problems, new("d.jsonl", weights)) });
        var stored = await new SweepStore(Database.DataSource).EnqueueAsync(s_sweep, [.. jobs], Ct);
        while (await Leases.ClaimAsync("worker", 1, Ttl, Ct) is [var lease]) await CompleteAsync(lease, right);
        return stored.SweepId;
    }

    async Task CompleteAsync(BatchLease lease, Func<int, bool> right)
    {
        var pending = await Problems.LoadPendingAsync(lease, Ct);
        Assert.True(await Results.CompleteAsync(lease, BatchEnd.Completed, [.. pending.Select(problem =>
        {
            var result = Result(lease, problem);
            return result with { Answer = result.Answer with { Correct = right(int.Parse(problem.Spec.CustomId[3..], System.Globalization.CultureInfo.InvariantCulture)) } };
        })], Ct));
    }
}
