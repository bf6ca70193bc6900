namespace RebaseBatch.Inference.Gguf;

/// <summary>
/// GPT-2's letters for the 256 bytes, in which byte-level BPE writes its tokens: the printable bytes stand for themselves, the others for
/// code points from 256 on (https://github.com/openai/gpt-2/blob/master/src/encoder.py, <c>bytes_to_unicode</c>).
/// </summary>
static class ByteLetters
{
    /// <summary>The letter of each byte.</summary>
    public static IReadOnlyList<string> All { get; } = Letters();

    static string[] Letters()
    {
        var next = 256;
        return [.. Enumerable.Range(0, 256)
            .Select(value => value is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174
                ? ((char)value).ToString() : ((char)next++).ToString())];
    }
}
