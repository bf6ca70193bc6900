using RebaseBatch.Inference.Scheduling;

namespace RebaseBatch.Tests.Inference.Scheduling;

/// <summary>A request without a model: each of its sequences adds so many tokens, told from all others' by their numbers.</summary>
/// <param name="name">What its sequences are called: <c>A</c> has <c>A0</c>, <c>A1</c> and so on.</param>
/// <param name="adds">Tokens that each sequence samples.</param>
sealed class PlannedRequest(string name, long search, int[] prefix, int children = 1, int adds = 5, CancellationToken ct = default)
    : DecodeRequest(search, prefix, 0, prefix.Length + adds, ct)
{
    int _begun;

    public string Name { get; } = name;

    /// <summary>How each sequence ended: <c>done</c>, or the exception's name; empty while it has not.</summary>
    public string[] Ends { get; } = [.. Enumerable.Repeat("", children)];

    public override bool HasNext => _begun < Ends.Length;

    /// <summary>Tokens that no other prefix begins with.</summary>
    public static int[] Text(int length, int salt) => [.. Enumerable.Range(0, length).Select(i => salt * 1000 + i)];

    public override DecodeSequence Next() => new Sequence(this, _begun++, adds);

    public override void FailRemaining(Exception reason)
    {
        while (HasNext) End(_begun++, reason.GetType().Name);
    }

    void End(int child, string how) => Ends[child] = Ends[child] is ""
        ? how
        : throw new InvalidOperationException($"{Name}{child} ended twice: {Ends[child]}, {how}");

    public sealed class Sequence(PlannedRequest request, int child, int adds)
        : DecodeSequence(request, [.. request.Prefix, .. new int[adds]], request.Prefix.Length)
    {
        public string Name => $"{request.Name}{child}";
        public override int Lasting => Count;
        public override int Node { get; } = child + 1;

        public override bool Advance(ReadOnlySpan<float> output, TokenSampler sampler)
        {
            Tokens[Count] = (int)request.Search * 1_000_000 + child * 10_000 + Count;
            Count++;
            return Count < request.Prefix.Length + adds;
        }

        public override void Complete() => request.End(child, "done");
        public override void Fail(Exception reason) => request.End(child, reason.GetType().Name);
    }
}
