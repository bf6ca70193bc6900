using Xunit;

namespace RebaseBatch.Tests.Inference;

public sealed class LlamaContextHiddenTests
{
    [Fact]
    public void The_hidden_state_is_what_the_logits_are_made_of()
    {
        using var tiny = new TinyModel(TinyModel.LlamaControls);
        var (logits, hidden) = tiny.Decode([0, .. tiny.Model.Tokenize("one and two", false, false)]);

        // The output matrix of this model is its embedding, and nothing stands between it and the normalized state.
        var embedding = tiny.File.Weights("token_embd.weight");
        Assert.Equal(TinyGguf.Width, hidden.Length);
        for (var token = 0; token < logits.Length; token++)
        {
            var expected = 0.0;
            for (var i = 0; i < hidden.Length; i++) expected += embedding[token * hidden.Length + i] * hidden[i];
            Assert.Equal(expected, logits[token], 1e-3);
        }
    }
}
