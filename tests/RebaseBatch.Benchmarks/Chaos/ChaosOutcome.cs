using System.Globalization;
using System.Text.Json;
using RebaseBatch.Durable.Results;
using RebaseBatch.Durable.Verification;

namespace RebaseBatch.Benchmarks.Chaos;

/// <summary>What a fault did to the tables: a line of the benchmark's table.</summary>
sealed record ChaosOutcome
{
    /// <summary>The heading of the table.</summary>
    public const string Heading = """
        fault | tries | jobs | results | lost | doubled | resampled | false rows | fleets stopped
        ---|---|---|---|---|---|---|---|---
        """;

    static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);

    public required string Fault { get; init; }
    public required int Tries { get; init; }
    public required long Jobs { get; init; }
    public required long Results { get; init; }

    /// <summary>Problems of jobs that nobody cancelled, without a result or with an error in its place.</summary>
    public required long Lost { get; init; }

    /// <summary>Steps that are one child twice, and problems that are twice in the result files.</summary>
    public required long Doubled { get; init; }

    /// <summary>Stored steps that were sampled again.</summary>
    public required long Resampled { get; init; }

    /// <summary>What else <c>db verify</c> finds.</summary>
    public required long FalseRows { get; init; }

    /// <summary>Workers that ended by themselves, and 1 if the work did not end.</summary>
    public required long Stopped { get; init; }

    public bool IsClean => Lost + Doubled + Resampled + FalseRows + Stopped == 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Fault} | {Tries} | {Jobs} | {Results} | {Lost} | {Doubled} | {Resampled} | {FalseRows} | {Stopped}");

    public static async Task<ChaosOutcome> ReadAsync(ChaosFault fault, int tries, ChaosBench bench, bool hasEnded)
    {
        var blobs = new FolderResultBlobs(bench.ResultsFolder);
        var findings = await new Verifier(bench.Postgres.DataSource, blobs).RunAsync(s_grace, default);
        foreach (var finding in findings.Where(finding => finding.IsFaulty))
            await Console.Error.WriteLineAsync($"{finding.Check}: {finding.Faults}, such as {string.Join("; ", finding.Examples)}");
        long Faults(string check) => findings.Single(finding => finding.Check == check).Faults;
        var (resampled, twice) = (Faults("resampled_steps"), Faults("node_twice"));
        return new()
        {
            Fault = fault.Name,
            Tries = tries,
            Jobs = await bench.QueryAsync<long>("SELECT count(*) FROM jobs"),
            Results = await bench.QueryAsync<long>("SELECT count(*) FROM answers WHERE NOT failed"),
            Lost = await bench.QueryAsync<long>("""
                SELECT count(*) FROM problems p JOIN jobs j USING (job_id)
                WHERE j.state <> 'cancelled' AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.problem_id = p.problem_id AND NOT a.failed)
                """),
            Doubled = twice + await TwiceInFilesAsync(bench),
            Resampled = resampled,
            FalseRows = findings.Where(finding => finding.IsFaulty).Sum(finding => finding.Faults) - twice - resampled
                - Faults("one_result"),
            Stopped = bench.Stopped + (hasEnded ? 0 : 1),
        };
    }

    static async Task<long> TwiceInFilesAsync(ChaosBench bench)
    {
        var names = await bench.QueryAsync<string[]>("SELECT coalesce(array_agg(name), '{}') FROM blobs WHERE kind = 'answers'");
        var lines = new List<string>();
        foreach (var name in names.Select(name => Path.Combine(bench.ResultsFolder, name)).Where(File.Exists))
            foreach (var line in await File.ReadAllLinesAsync(name))
            {
                using var answer = JsonDocument.Parse(line);
                lines.Add($"{answer.RootElement.GetProperty("job_id")} {answer.RootElement.GetProperty("custom_id")}");
            }
        return lines.Count - lines.Distinct().Count();
    }
}
