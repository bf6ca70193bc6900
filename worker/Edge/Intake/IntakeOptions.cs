using System.ComponentModel.DataAnnotations;
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

    /// <summary>The queue's name.</summary>
    [Required(AllowEmptyStrings = false)]
    public string Queue { get; set; } = "rebase-jobs";

    /// <summary>Longest pause after a fault (the database or the queue is away); pauses begin at a second and double.</summary>
    [Range(1, 3600)]
    public double PauseMaxSeconds { get; set; } = 60;

    public TimeSpan PauseMax => TimeSpan.FromSeconds(PauseMaxSeconds);

    /// <summary>Why the queue can't be found by these settings; null when it can.</summary>
    public string? AddressFault => Namespace.Length > 0 != ConnectionString.Length > 0 ? null
        : "set either Rebase:Intake:Namespace, for the identity of the environment, or Rebase:Intake:ConnectionString, but not both";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Kind is not IntakeKind.None && AddressFault is { } fault) yield return new(fault, [nameof(Namespace)]);
    }
}
