using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.Schedules;

/// <summary>What people are told of a gate before it judges anything.</summary>
public sealed partial class GateCommandsTests
{
    [Fact]
    public async Task A_gate_that_can_never_block_and_a_schedule_that_measures_nothing_anew_are_told_when_they_are_set()
    {
        await using var bench = await BenchAsync();
        bench.Folder.Write("advisory.yaml", "cells: [{tier: advisory}]");
        bench.Folder.Write("everything.yaml", "max_drop: 1");
        bench.Folder.Write("fresh.yaml", "require_fresh: true");
        foreach (var (gate, isTold) in new[] { ("advisory.yaml", true), ("everything.yaml", true), ("fresh.yaml", false) })
        {
            await AddAsync(bench, $"old {gate}");
            var set = await bench.RunAsync("schedules", "gate", $"old {gate}", "--replace", gate);
            var add = await bench.RunAsync(
                "schedules", "add", gate, "--cron", "0 1 * * *", "--sweep", "night.yaml", "--baseline", "1", "--gate", gate);
            Assert.Equal((ExitCode.Ok, ExitCode.Ok), (set.Code, add.Code));
            foreach (var run in (CommandRun[])[set, add])
                Assert.Equal(isTold, OneLine(run.Error).Contains("this gate can never BLOCK", StringComparison.Ordinal));
            Assert.Contains("without --fresh a run repeats results that the database has", OneLine(add.Error), StringComparison.Ordinal);
            Assert.Equal(!isTold, OneLine(add.Error).Contains("this gate finds it INCOMPARABLE", StringComparison.Ordinal));
        }
    }

    static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
