namespace RebaseBatch.Evaluation.Reports.Charts;

/// <summary>How a line is drawn.</summary>
/// <param name="Colour">0 to 7: a place in the page's palette.</param>
/// <param name="Dash">SVG dash lengths; null is a whole line.</param>
readonly record struct SeriesStyle(int Colour, Marker Marker, string? Dash = null)
{
    public const int Colours = 8;

    static readonly string?[] s_dashes = [null, "7 4", "2 3", "10 3 2 3", "4 2 1 2"];

    public static SeriesStyle Of(int colour, int pattern) =>
        new(colour % Colours, (Marker)(pattern % 6), s_dashes[pattern % s_dashes.Length]);
}
