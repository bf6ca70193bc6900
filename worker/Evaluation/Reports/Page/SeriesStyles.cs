using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Reports.Charts;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>Which colours and shapes stand for what, the same in every chart of a dataset.</summary>
sealed class SeriesStyles(MeasuredDataset evaluation)
{
    readonly List<MeasuredModel> _policies = [.. evaluation.Points.Select(point => point.Series.Policy).Distinct()];
    readonly List<string> _strategies = [.. evaluation.Points.Select(point => evaluation.Names.StrategyOf(point.Series)).Distinct()];

    public IReadOnlyList<MeasuredModel> Policies => _policies;

    /// <summary>Where policies meet: colours are policies, shapes strategies.</summary>
    public SeriesStyle OfPolicy(Series line) => SeriesStyle.Of(_policies.IndexOf(line.Policy), _strategies.IndexOf(evaluation.Names.StrategyOf(line)));

    /// <summary>Within one policy: colours are strategies, shapes votes. They begin behind the policies' colours, so that one is not taken for the other.</summary>
    public SeriesStyle OfStrategy(Series line) => SeriesStyle.Of(
        _policies.Count + _strategies.IndexOf(evaluation.Names.StrategyOf(line)),
        line.Vote.Method switch { VotingMethod.Weighted => 0, VotingMethod.Majority => 1, _ => 2 });
}
