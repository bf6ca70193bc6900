using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using RebaseBatch.Commands.Jobs;
using RebaseBatch.Commands.Output;
using RebaseBatch.Commands.Results;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Budgets;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Hosting;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Migrations;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Solving;
using RebaseBatch.Tests.Architecture;
using Xunit;

namespace RebaseBatch.Tests.Contracts;

/// <summary>What is stored, logged or given as a setting keeps its name, whatever a member of an enum is called in the code.</summary>
[Fast]
public sealed partial class StoredNamesTests
{
    static readonly Dictionary<Type, string> s_stored = new()
    {
        [typeof(Allocation)] = "ceil round",
        [typeof(DirectionKey)] = "step equations embedding",
        [typeof(JobState)] = "queued running completed cancelled",
        [typeof(JobOutcome)] = "completed completed_with_failures cancelled",
        [typeof(Preset)] = "corrected authors",
        [typeof(ScoreAggregation)] = "last min mean product",
        [typeof(SearchStrategy)] = "rebase greedy sampling beam dvts mcts dora particles bg_mcts",
        [typeof(VotingMethod)] = "majority weighted best_of_n",
        [typeof(UnansweredCause)] =
            "no_answer_found solution_tokens depth step_tokens policy_context reward_context ended_early none_finished unknown",
        [typeof(RebaseBatch.Contracts.Gates.GateAnswer)] = "pass warn inconclusive incomparable block stale",
        [typeof(RebaseBatch.Contracts.Gates.CellTier)] = "critical advisory",
        [typeof(MigrationState)] = "applied pending edited unknown",
        [typeof(BudgetLimit)] = "sampled_tokens flops seconds deadline",
        [typeof(JobLimit)] = "job_sampled_tokens job_flops job_device_seconds",
        [typeof(ModelRole)] = "policy reward embedding",
        [typeof(InferenceRuntime)] = "llama_cpp llama_sharp",
        [typeof(RemoteKind)] = "vllm sglang llama-server openai",
        [typeof(KvCacheType)] = "f16 f32 q8_0 q4_0",
        [typeof(BatchOutcome)] = "completed drained cancelled lease_lost machine_fault rewound failed",
        [typeof(RebaseBatch.Solving.Trials.TrialVerdict)] = "ok advice fails",
        [typeof(MissedPolicy)] = "run_once skip",
        [typeof(RebaseBatch.Evaluation.Notifications.NotificationForm)] = "webhook slack teams",
        [typeof(RebaseBatch.Evaluation.Notifications.NotifyOn)] = "not_pass any",
        [typeof(RebaseBatch.Commands.Reports.ReportFormat)] = "html markdown",
        [typeof(RebaseBatch.Commands.Schedules.GateFormat)] = "yaml json",
        [typeof(RebaseBatch.Commands.Schedules.HistoryFormat)] = "html json csv",
        [typeof(RebaseBatch.Evaluation.Exports.EvaluatorRelationship)] = "first_party third_party collaborative other",
        [typeof(RebaseBatch.Evaluation.Flips.FlipKind)] = "lost won",
        [typeof(RebaseBatch.Evaluation.Reports.CostMeasure)] = "policy total seconds",
        [typeof(RebaseBatch.Evaluation.Sweeps.EstimateBasis)] = "same_width other_width other_strategy limits",
        [typeof(RebaseBatch.Evaluation.Sweeps.SweepState)] = "queued running finished finished_with_failures cancelled deleted",
        [typeof(RebaseBatch.Durable.Jobs.ListedState)] = "queued running cancelling paused completed completed_with_failures cancelled",
        [typeof(RebaseBatch.Durable.Workers.WorkerState)] = "working idle draining lost",
        [typeof(LogFormat)] = "text json",
        [typeof(EnqueueRoute)] = "database service_bus",
        [typeof(OutputFormat)] = "table json csv",
        [typeof(RebaseBatch.Commands.Completion.Shell)] = "bash zsh pwsh",
        [typeof(RebaseBatch.Core.Searching.NodeState)] = "open finished exhausted dropped rollout rollout_end",
        [typeof(RebaseBatch.Durable.Results.ProblemVerdict)] = "pending right wrong unanswered failed ungraded",
        [typeof(ExportFormat)] = "csv jsonl parquet eee inspect hf",
        [typeof(ExportView)] = "jobs answers candidates nodes usage accuracy cost leaderboard",
    };

