namespace RebaseBatch.Durable.Events;

/// <summary>Who changes something, as <c>events.who</c> has it.</summary>
/// <param name="Name">
/// <c>user@host</c> of a command, <c>page:NAME</c>, or what else acts, such as <c>worker w1</c> or <c>schedule nightly</c>.
/// </param>
readonly record struct Actor(string Name)
{
    /// <summary>The user of this process on its machine, <c>user@host</c>, as the operating system names them.</summary>
    public static Actor OfProcess { get; } = new($"{User()}@{Environment.MachineName}");

    public static Actor Worker(string id) => new($"worker {id}");

    public static Actor Schedule(string name) => new($"schedule {name}");

    public static Actor Message(string id) => new($"message {id}");

    public override string ToString() => Name;

    // A container's user may have no name.
    static string User() => Environment.UserName is { Length: > 0 } name ? name : "unknown";
}
