using System.Text;
using RebaseBatch.Inference.Steps;
using Xunit;

namespace RebaseBatch.Tests.Inference;

[Fast]
public sealed class StepTextTests
{
    static (string Text, int Kept, int Fed) Feed(StepBoundary boundary, int depth, params string[] pieces)
    {
        var text = new StepText(boundary.Bytes(depth), !boundary.Numbered, boundary.IsStopString);
        for (var i = 0; i < pieces.Length; i++)
            if (text.Append(Encoding.UTF8.GetBytes(pieces[i]))) return (text.Take(text.KeptTokens()), text.KeptTokens(), i + 1);
        return (text.Take(pieces.Length), pieces.Length, -1);
    }

    [Fact]
    public void A_line_ends_with_its_line_break() =>
        Assert.Equal(("Step 1: 2\n", 3, 3), Feed(StepBoundary.Line, 1, "Step", " 1: 2", "\n", "Step"));

    [Fact]
    public void A_break_before_any_content_ends_nothing() =>
        Assert.Equal(("\n \nx\n", 5, 5), Feed(StepBoundary.Line, 1, "\n", " ", "\n", "x", "\n"));

    [Fact]
    public void A_mark_may_be_spread_over_tokens() =>
        Assert.Equal(("a.\n\n", 3, 3), Feed(StepBoundary.Paragraph, 1, "a", ".\n", "\n"));

    [Fact]
    public void A_single_break_does_not_end_a_paragraph() =>
        Assert.Equal(-1, Feed(StepBoundary.Paragraph, 1, "a", "\n", "b", "\n").Fed);

    [Fact]
    public void A_numbered_step_ends_before_the_next_header_and_leaves_it_out() =>
        Assert.Equal(("Step 1: a\n", 3, 7), Feed(StepBoundary.NumberedStep, 1, "Step 1:", " a", "\n", "Step", " ", "2", ":"));

    [Fact]
    public void A_numbered_step_is_not_ended_by_its_own_header() =>
        Assert.Equal(-1, Feed(StepBoundary.NumberedStep, 2, "Step 2:", " see Step 1: a").Fed);

    [Fact]
    public void The_authors_stop_string_has_no_colon_and_is_trimmed()
    {
        Assert.Equal(("Step 1: a\n", 3, 6), Feed(StepBoundary.AuthorsStep, 1, "Step 1:", " a", "\n", "Step", " ", "2", ":"));
        Assert.Equal(("see ", 1, 4), Feed(StepBoundary.AuthorsStep, 1, "see ", "Step", " ", "25"));
        Assert.Equal(-1, Feed(StepBoundary.NumberedStep, 1, "see ", "Step", " ", "25").Fed);
    }

    [Fact]
    public void The_authors_stop_string_at_the_very_beginning_leaves_nothing() =>
        Assert.Equal(("", 0, 3), Feed(StepBoundary.AuthorsStep, 1, "Step", " ", "2"));

    [Fact]
    public void A_code_point_cut_in_two_is_whole_again_in_the_text()
    {
        var text = new StepText([(byte)'\n'], inclusive: true);
        Assert.False(text.Append([0xD0]));
        Assert.False(text.Append([0xBA]));
        Assert.True(text.Append([(byte)'\n']));
        Assert.Equal("к\n", text.Take(text.KeptTokens()));
    }
}
