using System.Text;
using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Remote.Dialects;
using RebaseBatch.Inference.Remote.Tokens;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Steps;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Remote;

/// <summary>
/// A policy on a server. Each child is a request of its own, with a seed from its place in the tree: a request of several samples has one
/// seed for all of them. Where a step ends is decided here, from the token ids that come back.
/// </summary>
/// <param name="name">The model as jobs name it.</param>
/// <param name="vocabulary">The model's vocabulary; it opens no context. Whoever loaded it disposes it.</param>
sealed class RemoteSampler(
    string name, ILanguageModel vocabulary, RemoteModel remote, RemoteFacts facts, IRemoteDialect dialect, EndpointPool pool)
    : IStepSampler
{
    /// <summary>How often a server may give one child up, as it does when it restarts, until the model counts as not served.</summary>
    const int MostAborts = 3;

    readonly ServedVocabulary? _served = vocabulary as ServedVocabulary;
    readonly RemoteCounters _counters = new();
    volatile bool _disposed;

    public ILanguageModel Model => vocabulary;
    public bool IsAlive => !_disposed && pool.IsAlive;
    public EngineStatistics Statistics => _counters.Statistics;

    public string LargerContext => RemoteContext.Larger(name);

    public int MaxSequenceTokens { get; } = RemoteContext.Of(vocabulary, remote, facts);

    public IReadOnlyList<Task<SampledStep>> Sample(StepRequest request, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfZero(request.Prefix.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxTokens, 1);
        var longest = request.Prefix.Length + request.MaxTokens;
        if (longest > MaxSequenceTokens)
        {
            var reason = new ModelFaultException(
                $"{longest} tokens do not fit the context of '{name}' on its server, which has {MaxSequenceTokens}: {LargerContext}");
            return [.. request.Children.Select(_ => Task.FromException<SampledStep>(reason))];
        }

        // What one child has encoded is not new to its siblings, and any of them may reach the server first. Of a server that does not say
        // what its cache held, the first child is taken for that one.
        var fresh = new FreshTokens(request.Prefix.Length - request.EncodedBefore);
        return [.. request.Children.Select((child, i) =>
            SampleAsync(request, child.Random, i == 0 ? request.EncodedBefore : request.Prefix.Length, fresh, ct))];
    }

    public void Assign(long search, IReadOnlyList<Siblings> wave)
    {
    }

    public void Retain(long search, IReadOnlySet<int> nodes)
    {
        if (nodes.Count == 0) pool.Leave(search);
    }

    public void Dispose()
    {
        _disposed = true;
        pool.Dispose();
    }

    async Task<SampledStep> SampleAsync(
        StepRequest request, RandomStream random, int encodedBefore, FreshTokens fresh, CancellationToken ct)
    {
        var step = new GrowingStep(request, vocabulary);
        var sequence = new int[request.Prefix.Length + request.MaxTokens];
        request.Prefix.CopyTo(sequence, 0);
        var stop = Encoding.UTF8.GetString(request.Boundary.Bytes(request.Depth));
        var (cost, sampled, aborts) = (default(ModelCost), 0, 0);
        while (step.End is null)
        {
            var known = request.Prefix.Length + step.Count;
            var reply = await AskAsync(request.Search, new()
            {
                Prompt = sequence.AsMemory(0, known), MaxTokens = step.Left, Temperature = request.Temperature, Filter = request.Filter,
                Seed = random.Seed(step.Drawn) & dialect.MaxSeed, Stop = stop,
            }, ct);
            if (reply.End == SampleEnd.Aborted)
            {
                if (++aborts < MostAborts) continue;
                throw new MachineFaultException(name, $"the server of '{name}' gave one request up {aborts} times: look into its log");
            }

            // A server that counts nothing, or nonsense, must not make a search free or its sums negative.
            var drawn = Math.Clamp(reply.Usage.Sampled, reply.Tokens.Length, Math.Max(reply.Tokens.Length, step.Left));
            sampled += drawn;
            var part = RemoteCost.Of(reply.Usage, known, encodedBefore, drawn);
            if (step.Count == 0) part = fresh.Settle(part, drawn);
            _counters.Add(part.Evaluated, part.Reencoded);
            cost = cost.Plus(part);
            encodedBefore = known;
            if (_served is not null) await _served.LearnAsync(reply.Tokens, reply.End == SampleEnd.EndOfGeneration, ct);
            Take(reply, step, sequence.AsSpan(request.Prefix.Length), stop);
        }

        var tokens = sequence[request.Prefix.Length..(request.Prefix.Length + step.Kept)];
        var text = _served is null ? step.Text : await _served.TextAsync(tokens, step.Text, ct);
        return new(tokens, text, step.End.Value, sampled, cost);
    }

    /// <summary>
    /// Adds the tokens of a reply to the step. If the server stopped at a text that does not end the step, such as a line break before
    /// any content, the step goes on.
    /// </summary>
    void Take(SampleReply reply, GrowingStep step, Span<int> tokens, string stop)
    {
        foreach (var token in reply.Tokens)
        {
            if (token >= vocabulary.Facts.VocabularySize)
                throw new ModelFaultException($"the server of '{name}' sampled token {token}, and the vocabulary here has "
                    + $"{vocabulary.Facts.VocabularySize}: give the entry the vocabulary of the model that the server has");
            var goesOn = step.Add(token);
            if (step.End != StepEnd.EndOfGeneration) tokens[step.Count - 1] = token;
            if (!goesOn) return;
        }

        if (reply.Tokens.Length == 0) step.Finish(StepEnd.EndOfGeneration);
        else if (reply.End == SampleEnd.Limit) step.Finish(StepEnd.Limit);
        else if (reply.End != SampleEnd.Stop && !HasStop(reply.Tokens, stop)) step.Finish(StepEnd.EndOfGeneration);
    }

    /// <summary>Whether a server that names no reason stopped at the text, and not at the model's end.</summary>
    bool HasStop(int[] tokens, string stop)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens) bytes.AddRange(vocabulary.Piece(token));
        return Encoding.UTF8.GetString([.. bytes]).Contains(stop, StringComparison.Ordinal);
    }

    async Task<SampleReply> AskAsync(long search, SampleRequest request, CancellationToken ct)
    {
        using var reply = await _counters.Watch(pool.SendAsync(search, dialect.Sample(request), ct));
        return dialect.ReadSample(reply.RootElement);
    }
}
