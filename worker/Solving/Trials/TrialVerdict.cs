using System.Text.Json.Serialization;

namespace RebaseBatch.Solving.Trials;

/// <summary>What a trial found out about one thing.</summary>
enum TrialVerdict
{
    /// <summary>It fits.</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>It may not fit: the sentence says what to change.</summary>
    [JsonStringEnumMemberName("advice")]
    Advice,

    /// <summary>Jobs with these models get no answers.</summary>
    [JsonStringEnumMemberName("fails")]
    Fails,
}
