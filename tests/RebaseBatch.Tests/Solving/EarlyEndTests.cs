using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Budgets;
using RebaseBatch.Solving;
using Xunit;

namespace RebaseBatch.Tests.Solving;

/// <summary>Stored results hold these names.</summary>
[Fast]
public sealed class EarlyEndTests
{
    [Fact]
    public void Every_limit_has_its_stored_name()
    {
        Assert.Equal(["sampled_tokens", "flops", "seconds", "deadline"], Enum.GetValues<BudgetLimit>().Select(EarlyEnd.Of));
        Assert.Equal(["job_sampled_tokens", "job_flops", "job_device_seconds"], Enum.GetValues<JobLimit>().Select(EarlyEnd.Of));
        Assert.Equal("decided", EarlyEnd.Decided);
    }
}
