using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Tests.Support.Scripted;

/// <summary>Vectors that are a pure function of a text's tokens.</summary>
sealed class ScriptedEmbeddingContext(ScriptedModel model, EmbeddingContextOptions options)
    : CheckedEmbeddingContext(options, model.Facts.VocabularySize)
{
    /// <summary>Texts of each call that worked.</summary>
    public List<int[][]> Calls { get; } = [];

    /// <summary>Whether every call fails.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Runs before each call.</summary>
    public Action? Before { get; init; }

    public override int Width => model.Facts.Width;

    protected override void ThreadsCore(int threads)
    {
    }

    protected override bool EmbedCore(IReadOnlyList<int[]> texts, int tokens, Span<float> vectors)
    {
        Before?.Invoke();
        if (IsBroken || texts.Any(text => text.Contains(model.Poison))) return false;
        Calls.Add([.. texts]);
        for (var i = 0; i < texts.Count; i++) ScriptedModel.FillHidden(texts[i], vectors.Slice(i * Width, Width));
        return true;
    }

    protected override void DisposeCore()
    {
    }
}
