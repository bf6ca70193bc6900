using System.Text.Json.Serialization;

namespace RebaseBatch.Evaluation.Exports;

/// <summary>How those who ran an evaluation stand to the model, in the words of Every Eval Ever.</summary>
enum EvaluatorRelationship
{
    [JsonStringEnumMemberName("first_party")]
    FirstParty,

    [JsonStringEnumMemberName("third_party")]
    ThirdParty,

    [JsonStringEnumMemberName("collaborative")]
    Collaborative,

    [JsonStringEnumMemberName("other")]
    Other,
}
