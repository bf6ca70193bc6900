using System.Globalization;

namespace RebaseBatch.Benchmarks.Limit;

/// <summary>How paths lie in contexts, and how many of them a call carries.</summary>
/// <param name="Streams">Whether each path has cells of its own; otherwise all paths of a context share one cache.</param>
/// <param name="Paths">Paths of a context.</param>
/// <param name="Pieces">Paths that a call carries a piece of; <paramref name="Paths"/> is a multiple of it.</param>
/// <param name="Fused">Whether attention runs in the fused kernel.</param>
sealed record CallLayout(bool Streams, int Paths, int Pieces, bool Fused)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Name}, {Pieces} {(Pieces == 1 ? "piece" : "pieces")} a call, {(Fused ? "fused" : "plain")} attention");

    string Name => Paths == 1 ? "one path a context" : $"{Paths} paths in a {(Streams ? "context of streams" : "unified context")}";
}
