using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Remote;
using Xunit;

namespace RebaseBatch.Tests.Inference.Remote;

[Fast]
public sealed class FreshTokensTests
{
    // A prompt of 27 tokens and two drawn ones; the server decodes the last token of the prompt for each child again.
    static readonly ModelCost s_reads = new(29, 0, 0) { Cached = 0 }, s_finds = new(3, 0, 0) { Cached = 26 };

    /// <summary>The second child's request reached the server first once, and the whole prompt was booked as encoded again.</summary>
    [Fact]
    public void Whichever_child_the_server_reads_first_for_the_prompt_is_new_once()
    {
        foreach (var order in (ModelCost[][])[[s_reads, s_finds, s_finds], [s_finds, s_reads, s_finds], [s_finds, s_finds, s_reads]])
        {
            var fresh = new FreshTokens(27);
            var settled = order.Select(cost => fresh.Settle(cost, sampled: 2)).ToList();
            Assert.Equal((2, 35), (settled.Sum(cost => cost.Reencoded), settled.Sum(cost => cost.Evaluated)));
        }
    }

    [Fact]
    public void What_the_search_encoded_before_and_the_server_forgot_is_encoded_again()
    {
        var fresh = new FreshTokens(7);
        Assert.Equal(20, fresh.Settle(s_reads, sampled: 2).Reencoded);
        Assert.Equal(27, fresh.Settle(s_reads, sampled: 2).Reencoded);
    }

    [Fact]
    public void Of_a_server_that_does_not_say_what_it_held_nothing_changes()
    {
        var silent = new ModelCost(29, 5, 0);
        Assert.Equal(silent, new FreshTokens(27).Settle(silent, sampled: 2));
    }
}
