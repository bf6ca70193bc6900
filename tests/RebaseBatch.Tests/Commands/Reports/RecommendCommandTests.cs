using System.Text.Json;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Reports;

public sealed class RecommendCommandTests(PostgresServer server)
{
    [Fact]
    public async Task The_best_within_the_budget_comes_first_with_what_it_is_alike_to()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var wrong = await bench.EnqueueAsync(8, "--strategy", "sampling");
        await bench.AnswerAllAsync(_ => "wrong");
        var right = await bench.EnqueueAsync(8);
        await bench.AnswerAllAsync(problem => problem.Ordinal < 6 ? problem.Spec.GoldAnswer : "wrong");

        // A problem costs 20,000 operations of the policy, all in all 40,000 (CommandBench).
        var json = JsonDocument.Parse((await bench.RunAsync("recommend", "--budget", "20e3", "--format", "json")).Out).RootElement;
        var csv = await bench.RunAsync("recommend", "--budget", "1e15", "--total", $"{wrong}", $"{right}", "--format", "csv");

        var best = json[0];
        Assert.Equal(("best", "rebase", 4, "majority", 0.75),
            (best.GetProperty("role").GetString(), best.GetProperty("strategy").GetString(),
            best.GetProperty("width").GetInt32(), best.GetProperty("vote").GetString(), best.GetProperty("accuracy").GetDouble()));
        Assert.InRange(best.GetProperty("low").GetDouble(), 0.25, 0.74);
        Assert.Equal($"{right}", best.GetProperty("jobs").GetString());
        // The weighted vote was as good; six of eight against none is told apart (p = 2/64).
        Assert.Equal(["best", "not_distinguishable"], json.EnumerateArray().Select(row => row.GetProperty("role").GetString()));
        Assert.Equal("role,policy,reward,strategy,width,vote,accuracy,low,high,policy_flops,total_flops,p,jobs,failed,unanswered",
            csv.OutLines[0]);
        Assert.StartsWith("best,p,,rebase,4,majority,0.75,", csv.OutLines[1].Replace(",tiny-math-prm,", ",,", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_budget_that_pays_for_nothing_is_told_what_the_cheapest_costs()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        await bench.EnqueueAsync(2);
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);

        var run = await bench.RunAsync("recommend", "--budget", "1000");

        Assert.Equal((ExitCode.NotFound, ""), (run.Code, run.Out));
        Assert.Contains("no measured combination costs 1 kFLOP per problem or less: the cheapest is", run.Error, StringComparison.Ordinal);
        Assert.Contains("20 kFLOP (100.0 % correct)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_can_not_be_answered_is_refused_with_the_way_out()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        Assert.Equal(ExitCode.BadInput, (await bench.RunAsync("recommend")).Code);
        Assert.Equal(ExitCode.BadInput, (await bench.RunAsync("recommend", "--budget", "-1")).Code);
        var nothing = await bench.RunAsync("recommend", "--budget", "1e9");
        Assert.Equal(ExitCode.NotFound, nothing.Code);
        Assert.Contains("there is no ended job in this database", nothing.Error, StringComparison.Ordinal);

        var (first, unended) = (await bench.EnqueueAsync(1), await bench.EnqueueAsync(2));
        var running = await bench.RunAsync("recommend", "--budget", "1e9", $"{unended}");
        Assert.Equal(ExitCode.BadInput, running.Code);
        Assert.Contains($"job {unended} has not ended", running.Error, StringComparison.Ordinal);

        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        var two = await bench.RunAsync("recommend", "--budget", "1e9", $"{first}", $"{unended}");
        Assert.Equal(ExitCode.BadInput, two.Code);
        Assert.Contains("these jobs are on 2 datasets", two.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotFound, (await bench.RunAsync("recommend", "--budget", "1e9", "99")).Code);
        Assert.Equal(ExitCode.NotFound, (await bench.RunAsync("recommend", "--budget", "1e9", "sweep:5")).Code);
        Assert.Equal(ExitCode.NotFound, (await bench.RunAsync("recommend", "--budget", "1e9", "--dataset", "none")).Code);
        Assert.Equal(ExitCode.BadInput, (await bench.RunAsync("recommend", "--budget", "1e9", "seven")).Code);
    }
}
