using System.Xml.Linq;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.Reports.Charts;

namespace RebaseBatch.Evaluation.Reports.Page;

/// <summary>The signs of a gate's answers: each has a shape and a colour of its own.</summary>
static class AnswerSigns
{
    /// <returns>The shape, and its colour's place in the palette.</returns>
    public static (Marker Marker, int Colour) Of(GateAnswer answer) => answer switch
    {
        GateAnswer.Pass => (Marker.Circle, 2),
        GateAnswer.Warn => (Marker.Triangle, 4),
        GateAnswer.Inconclusive => (Marker.Ring, 0),
        GateAnswer.Incomparable => (Marker.Cross, 3),
        GateAnswer.Block => (Marker.Square, 1),
        _ => (Marker.Diamond, 7),
    };

    /// <summary>The sign and the word.</summary>
    public static XElement Word(GateAnswer answer)
    {
        var (marker, colour) = Of(answer);
        return Xhtml.Of("span", "verdict", NightChart.Sign(marker, colour), $" {GateSummary.Word(answer)}");
    }

    /// <summary>The signs of these answers, from the best to the worst.</summary>
    public static IEnumerable<(string Name, Marker Marker, int Colour)> Legend(IEnumerable<GateAnswer> answers) =>
        answers.Distinct().Order().Select(answer => (GateSummary.Word(answer), Of(answer).Marker, Of(answer).Colour));
}
