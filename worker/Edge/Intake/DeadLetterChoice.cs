namespace RebaseBatch.Edge.Intake;

/// <summary>
/// The dead letters of one moment. A message that is put aside again is a new letter with a new number, and so not one of them.
/// </summary>
/// <param name="Names">The name of each letter, by its sequence.</param>
/// <param name="Unknown">Names that no letter has.</param>
/// <param name="Unreadable">Names of chosen letters that can't be replayed; they are not in <paramref name="Names"/>.</param>
/// <param name="Seen">How many letters were looked at.</param>
/// <param name="HasMore">Whether there are others beyond the limit.</param>
sealed record DeadLetterChoice(
    IReadOnlyDictionary<long, string> Names, IReadOnlyList<string> Unknown, IReadOnlyList<string> Unreadable, int Seen, bool HasMore)
{
    /// <summary>The first <paramref name="limit"/>.</summary>
    public static async Task<DeadLetterChoice> OfAllAsync(IDeadLetters letters, int limit, CancellationToken ct)
    {
        var names = new Dictionary<long, string>();
        var unreadable = new List<string>();
        await foreach (var letter in letters.PeekAsync(ct))
        {
            var seen = names.Count + unreadable.Count;
            if (seen == limit) return new(names, [], unreadable, seen, HasMore: true);
            if (letter.IsReadable) names.Add(letter.Sequence, letter.Name);
            else unreadable.Add(letter.Name);
        }
        return new(names, [], unreadable, names.Count + unreadable.Count, HasMore: false);
    }

    /// <summary>Every letter that has one of these names: several may share a message id.</summary>
    public static async Task<DeadLetterChoice> OfNamedAsync(IDeadLetters letters, IReadOnlyCollection<string> wanted, CancellationToken ct)
    {
        var names = new Dictionary<long, string>();
        var unreadable = new List<string>();
        var unknown = wanted.ToHashSet(StringComparer.Ordinal);
        var seen = 0;
        await foreach (var letter in letters.PeekAsync(ct))
        {
            seen++;
            foreach (var name in wanted.Where(letter.IsCalled))
            {
                if (letter.IsReadable) names[letter.Sequence] = name;
                else unreadable.Add(name);
                unknown.Remove(name);
            }
        }
        return new(names, [.. wanted.Where(unknown.Contains).Distinct(StringComparer.Ordinal)], unreadable, seen, HasMore: false);
    }
}
