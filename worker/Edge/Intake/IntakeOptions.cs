using System.ComponentModel.DataAnnotations;
using RebaseBatch.Edge.Intake.ServiceBus;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Edge.Intake;

/// <summary>The configuration section <c>Rebase:Intake</c>: messages that become jobs.</summary>
sealed class IntakeOptions : IValidatableObject
{
    public IntakeKind Kind { get; set; }

    /// <summary>
    /// The Service Bus namespace, such as <c>NAME.servicebus.windows.net</c>; the worker uses the identity of its environment
    /// (<c>DefaultAzureCredential</c>).
    /// </summary>
    public string Namespace { get; set; } = "";

    /// <summary>A connection string instead, for the emulator.</summary>
    [Secret]
    public string ConnectionString { get; set; } = "";

    /// <summary>Web sockets where a firewall lets only port 443 out.</summary>
    public IntakeTransport TransportType { get; set; }

    /// <summary>The queue's name.</summary>
    [Required(AllowEmptyStrings = false)]
    public string Queue { get; set; } = "rebase-jobs";

    /// <summary>Longest pause after a fault (the database or the queue is away); pauses begin at a second and double.</summary>
    [Range(1, 3600)]
    public double PauseMaxSeconds { get; set; } = 60;

    /// <summary>
    /// How long a message may wait that can't become a job now (a newer version, a dataset's server that is away or refuses the worker's
    /// identity); then it is a dead letter. A minute to 14 days.
    /// </summary>
    [Range(1.0 / 60, 336)]
    public double WaitMaxHours { get; set; } = 6;

    public WaitBudget WaitBudget => new(TimeSpan.FromHours(WaitMaxHours));

    public TimeSpan PauseMax => TimeSpan.FromSeconds(PauseMaxSeconds);

    /// <summary>Why no client of the queue can be made of these settings; null when one can.</summary>
    public string? AddressFault => ServiceBusAddress.FaultOf(this);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Kind is not IntakeKind.None && AddressFault is { } fault)
            yield return new(fault, [ConnectionString.Length > 0 ? nameof(ConnectionString) : nameof(Namespace)]);
    }
}
