using Spectre.Console;
using Spectre.Console.Rendering;

namespace RebaseBatch.Commands.Jobs;

/// <summary>A progress bar, 24 characters wide.</summary>
sealed class ProgressBar(int part, int whole) : IRenderable
{
    public const int Width = 24;

    public Measurement Measure(RenderOptions options, int maxWidth) => new(Width, Width);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var filled = whole == 0 ? 0 : (int)((long)Width * part / whole);
        var (full, empty) = options.Unicode ? ('━', '─') : ('#', '-');
        yield return new(new string(full, filled), new Style(Color.Green));
        yield return new(new string(empty, Width - filled), new Style(Color.Grey));
    }
}