    [Fact]
    public void Every_stored_name_is_as_it_always_was() =>
        Assert.All(s_stored, pair => Assert.Equal(pair.Value.Split(' '), StoredNames.All(pair.Key)));

    /// <summary>Nodes hold their state by number.</summary>
    [Fact]
    public void Every_stored_number_is_as_it_always_was() =>
        Assert.Equal(
            [(0, "Open"), (1, "Finished"), (2, "Exhausted"), (3, "Dropped"), (4, "Rollout"), (5, "RolloutEnd")],
            Enum.GetValues<NodeState>().Select(state => ((int)state, state.ToString())));

    /// <summary>.NET's configuration reads these by the members' own names, which people have in their settings.</summary>
    [Fact]
    public void Every_choice_of_a_setting_is_as_it_always_was()
    {
        Assert.Equal(["F16", "F32", "Q8_0", "Q4_0"], Enum.GetNames<KvCacheType>());
        Assert.Equal(["None", "Layer", "Row"], Enum.GetNames<GpuSplit>());
        Assert.Equal(["LlamaCpp", "LLamaSharp"], Enum.GetNames<InferenceRuntime>());
        Assert.Equal(["None", "ServiceBus"], Enum.GetNames<IntakeKind>());
        Assert.Equal(["Password", "AzureIdentity"], Enum.GetNames<DatabaseAuthentication>());
    }

    [Fact]
    public void Every_enum_with_a_stored_name_is_in_the_list_above() => Assert.Equal(
        s_stored.Keys.Select(type => type.FullName).Order(),
        new[] { typeof(StoredNames), typeof(Migrator), typeof(BatchOutcome) }.SelectMany(type => type.Assembly.GetTypes())
            .Where(type => type.IsEnum)
            .Where(type => type.GetFields().Any(field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>() is not null))
            .Select(type => type.FullName).Order());

    [Fact]
    public void A_member_is_found_by_its_name_as_people_write_it()
    {
        foreach (var name in new[] { "best_of_n", "Best-of-N", "BestOfN" })
            Assert.Equal(VotingMethod.BestOfN, StoredNames.Parse<VotingMethod>(name));
        foreach (var name in new[] { "", "2", "majority, weighted", "best", null })
            Assert.False(StoredNames.TryParse<VotingMethod>(name, out _));
        var fault = Assert.Throws<FormatException>(() => StoredNames.Parse<VotingMethod>("best"));
        Assert.Equal("'best' is not one of majority, weighted, best_of_n", fault.Message);
    }

    [Fact]
    public void An_enum_without_names_and_a_number_without_a_member_have_no_stored_name()
    {
        var fault = Assert.Throws<InvalidOperationException>(() => StoredNames.Of(StepEnd.Boundary));
        Assert.StartsWith("StepEnd.Boundary has no stored name", fault.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => StoredNames.Of((JobState)9));
    }

    [Theory]
    [InlineData("\"best_of_n\"", VotingMethod.BestOfN)]
    [InlineData("\"BestOfN\"", VotingMethod.BestOfN)]
    [InlineData("\"Weighted\"", VotingMethod.Weighted)]
    public void Json_has_the_same_names(string json, VotingMethod method)
    {
        Assert.Equal(method, JsonSerializer.Deserialize<VotingMethod>(json));
        Assert.Equal($"\"{StoredNames.Of(method)}\"", JsonSerializer.Serialize(method));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("\"2\"")]
    [InlineData("\"best\"")]
    [InlineData("\"best-of-n\"")]
    [InlineData("null")]
    public void Json_takes_nothing_else(string json) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<VotingMethod>(json));

    /// <summary>Settings are the exception: their names are the members' own.</summary>
    [Fact]
    public void Nowhere_in_the_worker_is_a_name_made_of_a_member_in_another_way() => Assert.Empty(
        from file in SourceFile.All
        where file.Path != "worker/Hosting/SettingSchema.cs"
        from line in file.Code
        where OtherWays().IsMatch(line.Code)
        select $"{file.Path}:{line.Line}: {line.Code.Trim()}");

    [GeneratedRegex(
        @"\bEnum\.(Parse|TryParse|GetNames?)\b|ConvertName\([\w.]+\.ToString\(\)|\.ToString\(\)\.ToLower|JsonStringEnumConverter")]
    private static partial Regex OtherWays();
}
