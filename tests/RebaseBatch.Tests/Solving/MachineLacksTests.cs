using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Solving;
using Xunit;

namespace RebaseBatch.Tests.Solving;

public sealed class MachineLacksTests : IDisposable
{
    const string Policy = "wanted";

    static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(1);

    readonly TemporaryFolder _folder = new();
    readonly SteppedClock _clock = new();
    readonly MachineLacks _lacks;

    public MachineLacksTests() => _lacks = new(
        new(new Dictionary<string, ModelOptions> { [Policy] = new() { Path = ModelPath } }), _clock, NullLogger<MachineLacks>.Instance);

    string ModelPath => Path.Combine(_folder.Path, "wanted.gguf");

    public void Dispose()
    {
        _lacks.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Work_is_left_to_others_for_a_while_that_doubles_with_each_failure()
    {
        foreach (var wait in (double[])[15, 30, 60, 120, 240, 480, 600, 600])
        {
            _lacks.Add(Lease(), new(Policy, "no file"));
            _clock.Pass(TimeSpan.FromSeconds(wait) - s_moment);
            Assert.Equal([Policy], _lacks.Now().Policies);
            _clock.Pass(s_moment);
            Assert.Empty(_lacks.Now().Policies);
            // Nobody can say yet that the lack is over.
            Assert.Equal("no file", Assert.Single(_lacks.All()).Reason);
        }
    }

    [Fact]
    public void Batches_that_meet_a_lack_side_by_side_are_one_failure()
    {
        for (var batch = 0; batch < 5; batch++) _lacks.Add(Lease(), new(Policy, "no file"));
        _clock.Pass(TimeSpan.FromSeconds(15));
        Assert.Empty(_lacks.Now().Policies);
    }

    [Fact]
    public void A_change_of_the_models_file_ends_the_wait()
    {
        _lacks.Add(Lease(), new(Policy, "no file"));
        Assert.Equal([Policy], _lacks.Now().Policies);

        File.WriteAllText(ModelPath, "GGUF");

        Assert.Empty(_lacks.Now().Policies);
        Assert.Empty(_lacks.All());
        _lacks.Add(Lease(), new(Policy, "not whole"));
        Assert.Equal([Policy], _lacks.Now().Policies);
        File.AppendAllText(ModelPath, "more");
        Assert.Empty(_lacks.Now().Policies);
    }

    [Fact]
    public void A_change_of_a_models_file_ends_the_wait_of_a_job_pinned_to_other_weights()
    {
        File.WriteAllText(ModelPath, "GGUF");
        _lacks.Add(Lease(), new(null, "other weights"));
        Assert.Equal([7], _lacks.Now().Jobs);

        File.AppendAllText(ModelPath, "of the job");

        Assert.Empty(_lacks.Now().Jobs);
        Assert.Empty(_lacks.All());
    }

    [Fact]
    public void A_lack_is_of_a_policy_or_of_a_reward_model_or_of_one_job()
    {
        _lacks.Add(Lease(), new(Policy, "a reward model as a policy"));
        _lacks.Add(Lease(), new("prm", "a policy as a reward model") { IsReward = true });
        _lacks.Add(Lease(), new(null, "other weights"));

        var now = _lacks.Now();
        Assert.Equal([Policy], now.Policies);
        Assert.Equal(["prm"], now.Rewards);
        Assert.Equal([7], now.Jobs);
    }

    [Fact]
    public async Task A_command_ends_on_what_its_own_jobs_lack_and_not_on_that_of_others()
    {
        var first = _lacks.FirstOf([8], ["theirs"]);
        _lacks.Add(Lease(), new(Policy, "a damaged file"));
        _lacks.Add(Lease(), new(null, "other weights"));
        Assert.False(first.IsCompleted);

        // Whoever meets it first: none of the command's jobs can run any more.
        _lacks.Add(Lease(), new("theirs", "no file"));
        Assert.Equal("no file", (await first).Message);
    }

    [Fact]
    public void A_solved_batch_ends_the_lacks_of_its_models_and_job_and_no_others()
    {
        _lacks.Add(Lease(), new(Policy, "no file"));
        _lacks.Add(Lease(), new("other", "no file"));
        _lacks.Add(Lease(), new(null, "other weights"));

        _lacks.Served(7, Lease().Spec);

        Assert.Equal(["other"], _lacks.Now().Policies);
        Assert.Empty(_lacks.Now().Jobs);
        _lacks.Add(Lease(), new(Policy, "no file"));
        _clock.Pass(TimeSpan.FromSeconds(15));
        Assert.Empty(_lacks.Now().Policies);
    }

    [Fact]
    public void One_stop_of_an_engine_may_be_the_batchs_fault_and_two_in_a_row_are_the_machines()
    {
        var first = _lacks.FirstOf([7], [Policy]);
        _lacks.EngineStopped(Lease(), "no decode");
        Assert.Empty(_lacks.Now().Policies);
        Assert.Empty(_lacks.All());
        _clock.Pass(TimeSpan.FromSeconds(5));

        _lacks.EngineStopped(Lease(), "no decode");

        Assert.Equal([Policy], _lacks.Now().Policies);
        Assert.Equal(["prm"], _lacks.Now().Rewards);
        Assert.False(first.IsCompleted);
    }

    [Fact]
    public void Batches_that_stop_with_their_engine_side_by_side_are_one_stop()
    {
        for (var batch = 0; batch < 5; batch++)
        {
            _lacks.EngineStopped(Lease(), "no decode");
            _clock.Pass(s_moment);
        }

        Assert.Empty(_lacks.Now().Policies);
        Assert.Empty(_lacks.All());
    }

    [Fact]
    public void A_lack_that_nothing_asks_about_is_forgotten()
    {
        _lacks.Add(Lease(), new(null, "other weights"));
        _clock.Pass(TimeSpan.FromHours(1.1));
        Assert.Empty(_lacks.All());
    }

    static BatchLease Lease() => Leased.Batch(7, new() { Name = "job", Policy = Policy, Reward = "prm" });
}
