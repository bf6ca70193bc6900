using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Scheduling.Scoring;

namespace RebaseBatch.Tests.Support.RemoteModels;

/// <summary>
/// A model behind a server, on the worker's own engines: all requests decode in shared batches, and prefixes stay in the cache. A server is
/// not told which prefixes are needed no more, so each engine forgets all but those of its last requests.
/// </summary>
/// <param name="threads">Decode threads, shared with the other models of the process.</param>
sealed class ServedModel(ILanguageModel model, ThreadBudget threads) : IDisposable
{
    /// <summary>
    /// Prefixes that an engine keeps at least; twice as many at most. With 64, attention scans the cells of so many dead branches that a
    /// search of width 16 takes 11.7 processor seconds instead of 10.4; with 8, it encodes more prefixes again than it saves.
    /// </summary>
    const int KeptPrefixes = 16;

    /// <summary>
    /// Requests that an engine may have more than the least busy one. Each spread of a wave encodes its prefix once more: with 8 a search
    /// of width 16 takes 10.4 processor seconds, with 16 it takes 8.7.
    /// </summary>
    const int Enough = 16;

    const int Cells = 2048, Sequences = 128;

    const int BatchTokens = 512, MaxRunning = 64;

    /// <summary>Tokens of paths that the scoring engines keep.</summary>
    const int SavedCells = 64_000;

    readonly ContextLayout _layout =
        ContextLayout.Choose(model.Facts, new() { MaxBranches = MaxRunning }, 0, 8L << 30, Environment.ProcessorCount);

    Drawing? _drawing;
    SwappingEngines? _scoring;
    readonly Lock _gate = new();
    int _number;

    public ILanguageModel Model => model;

    /// <summary>Longest sequence in tokens, prompt included.</summary>
    public int MaxTokens { get; } = Math.Min(model.Facts.TrainContext, Cells);

    /// <summary>Draws tokens.</summary>
    /// <exception cref="ModelFaultException">The model can't serve it.</exception>
    public async Task<ServedReply> DrawAsync(ServedSampling sampling, CancellationToken ct)
    {
        var number = Interlocked.Increment(ref _number);
        var request = new ServedRequest(sampling, model, number, ct);
        // One token with the probabilities of labels is a score. Readers of single paths give it faster.
        if (sampling is { MaxTokens: 1, WantsProbabilities: true })
        {
            Scoring().Submit(0, request);
            return await request.Result;
        }

        return await Draws().DrawAsync(request, number);
    }

    public void Dispose()
    {
        _drawing?.Dispose();
        _scoring?.Dispose();
    }

    EngineOptions Options => new()
    {
        MaxRunning = MaxRunning, Threads = threads, ThreadsPerCall = _layout.ThreadsPerCall,
        MostThreadsPerCall = _layout.MostThreadsPerCall,
    };

    Drawing Draws()
    {
        lock (_gate)
        {
            return _drawing ??= new([.. Enumerable.Range(0, _layout.Contexts).Select(i => new DecodeEngine(
                $"served {i + 1}", Context(Cells, Sequences), model.Facts.VocabularySize, Options, NullLogger.Instance))],
                new(_layout.Contexts, Enough), KeptPrefixes);
        }
    }

    SwappingEngines Scoring()
    {
        var longest = MaxTokens + 1;
        lock (_gate)
        {
            return _scoring ??= new("served", [.. Enumerable.Range(0, Math.Max(1, threads.Threads)).Select(
                _ => Context(longest + 256, SwappingLayout.Siblings))], model.Facts.VocabularySize,
                Options with { EnoughTokens = model.Facts.Bytes <= ContextLayout.CachedBytes ? 8 : 64 }, longest, SavedCells,
                model.Facts.KvBytesPerCell, NullLogger.Instance);
        }
    }

    IDecodeContext Context(int cells, int sequences) => model.CreateContext(new()
    {
        Cells = cells, BatchTokens = BatchTokens, MaxSequences = sequences, Threads = _layout.ThreadsPerCall,
        FlashAttention = _layout.FlashAttention,
    });

    /// <summary>The engines that draw.</summary>
    sealed class Drawing(DecodeEngine[] engines, PrefixRouter router, int kept) : IDisposable
    {
        readonly Queue<int>[] _recent = [.. engines.Select(_ => new Queue<int>())];

        public async Task<ServedReply> DrawAsync(ServedRequest request, int number)
        {
            var engine = router.Enter(request.Prefix);
            int[] drawn = [];
            try
            {
                engines[engine].Submit(request);
                var reply = await request.Result;
                drawn = reply.Tokens;
                return reply;
            }
            finally
            {
                router.Leave(engine, request.Prefix, drawn);
                Forget(engine, number);
            }
        }

        public void Dispose()
        {
            foreach (var engine in engines) engine.Dispose();
        }

        void Forget(int engine, int number)
        {
            var recent = _recent[engine];
            HashSet<int> nodes;
            lock (recent)
            {
                recent.Enqueue(number);
                if (recent.Count < 2 * kept) return;
                while (recent.Count > kept) recent.Dequeue();
                nodes = [.. recent];
            }

            engines[engine].Retain(ServedRequest.Served, nodes);
        }
    }
}
