namespace RebaseBatch.Inference.Remote.Tokens;

/// <summary>What one computation asked a vocabulary for, and what it lacked. It belongs to one thread at a time.</summary>
sealed class VocabularyReading(ServedVocabulary owner)
{
    readonly Dictionary<TextKey, int[]> _texts = [];

    public ServedVocabulary Owner => owner;

    /// <summary>Texts and tokens that were asked for and not known.</summary>
    public HashSet<TextKey> MissedTexts { get; } = [];

    public HashSet<int> MissedTokens { get; } = [];

    public bool IsComplete => MissedTexts.Count == 0 && MissedTokens.Count == 0;

    public int[]? Find(TextKey key) => _texts.GetValueOrDefault(key);

    /// <summary>Keeps what was fetched for this computation: others may push it out of the memory that all share.</summary>
    public void Add(TextKey key, int[] tokens) => _texts[key] = tokens;

    public void Begin()
    {
        MissedTexts.Clear();
        MissedTokens.Clear();
    }
}
