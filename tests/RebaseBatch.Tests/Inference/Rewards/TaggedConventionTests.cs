using System.Text;
using RebaseBatch.Inference.Rewards;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Inference.Rewards;

public sealed class TaggedConventionTests
{
    const string Question = "Mia has 3 bags of 3 books.";
    static readonly string[] s_steps = ["Step 1: 3 * 3 = 9 books.\n", "Step 2: She has 9."];
    static readonly RewardPreset s_published = new() { AfterQuestion = " " };

    static string Text(int[] tokens) => Encoding.UTF8.GetString([.. tokens.SelectMany(token => Models.Reward.Piece(token).ToArray())]);

    [Fact]
    public void Math_shepherd_writes_a_space_after_the_question_and_a_tag_and_a_line_break_after_steps()
    {
        var tokens = new MathShepherdConvention(Models.Reward, s_published, "prm").Encode(Question, s_steps);
        Assert.Equal("Mia has 3 bags of 3 books. Step 1: 3 * 3 = 9 books. ки\nStep 2: She has 9. ки", Text(tokens));
        Assert.Equal((1, 3), (tokens[0], tokens[^1]));
    }

    [Fact]
    public void Mean_logit_writes_the_same_text()
    {
        var convention = new MeanLogitConvention(Models.Reward, s_published, "prm");
        Assert.Equal(new MathShepherdConvention(Models.Reward, s_published, "prm").Encode(Question, s_steps),
            convention.Encode(Question, s_steps));
        Assert.Equal(RebaseBatch.Inference.Ports.ModelOutput.Logits, convention.Reads);
    }

    [Fact]
    public void Mean_logit_reads_the_sigmoid_of_the_mean_of_all_logits()
    {
        var convention = new MeanLogitConvention(Models.Reward, s_published, "prm");
        Assert.Equal(1 / (1 + Math.Exp(-1.5)), convention.Read([0, 1, 2, 3]), 1e-6);
        Assert.Throws<ModelFaultException>(() => convention.Read([0, float.NaN]));
    }

    [Fact]
    public void Ids_that_the_entry_states_otherwise_refuse_to_start()
    {
        _ = new MathShepherdConvention(Models.Reward, new() { TagId = 3, GoodId = 47, BadId = 49 }, "prm");
        Refused(new() { TagId = 12902 }, "12902", "gives token 3");
        Refused(new() { GoodId = 648 }, "648", "gives token 47");
        Refused(new() { BadId = 387 }, "387", "gives token 49");
        var refused = Assert.Throws<UserException>(() => new MeanLogitConvention(Models.Reward, new() { TagId = 8094 }, "prm"));
        Assert.Contains("mean-logit", refused.Message, StringComparison.Ordinal);

        static void Refused(RewardPreset preset, params string[] parts)
        {
            var refused = Assert.Throws<UserException>(() => new MathShepherdConvention(Models.Reward, preset, "prm"));
            Assert.Equal(ExitCode.ModelUnusable, refused.Code);
            Assert.All(parts, part => Assert.Contains(part, refused.Message, StringComparison.Ordinal));
        }
    }
}
