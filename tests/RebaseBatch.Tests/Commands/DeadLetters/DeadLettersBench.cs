using System.CommandLine;
using System.Text;
using RebaseBatch.Commands;
using RebaseBatch.Commands.DeadLetters;
using RebaseBatch.Commands.Output;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Commands.DeadLetters;

/// <summary>A queue in memory with dead letters, and the commands' work on it.</summary>
sealed class DeadLettersBench
{
    public MemoryIntakeQueue Queue { get; } = new(TimeProvider.System, TimeSpan.FromMinutes(1));

    public async Task PutAsideAsync(string id, string body = "no json", string reason = MessageIntake.Malformed,
        string detail = "the body is no job message")
    {
        await Queue.SendAsync(id, Encoding.UTF8.GetBytes(body), Ct);
        await Queue.DeadLetterAsync(await ReceiveAsync(), reason, detail, Ct);
    }

    public async Task<IntakeMessage> ReceiveAsync() => Assert.IsType<IntakeMessage>(await Queue.ReceiveAsync(TimeSpan.Zero, Ct));

    /// <summary>The ids that come out of the queue, until it is empty.</summary>
    public async Task<List<string>> TakeAllAsync()
    {
        var ids = new List<string>();
        while (await Queue.ReceiveAsync(TimeSpan.Zero, Ct) is { } message)
        {
            ids.Add(message.Id);
            await Queue.CompleteAsync(message, Ct);
        }
        return ids;
    }

    public Task<CommandRun> AllAsync(int limit = 1000, CancellationToken ct = default) =>
        RunAsync(context => new DeadLettersReplay(context, Queue).AllAsync(limit, ct));

    public Task<CommandRun> NamedAsync(params string[] names) =>
        RunAsync(context => new DeadLettersReplay(context, Queue).NamedAsync(names, Ct));

    public Task<CommandRun> ListAsync(OutputFormat format = OutputFormat.Table, int limit = 20) =>
        RunAsync(context => new DeadLetterListing(context, Queue, format).ListAsync(limit, Ct));

    public Task<CommandRun> ShowAsync(string name, OutputFormat format = OutputFormat.Table) =>
        RunAsync(context => new DeadLetterListing(context, Queue, format).ShowAsync(name, 20, Ct));

    /// <summary>On a real terminal of so many columns.</summary>
    public async Task<CommandRun> ListOnTerminalAsync(int columns)
    {
        using var terminal = new PseudoTerminal(columns);
        var run = await RunAsync(context => new DeadLetterListing(context, Queue, OutputFormat.Table).ListAsync(20, Ct), terminal);
        return run with { Out = string.Join('\n', await terminal.CloseAsync()) };
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<CommandRun> RunAsync(Func<CommandContext, Task> work, PseudoTerminal? terminal = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var context = new CommandContext(
            new ProcessEnvironment(terminal?.Writer ?? output, error, ".", ".", new Dictionary<string, string>())
            {
                TerminalWidth = () => terminal?.Width,
            },
            new RootCommand().Parse(""));
        var code = ExitCode.Ok;
        try
        {
            await work(context);
        }
        catch (Exception e)
        {
            var failure = Failure.Of(e);
            code = failure.Code;
            error.WriteLine(failure.Sentences);
        }
        return new(code, output.ToString(), error.ToString());
    }
}
