using System.ComponentModel.DataAnnotations;

namespace RebaseBatch.Durable.Results;

/// <summary>The configuration section <c>Rebase:Results</c>.</summary>
sealed class ResultsOptions
{
    /// <summary>
    /// Folder of the result files; the default is <c>results</c> under the data folder. Absolute after the settings are loaded.
    /// </summary>
    public string Directory { get; set; } = "";

    /// <summary>
    /// Container for the result files in the account <c>Rebase:Blobs</c>. If such an account is set, it takes the folder's place.
    /// </summary>
    [RegularExpression("[a-z0-9](-?[a-z0-9]){2,62}",
        ErrorMessage = "is not a container name: use 3 to 63 lower-case letters, digits and single hyphens between them")]
    public string Container { get; set; } = "results";
}
