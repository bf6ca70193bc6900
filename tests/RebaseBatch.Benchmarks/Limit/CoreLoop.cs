using System.Diagnostics;
using RebaseBatch.Benchmarks.Engine;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Benchmarks.Limit;

/// <summary>
/// The calls of one core on contexts of its own, one thread a call. A context's paths grow by a step and are cut back to their prefixes;
/// then the next context has its turn.
/// </summary>
sealed class CoreLoop : IDisposable
{
    // Prefixes are read in calls of this many tokens, if a call has room for them.
    const int PrefixTokens = 64;

    readonly CallLayout _layout;
    readonly ReadShape _shape;
    readonly IDecodeContext[] _contexts;
    readonly IEnumerator<int> _calls;

    /// <param name="contexts">Contexts that the core takes in turns.</param>
    public CoreLoop(ILanguageModel model, CallLayout layout, ReadShape shape, int contexts)
    {
        (_layout, _shape) = (layout, shape);
        var stream = (shape.Prefix + shape.Growth + 255) / 256 * 256;
        var options = new DecodeContextOptions
        {
            Cells = layout.Streams ? stream * layout.Paths : Math.Max(256, shape.Cells(layout.Paths)),
            BatchTokens = Math.Max(PrefixTokens, layout.Pieces * shape.Piece), MaxSequences = layout.Paths, Threads = 1,
            FlashAttention = layout.Fused, Streams = layout.Streams,
        };
        _contexts = [.. Enumerable.Range(0, contexts).Select(_ => model.CreateContext(options))];
        _calls = Calls().GetEnumerator();
    }

    /// <summary>Makes calls until a time has passed, and then until no core needs a busy neighbour.</summary>
    /// <returns>Tokens a second of the calls within the time.</returns>
    public double Run(TimeSpan least, CountdownEvent measuring)
    {
        var started = Stopwatch.GetTimestamp();
        var tokens = 0L;
        TimeSpan passed;
        do
        {
            tokens += Next();
            passed = Stopwatch.GetElapsedTime(started);
        }
        while (passed < least);
        measuring.Signal();
        while (!measuring.IsSet) Next();
        return tokens / passed.TotalSeconds;
    }

    /// <summary>Makes one call.</summary>
    /// <returns>Its tokens.</returns>
    public int Next()
    {
        _calls.MoveNext();
        return _calls.Current;
    }

    public void Dispose()
    {
        foreach (var context in _contexts) context.Dispose();
    }

    IEnumerable<int> Calls()
    {
        var feeds = _contexts.Select(context => new TokenFeed(context)).ToArray();
        for (var i = 0; i < feeds.Length; i++) ReadPrefixes(_contexts[i], feeds[i]);
        for (var turn = 0; ; turn = (turn + 1) % feeds.Length)
        {
            for (var grown = 0; grown < _shape.Growth; grown += _shape.Piece)
                for (var first = 0; first < _layout.Paths; first += _layout.Pieces)
                {
                    for (var path = first; path < first + _layout.Pieces; path++)
                        for (var i = 1; i <= _shape.Piece; i++)
                            feeds[turn].Add(path, _shape.Prefix + grown + i - 1, output: i == _shape.Piece);
                    feeds[turn].Flush();
                    yield return _layout.Pieces * _shape.Piece;
                }

            for (var path = 0; path < _layout.Paths; path++) _contexts[turn].Truncate(path, _shape.Prefix);
        }
    }

    void ReadPrefixes(IDecodeContext context, TokenFeed feed)
    {
        if (_shape.Prefix == 0) return;
        for (var path = 0; path < _layout.Paths; path++)
        {
            var inTree = path % _shape.Width;
            // The first path of a tree reads all, the first of some siblings what follows the prompt, and the others nothing.
            var (from, held) = inTree == 0 ? (-1, 0)
                : inTree % _shape.Siblings == 0 ? (path - inTree, _shape.Prompt)
                : (path - inTree % _shape.Siblings, _shape.Prefix);
            if (from >= 0 && held > 0) context.Fork(from, path, held);
            for (var at = held; at < _shape.Prefix; at++) feed.Add(path, at, output: false);
            feed.Flush();
        }
    }
}
