using System.Text;

namespace RebaseBatch.Inference.Steps;

/// <summary>
/// The bytes of a step while it is sampled. It looks for the boundary in them. A token may end inside a mark or a code point.
/// </summary>
/// <param name="inclusive">Whether the mark belongs to the step.</param>
/// <param name="mayBeEmpty">Whether an exclusive mark at the very beginning ends the step, which is empty then.</param>
sealed class StepText(byte[] mark, bool inclusive, bool mayBeEmpty = false)
{
    byte[] _bytes = new byte[256];
    readonly List<int> _ends = [];
    bool _begun;

    int Length => _ends.Count == 0 ? 0 : _ends[^1];

    /// <summary>Adds a token's bytes; true when the step is complete.</summary>
    public bool Append(ReadOnlySpan<byte> piece)
    {
        var length = Length;
        if (length + piece.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, length + piece.Length));
        piece.CopyTo(_bytes.AsSpan(length));
        _ends.Add(length + piece.Length);

        // A mark before any content is white space that the previous step left, not an empty step.
        _begun = _begun || piece.ContainsAnyExcept(" \t\r\n"u8);
        if (!_begun) return false;
        var from = Math.Max(0, length - mark.Length + 1);
        return Find(from) >= 0;
    }

    /// <summary>How many of the tokens belong to the step, once it is complete: all, or those before an exclusive mark.</summary>
    public int KeptTokens()
    {
        if (inclusive || Find(0) is var at && at < 0) return _ends.Count;
        var kept = _ends.FindIndex(end => end > at);
        // The mark lies inside the first token: the step would be empty and never end, so the token stays.
        return Math.Max(mayBeEmpty ? 0 : 1, kept);
    }

    public string Take(int tokens) => tokens == 0 ? "" : Encoding.UTF8.GetString(_bytes, 0, _ends[tokens - 1]);

    int Find(int from)
    {
        var content = _bytes.AsSpan(0, Length);
        var start = Math.Max(from, content.IndexOfAnyExcept(" \t\r\n"u8));
        if (!inclusive && !mayBeEmpty) start = Math.Max(start, 1);
        if (start >= content.Length) return -1;
        var at = content[start..].IndexOf(mark);
        return at < 0 ? -1 : start + at;
    }
}
