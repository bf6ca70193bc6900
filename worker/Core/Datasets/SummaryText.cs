using System.Globalization;

namespace RebaseBatch.Core.Datasets;

/// <summary>Says in sentences what a dataset's lines gave. Pure.</summary>
static class SummaryText
{
    const int MostShown = 12; // names in one sentence
    const int LongestName = 40;

    /// <summary>Problems, right answers and levels in one sentence, then the fields, then what people may not expect.</summary>
    public static IEnumerable<string> Of(DatasetSummary summary)
    {
        var gold = summary.WithGold == 0 ? "none" : summary.WithGold == summary.Problems ? "all" : Number(summary.WithGold);
        yield return $"{Problems(summary.Problems)}, {gold} with a right answer, {Levels(summary.Levels)}";
        if (summary.Taken.Count > 0) yield return Taken(summary);
        if (summary.WithGold > 0 && summary.FirstWithoutGold is { } line)
        {
            var without = summary.Problems - summary.WithGold;
            yield return $"{Problems(without)} {(without == 1 ? "has" : "have")} no right answer, the first on line {Number(line)}";
        }
        if (summary.Ignored.Count > 0)
            yield return $"ignored: {string.Join("; ", summary.Ignored.GroupBy(part => part.Lines)
                .Select(same => $"{Names([.. same], part => Shown(part.Name))} in {Lines(same.Key)}"))}";
    }

    /// <summary>The names of the fields that were not used; empty when there are none.</summary>
    public static string Unused(DatasetSummary summary) => Names(summary.Unused, part => Quoted(part.Name));

    /// <summary>The names of all fields that the lines have.</summary>
    public static string Fields(DatasetSummary summary) => Names(
        [.. summary.Taken.Select(field => field.Name).Concat(summary.Unused.Select(part => part.Name)).Distinct()], Quoted);

    static string Taken(DatasetSummary summary)
    {
        var roles = summary.Taken.GroupBy(field => field.Role).Select(role =>
        {
            var differ = role.Any(field => field.Lines != summary.Problems);
            var names = Names([.. role], field => Quoted(field.Name) + (differ ? $" ({Lines(field.Lines)})" : ""));
            return $"{Title(role.Key)} from {names}";
        }).ToList();
        if (!summary.Taken.Any(field => field.Role == FieldRole.Id)) roles.Add("ids from the line numbers");
        return $"taken: {string.Join(", ", roles)}";
    }

    static string Title(FieldRole role) => role switch
    {
        FieldRole.Question => "question",
        FieldRole.Choices => "choices",
        FieldRole.Gold => "right answer",
        FieldRole.Id => "id",
        FieldRole.QuestionId => "question id",
        FieldRole.Family => "family",
        _ => "level",
    };

    static string Levels(IReadOnlyList<(short Level, int Problems)> levels)
    {
        if (levels.Count == 0) return "no levels";
        if (levels.Count == 1) return $"1 level ({Number(levels[0].Level)})";
        var isRun = levels[^1].Level - levels[0].Level == levels.Count - 1;
        var shown = isRun || levels.Count > MostShown
            ? $"{Number(levels[0].Level)} to {Number(levels[^1].Level)}"
            : string.Join(", ", levels.Select(level => Number(level.Level)));
        return $"{Number(levels.Count)} levels ({shown})";
    }

    static string Names<T>(IReadOnlyList<T> all, Func<T, string> text)
    {
        var shown = string.Join(", ", all.Take(MostShown).Select(text));
        return all.Count > MostShown ? $"{shown} and {Number(all.Count - MostShown)} more" : shown;
    }

    static string Problems(int count) => count == 1 ? "1 problem" : $"{Number(count)} problems";

    static string Lines(int count) => count == 1 ? "1 line" : $"{Number(count)} lines";

    static string Quoted(string name) => $"'{Shown(name)}'";

    // A file may hold control characters, which a terminal would obey.
    static string Shown(string name)
    {
        var plain = string.Concat(name.Select(letter => char.IsControl(letter) ? '?' : letter));
        return plain.Length > LongestName ? $"{plain[..LongestName]}…" : plain;
    }

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
