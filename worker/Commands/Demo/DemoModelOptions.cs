using System.CommandLine;

namespace RebaseBatch.Commands.Demo;

/// <summary>The options that name models, for the commands that have the bundled models as their defaults.</summary>
static class DemoModelOptions
{
    public static Option<string?> Policy() => Of("--policy", $"The policy model (default: {DemoPlan.DefaultPolicy}).");

    public static Option<string?> Reward() => Of("--reward", $"The reward model (default: {DemoPlan.DefaultReward}).");

    static Option<string?> Of(string name, string description) => new(name) { Description = description, HelpName = "MODEL" };
}
