namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>One column of a table on the page and in its CSV.</summary>
/// <param name="Name">The CSV's key, in snake_case; the heading has blanks.</param>
/// <param name="Value">A number or text; null is left empty.</param>
/// <param name="Shown">The value as people read it; the plain value unless given.</param>
sealed record DataColumn<T>(string Name, Func<T, object?> Value, Func<T, string>? Shown = null)
{
    /// <summary>False for a column of the CSV only, where another column of the page says the same.</summary>
    public bool OnPage { get; init; } = true;

    /// <summary>False for a column of the page only, which says in words what several columns of the CSV say.</summary>
    public bool InCsv { get; init; } = true;
}
