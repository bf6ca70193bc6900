using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Core.Tables;
using Xunit;

namespace RebaseBatch.Tests.Core.Tables;

[Fast]
public sealed class TableLayoutTests
{
    const int Gap = 2;

    static readonly Gen<Rank> s_ranks = Gen.OneOf(
        Gen.Constant(Rank.Key), Gen.Constant(Rank.Verdict), Gen.Constant(default(Rank)), Gen.Choose(1, 4).Select(order => (Rank)order));

    static readonly Gen<(ColumnNeed[] Columns, int Width)> s_tables =
        from columns in (from least in Gen.Choose(1, 20)
                         from more in Gen.Choose(0, 40)
                         from rank in s_ranks
                         select new ColumnNeed(least + more, least, rank)).NonEmptyListOf()
        from width in Gen.Choose(1, 250)
        select (columns.ToArray(), width);

    [Fact]
    public void A_table_never_is_wider_than_the_terminal_and_no_column_gets_too_little_or_too_much() =>
        Holds((columns, width) => TableLayout.Of(columns, width, Gap) is not { } shown
            || (Taken(shown) <= width && shown.All(column =>
                column.Width >= columns[column.Index].Least && column.Width <= columns[column.Index].Natural)));

    [Fact]
    public void Keys_and_verdicts_are_in_every_table() => Holds((columns, width) => TableLayout.Of(columns, width, Gap) is not { } shown
        || columns.Index().All(column => !column.Item.Rank.IsKept || shown.Any(one => one.Index == column.Index)));

    [Fact]
    public void No_column_is_left_out_before_a_less_important_one() => Holds((columns, width) =>
    {
        if (TableLayout.Of(columns, width, Gap) is not { } shown) return true;
        var left = columns.Index().ExceptBy(shown.Select(column => column.Index), column => column.Index).ToList();
        return left.All(gone => shown.All(kept => columns[kept.Index].Rank.IsKept
            || (columns[kept.Index].Rank.Order, kept.Index).CompareTo((gone.Item.Rank.Order, gone.Index)) < 0));
    });

    [Fact]
    public void Nothing_is_left_out_that_had_room() => Holds((columns, width) =>
        columns.Sum(column => column.Least) + (Gap * (columns.Length - 1)) > width
        || TableLayout.Of(columns, width, Gap)!.Count == columns.Length);

    [Fact]
    public void No_room_is_wasted_while_a_text_is_shortened() => Holds((columns, width) =>
        TableLayout.Of(columns, width, Gap) is not { } shown || Taken(shown) == width
        || shown.All(column => column.Width == columns[column.Index].Natural));

    [Fact]
    public void A_wider_terminal_shows_the_same_columns_and_more() => Holds((columns, width) =>
        TableLayout.Of(columns, width, Gap) is not { } narrow
        || narrow.All(column => TableLayout.Of(columns, width + 1, Gap)!.Any(one => one.Index == column.Index)));

    [Fact]
    public void Records_are_for_what_no_table_holds() => Holds((columns, width) => TableLayout.Of(columns, width, Gap) is not null
        || Fewest(columns) > width);

    [Fact]
    public void Columns_go_from_the_right_unless_their_rank_says_otherwise()
    {
        ColumnNeed[] columns = [new(10, 10, Rank.Key), new(10, 10, 2), new(10, 10, default), new(10, 10, 1), new(10, 10, default)];
        Assert.Equal([0, 1, 2, 3], Shown(57));
        Assert.Equal([0, 1, 3], Shown(45));
        Assert.Equal([0, 3], Shown(33));
        Assert.Null(TableLayout.Of(columns, 21, Gap));

        IEnumerable<int> Shown(int width) => TableLayout.Of(columns, width, Gap)!.Select(column => column.Index);
    }

    [Fact]
    public void A_rank_begins_at_one() => Assert.Throws<ArgumentOutOfRangeException>(() => (Rank)0);

    static int Taken(IReadOnlyList<ShownColumn> shown) => shown.Sum(column => column.Width) + (Gap * (shown.Count - 1));

    /// <summary>The width of the narrowest table: the kept columns, and at least two.</summary>
    static int Fewest(ColumnNeed[] columns)
    {
        var last = columns.Index().OrderBy(column => !column.Item.Rank.IsKept)
            .ThenBy(column => column.Item.Rank.Order).ThenBy(column => column.Index)
            .Take(Math.Max(columns.Count(column => column.Rank.IsKept), Math.Min(2, columns.Length))).ToList();
        return last.Sum(column => column.Item.Least) + (Gap * (last.Count - 1));
    }

    static void Holds(Func<ColumnNeed[], int, bool> law) =>
        Prop.ForAll(s_tables.ToArbitrary(), table => law(table.Columns, table.Width)).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
}
