namespace RebaseBatch.Evaluation.Reports.Charts;

/// <summary>How much room text takes in a drawing. Fonts differ, so these are estimates on the safe side.</summary>
static class TextFit
{
    /// <summary>A letter of the page's 12 pixels.</summary>
    public const double Letter = 6.6;

    public const double LineHeight = 15;

    public static double WidthOf(string text) => Letter * text.Length;

    /// <summary>The text in lines of at most this width. A word that is longer has a line of its own.</summary>
    public static IReadOnlyList<string> Lines(string text, double width)
    {
        var lines = new List<string>();
        foreach (var word in text.Split(' '))
        {
            if (lines.Count > 0 && WidthOf(lines[^1]) + WidthOf(word) + Letter <= width) lines[^1] += $" {word}";
            else lines.Add(word);
        }

        return lines;
    }

    /// <summary>Whether each label is shown: of labels that would overlap, the shorter one, and of equally short ones the first.</summary>
    /// <param name="labels">With their middles.</param>
    public static IReadOnlyList<bool> Shown(IReadOnlyList<(double Middle, double Width)> labels)
    {
        const double Apart = 6;
        var shown = new bool[labels.Count];
        foreach (var i in Enumerable.Range(0, labels.Count).OrderBy(i => labels[i].Width))
            shown[i] = !Enumerable.Range(0, labels.Count).Any(other => shown[other]
                && Math.Abs(labels[i].Middle - labels[other].Middle) < ((labels[i].Width + labels[other].Width) / 2) + Apart);
        return shown;
    }
}
