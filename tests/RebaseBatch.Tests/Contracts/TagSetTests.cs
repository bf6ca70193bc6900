using RebaseBatch.Contracts;
using Xunit;

namespace RebaseBatch.Tests.Contracts;

[Fast]
public sealed class TagSetTests
{
    [Fact]
    public void Tags_are_sorted_by_key_and_come_back_from_json()
    {
        var tags = TagSet.Read(["team=a", "nightly", "größe=10.5", "nightly"]).Tags!;

        Assert.Equal("größe=10.5 nightly team=a", tags.ToString());
        Assert.Equal(tags.ToString(), TagSet.OfJson(tags.ToJson()).ToString());
        Assert.Equal(["nightly"], tags.Bare);
        Assert.Equal("""{"team":"b"}""", TagSet.Read(["team=b"]).Tags!.ToJson());
        Assert.Equal("größe=10.5 nightly team=b x", tags.With(TagSet.Read(["team=b", "x"]).Tags!).ToString());
    }

    [Theory]
    [InlineData("", "needs a key")]
    [InlineData("=a", "needs a key")]
    [InlineData("-a", "does not begin with a letter or a digit")]
    [InlineData("a b", "other characters")]
    [InlineData("a,b", "other characters")]
    [InlineData("a=b c", "the value 'b c' of the tag 'a'")]
    [InlineData("a=b=c", "the value 'b=c'")]
    [InlineData("a=\u001b[2J", @"the value '\u001b[2J'")]
    [InlineData("a=\u202egnp", @"the value '\u202egnp'")]
    [InlineData("cafe\u0301", "other characters")]
    [InlineData("a\ud800", "other characters")]
    public void A_tag_that_lists_could_not_show_is_refused(string text, string fault)
    {
        var (tags, said) = TagSet.Read([text]);

        Assert.Null(tags);
        Assert.Contains(fault, said, StringComparison.Ordinal);
    }

    [Fact]
    public void Lengths_and_the_number_have_limits_and_a_key_has_one_value()
    {
        Assert.Null(TagSet.Read([$"{new string('k', 50)}={new string('v', 100)}"]).Fault);
        Assert.Contains("51 characters", TagSet.Read([new string('k', 51)]).Fault, StringComparison.Ordinal);
        Assert.Contains("101 characters", TagSet.Read([$"k={new string('v', 101)}"]).Fault, StringComparison.Ordinal);
        Assert.Null(TagSet.Read(Enumerable.Range(0, 20).Select(n => $"k{n}")).Fault);
        Assert.Contains("21 tags are too many", TagSet.Read(Enumerable.Range(0, 21).Select(n => $"k{n}")).Fault, StringComparison.Ordinal);
        Assert.Contains("'team' is given twice", TagSet.Read(["team=a", "team=b"]).Fault, StringComparison.Ordinal);
    }
}
