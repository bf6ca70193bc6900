using System.Xml.Linq;
using RebaseBatch.Evaluation.Flips;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>Which problems were lost and won between two runs, with both answers and both best solutions side by side.</summary>
/// <param name="tree">The address of a search's tree; null if there is none.</param>
sealed class FlipsSection(FlipReport? flips, string prefix, Func<FlipSide, string?> tree)
{
    // Steps end at 256 tokens unless a job says otherwise; a page holds up to 120 solutions.
    const int LongestText = 6000;

    const string Net = " Lost and won count each seed by itself. Net lost and net won are the gate's numbers: seeds of one problem that "
        + "changed in both directions cancel each other out.";

    public Section? Of() => flips is null || flips.Cells.Count == 0 ? null : new($"{prefix}flips", "Lost and won problems",
        Section.Text($"First is {flips.First.Name}, second {flips.Second.Name}. {Outcome(flips)} Lost: the first run alone was right; "
            + "won: the second alone. Problems are compared by their content, seed by seed. Those that failed in either run are in "
            + "neither list. The change is second minus first, with its 95\u00a0% interval over problems; p is two-sided and not corrected "
            + $"for the number of cells.{(HasSeeds(flips) ? Net : "")}"),
        Cells(flips).Open(),
        flips.Groups is { Count: > 0 } groups ? Groups(groups).Folded("By level and family") : null,
        GroupedFlips(flips.Flips),
        LeftOut(flips.FlipsLeftOut, "more problems flipped, and are not on this page"),
        flips.Flips.Count == 0 ? null : Table(flips.Flips).Folded("All of these problems in one table"),
        Unpaired(flips));

    /// <summary>Problems that flipped in most nights, which are no news.</summary>
    public static Section? Unstable(NightFlips night) => night.Unstable.Count == 0 ? null : new("unstable", "Unstable problems",
        Section.Text($"These flipped against the baseline in more than half of the last {NightStore.LastNights} nights, so that a flip of "
            + $"them tells little about this run: {night.Report.FlipsApart} of its flips are theirs, and not in the list above. Changes "
            + "count how often a night's result was not that of the night before."),
        DataTable.Of<UnstableProblem>("unstable", "Unstable problems", night.Unstable,
            new("custom_id", row => row.CustomId),
            new("cell", row => row.Cell),
            new("seed", row => row.Seed),
            new("level", row => (int?)row.Groups.Level),
            new("family", row => row.Groups.Family),
            new("baseline", row => row.BaselineCorrect ? "right" : "wrong"),
            new("flipped", row => row.Flipped),
            new("nights", row => row.Nights),
            new("changes", row => row.Changes),
            new("question", row => Cut(row.Question, LongestText), row => Cut(row.Question, 80))).Open(),
        LeftOut(night.UnstableLeftOut, "more problems are unstable, and not on this page"));

    static string Outcome(FlipReport flips) => (flips.Lost, flips.Won) is (0, 0) ? "No problem flipped."
        : $"{flips.Lost} {(flips.Lost == 1 ? "answer was" : "answers were")} lost and {flips.Won} won.";

    static bool HasSeeds(FlipReport flips) => flips.Cells.Any(cell => cell.Seeds.Count > 1);

    DataTable Cells(FlipReport flips) => DataTable.Of<FlipCell>($"{prefix}flip-cells", "Cells of both runs", flips.Cells,
        new("cell", cell => cell.Title),
        new("jobs", cell => cell.Jobs),
        new("problems", cell => cell.Outcomes?.Problems ?? 0),
        new("lost", cell => cell.Lost),
        new("won", cell => cell.Won),
        new("net_lost", cell => cell.NetLost) { OnPage = HasSeeds(flips) },
        new("net_won", cell => cell.NetWon) { OnPage = HasSeeds(flips) },
        new("change", cell => cell.Test?.Change.Value, cell => Change(cell.Test?.Change.Value)),
        new("low", cell => cell.Test?.Change.Low, cell => Change(cell.Test?.Change.Low)),
        new("high", cell => cell.Test?.Change.High, cell => Change(cell.Test?.Change.High)),
        new("p", cell => cell.Test?.TwoSided, cell => cell.Test is { } test ? NumberText.Chance(test.TwoSided) : ""),
        new("failed", cell => cell.Failed),
        new("remark", cell => cell.Gap));

    DataTable Groups(IReadOnlyList<FlipGroup> groups) => DataTable.Of<FlipGroup>($"{prefix}flip-groups", "Flips by level and family",
        groups,
        new("group", group => group.Name),
        new("compared", group => group.Compared),
        new("lost", group => group.Lost),
        new("won", group => group.Won));

