using System.Globalization;
using RebaseBatch.Benchmarks.Engine;
using RebaseBatch.Benchmarks.Measuring;

namespace RebaseBatch.Benchmarks.Limit;

/// <summary>The figures of one job: a row of the table, and lines below it.</summary>
/// <param name="Pieces">The reward model's rates in pieces of other lengths; may be empty.</param>
sealed record LimitReport(Workload Work, IReadOnlyList<LimitRound> Rounds, IReadOnlyList<(int Piece, LayoutRate Rate)> Pieces)
{
    public static string Head =>
        "models | width | problems | sampled | scored | seconds | seconds at the limit | limit/job | policy: tokens/s | of its limit "
        + "| reward model: tokens/s | of its limit | inside the models | one problem alone, s | of its limit\n"
        + "---|---|---|---|---|---|---|---|---|---|---|---|---|---|---";

    public string Row() => string.Join(" | ", Work.Name, Work.Spec.Width, Work.Questions.Count, Count(Rounds[0].Trees.Tokens.Sampled),
        Count(Rounds[0].Trees.Tokens.Scored),
        Of(round => round.Run.Cost.Seconds), Of(round => round.LimitSeconds), Of(round => round.Ratio),
        Of(round => round.Rates.Sampling.AllCores), Of(round => round.PolicyRatio), Of(round => round.Rates.Scoring.AllCores),
        Of(round => round.RewardRatio), Of(round => round.Busy), Spread.Of(Rounds.SelectMany(round => round.LoneSeconds)),
        Spread.Of(Rounds.SelectMany(round => round.LoneRatios)));

    public IEnumerable<string> Lines()
    {
        var (last, cores) = (Rounds[^1], Rounds[^1].Cores);
        var (policy, reward) = (last.Trees.Sampling(Work.Spec.Width), last.Trees.Scoring(Work.Spec.Width));
        yield return "";
        yield return $"Width {Work.Spec.Width}, the fastest layouts on {cores} cores:";
        yield return Line($"- policy, one token at a time behind {policy.Prefix} tokens", last.Rates.Sampling);
        yield return Line($"- policy, prompts of {policy.Prompt} tokens", last.Rates.Prompts);
        yield return Line($"- reward model, steps of {reward.Step} tokens behind {reward.Prefix}", last.Rates.Scoring);
        yield return Line($"- reward model, questions of {reward.Prompt} tokens", last.Rates.Questions);
        foreach (var (piece, rate) in Pieces) yield return Line($"- reward model, pieces of {piece} behind {reward.Prefix}", rate);
        yield return string.Create(CultureInfo.InvariantCulture,
            $"- tokens read for each one that had to be: policy {last.PolicyReads:F2}, reward model {last.RewardReads:F2}");
    }

    Spread Of(Func<LimitRound, double> figure) => Spread.Of(Rounds.Select(figure));

    static string Line(string calls, LayoutRate rate) => string.Create(CultureInfo.InvariantCulture,
        $"{calls}: {rate.AllCores:N0} tokens/s ({rate.OneCore:N0} on one core alone), {rate.Layout}");

    static string Count(long tokens) => tokens.ToString("N0", CultureInfo.InvariantCulture);
}
