using System.Globalization;
using System.Text.RegularExpressions;

namespace RebaseBatch.Inference.Gguf;

/// <summary>
/// The name of a part of a split model: <c>model-00001-of-00003.gguf</c>. llama.cpp finds the other parts by the name of the first only.
/// </summary>
/// <param name="Stem">What is before the numbers, with its folder or address if it has one.</param>
/// <param name="No">From 1.</param>
sealed partial record GgufShardName(string Stem, int No, int Count)
{
    /// <summary>Null when the name is not that of a part.</summary>
    public static GgufShardName? Of(string name) => Pattern().Match(name) is { Success: true } match
        ? new(match.Groups[1].Value, Number(match.Groups[2]), Number(match.Groups[3])) : null;

    /// <summary>The ending of a part's name, such as <c>-00001-of-00003.gguf</c>.</summary>
    public static string Ending(int no, int count) => string.Create(CultureInfo.InvariantCulture, $"-{no:D5}-of-{count:D5}.gguf");

    /// <summary>The name of another part of the same model.</summary>
    public string Part(int no) => Stem + Ending(no, Count);

    static int Number(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(.*)-(\d{5})-of-(\d{5})\.gguf$", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
