using System.Xml.Linq;

namespace RebaseBatch.Evaluation.Reports.Charts;

/// <summary>
/// The size of a drawing, in CSS pixels. A page shows a drawing at exactly this size, so that all text has one size: a drawing that scaled
/// with the page would have small text on a phone and large text on a wide screen. Every chart is drawn in both sizes, and the page's style
/// shows one of them.
/// </summary>
/// <param name="Name">The class of the drawing.</param>
readonly record struct ChartSize(string Name, double Width, double Height)
{
    /// <summary>For a panel of the page.</summary>
    public static readonly ChartSize Wide = new("wide", 520, 340);

    /// <summary>For a phone of 360 pixels, margins excluded.</summary>
    public static readonly ChartSize Narrow = new("narrow", 304, 300);

    /// <summary>Both drawings, one after the other.</summary>
    public static XElement Both(Func<ChartSize, XElement> draw)
    {
        return new("div", new XAttribute("class", "chart"), Of(Wide), Of(Narrow));

        XElement Of(ChartSize size)
        {
            var drawing = draw(size);
            drawing.SetAttributeValue("class", size.Name);
            return drawing;
        }
    }
}
