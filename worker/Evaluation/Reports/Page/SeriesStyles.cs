using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Reports.Charts;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>What each colour and shape means; the same in every chart of a dataset.</summary>
sealed class SeriesStyles(MeasuredDataset evaluation)
{
    readonly List<MeasuredModel> _policies = [.. evaluation.Points.Select(point => point.Series.Policy).Distinct()];
    readonly List<string> _strategies = [.. evaluation.Points.Select(point => evaluation.Names.StrategyOf(point.Series)).Distinct()];

    public IReadOnlyList<MeasuredModel> Policies => _policies;

    /// <summary>In charts of several policies: a colour is a policy, a shape is a strategy.</summary>
    public SeriesStyle OfPolicy(Series line) =>
        SeriesStyle.Of(_policies.IndexOf(line.Policy), _strategies.IndexOf(evaluation.Names.StrategyOf(line)));

    /// <summary>In charts of one policy with one vote for each strategy: a colour and a shape are a strategy.</summary>
    public SeriesStyle OfSearch(Series line) => SeriesStyle.Of(OfStrategy(line).Colour,
        _strategies.IndexOf(evaluation.Names.StrategyOf(line)));

    /// <summary>
    /// In charts of one policy: a colour is a strategy, a shape is a vote. Their colours come after those of the policies, so that nobody
    /// mixes them up.
    /// </summary>
    public SeriesStyle OfStrategy(Series line) => SeriesStyle.Of(
        _policies.Count + _strategies.IndexOf(evaluation.Names.StrategyOf(line)),
        line.Vote.Method switch { VotingMethod.Weighted => 0, VotingMethod.Majority => 1, _ => 2 });
}
