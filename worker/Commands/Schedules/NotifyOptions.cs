using System.CommandLine;
using RebaseBatch.Evaluation.Notifications;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Schedules;

/// <summary>The options of whom to tell about a schedule.</summary>
/// <param name="name">The name of the option that takes an address.</param>
sealed class NotifyOptions(string name)
{
    public Option<string[]> Addresses { get; } = new(name)
    {
        Description = "Tell this https address what the schedule's gate says; may be given several times. The address is stored in the "
            + "database and shown without its path.",
        HelpName = "URL",
    };

    public Option<NotificationForm?> Form { get; } = EnumOption.Create<NotificationForm>("--notify-form",
        "What is sent: 'webhook' sends signed JSON, 'slack' and 'teams' messages (default: by the address's host, else webhook).");

    public Option<NotifyOn?> On { get; } = EnumOption.Create<NotifyOn>("--notify-on",
        "Which verdicts are told: 'any' tells each, 'not-pass' each that is no PASS and the first PASS after it (default: not-pass).");

    /// <exception cref="UserException">BadInput: an address can't be used, or there is none for a form.</exception>
    public IReadOnlyList<NotificationTarget> TargetsOf(ParseResult parsed)
    {
        var addresses = parsed.GetValue(Addresses) ?? [];
        if (addresses.Length == 0 && (parsed.GetValue(Form) is not null || parsed.GetValue(On) is not null))
            throw new UserException(ExitCode.BadInput, $"--notify-form and --notify-on are about an address: name it with {name}");
        return
        [
            .. addresses.Select(NotificationAddress.Parse).Select(address => new NotificationTarget(
                address, parsed.GetValue(Form) ?? address.Form, parsed.GetValue(On) ?? NotifyOn.NotPass)),
        ];
    }

    /// <summary>Says what will be sent where, and that a webhook is not signed.</summary>
    public static void Remark(CommandContext context, IReadOnlyList<NotificationTarget> targets)
    {
        foreach (var target in targets)
            context.WriteStderr($"{target.Address} gets the form {EnumOption.Name(target.Form)}, {(target.On is NotifyOn.Any
                ? "for every verdict" : "for every verdict that is no PASS, and for the first PASS after it")}");
        if (targets.Any(target => target.Form is NotificationForm.Webhook) && context.Options.Notifications.Secret.Length == 0)
            context.WriteStderr("webhooks are not signed by workers without Rebase:Notifications:Secret, and here it is not set");
    }
}
