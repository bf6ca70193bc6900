using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Benchmarks.Measuring;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Benchmarks.Sampling;

/// <summary>Decode calls of a random model with one token per sequence, on one thread, and the draws from their logits.</summary>
sealed class DecodeCalls(RandomModelSize size, int sequences, InferenceRuntime? runtime) : IAsyncDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rebase-benchmark-");
    readonly TokenSampler _sampler = new(size.Vocabulary);
    readonly DecodeBatch _batch = new(sequences);
    ILanguageModel? _model;
    IDecodeContext? _context;
    int _position;

    public async Task OpenAsync()
    {
        var path = Path.Combine(_folder.FullName, "policy.gguf");
        new RandomGguf(size, 1).Write(path);
        var options = new InferenceOptions { PolicyThreads = 1 }.On(runtime);
        var loader = new ModelLoader(options, NullLoggerFactory.Instance);
        (_model, _) = await loader.LoadAsync(new ModelCatalog(new Dictionary<string, ModelOptions>()).Resolve(path), default);
        _context = _model.CreateContext(new()
        {
            Cells = 8192, MaxSequences = sequences, BatchTokens = sequences, Threads = 1, FlashAttention = true,
        });
    }

    /// <returns>Processor seconds of the call, and of a draw for each sequence with each filter.</returns>
    public (double Decode, double[] Draws) Next(IReadOnlyList<SamplingFilter> filters)
    {
        _batch.Clear();
        for (var sequence = 0; sequence < sequences; sequence++)
            _batch.Add(60 + (_position * 7 + sequence) % 200, _position, sequence, output: true);
        _position++;
        var decode = CpuSecondsOf(() =>
        {
            if (_context!.Decode(_batch) is var status and not DecodeStatus.Ok)
                throw new InvalidOperationException($"the decode call ended with {status}");
        });
        return (decode, [.. filters.Select(filter => CpuSecondsOf(() => Draw(filter)))]);
    }

    public ValueTask DisposeAsync()
    {
        _context?.Dispose();
        _model?.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    void Draw(SamplingFilter filter)
    {
        for (var sequence = 0; sequence < sequences; sequence++)
            _sampler.Draw(_context!.Logits(sequence), 1, filter, (sequence + 0.5) / sequences);
    }

    static double CpuSecondsOf(Action work)
    {
        var before = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }
}
