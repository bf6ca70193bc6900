using RebaseBatch.Core.Answers;
using Xunit;

namespace RebaseBatch.Tests.Core.Answers;

[Fast]
public sealed class PassAtKTests
{
    [Fact]
    public void By_hand_two_of_five_right()
    {
        // Of the ten pairs of five samples, three have neither of the two right ones.
        Assert.Equal(0.7, PassAtK.Of(samples: 5, right: 2, k: 2), 12);
        Assert.Equal(0.4, PassAtK.Of(samples: 5, right: 2, k: 1), 12);
        Assert.Equal(1, PassAtK.Of(samples: 5, right: 2, k: 4));
        Assert.Equal(1, PassAtK.Of(samples: 5, right: 1, k: 5));
        Assert.Equal(0, PassAtK.Of(samples: 5, right: 0, k: 5));
    }

    [Fact]
    public void It_is_the_share_of_all_subsets_that_have_a_right_sample()
    {
        for (var samples = 1; samples <= 9; samples++)
        {
            for (var right = 0; right <= samples; right++)
            {
                for (var k = 1; k <= samples; k++)
                {
                    // The first samples are the right ones.
                    var subsets = Enumerable.Range(0, 1 << samples).Where(subset => int.PopCount(subset) == k).ToList();
                    Assert.Equal((double)subsets.Count(subset => (subset & ((1 << right) - 1)) != 0) / subsets.Count,
                        PassAtK.Of(samples, right, k), 9);
                }
            }
        }
    }
}
