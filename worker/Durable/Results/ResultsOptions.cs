using System.ComponentModel.DataAnnotations;

namespace RebaseBatch.Durable.Results;

/// <summary>The configuration section <c>Rebase:Results</c>.</summary>
sealed class ResultsOptions
{
    /// <summary>Folder of the result files; <c>results</c> under the data folder unless set. Absolute once loaded.</summary>
    public string Directory { get; set; } = "";

    /// <summary>Container of the account <c>Rebase:Blobs</c> that takes the result files instead of the folder once such an account is set.</summary>
    [RegularExpression("[a-z0-9](-?[a-z0-9]){2,62}", ErrorMessage = "is no container name: 3 to 63 lower-case letters, digits and single hyphens between them")]
    public string Container { get; set; } = "results";
}
