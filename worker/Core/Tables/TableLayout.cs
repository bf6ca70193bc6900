namespace RebaseBatch.Core.Tables;

/// <summary>Decides which columns of a table a terminal shows, and how wide each of them is.</summary>
static class TableLayout
{
    // A table of one column says less than the rows as records, which have all columns.
    const int FewestColumns = 2;

    /// <summary>
    /// First columns are narrowed as far as their least width. If that is not enough, columns are left out in the order of their ranks.
    /// A wider terminal shows the same columns and more.
    /// </summary>
    /// <param name="width">Of the terminal, in cells.</param>
    /// <param name="gap">Cells between two columns.</param>
    /// <returns>The shown columns from left to right; null if the terminal is too narrow for a table: then write records.</returns>
    public static IReadOnlyList<ShownColumn>? Of(IReadOnlyList<ColumnNeed> columns, int width, int gap)
    {
        var shown = Enumerable.Range(0, columns.Count).ToList();
        var taken = columns.Sum(column => column.Least) + (gap * (columns.Count - 1));
        foreach (var index in LeftOut(columns))
        {
            if (taken <= width) break;
            shown.Remove(index);
            taken -= columns[index].Least + gap;
        }

        if (taken > width || shown.Count < Math.Min(FewestColumns, columns.Count)) return null;
        var widths = Widen([.. shown.Select(index => columns[index])], width - taken);
        return [.. shown.Select((index, i) => new ShownColumn(index, widths[i]))];
    }

    /// <summary>The columns that may be left out, the first one first.</summary>
    static IEnumerable<int> LeftOut(IReadOnlyList<ColumnNeed> columns) => columns.Index()
        .Where(column => !column.Item.Rank.IsKept)
        .OrderByDescending(column => column.Item.Rank.Order).ThenByDescending(column => column.Index)
        .Select(column => column.Index);

    /// <summary>Shares the room that is left, so that the columns that lack least become whole first.</summary>
    static int[] Widen(IReadOnlyList<ColumnNeed> columns, int room)
    {
        var widths = columns.Select(column => column.Least).ToArray();
        while (room > 0)
        {
            var narrow = Enumerable.Range(0, widths.Length).Where(i => widths[i] < columns[i].Natural).ToList();
            if (narrow.Count == 0) break;
            var share = Math.Max(1, room / narrow.Count);
            foreach (var i in narrow)
            {
                var more = Math.Min(Math.Min(share, room), columns[i].Natural - widths[i]);
                widths[i] += more;
                room -= more;
            }
        }

        return widths;
    }
}
