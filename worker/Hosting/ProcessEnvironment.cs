using System.Collections;

namespace RebaseBatch.Hosting;

/// <summary>What a run of the program sees of the world, so that tests can give it another one.</summary>
/// <param name="Out">Data.</param>
/// <param name="Error">What is said to people: progress, warnings, errors.</param>
/// <param name="Folder">The current folder, absolute.</param>
/// <param name="ProgramFolder">Where the program and its appsettings.json lie, absolute.</param>
/// <param name="Variables">The environment.</param>
sealed record ProcessEnvironment(
    TextWriter Out,
    TextWriter Error,
    string Folder,
    string ProgramFolder,
    IReadOnlyDictionary<string, string> Variables)
{
    public static ProcessEnvironment OfProcess() => new(
        Console.Out,
        Console.Error,
        Environment.CurrentDirectory,
        AppContext.BaseDirectory,
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? ""));
}
