using System.Text.Json;
using RebaseBatch.Contracts;
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
        Assert.Equal("role,policy,reward,strategy,width,vote,accuracy,low,high,policy_flops,total_flops,p,jobs,failed,unanswered,"
            + "right,graded,seconds",
            csv.OutLines[0]);
        Assert.StartsWith("best,p,,rebase,4,majority,0.75,", csv.OutLines[1].Replace(",tiny-math-prm,", ",,", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_budget_may_be_of_both_models_flops_or_of_seconds_on_the_hardware_that_the_jobs_ran_on()
    {
        await using var bench = await CommandBench.CreateAsync(server);
        var slow = await bench.EnqueueAsync(8, "--strategy", "sampling");
        await bench.AnswerAllAsync(problem => problem.Spec.GoldAnswer);
        var fast = await bench.EnqueueAsync(8);
        await bench.AnswerAllAsync(problem => problem.Ordinal < 6 ? problem.Spec.GoldAnswer : "wrong");
        await RanOnAsync(bench, slow, "GPU: a card", 2);
        await RanOnAsync(bench, fast, "CPU: a processor", 0.5);

        var total = await bench.RunAsync("recommend", "--budget-flops-total", "1e15", "--format", "csv");
        var here = await bench.RunAsync("recommend", "--budget-seconds", "1.1", "--format", "json");
        var there = await bench.RunAsync("recommend", "--budget-seconds", "5", "--hardware", "card", "--format", "csv");
        var nothing = await bench.RunAsync("recommend", "--budget-seconds", "0.4");

        Assert.Equal(await Out("recommend", "--budget", "1e15", "--total", "--format", "csv"), total.Out);
        var best = JsonDocument.Parse(here.Out).RootElement[0];
        Assert.Equal(($"{fast}", 6, 8, 0.5), (best.GetProperty("jobs").GetString(), best.GetProperty("right").GetInt32(),
            best.GetProperty("graded").GetInt32(), best.GetProperty("seconds").GetDouble()));
        Assert.Contains($"job {slow} is left out: ran on GPU: a card", here.Error, StringComparison.Ordinal);
        Assert.Contains("on CPU: a processor, in seconds that the devices decoded", here.Error, StringComparison.Ordinal);
        // The majority vote of samples needs no scores: the policy's seconds alone.
        Assert.Contains($",{slow},0,0,8,8,2", there.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotFound, nothing.Code);
        Assert.Contains("no measured combination costs 0.4 s per problem or less", nothing.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotFound, (await bench.RunAsync("recommend", "--budget-seconds", "5", "--hardware", "TPU")).Code);
        Assert.Equal(ExitCode.BadInput, (await bench.RunAsync("recommend", "--budget-seconds", "5", "--budget", "1")).Code);
        Assert.Equal(ExitCode.BadInput, (await bench.RunAsync("recommend", "--budget", "5", "--hardware", "card")).Code);
        Assert.Equal(ExitCode.BadInput, (await bench.RunAsync("recommend", "--budget-seconds", "5", "--total")).Code);

        async Task<string> Out(params string[] arguments) => (await bench.RunAsync(arguments)).Out;
    }

    /// <summary>As if the job had run on the device, and the policy had decoded so long for each problem.</summary>
    static async Task RanOnAsync(CommandBench bench, long job, string device, double seconds)
    {
        await using var command = bench.DataSource.CreateCommand("""
            WITH e AS (
                INSERT INTO environments (sha256, policy_sha256, content) VALUES ($1, '', $2::jsonb) RETURNING environment_id)
            UPDATE usage SET environment_ids = ARRAY[e.environment_id], policy_device_seconds = $3 FROM e WHERE job_id = $4
            """);
        var environment = SampleEnvironment.Of("p") with { Devices = [device] };
        command.Parameters.Add(new() { Value = device });
        command.Parameters.Add(new() { Value = JsonSerializer.Serialize(environment, ContractsJson.Lines) });
        command.Parameters.Add(new() { Value = seconds });
        command.Parameters.Add(new() { Value = job });
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
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
