namespace RebaseBatch.Edge.Intake;

/// <summary>
/// The dead letters of one moment. A message that is put aside again is a new letter with a new number, and so not one of them.
/// </summary>
/// <param name="Names">The name of each letter, by its sequence.</param>
/// <param name="Unknown">Names that no letter has.</param>
/// <param name="Seen">How many letters were looked at.</param>
/// <param name="HasMore">Whether there are others beyond the limit.</param>
sealed record DeadLetterChoice(IReadOnlyDictionary<long, string> Names, IReadOnlyList<string> Unknown, int Seen, bool HasMore)
{
    /// <summary>The first <paramref name="limit"/>.</summary>
    public static async Task<DeadLetterChoice> OfAllAsync(IDeadLetters letters, int limit, CancellationToken ct)
    {
        var names = new Dictionary<long, string>();
        await foreach (var letter in letters.PeekAsync(ct))
        {
            if (names.Count == limit) return new(names, [], names.Count, HasMore: true);
            names.Add(letter.Sequence, letter.Name);
        }
        return new(names, [], names.Count, HasMore: false);
    }

    /// <summary>Every letter that has one of these names: several may share a message id.</summary>
    public static async Task<DeadLetterChoice> OfNamedAsync(IDeadLetters letters, IReadOnlyCollection<string> wanted, CancellationToken ct)
    {
        var names = new Dictionary<long, string>();
        var unknown = wanted.ToHashSet(StringComparer.Ordinal);
        var seen = 0;
        await foreach (var letter in letters.PeekAsync(ct))
        {
            seen++;
            foreach (var name in wanted.Where(letter.IsCalled))
            {
                names[letter.Sequence] = name;
                unknown.Remove(name);
            }
        }
        return new(names, [.. wanted.Where(unknown.Contains).Distinct(StringComparer.Ordinal)], seen, HasMore: false);
    }
}
