using System.Text.Json;

namespace RebaseBatch.Inference.Gguf;

/// <summary>The merges of a tokenizer.json, the most wanted first.</summary>
static class TokenizerMerges
{
    /// <param name="model">The tokenizer.json's <c>model</c>: its merges are <c>"a b"</c>, or <c>["a", "b"]</c> since 2024.</param>
    /// <exception cref="UnsupportedTokenizerException">A merge makes a piece that is no token.</exception>
    public static IReadOnlyList<(string Left, string Right)> Of(JsonElement model, TokenTable tokens)
    {
        var merges = new List<(string, string)>();
        foreach (var merge in model.GetProperty("merges").EnumerateArray())
        {
            var (left, right) = merge.ValueKind is JsonValueKind.Array
                ? (merge[0].Text(), merge[1].Text()) : Cut(merge.Text());
            if (!tokens.Model.ContainsKey(left + right))
            {
                throw new UnsupportedTokenizerException(
                    $"its merge of '{TokenTable.Plain(left)}' and '{TokenTable.Plain(right)}' makes no token");
            }

            merges.Add((left, right));
        }

        return merges;
    }

    static (string, string) Cut(string merge) =>
        merge.IndexOf(' ', StringComparison.Ordinal) is > 0 and var at ? (merge[..at], merge[(at + 1)..])
            : throw new FormatException($"a merge '{TokenTable.Plain(merge)}'");
}
