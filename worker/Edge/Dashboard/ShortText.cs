namespace RebaseBatch.Edge.Dashboard;

/// <summary>Texts of others on a page, which must not fill it.</summary>
static class ShortText
{
    /// <summary>The text, or its beginning and an ellipsis: at most <paramref name="longest"/> characters.</summary>
    public static string Of(string text, int longest)
    {
        if (text.Length <= longest) return text;
        // Not between the two halves of a surrogate pair.
        var end = char.IsHighSurrogate(text[longest - 2]) ? longest - 2 : longest - 1;
        return $"{text[..end]}…";
    }
}
