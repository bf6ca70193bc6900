using System.Text.Json;
using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Reports;
using RebaseBatch.Tests.Evaluation.Reports;
using Xunit;

namespace RebaseBatch.Tests.Contracts;

public sealed class EffectlessSettingsTests
{
    static readonly JobSpec s_plain = new() { Policy = "p", Reward = "r" };

    static readonly JobSpec s_placed = s_plain with
    {
        Name = "night",
        BatchSize = 3,
        MaxAttempts = 7,
        Deadline = DateTimeOffset.UnixEpoch,
        KeepNodesDays = 9,
        Priority = 20,
        Team = "a",
        Needs = LabelSet.Read(["gpu"]).Labels,
    };

    [Fact]
    public void They_are_the_settings_with_these_names_and_no_others()
    {
        var (plain, placed) = (Json(s_plain), Json(s_placed));
        var differing = plain.EnumerateObject().Select(setting => setting.Name)
            .Where(name => !JsonElement.DeepEquals(plain.GetProperty(name), placed.GetProperty(name)));

        Assert.Equal(EffectlessSettings.Names.Order(), differing.Order());
        Assert.Equal(EffectlessSettings.TakenOutOf(s_plain), EffectlessSettings.TakenOutOf(s_placed));
    }

    [Fact]
    public void A_line_of_the_report_is_one_whatever_the_priority_of_its_jobs()
    {
        var job = Measured.Sweep().Jobs[0];
        var urgent = job with { Spec = job.Spec with { Priority = 20, Team = "a", KeepNodesDays = 9, Needs = s_placed.Needs } };
        var vote = new VotingRule(VotingMethod.Weighted, ScoreAggregation.Last);

        Assert.Equal(Series.Of(job, vote), Series.Of(urgent, vote));
    }

    static JsonElement Json(JobSpec spec) => JsonSerializer.SerializeToElement(spec, ContractsJson.Default.JobSpec);
}
