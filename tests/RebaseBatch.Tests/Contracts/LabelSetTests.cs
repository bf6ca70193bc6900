using System.Text.Json;
using RebaseBatch.Contracts;
using Xunit;

namespace RebaseBatch.Tests.Contracts;

[Fast]
public sealed class LabelSetTests
{
    [Fact]
    public void A_label_meets_the_need_of_itself_and_of_its_key()
    {
        var labels = Read("pool=night", "gpu=h200", "big");
        Assert.Equal(["big", "gpu=h200", "pool=night"], labels.Texts);
        Assert.Equal(["big", "gpu=h200", "gpu", "pool=night", "pool"], labels.Meets);
    }

    [Fact]
    public void Sets_of_the_same_labels_are_equal_and_so_are_specs_that_need_them()
    {
        Assert.Equal(Read("a=1", "b"), Read("b", "a=1"));
        Assert.NotEqual(Read("a=1"), Read("a=2"));
        var spec = new JobSpec { Policy = "p", Needs = Read("a=1", "b") };
        var stored = JsonSerializer.Serialize(spec, ContractsJson.Lines);
        Assert.Contains("""
            "needs":["a=1","b"]
            """, stored, StringComparison.Ordinal);
        Assert.Equal(spec, JsonSerializer.Deserialize<JobSpec>(stored, ContractsJson.Lines));
        Assert.Null(JsonSerializer.Deserialize<JobSpec>("""{"policy":"p"}""", ContractsJson.Lines)!.Needs);
    }

    [Theory]
    [InlineData("a need needs a key", "=h200")]
    [InlineData("the need's key 'g p' has other characters", "g p")]
    [InlineData("the need 'gpu' is given twice", "gpu=h200", "gpu=l4")]
    [InlineData("the value ' ' of the need 'gpu' has other characters", "gpu= ")]
    public void What_can_be_no_label_is_explained(string fault, params string[] texts) =>
        Assert.Contains(fault, LabelSet.Read(texts, "need").Fault, StringComparison.Ordinal);

    static LabelSet Read(params string[] texts) => Assert.IsType<LabelSet>(LabelSet.Read(texts).Labels);
}
