using System.Text.RegularExpressions;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Hosting;

/// <summary>docs/configuration.md says what the program has.</summary>
[Fast]
public sealed partial class ConfigurationPageTests
{
    static readonly string s_page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "configuration.md"));

    [Fact]
    public void Every_setting_that_is_documented_exists()
    {
        var known = SettingSchema.Values(new RebaseOptions(), "Rebase").Select(setting => setting.Key).ToHashSet();
        var documented = Setting().Matches(s_page).SelectMany(row =>
        {
            // A row may name two settings of one section: `Worker:LeaseSeconds` / `RenewSeconds`.
            var names = Name().Matches(row.Value).Select(name => name.Groups[1].Value).ToList();
            var section = names[0].Contains(':', StringComparison.Ordinal) ? names[0][..(names[0].IndexOf(':') + 1)] : "";
            return names.Select((name, i) => i == 0 ? name : section + name);
        }).ToList();
        Assert.True(documented.Count > 30);
        Assert.All(documented, name => Assert.Contains($"Rebase:{name}", known));
    }

    [Fact]
    public void The_exit_codes_are_all_there() => Assert.Equal(
        Enum.GetValues<ExitCode>().Select(code => (int)code).Order(),
        Code().Matches(s_page).Select(row => int.Parse(row.Groups[1].Value)).Order());

    [GeneratedRegex(@"^\| `[^|]*", RegexOptions.Multiline)]
    private static partial Regex Setting();

    [GeneratedRegex("`([A-Za-z:]+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\| ([0-9]+) \|", RegexOptions.Multiline)]
    private static partial Regex Code();
}
