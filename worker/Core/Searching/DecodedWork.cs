namespace RebaseBatch.Core.Searching;

/// <summary>The models' work for some steps.</summary>
/// <param name="SampledTokens">Tokens that the policy sampled.</param>
/// <param name="DeviceSeconds">Seconds of decoding, all models added up.</param>
readonly record struct DecodedWork(long SampledTokens, double DeviceSeconds)
{
    public static DecodedWork Of(SearchNode node) =>
        new(node.Cost.Sampled, node.Cost.Policy.Seconds + node.Cost.Reward.Seconds + node.Cost.Embedding.Seconds);

    public static DecodedWork Of(IEnumerable<SearchNode> nodes) => nodes.Aggregate(default(DecodedWork), (sum, node) => sum + Of(node));

    public static DecodedWork operator +(DecodedWork a, DecodedWork b) =>
        new(a.SampledTokens + b.SampledTokens, a.DeviceSeconds + b.DeviceSeconds);
}
