using System.ComponentModel.DataAnnotations;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Platform.Remote;

/// <summary>
/// The configuration section <c>Rebase:Sources</c>: from where a worker takes the models and datasets that jobs and messages name. Models
/// of the configuration and bundled models need no entry.
/// </summary>
sealed class SourceOptions : IValidatableObject
{
    /// <summary>
    /// Separated by commas: hosts (<c>huggingface.co</c>), beginnings of addresses (<c>https://NAME.blob.core.windows.net/models/</c>) and
    /// folders (<c>/srv/models</c>); <c>*</c> for everything. Empty: see <see cref="AllowedSources.Of"/>.
    /// </summary>
    public string Models { get; set; } = "";

    /// <summary>The same for the datasets that messages name.</summary>
    public string Datasets { get; set; } = "";

    /// <summary>
    /// Where notifications may be sent, written in the same way. Empty: anywhere on the internet, but see
    /// <see cref="AllowedSources.Connects"/>.
    /// </summary>
    public string Notifications { get; set; } = "";

    /// <summary>Models that the local user has named on this process's command line.</summary>
    public HashSet<string> Named { get; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        (string, string)[] lists = [(nameof(Models), Models), (nameof(Datasets), Datasets), (nameof(Notifications), Notifications)];
        foreach (var (name, list) in lists)
        {
            foreach (var entry in AllowedSources.Entries(list).Where(entry => !AllowedSources.IsEntry(entry)))
                yield return new($"'{MaskedUri.Of(entry)}' is neither a host, nor an address, nor the whole path of a folder", [name]);
        }
    }
}
