using RebaseBatch.Core.Statistics;

namespace RebaseBatch.Evaluation.Reports.ModelQuality;

/// <summary>How often at least one finished solution of a search was right: what a perfect vote would have made of it.</summary>
/// <param name="Right">Over all jobs of the point.</param>
/// <param name="AnyRight">Over the problems, with its 95 % interval.</param>
sealed record PointChance(MeasuredPoint Point, int Right, Estimate AnyRight)
{
    public string AnyRightText => NumberText.Accuracy(Right, Point.Graded, AnyRight);
}
