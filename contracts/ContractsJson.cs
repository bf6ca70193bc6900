using System.Text.Json;
using System.Text.Json.Serialization;

namespace RebaseBatch.Contracts;

/// <summary>The one JSON dialect of files, tables and messages: snake_case, enums by name, nulls written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = false)]
[JsonSerializable(typeof(JobSpec))]
[JsonSerializable(typeof(ProblemSpec))]
[JsonSerializable(typeof(AnswerRecord))]
[JsonSerializable(typeof(SolutionEnds))]
[JsonSerializable(typeof(UsageRecord))]
[JsonSerializable(typeof(RunEnvironment))]
[JsonSerializable(typeof(IReadOnlyList<RunEnvironment>))]
[JsonSerializable(typeof(JobSummary))]
[JsonSerializable(typeof(SweepSpec))]
[JsonSerializable(typeof(JobMessage))]
[JsonSerializable(typeof(Gates.GatePolicy))]
[JsonSerializable(typeof(Gates.GateVerdict))]
[JsonSerializable(typeof(IReadOnlyList<Gates.GateVerdict>))]
[JsonSerializable(typeof(Gates.VerdictEvent))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonObject))]
[JsonSerializable(typeof(IReadOnlyList<ProblemSpec>))]
[JsonSerializable(typeof(IReadOnlyList<VoteRecord>))]
[JsonSerializable(typeof(IReadOnlyList<CandidateRecord>))]
public sealed partial class ContractsJson : JsonSerializerContext
{
    static JsonSerializerOptions? s_lines;

    /// <summary>
    /// The default context for JSON Lines: text stays readable (no \u escapes for non-ASCII), and settings that an older spec lacks get
    /// defaults.
    /// </summary>
    public static JsonSerializerOptions Lines => s_lines ??= new(Default.Options)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JobSpecConverter() },
    };
}