    DataTable Table(IReadOnlyList<Flip> all) => DataTable.Of<Flip>($"{prefix}flips", "Problems that flipped", all,
        new("flip", flip => Contracts.StoredNames.Of(flip.Kind)),
        new("custom_id", flip => flip.CustomId),
        new("cell", flip => flip.Cell),
        new("seed", flip => flip.Seed),
        new("level", flip => (int?)flip.Groups.Level),
        new("family", flip => flip.Groups.Family),
        new("question", flip => Cut(flip.Question, LongestText), flip => Cut(flip.Question, 80)),
        new("gold_answer", flip => flip.Gold, flip => Cut(flip.Gold, 40)),
        new("first_answer", flip => flip.First.Answer, flip => Cut(flip.First.Answer, 40)),
        new("first_score", flip => flip.First.Score, flip => Score(flip.First.Score)),
        new("second_answer", flip => flip.Second.Answer, flip => Cut(flip.Second.Answer, 40)),
        new("second_score", flip => flip.Second.Score, flip => Score(flip.Second.Score)));

    IEnumerable<XElement> GroupedFlips(IReadOnlyList<Flip> all) =>
        from flip in all
        group flip by flip.Groups into alike
        orderby alike.Key.Level is null, alike.Key.Level, alike.Key.Family
        select Xhtml.Of("div", "flips", Xhtml.Of("h3", null, TitleOf(alike.Key, [.. alike])), alike.Select(Draw));

    static string TitleOf(ProblemGroups groups, IReadOnlyList<Flip> flips)
    {
        string?[] names = [groups.Level is { } level ? $"level {level}" : null, groups.Family];
        var name = string.Join(", ", names.OfType<string>());
        var lost = flips.Count(flip => flip.Kind is FlipKind.Lost);
        return $"{(name.Length == 0 ? "Problems" : name)}: {lost} lost, {flips.Count - lost} won";
    }

    XElement Draw(Flip flip) => Xhtml.Of("details", "flip",
        Xhtml.Of("summary", null,
            flip.Kind is FlipKind.Lost ? Xhtml.Of("span", "verdict wrong", "✗ lost") : Xhtml.Of("span", "verdict right", "✓ won"),
            $" {flip.CustomId}: {Cut(flip.Question, 120)}"),
        Xhtml.Of("p", "soft", $"{flip.Cell}, seed {flip.Seed}"),
        Xhtml.Of("p", "question", Cut(flip.Question, LongestText)),
        Xhtml.Of("p", null, "The right answer is ", Xhtml.Of("strong", null, flip.Gold), "."),
        Xhtml.Of("div", "panels", Side(flips!.First.Name, flip.First, flip.Kind is FlipKind.Lost),
            Side(flips.Second.Name, flip.Second, flip.Kind is FlipKind.Won)));

    XElement Side(string name, FlipSide side, bool right) => Xhtml.Of("figure", null,
        Xhtml.Of("h3", null, $"{name}{(name == $"job {side.Job}" ? "" : $", job {side.Job}")}: ",
            Xhtml.Of("span", right ? "verdict right" : "verdict wrong", $"{(right ? "✓" : "✗")} {Cut(side.Answer ?? "no answer", 200)}")),
        Xhtml.Of("p", "soft", side.Solution is null ? "No solution finished."
            : $"Best solution{(side.Score is { } score ? $", score {Score(score)}" : "")}:"),
        side.Solution is null ? null : Xhtml.Of("pre", null, Cut(side.Solution, LongestText)),
        tree(side) is { } address ? Xhtml.Of("p", null, Xhtml.Of("a", null, new XAttribute("href", address), "Search tree")) : null);

    XElement? Unpaired(FlipReport report) => report.Unpaired.Count == 0 ? null : Xhtml.Of("div", "flips",
        Xhtml.Of("h3", null, "Problems that only one run has"),
        DataTable.Of<UnpairedProblem>($"{prefix}only-one-run", "Problems that only one run has", report.Unpaired,
            new("run", row => row.Run),
            new("cell", row => row.Cell),
            new("seed", row => row.Seed),
            new("custom_id", row => row.CustomId),
            new("correct", row => row.Correct switch { true => "yes", false => "no", null => null }),
            new("why", row => row.Why),
            new("question", row => Cut(row.Question, LongestText), row => Cut(row.Question, 80))).Open(),
        LeftOut(report.UnpairedLeftOut, "more are not on this page"));

    static XElement? LeftOut(int count, string what) => count == 0 ? null : Xhtml.Of("p", "soft", $"{count} {what}.");

    static string Cut(string? text, int most) => text is null ? "" : text.Length <= most ? text
        : $"{text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)]} […]";

    static string Score(double? score) => score is { } known ? NumberText.Chance(known) : "";

    static string Change(double? change) => change is { } known
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{100 * known:+0.0;−0.0;0.0}") : "";
}
