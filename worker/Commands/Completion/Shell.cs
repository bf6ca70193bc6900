using System.Text.Json.Serialization;

namespace RebaseBatch.Commands.Completion;

/// <summary>A shell for which the program has a script of completion.</summary>
enum Shell
{
    [JsonStringEnumMemberName("bash")]
    Bash,

    [JsonStringEnumMemberName("zsh")]
    Zsh,

    [JsonStringEnumMemberName("pwsh")]
    Pwsh,
}
