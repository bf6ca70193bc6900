namespace RebaseBatch.Tests.Platform.Telemetry;

/// <summary>A span as it was sent.</summary>
/// <param name="Parent">Empty for a span at the top.</param>
/// <param name="Failed">Whether its status is an error.</param>
sealed record CollectedSpan(string Id, string Parent, string Name, bool Failed, IReadOnlyDictionary<string, object> Attributes)
{
    // Span: 2 span_id, 4 parent_span_id, 5 name, 9 attributes, 15 status { 3 code }, of which 2 is an error.
    public static CollectedSpan Of(ProtoMessage span) => new(
        Convert.ToHexString(span.Bytes(2).Span), Convert.ToHexString(span.Bytes(4).Span), span.Text(5),
        span.Messages(15).Any(status => status.Number(3) == 2), span.Attributes(9));
}
