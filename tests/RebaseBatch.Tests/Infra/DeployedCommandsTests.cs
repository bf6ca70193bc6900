using RebaseBatch.Commands;
using RebaseBatch.Evaluation.Sweeps;
using RebaseBatch.Hosting;
using Xunit;

namespace RebaseBatch.Tests.Infra;

[Fast]
public sealed class DeployedCommandsTests
{
    public static TheoryData<string, string[]> Commands()
    {
        var compose = Yaml.Documents("infra/compose.yaml").Single();
        var data = new TheoryData<string, string[]>
        {
            { "Dockerfile, CMD", Dockerfile.Words(Dockerfile.Of("worker", "CMD").Single()) },
            { "Dockerfile, HEALTHCHECK", Dockerfile.Words(Dockerfile.Of("worker", "HEALTHCHECK").Single())[1..] },
        };
        foreach (var service in ComposeTests.Workers.Append("migrate"))
            data.Add($"compose, {service}", [.. compose.TextsAt("services", service, "command")]);
        foreach (var line in Repository.Read("infra/README.md").Split('\n')
            .Where(line => line.Contains("./rebase ", StringComparison.Ordinal)))
            data.Add("README", line[(line.IndexOf("./rebase ", StringComparison.Ordinal) + "./rebase ".Length)..].Split(' '));
        foreach (var (name, pod, _) in Manifests.Pods) data.Add(name, [.. pod.TextsAt("containers", "0", "args")]);
        return data;
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void It_is_a_command_of_the_program(string place, string[] arguments)
    {
        var parsed = CommandLine.Create(ProcessEnvironment.OfProcess()).Parse(arguments);

        Assert.True(parsed.Errors.Count == 0, $"{place}: {string.Join("; ", parsed.Errors)}");
        Assert.NotEmpty(arguments);
        Assert.IsType<DocumentedCommand>(parsed.CommandResult.Command);
    }

    [Fact]
    public void The_image_runs_the_program_itself()
    {
        Assert.Equal(["./rebase"], Dockerfile.Words(Dockerfile.Of("worker", "ENTRYPOINT").Single()));
        Assert.Equal("./rebase", Dockerfile.Words(Dockerfile.Of("worker", "HEALTHCHECK").Single())[0]);
        Assert.Equal("SIGTERM", Dockerfile.Of("worker", "STOPSIGNAL").Single());
    }

    [Fact]
    public void The_sweep_that_the_CronJob_enqueues_is_one()
    {
        const string File = "infra/kubernetes/components/sweep-cronjob/sweep.yaml";
        var sweep = SweepReader.Read(Repository.Read(File), File);

        Assert.Equal(["policy"], sweep.Policies);
        Assert.Equal(["reward"], sweep.Rewards);
    }
}
