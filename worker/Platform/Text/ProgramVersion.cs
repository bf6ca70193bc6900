using System.Reflection;

namespace RebaseBatch.Platform.Text;

/// <summary>The version that <c>rebase --version</c> shows.</summary>
static class ProgramVersion
{
    public static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
