using System.Text.Json.Serialization;

namespace RebaseBatch.Inference.Ports;

/// <summary>How keys and values are stored.</summary>
enum KvCacheType
{
    [JsonStringEnumMemberName("f16")]
    F16,

    /// <summary>Twice as large as F16 and more exact. It shows whether an error comes from the model or from the cache.</summary>
    [JsonStringEnumMemberName("f32")]
    F32,

    /// <summary>Half the memory of F16. Values in it need flash attention.</summary>
    [JsonStringEnumMemberName("q8_0")]
    Q8_0,

    /// <summary>A little over a quarter of F16. Scores and texts get worse.</summary>
    [JsonStringEnumMemberName("q4_0")]
    Q4_0,
}
