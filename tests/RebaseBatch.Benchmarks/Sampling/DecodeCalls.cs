using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Benchmarks.Sampling;

/// <summary>Decode calls of a random model with one token a branch, on one thread, and the draws from their logits.</summary>
sealed class DecodeCalls(RandomModelSize size, int branches) : IAsyncDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rebase-benchmark-");
    readonly TokenSampler _sampler = new(size.Vocabulary);
    readonly DecodeBatch _batch = new(branches);
    ILanguageModel? _model;
    IDecodeContext? _context;
    int _position;

    public async Task OpenAsync()
    {
        var path = Path.Combine(_folder.FullName, "policy.gguf");
        new RandomGguf(size, 1).Write(path);
        var options = new InferenceOptions { PolicyThreads = 1 };
        var loader = new ModelLoader(options, NullLoggerFactory.Instance);
        (_model, _) = await loader.LoadAsync(new ModelCatalog(new Dictionary<string, ModelOptions>()).Resolve(path), default);
        _context = _model.CreateContext(new() { Cells = 8192, MaxSequences = branches, BatchTokens = branches, Threads = 1, FlashAttention = true });
    }

    /// <returns>Processor seconds of the call, and of a draw for each branch with each filter.</returns>
    public (double Decode, double[] Draws) Next(IReadOnlyList<SamplingFilter> filters)
    {
        _batch.Clear();
        for (var branch = 0; branch < branches; branch++) _batch.Add(60 + (_position * 7 + branch) % 200, _position, branch, output: true);
        _position++;
        var decode = CpuSecondsOf(() =>
        {
            if (_context!.Decode(_batch) is var status and not DecodeStatus.Ok) throw new InvalidOperationException($"the decode call ended with {status}");
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
        for (var branch = 0; branch < branches; branch++) _sampler.Draw(_context!.Logits(branch), 1, filter, (branch + 0.5) / branches);
    }

    static double CpuSecondsOf(Action work)
    {
        var before = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }
}
