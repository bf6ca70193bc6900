using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;

namespace RebaseBatch.Tests.Support;

/// <summary>The bundled problems.</summary>
static class Problems
{
    public static async Task<IReadOnlyList<ProblemSpec>> TakeAsync(int count)
    {
        await using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "models", "datasets", "arithmetic-test.jsonl"));
        return [.. (await DatasetReader.ReadAsync(file, "arithmetic-test.jsonl", default)).Problems.Take(count)];
    }

    /// <summary>A REBASE job on the smallest bundled policy.</summary>
    public static JobSpec Job(int width = 8, int batchSize = 4) => new()
    {
        Policy = "tiny-math-policy-s", Reward = "tiny-math-prm", Width = width, BalanceTemperature = 0.2, BatchSize = batchSize,
    };
}
