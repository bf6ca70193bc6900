using RebaseBatch.Platform.Text;
using Spectre.Console.Rendering;

namespace RebaseBatch.Commands.Output;

/// <summary>
/// The last door before a console: text that nobody cleaned can't give the terminal an order. Whoever lays text out cleans it before, as
/// here it gets longer.
/// </summary>
sealed class VisibleSegments : IRenderHook
{
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) =>
        renderables.Select(part => new Visible(part));

    sealed class Visible(IRenderable part) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => part.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
        {
            foreach (var segment in part.Render(options, maxWidth))
            {
                var text = segment.IsControlCode ? segment.Text : VisibleText.Lines(segment.Text);
                yield return ReferenceEquals(text, segment.Text) || text == segment.Text ? segment : new(text, segment.Style);
            }
        }
    }
}
