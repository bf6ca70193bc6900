using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Hosting;

[Fast]
public sealed class SettingsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_fault_is_named_with_its_source()
    {
        var refused = Refused("Rebase:Worker:MaxBatchs=4", "Rebase:Worker:LeaseSeconds=soon", "Rebase:Database:AutoMigrate=perhaps");

        Assert.Equal(3, refused.Length);
        Assert.Contains(refused, fault => fault.StartsWith(
            "Rebase:Worker:MaxBatchs: there is no such setting; Rebase:Worker has the settings Id, MaxBatches,", StringComparison.Ordinal));
        Assert.Contains("Rebase:Worker:LeaseSeconds: 'soon' is not a number (from command line)", refused);
        Assert.Contains("Rebase:Database:AutoMigrate: 'perhaps' is not true or false (from command line)", refused);
    }

    [Fact]
    public void Every_value_out_of_its_range_is_named()
    {
        var refused = Refused("Rebase:Worker:MaxBatches=0", "Rebase:Worker:MaxSearches=100000", "Rebase:Worker:PollMaxMilliseconds=1");

        Assert.Equal(3, refused.Length);
        Assert.Contains("Rebase:Worker:MaxBatches: 0 is not within 1 to 1024 (from command line)", refused);
    }

    [Theory]
    [InlineData("15", "5", true)]
    [InlineData("14.9", "5", false)]
    [InlineData("1.5", "0.5", true)]
    public void A_lease_outlives_two_missed_renewals(string lease, string renew, bool allowed)
    {
        string[] set = [$"Rebase:Worker:LeaseSeconds={lease}", $"Rebase:Worker:RenewSeconds={renew}"];
        if (allowed) Load(set);
        else Assert.Contains("three times RenewSeconds", Assert.Single(Refused(set)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MaxBatches=4")]
    [InlineData("Rebase:Worker:MaxBatches")]
    [InlineData("=4")]
    public void An_assignment_to_something_else_is_refused(string assignment) =>
        Assert.StartsWith("--set takes a setting such as", Assert.Single(Refused(assignment)), StringComparison.Ordinal);

    [Fact]
    public void A_broken_file_is_named()
    {
        var path = _folder.Write("rebase.json", "{ \"Rebase\": ");

        Assert.StartsWith($"{path} is not valid JSON", Assert.Single(Refused()), StringComparison.Ordinal);
    }

    [Fact]
    public void Foreign_variables_are_left_alone()
    {
        var settings = Settings.Load(Around(new() { ["PATH"] = "/bin", ["REBASEX__Y"] = "1", ["Worker__MaxBatches"] = "9" }), []);

        Assert.Equal(2, settings.Options.Worker.MaxBatches);
    }

    [Fact]
    public void The_data_folder_follows_the_XDG_rules_of_an_ordinary_user()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Contains("rebasebatch", Load().DataDirectory, StringComparison.Ordinal);
            return;
        }
        Assert.Equal("/data/rebasebatch",
            Settings.Load(Around(new() { ["XDG_DATA_HOME"] = "/data", ["HOME"] = "/home/me" }), []).Options.DataDirectory);
        Assert.Equal("/home/me/.local/share/rebasebatch",
            Settings.Load(Around(new() { ["XDG_DATA_HOME"] = "data", ["HOME"] = "/home/me" }), []).Options.DataDirectory);
    }

    RebaseOptions Load(params string[] assignments) => Settings.Load(Around([]), assignments).Options;

    string[] Refused(params string[] assignments)
    {
        var refused = Assert.Throws<UserException>(() => Load(assignments));
        Assert.Equal(ExitCode.BadInput, refused.Code);
        return refused.Message.Split('\n');
    }

    ProcessEnvironment Around(Dictionary<string, string> variables) =>
        new(TextWriter.Null, TextWriter.Null, _folder.Path, System.IO.Path.Combine(_folder.Path, "program"), variables);
}
